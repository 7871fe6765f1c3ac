"""`python -m bench.replay [--contracts FOLDER]`: plays, prints the report and keeps it."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from bench.replay.acting import PlayFailedError, play_acts
from bench.replay.collecting import collect
from bench.replay.findings import Findings
from bench.replay.folder import MAILS, FolderBusyError
from bench.replay.own import ANSWERS, own_play
from bench.replay.paper import render
from bench.replay.play import AnswerMissingError, Play, check_files
from bench.replay.recorded import recorded_play
from bench.replay.stage import running_stage

OUTPUT = Path("build/replay")


def main() -> int:
    """Return 0 if everything went as it must, else 1."""
    given = _arguments()
    try:
        play = recorded_play(given.contracts) if given.contracts else own_play(given.answers)
        check_files(play)
        findings = _play(play, given.output.absolute())
    except (AnswerMissingError, FolderBusyError, PlayFailedError) as error:
        print(f"The replay stopped: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    report = render(findings, folder=str(given.output))
    (given.output / "report.txt").write_text(report)
    data = json.dumps(asdict(findings), indent=1, ensure_ascii=False)
    (given.output / "report.json").write_text(data + "\n")
    print(report, end="")
    return 1 if findings.problems else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.replay", description=__doc__)
    parser.add_argument("--contracts", type=Path, help="folder of recorded answers to play")
    parser.add_argument("--answers", type=Path, default=ANSWERS, help="folder of our own answers")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="folder of report and mails")
    return parser.parse_args()


def _play(play: Play, output: Path) -> Findings:
    with running_stage(play, output) as stage:
        runs = play_acts(stage)
        with stage.app.app_context():
            return collect(play, runs, journal=stage.replayer.journal, mails=output / MAILS)


if __name__ == "__main__":
    sys.exit(main())

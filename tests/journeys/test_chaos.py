"""Twenty seconds of faults while schedules fall due: every promise is kept on each database."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from webapp.config import PROJECT_ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
SECONDS = 60 if os.environ.get("BEACON_TEST_SIZE") == "full" else 20


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nothing_is_lost_or_doubled_under_faults(kind: str, tmp_path: Path) -> None:
    output = tmp_path / "chaos.json"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "bench.chaos", "--db", kind),
            *("--seconds", str(SECONDS), "--output", str(output)),
        ],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert output.exists(), done.stderr[-3000:]
    report = json.loads(output.read_text())
    kept = {"runs_lost", "runs_doubled", "events_missing", "events_doubled", "mails_lost", "stuck"}
    assert {name: report[name] for name in kept} == dict.fromkeys(kept, 0), report
    assert report["clients_given_up"] <= 1, report
    assert report["slots"] >= SECONDS * 100 / 60
    assert report["faults"] >= SECONDS
    assert report["mails_doubled"] <= 1 + report["mails_expected"] / 100, report

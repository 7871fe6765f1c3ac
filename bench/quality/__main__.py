"""Measure everything: `python -m bench.quality [--data FOLDER] [--readme]`."""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from bench.quality import companies, evidence, stories, understanding, urls
from bench.quality.metric import OWN, Metric
from bench.quality.report import OUTPUT, shown, write_json, write_readme

Topic = Callable[[Path], list[Metric]]
TOPICS: tuple[Topic, ...] = (
    companies.measure,
    stories.measure,
    urls.measure,
    understanding.measure,
    evidence.measure,
)


def measure(data: Path) -> list[Metric]:
    """Return the figures of all topics; a topic whose folder is absent uses our own set."""
    return [metric for topic in TOPICS for metric in _measured(topic, data)]


def _measured(topic: Topic, data: Path) -> list[Metric]:
    try:
        return topic(data)
    except FileNotFoundError as error:
        if data == OWN:
            raise
        print(f"{error.filename} is absent: measured on the project's own small set instead.")
        return topic(OWN)


def main() -> int:
    """Measure, print, write build/quality.json and, if asked, the README's table."""
    options = _options()
    data = OWN
    if not options.data:
        print("No folder of labelled data given (DATA=folder or BEACON_DATA): measuring on")
        print("the project's own small set, whose figures say little.")
    elif not Path(options.data).is_dir():
        print(f"{options.data} is no folder: measuring on the project's own small set instead.")
    else:
        data = Path(options.data)
    metrics = measure(data)
    print(shown(metrics))
    write_json(metrics)
    print(f"Written to {OUTPUT}.")
    if not options.readme:
        return 0
    if data == OWN:
        print("README.md was left alone: its table is made from the labelled data.")
        return 1
    if not write_readme(metrics, Path("README.md")):
        print("README.md has no markers for the table of quality.")
        return 1
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.quality", description=__doc__)
    parser.add_argument("--data", default=os.environ.get("BEACON_DATA", ""))
    parser.add_argument("--readme", action="store_true", help="write the README's table anew")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

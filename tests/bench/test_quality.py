"""The figures of quality: on our own rows at every run, on the labelled data where it is there."""

import json
import os
from functools import lru_cache
from pathlib import Path

import pytest

from bench.quality.__main__ import TOPICS, measure
from bench.quality.metric import OWN, Metric
from bench.quality.report import END, START, markdown, shown, write_json, write_readme

OWN_BARS = {
    "same_story_b3": 0.88,
    "same_story_pair_precision": 0.75,
    "same_story_pair_recall": 0.5,
    "duplicate_precision": 1.0,
    "url_vectors_share": 1.0,
    "category_accuracy": 0.8,
    "category_macro_f1": 0.9,
    "sentiment_macro_f1": 0.9,
    "hard_headlines_accuracy": 0.95,
    "hard_headlines_macro_f1": 0.95,
    "false_claims_dropped": 0.98,
    "true_claims_kept": 0.95,
    "false_claims_dropped_written": 0.98,
    "true_claims_kept_written": 0.93,
}
"""Our own rows are harder than what searches find: many happenings of one kind and town."""
SAMPLE = Metric("a_share", 0.5, 1200, baseline=0.25, aim=0.75, measured_on="a|b", note="Why")


@lru_cache(maxsize=2)
def figures(data: Path) -> dict[str, Metric]:
    return {metric.name: metric for metric in measure(data)}


@pytest.mark.parametrize(("name", "bar"), OWN_BARS.items())
def test_our_own_rows_are_understood(name: str, bar: float) -> None:
    assert figures(OWN)[name].value >= bar


def test_every_figure_is_a_share_of_some_rows() -> None:
    assert len(TOPICS) >= 3
    for metric in figures(OWN).values():
        assert 0 <= metric.value <= 1
        assert metric.n > 0


@pytest.mark.slow
def test_the_aims_hold_on_the_labelled_data() -> None:
    folder = os.environ.get("BEACON_DATA")
    if not folder:
        pytest.skip("set BEACON_DATA to the folder of labelled data sets")
    missed = [
        (metric.name, metric.value)
        for metric in figures(Path(folder)).values()
        if metric.aim is not None and metric.value < metric.aim
    ]
    assert missed == []


def test_a_folder_without_a_set_is_measured_on_our_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = {metric.name for metric in measure(tmp_path)}
    assert names == set(figures(OWN))
    assert "own small set" in capsys.readouterr().out


def test_the_tables_say_what_is_missed() -> None:
    assert "missed 0.75" in shown([SAMPLE])
    assert "| `a_share` | 0.500 | 0.250 | missed 0.75 | 1,200 | a\\|b. Why |" in markdown([SAMPLE])


def test_figures_are_written_by_name(tmp_path: Path) -> None:
    output = tmp_path / "build" / "quality.json"
    write_json([SAMPLE], output)
    assert json.loads(output.read_text()) == {
        "a_share": {"value": 0.5, "baseline": 0.25, "n": 1200}
    }


def test_the_readme_gets_its_table_between_the_marks(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{START}\nold\n{END}\nafter\n")
    assert write_readme([SAMPLE], readme)
    assert readme.read_text() == f"before\n{START}\n{markdown([SAMPLE])}{END}\nafter\n"
    readme.write_text("no marks")
    assert not write_readme([SAMPLE], readme)

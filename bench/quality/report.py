"""The figures as a table on the screen, as JSON in build/, and as the README's table."""

import json
from collections.abc import Sequence
from pathlib import Path

from bench.quality.metric import Metric

OUTPUT = Path("build/quality.json")
START, END = "<!-- quality:start -->", "<!-- quality:end -->"


def shown(metrics: Sequence[Metric]) -> str:
    """Return a table for the screen."""
    width = max(len(each.name) for each in metrics)
    lines = [f"{'metric':<{width}}  value  baseline   aim       n  measured on"]
    for each in metrics:
        figures = f"{_share(each.value):>5}  {_share(each.baseline):>8}  {_aim(each):>5}"
        more = f"{each.measured_on}; {each.note}" if each.note else each.measured_on
        lines.append(f"{each.name:<{width}}  {figures}  {each.n:>6}  {more}")
    return "\n".join(lines)


def markdown(metrics: Sequence[Metric]) -> str:
    """Return the table of the README."""
    lines = ["| metric | value | baseline | aim | n | measured on |", "|---|---|---|---|---|---|"]
    for each in metrics:
        more = f"{each.measured_on}. {each.note}" if each.note else each.measured_on
        cells = (f"`{each.name}`", _share(each.value), _share(each.baseline), _aim(each))
        lines.append(f"| {' | '.join(cells)} | {each.n:,} | {_cell(more)} |")
    return "\n".join(lines) + "\n"


def write_json(metrics: Sequence[Metric], output: Path = OUTPUT) -> None:
    """Write `{metric: {value, baseline, n}}`; figures of earlier runs go."""
    output.parent.mkdir(parents=True, exist_ok=True)
    figures = {
        each.name: {"value": round(each.value, 4), "baseline": each.baseline, "n": each.n}
        for each in metrics
    }
    output.write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def write_readme(metrics: Sequence[Metric], readme: Path) -> bool:
    """Put the table between the markers; False when the file does not have them."""
    text = readme.read_text(encoding="utf-8")
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not end:
        return False
    readme.write_text(f"{before}{start}\n{markdown(metrics)}{end}{after}", encoding="utf-8")
    return True


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _aim(metric: Metric) -> str:
    if metric.aim is None:
        return ""
    return f"{'missed ' if metric.value < metric.aim else ''}{metric.aim:.2f}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")

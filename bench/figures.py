"""The figures of a measurement: printed, and added to build/bench.json."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

OUTPUT = Path("build/bench.json")


@dataclass(frozen=True)
class Figure:
    """One measured value, what stands beside it in the same run, and their ratio."""

    value: float
    unit: str
    beside: float | None = None
    ratio: float | None = None


def record(figures: dict[str, Figure], *, output: Path = OUTPUT) -> None:
    """Print the figures and add them to what earlier measurements wrote."""
    output.parent.mkdir(parents=True, exist_ok=True)
    known = json.loads(output.read_text()) if output.exists() else {}
    for name, figure in figures.items():
        known[name] = asdict(figure)
        beside = "" if figure.beside is None else f"   beside {figure.beside:,.2f}"
        ratio = "" if figure.ratio is None else f"   ratio {figure.ratio:.2f}"
        print(f"{name:<44} {figure.value:>10,.2f} {figure.unit}{beside}{ratio}")
    output.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n")

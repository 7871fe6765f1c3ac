"""False claims that the evidence check drops and true ones that it keeps."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bench.quality.metric import OWN, Metric, rows
from bench.quality.planting import Planted, carried, uncarried
from webapp.providers.ai.evidence.check import check_claim

CLAIMS = Path("claims") / "claims.txt"
BASELINE = "The baseline keeps every claim whose quote stands in its source, word for word"
READ = (
    "mistakes were read while the check was written. Of the last 53 claims 0.90 of the false ones "
    "were dropped and 0.65 of the true ones kept before that"
)
OURS = "_written"
MIN_WORDS = 6
EVERY = 8
"""Of the data's headlines one in so many has claims planted."""
_TITLE, _SNIPPET, _TRUE, _FALSE = "T ", "S ", "+ ", "- "
_NAMES = ("Brackwater", "Ostrelle", "Vantessa", "Quorin", "Haldermann")


@dataclass(frozen=True)
class Case:
    """A claim, the texts that it is held against, and what is wrong with it, if anything."""

    claim: Planted
    texts: tuple[str, ...]


def measure(data: Path) -> list[Metric]:
    """Return the share of false claims dropped and of true ones kept."""
    headlines = list(_headlines(data))
    by_hand, by_rule = list(written(OWN / CLAIMS)), list(planted(headlines))
    reports = f"{_reports()} reports of our own"
    where = f"claims planted on {len(headlines):,} headlines and written on {reports}"
    return [
        *_shares([*by_hand, *by_rule], where),
        *(replace(each, aim=None) for each in _shares(by_hand, f"{reports}; {READ}", suffix=OURS)),
    ]


def _shares(cases: list[Case], where: str, *, suffix: str = "") -> tuple[Metric, Metric]:
    false = [case for case in cases if case.claim.mistake]
    true = [case for case in cases if not case.claim.mistake]
    dropped = sum(not _holds(case) for case in false) / len(false)
    kept = sum(_holds(case) for case in true) / len(true)
    by_rote = sum(not _is_quoted(case) for case in false) / len(false)
    note = "Least: " + ", ".join(f"{mistake} {share:.2f}" for mistake, share in _worst(false))
    return (
        Metric(f"false_claims_dropped{suffix}", dropped, len(false), by_rote, 0.98, where, note),
        Metric(f"true_claims_kept{suffix}", kept, len(true), 1.0, 0.97, where, BASELINE),
    )


def written(path: Path) -> Iterator[Case]:
    """Yield the claims that were written by hand about reports of our own."""
    texts: tuple[str, ...] = ()
    for line in path.read_text(encoding="utf-8").splitlines():
        kind, rest = line[:2], line[2:]
        if kind == _TITLE:
            texts = (rest,)
        elif kind == _SNIPPET:
            texts = (*texts, rest)
        elif kind == _TRUE:
            text, quote = rest.split(" | ")
            yield Case(Planted(text, quote), texts)
        elif kind == _FALSE:
            mistake, text, quote = rest.split(" | ")
            yield Case(Planted(text, quote, mistake), texts)


def planted(headlines: list[str]) -> Iterator[Case]:
    """Yield claims planted on headlines, each held against its own one."""
    for number, text in enumerate(headlines):
        other = headlines[(number + 1) % len(headlines)]
        name = next(each for each in _NAMES[number % len(_NAMES) :] + _NAMES if each not in text)
        for claim in (*carried(text), *uncarried(text, other=other, name=name, number=number)):
            yield Case(claim, (text,))


def _headlines(data: Path) -> Iterator[str]:
    seen = set()
    for number, row in enumerate(rows(data / "sentfin" / "SEntFiN.csv")):
        title = row["Title"].strip()
        if number % (EVERY if data != OWN else 1) == 0 and title not in seen:
            seen.add(title)
            if len(title.split()) >= MIN_WORDS:
                yield title


def _holds(case: Case) -> bool:
    return check_claim(case.claim.text, case.claim.quote, case.texts).holds


def _is_quoted(case: Case) -> bool:
    """Tell what a plain check tells: whether the quote stands in the text, word for word."""
    quote = " ".join(case.claim.quote.split())
    return any(quote in text for text in case.texts)


def _worst(cases: Iterable[Case]) -> list[tuple[str, float]]:
    by_mistake: dict[str, list[bool]] = defaultdict(list)
    for case in cases:
        by_mistake[case.claim.mistake].append(not _holds(case))
    shares = {mistake: sum(found) / len(found) for mistake, found in by_mistake.items()}
    return sorted(shares.items(), key=lambda pair: pair[1])[:3]


def _reports() -> int:
    text = (OWN / CLAIMS).read_text(encoding="utf-8")
    return sum(line.startswith(_TITLE) for line in text.splitlines())

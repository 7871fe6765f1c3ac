"""Whether a mention means the client, and whether an article is about it."""

from collections.abc import Iterable
from pathlib import Path

from bench.quality.metric import Metric, rows
from bench.quality.scores import Hits
from webapp.providers.ai.rules import RulesProvider
from webapp.providers.base import ClassifyItem, ClassifyRequest, SearchTarget
from webapp.services.company_match import match_company

NAMES_TUNED_ON = frozenset(
    {
        "Affirm",
        "Apple",
        "Chewy",
        "Discover",
        "Fox",
        "Hertz",
        "Meta",
        "Progressive",
        "Sage",
        "Sprint",
        "Toast",
        "Workday",
    }
)
"""Names whose mentions were read while the cues were weighed; the others were only counted."""
PAGES_TUNED_ON = frozenset({"Tesla", "Figma"})
RIGHT = frozenset({"company", "passing"})
UNCLEAR = "related"
"""A subsidiary or product: neither verdict is wrong, so these mentions are not counted."""

Row = dict[str, str]


def measure(data: Path) -> list[Metric]:
    """Return how well mentions and articles are told apart, on companies not tuned on."""
    mentions = [row for row in rows(data / "disambiguation" / "mentions.csv") if _is_clear(row)]
    pages = list(rows(data / "company_pages" / "pages.csv"))
    return [*_right_company(mentions), *_relevance(pages)]


def _right_company(mentions: list[Row]) -> list[Metric]:
    unseen = [row for row in mentions if row["query_name"] not in NAMES_TUNED_ON]
    seen = [row for row in mentions if row["query_name"] in NAMES_TUNED_ON]
    note = "a passing mention is the right company; subsidiaries and products are not counted"
    metrics = [
        Metric(
            "right_company_f1",
            _mention_hits(unseen or mentions).f1,
            len(unseen or mentions),
            baseline=0.87,
            aim=0.95,
            measured_on=_named(row["query_name"] for row in unseen or mentions),
            note=note,
        )
    ]
    if seen and unseen:
        on = _named(row["query_name"] for row in seen)
        value = _mention_hits(seen).f1
        metrics.append(Metric("right_company_f1_tuned", value, len(seen), measured_on=on))
    return metrics


def _relevance(pages: list[Row]) -> list[Metric]:
    unseen = [row for row in pages if row["company"] not in PAGES_TUNED_ON]
    counted = unseen or pages
    found = _page_hits(counted)
    on = _named(row["company"] for row in counted)
    note = "" if unseen else "the rules were tuned on these two pages, there is no third"
    if unseen and len(unseen) < len(pages):
        note = f"tuned on {_named(PAGES_TUNED_ON)}"
    return [
        Metric(
            "relevance_precision",
            found.precision,
            len(counted),
            baseline=0.49,
            aim=0.85,
            measured_on=on,
            note=note,
        ),
        Metric(
            "relevance_recall",
            found.recall,
            len(counted),
            baseline=1.0,
            aim=0.9,
            measured_on=on,
            note=note,
        ),
    ]


def _mention_hits(mentions: Iterable[Row]) -> Hits:
    total = Hits(0, 0, 0)
    for row in mentions:
        is_right = row["label"] in RIGHT
        said = match_company(_target_of(row), title=row["text"], snippet="", url="").is_match
        total += Hits(is_right and said, said, is_right)
    return total


def _page_hits(pages: Iterable[Row]) -> Hits:
    total = Hits(0, 0, 0)
    for row in pages:
        is_about = row["relevance"] == "about"
        said = _says_about(row)
        total += Hits(is_about and said, said, is_about)
    return total


def _says_about(row: Row) -> bool:
    """Judge as a run does: the match first, then the rules."""
    target = SearchTarget("client", row["company"], domain=row["domain"])
    url = f"https://{row['host']}/article"
    if not match_company(target, title=row["title"], snippet="", url=url).is_match:
        return False
    item = ClassifyItem("article", row["title"], "", publisher=row["source"])
    request = ClassifyRequest(row["company"], (), None, (item,))
    return RulesProvider().classify(request).verdicts[0].about_client


def _target_of(row: Row) -> SearchTarget:
    return SearchTarget(
        "client",
        row["query_name"],
        legal_name=row["entity"] or None,
        domain=row["domain"] or None,
        ticker=row["ticker"] or None,
    )


def _is_clear(row: Row) -> bool:
    return row["label"] != UNCLEAR


def _named(names: Iterable[str]) -> str:
    return ", ".join(sorted(set(names)))

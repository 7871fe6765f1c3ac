"""Same happening and same text: groups of reports and pairs of near-equal titles.

The weights were searched on some 260 headlines of ten companies in uci_news, grouped by hand,
and on our own rows (in own/). The two pages of company_pages gave no weights, but their mistakes
were read while features and formulas were chosen: their figures are no blind test. All of
uci_news stands beside them; its labels are topics that are wider than one happening.
"""

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

from bench.quality.metric import Metric, rows
from bench.quality.scores import Hits, b_cubed, groups, pair_hits
from webapp.services.near_titles import are_titles_near_equal
from webapp.services.same_story import Report, cluster, profile_of

NAMED_B3 = 0.90
"""B-cubed of the best simple clustering, as the data folder names it."""
NAMED_UCI_F1 = 0.59
"""Pair F1 of Jaccard over three-letter pieces on uci_news, as the data folder names it."""
JACCARD = 0.6
TUNED_ON = frozenset({"Halcyon Health", "Orbital Robotics", "Northwind Logistics"})
"""The companies of our own rows, which the weights were searched on."""
READ = frozenset({"Tesla", "Figma"})
"""Pages whose mistakes were read while the rules were written; they gave no weights."""
READ_PAIRS = (
    "Its labels are wide topics, ours are happenings: of 40 pairs that one label joins and we do "
    "not, read one by one, 31 told different happenings"
)
"""A sample by chance (seed 7), larger labels more often, as they have more pairs."""
MILLISECONDS = 1000


@dataclass(frozen=True)
class Page:
    """The results of one search: the company, its reports, and the story of each."""

    company: str
    reports: tuple[Report, ...]
    stories: tuple[str, ...]

    @property
    def titles(self) -> list[str]:
        """The titles in their order."""
        return [report.title for report in self.reports]


Grouping = Callable[[Page], list[Hashable]]


def measure(data: Path) -> list[Metric]:
    """Return the figures of grouping by story and of near-equal titles."""
    pages = company_pages(data)
    return [*_stories(pages), *_duplicates(pages), *_topics(data)]


def company_pages(data: Path) -> list[Page]:
    """Read the labelled results of searches, a page a company."""
    found: dict[str, list[tuple[Report, str]]] = {}
    for row in rows(data / "company_pages" / "pages.csv"):
        published_at = datetime.fromisoformat(row["publishedAt"])
        report = Report(row["title"], "", published_at, row["source"])
        found.setdefault(row["company"], []).append((report, row["story"]))
    return [
        Page(company, tuple(report for report, _ in held), tuple(story for _, story in held))
        for company, held in found.items()
    ]


def by_story(page: Page) -> list[Hashable]:
    """Group as the product does."""
    profiles = [profile_of(report, company_names=[page.company]) for report in page.reports]
    return list(groups(cluster(profiles), len(profiles)))


def by_shared_words(page: Page) -> list[Hashable]:
    """Group simply: titles that share 0.6 of their words, and whatever those are grouped with."""
    words = [frozenset(re.findall(r"\w+", title.lower())) for title in page.titles]

    def alike(one: int, other: int) -> bool:
        return len(words[one] & words[other]) >= JACCARD * len(words[one] | words[other])

    return _linked(len(words), alike)


def _stories(pages: Sequence[Page]) -> list[Metric]:
    where = _where(pages)
    truth, said = _all(pages, lambda page: list(page.stories)), _all(pages, by_story)
    simple = _all(pages, by_shared_words)
    pairs, beside = pair_hits(truth, said), pair_hits(truth, simple)
    worst = min((_page_hits(page) for page in pages), key=lambda hits: hits.precision)
    return [
        Metric("same_story_b3", b_cubed(truth, said), len(truth), NAMED_B3, 0.95, where),
        Metric(
            "same_story_pair_precision",
            pairs.precision,
            pairs.found,
            beside.precision,
            0.95,
            where,
            f"The worst page has {worst.precision:.2f}",
        ),
        Metric(
            "same_story_pair_recall", pairs.recall, pairs.wanted, beside.recall, measured_on=where
        ),
    ]


def _page_hits(page: Page) -> Hits:
    return pair_hits(page.stories, by_story(page))


def _duplicates(pages: Sequence[Page]) -> list[Metric]:
    """Near-equal titles are right when the reports are of one story; few are all there are."""
    where = _where(pages)
    near = sum((_title_pairs(page, are_titles_near_equal) for page in pages), Hits(0, 0, 0))
    same = sum((_title_pairs(page, str.__eq__) for page in pages), Hits(0, 0, 0))
    note = "Pairs of one story with near-equal titles; the rest is what grouping by story is for"
    return [
        Metric("duplicate_precision", near.precision, near.found, same.precision, None, where),
        Metric("duplicate_recall", near.recall, near.wanted, same.recall, None, where, note),
    ]


def _title_pairs(page: Page, is_same: Callable[[str, str], bool]) -> Hits:
    both = found = wanted = 0
    for (one, story), (other, beside) in combinations(
        zip(page.titles, page.stories, strict=True), 2
    ):
        is_found, is_wanted = is_same(one, other), story == beside
        both += is_found and is_wanted
        found += is_found
        wanted += is_wanted
    return Hits(both, found, wanted)


def _topics(data: Path) -> list[Metric]:
    """Measure on titles of other kinds of news, where a folder has them."""
    files = sorted((data / "uci_news").glob("*.csv"))
    held = [row for file in files for row in rows(file) if row["STORY"]]
    if not held:
        return []
    page = Page(
        "",
        tuple(
            Report(
                row["TITLE"], "", datetime.fromtimestamp(int(row["TIMESTAMP"]) / MILLISECONDS, UTC)
            )
            for row in held
        ),
        tuple(row["STORY"] for row in held),
    )
    pairs = pair_hits(page.stories, by_story(page))
    note = f"Precision {pairs.precision:.2f}. {READ_PAIRS}"
    name = "same_topic_pair_f1"
    where = f"{len(held):,} titles of uci_news"
    return [Metric(name, pairs.f1, len(held), NAMED_UCI_F1, None, where, note)]


def _all(pages: Sequence[Page], group: Grouping) -> list[Hashable]:
    return [(page.company, label) for page in pages for label in group(page)]


def _where(pages: Sequence[Page]) -> str:
    companies = ", ".join(page.company for page in pages)
    size = sum(len(page.reports) for page in pages)
    known = ", ".join(page.company for page in pages if page.company in TUNED_ON)
    read = ", ".join(page.company for page in pages if page.company in READ)
    how = f"; weights searched on {known}" if known else ""
    how += f"; mistakes on {read} were read while rules were written" if read else ""
    return f"{size} results for {companies}{how}"


def _linked(size: int, alike: Callable[[int, int], bool]) -> list[Hashable]:
    label = list(range(size))
    for one, other in combinations(range(size), 2):
        if label[one] != label[other] and alike(one, other):
            old, new = label[other], label[one]
            label = [new if each == old else each for each in label]
    return list(label)

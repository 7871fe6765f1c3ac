"""How well the rules judge texts that they were not trained on; the data are in BEACON_DATA."""

import csv
import html
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.providers.ai.headlines import judged
from webapp.providers.ai.sentiment import sentiment_label
from webapp.providers.ai.training import is_for_training

pytestmark = [pytest.mark.slow]
DEALS = frozenset({"acquired_or_merged", "acquisition_by_client"})
JUDGED = re.compile(r"['\"](.+?)['\"]: ['\"](positive|neutral|negative)['\"]")


@pytest.fixture(scope="module")
def data() -> Path:
    folder = os.environ.get("BEACON_DATA")
    if not folder:
        pytest.skip("set BEACON_DATA to the folder of labelled data sets")
    return Path(folder)


def rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def mapping(folder: Path) -> dict[str, list[str]]:
    right: dict[str, list[str]] = json.loads((folder / "mapping.json").read_text())["right"]
    return right


def macro_f1(pairs: list[tuple[str, str]]) -> float:
    """The mean F1 over the classes that truly occur; pairs are (truth, verdict)."""
    scores = []
    for name in sorted({truth for truth, _ in pairs}):
        hits = sum(truth == name == verdict for truth, verdict in pairs)
        asked = sum(truth == name for truth, _ in pairs)
        said = sum(verdict == name for _, verdict in pairs)
        scores.append(2 * hits / (asked + said))
    return sum(scores) / len(scores)


def test_topics_of_unseen_headlines(data: Path) -> None:
    right = mapping(data / "twitter_topic")
    pairs = []
    for row in rows(data / "twitter_topic" / "train_data.csv"):
        allowed = right[row["label"]]
        if not allowed or is_for_training(row["text"]):
            continue
        said = judged(html.unescape(row["text"]), client="Nobody Inc").category.value
        truth = said if said in allowed else "other" if "other" in allowed else allowed[0]
        pairs.append(tuple("deal" if name in DEALS else name for name in (truth, said)))
    assert len(pairs) > 3000
    assert macro_f1([(truth, said) for truth, said in pairs]) >= 0.85


def test_sentiment_of_unseen_headlines_for_each_company(data: Path) -> None:
    pairs = []
    for row in rows(data / "sentfin" / "SEntFiN.csv"):
        if not is_for_training(row["Title"]):
            for company, label in JUDGED.findall(row["Decisions"]):
                said = sentiment_label(judged(row["Title"], client=company).sentiment)
                pairs.append((label, said))
    assert len(pairs) > 4000
    assert macro_f1(pairs) >= 0.77


def test_relevance_and_category_of_a_news_searchs_results(data: Path) -> None:
    right = mapping(data / "company_pages")
    found, about, both, fitting = 0, 0, 0, 0
    for row in rows(data / "company_pages" / "pages.csv"):
        verdict = judged(row["title"], client=row["company"], publisher=row["source"])
        is_about = row["relevance"] == "about"
        found += verdict.about_client
        about += is_about
        both += is_about and verdict.about_client
        fitting += is_about and verdict.category.value in right[row["category"]]
    assert both / found >= 0.85
    assert both / about >= 0.9
    assert fitting / about >= 0.85

"""Trains the weights of topics and sentiment from labelled headlines in a folder of data sets.

Run it as `python -m webapp.providers.ai.training FOLDER`. The folder holds the Twitter Financial
News topics (`twitter_topic/train_data.csv`) and SEntFiN 1.0 (`sentfin/SEntFiN.csv`), both under
the MIT licence. Three texts in ten are never trained on: `is_for_training` tells which, so that
the others can be measured.
"""

import csv
import hashlib
import html
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from webapp.enums import Category
from webapp.providers.ai import sentiment, topics
from webapp.providers.ai.category_weights import category_weights
from webapp.providers.ai.linear_training import Example, fit
from webapp.providers.ai.wording import CLIENT, plain_words

TRAINED_TENTHS = 7
_JUDGED = re.compile(r"['\"](.+?)['\"]: ['\"](positive|neutral|negative)['\"]")
TOPIC_CLASSES: dict[int, str] = {
    **dict.fromkeys((0, 1, 6, 8, 10, 14, 15, 16, 18, 19), Category.OTHER.value),
    2: topics.COMPANY,
    5: Category.FINANCIAL_RESULTS.value,
    11: Category.FUNDING.value,
    12: Category.LEGAL_REGULATORY.value,
    13: topics.DEAL,
    17: Category.LEADERSHIP_CHANGE.value,
}
"""Labels of the data set; those that mix several kinds of news are left out."""


def is_for_training(text: str) -> bool:
    """Tell whether a text may be trained on; the same on every machine."""
    digest = hashlib.sha256(text.encode()).digest()
    return int.from_bytes(digest[:4], "big") % 10 < TRAINED_TENTHS


def topic_examples(folder: Path) -> Iterator[Example]:
    """Yield the headlines to train topics on."""
    for row in _rows(folder / "twitter_topic" / "train_data.csv"):
        label = TOPIC_CLASSES.get(int(row["label"]))
        if label is not None and is_for_training(row["text"]):
            plain = plain_words(html.unescape(row["text"]))
            yield topics.topic_features(plain, category_weights(plain)), label


def sentiment_examples(folder: Path) -> Iterator[Example]:
    """Yield each headline once for every company that it was judged for."""
    for row in _rows(folder / "sentfin" / "SEntFiN.csv"):
        if is_for_training(row["Title"]):
            for company, label in _JUDGED.findall(row["Decisions"]):
                yield sentiment.sentiment_features(plain_for(row["Title"], company)), label


def plain_for(title: str, company: str) -> str:
    """Return a title in plain form with the company marked, however it is spelled there."""
    plain = plain_words(title, (company,))
    if CLIENT in plain.split():
        return plain
    spelled = re.search(re.escape(company), title, re.IGNORECASE)
    return plain_words(title, (spelled[0],)) if spelled else plain


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def train(folder: Path) -> None:
    """Write both tables of weights anew."""
    fit(list(topic_examples(folder)), epochs=12, step=0.25).save(topics.PATH)
    fit(list(sentiment_examples(folder)), epochs=7, step=0.12).save(sentiment.PATH)


if __name__ == "__main__":
    train(Path(sys.argv[1]))

"""Categories and sentiment by the rules and trained weights, on texts they were not trained on."""

import html
import re
from pathlib import Path

from bench.quality.metric import OWN, Metric, mapping, rows
from bench.quality.scores import macro_f1
from webapp.providers.ai.rules import RulesProvider
from webapp.providers.ai.sentiment import sentiment_label
from webapp.providers.ai.training import is_for_training
from webapp.providers.base import Classification, ClassifyItem, ClassifyRequest

RULES_CATEGORY, RULES_TOPICS, WORD_LIST = 0.27, 0.47, 0.63
"""What keyword rules and VADER with a business word list reach, as the data folder names it."""
HEADLINES = OWN / "headlines" / "headlines.txt"
UNREAD_HEADLINES = 0.5
UNREAD = "The baseline is what they reached before any mistake was read, the last third at least"
DEALS = frozenset({"acquired_or_merged", "acquisition_by_client"})
NOBODY = "Nobody Inc"
_JUDGED = re.compile(r"['\"](.+?)['\"]: ['\"](positive|neutral|negative)['\"]")


def measure(data: Path) -> list[Metric]:
    """Return the figures of categories and of sentiment."""
    return [
        _category_accuracy(data),
        _category_macro_f1(data),
        *_hard_headlines(),
        _sentiment_macro_f1(data),
    ]


def judged(title: str, *, company: str, publisher: str = "") -> Classification:
    """Return what the rules say of one headline."""
    item = ClassifyItem("r", title, "", publisher=publisher)
    (verdict,) = RulesProvider().classify(ClassifyRequest(company, (), None, (item,))).verdicts
    return verdict


def _category_accuracy(data: Path) -> Metric:
    right = mapping(data / "company_pages")
    about = [
        row for row in rows(data / "company_pages" / "pages.csv") if row["relevance"] == "about"
    ]
    fitting = 0
    for row in about:
        verdict = judged(row["title"], company=row["company"], publisher=row["source"])
        fitting += verdict.category.value in right[row["category"]]
    companies = ", ".join(dict.fromkeys(row["company"] for row in about))
    where = f"{len(about)} articles about {companies}"
    share = fitting / len(about)
    return Metric("category_accuracy", share, len(about), RULES_CATEGORY, 0.85, where)


def _hard_headlines() -> list[Metric]:
    """Measure on headlines that were written to be hard: denied, rumoured, of a bystander."""
    rows_of_ours = [
        line.split("|")
        for line in HEADLINES.read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ]
    pairs = []
    for company, title, *allowed in rows_of_ours:
        said = judged(title, company=company).category.value
        pairs.append((said if said in allowed else allowed[0], said))
    share = sum(truth == said for truth, said in pairs) / len(pairs)
    where = f"{len(pairs)} headlines of our own; mistakes were read while rules were written"
    return [
        Metric("hard_headlines_accuracy", share, len(pairs), UNREAD_HEADLINES, None, where, UNREAD),
        Metric("hard_headlines_macro_f1", macro_f1(pairs), len(pairs), None, None, where),
    ]


def _category_macro_f1(data: Path) -> Metric:
    right = mapping(data / "twitter_topic")
    pairs = []
    for row in rows(data / "twitter_topic" / "train_data.csv"):
        allowed = right[row["label"]]
        if not allowed or _is_known(row["text"], data):
            continue
        said = judged(html.unescape(row["text"]), company=NOBODY).category.value
        truth = said if said in allowed else "other" if "other" in allowed else allowed[0]
        pairs.append(("deal" if truth in DEALS else truth, "deal" if said in DEALS else said))
    where = f"{len(pairs):,} tweets of twitter_topic that were not trained on"
    return Metric("category_macro_f1", macro_f1(pairs), len(pairs), RULES_TOPICS, 0.80, where)


def _sentiment_macro_f1(data: Path) -> Metric:
    pairs = []
    for row in rows(data / "sentfin" / "SEntFiN.csv"):
        if not _is_known(row["Title"], data):
            for company, label in _JUDGED.findall(row["Decisions"]):
                said = sentiment_label(judged(row["Title"], company=company).sentiment)
                pairs.append((label, said))
    where = f"{len(pairs):,} verdicts of sentfin that were not trained on"
    return Metric("sentiment_macro_f1", macro_f1(pairs), len(pairs), WORD_LIST, 0.75, where)


def _is_known(text: str, data: Path) -> bool:
    """Tell whether the weights were trained on a text; on none of our own."""
    return data != OWN and is_for_training(text)

"""Headlines of our own writing: what each is, and some that only mention the client."""

from pathlib import Path

from webapp.enums import Category
from webapp.providers.ai.rules import RulesProvider
from webapp.providers.base import Classification, ClassifyItem, ClassifyRequest

CLIENT = "Castellan Bank"
_FILE = Path(__file__).parent.parent / "samples" / "headlines.txt"

PASSING = (
    "Arcwell hires former Castellan Bank manager as head of risk",
    "Five lenders to watch: Arcwell, Novum, Castellan Bank, Sable and more",
    "Brackenridge opens cafe next to Castellan Bank in Leeds",
    "Castellan Bank rival Arcwell raises $50 million",
    "Man arrested after argument outside Castellan Bank branch",
    "How to open an account at banks like Castellan Bank",
    "Rates, oil, Castellan Bank: the week in business",
    "Savers turn to apps rather than Castellan Bank",
    "Umbra launches plugin for Castellan Bank statements",
)


def labelled() -> list[tuple[Category, str, str]]:
    """Each headline with its category and client."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()[1:]
    rows = (line.split("|") for line in lines)
    return [(Category(category), client, title) for category, client, title in rows]


def judged(
    title: str, snippet: str = "", *, client: str = CLIENT, **more: object
) -> Classification:
    """The rules' verdict on one article; `more` are further fields of the article."""
    item = ClassifyItem("r", title, snippet, **more)  # type: ignore[arg-type]  # the test's own
    (verdict,) = RulesProvider().classify(ClassifyRequest(client, (), None, (item,))).verdicts
    return verdict

"""Invented news to fill in: the kinds of story that a client can get, and what is only noise."""

from dataclasses import dataclass

from webapp.enums import Category
from webapp.providers.mock_headlines_growth import GROWTH
from webapp.providers.mock_headlines_risk import RISK


@dataclass(frozen=True)
class Story:
    """One happening: its headline, how another paper puts it, and two sentences on it."""

    category: Category
    title: str
    retold: str
    snippet: str


STORIES: tuple[Story, ...] = tuple(Story(category, *texts) for category, texts in (*RISK, *GROWTH))

NOISE: tuple[Story, ...] = tuple(
    Story(Category.OTHER, *texts)
    for texts in (
        (
            "Five stocks to watch this week: {other}, {client}, {rival} and more",
            "Stocks to watch: {other}, {rival}, {client} among this week's movers",
            (
                "Markets open to a busy calendar of results. {client} is one of twelve names "
                "on our list of shares to watch."
            ),
        ),
        (
            "{rival} opens office in {city}, across the street from {client}",
            "{rival} takes office space in {city}",
            (
                "{rival} has rented two floors in {city}. The building stands opposite the "
                "local branch of {client}."
            ),
        ),
        (
            "{other} names former {client} intern {person} as head of design",
            "{person} becomes head of design at {other}",
            (
                "{other} has appointed {person} to lead its design studio. Early in a career "
                "of twenty years {person} spent a summer at {client}."
            ),
        ),
        (
            "The week in business: rates, ports, and a quiet word from {client}",
            "Business week: what moved and what did not",
            (
                "Central banks kept rates unchanged. {client} was among the companies that "
                "declined to comment."
            ),
        ),
        (
            "How to prepare for an interview at companies like {client}",
            "Interview tips for large employers",
            (
                "Recruiters say that preparation matters more than a polished CV. Firms such "
                "as {client} often begin with a short call."
            ),
        ),
        (
            "Closing bell: {rival} leads gainers as {client} shares end flat",
            "Shares end little changed, {rival} leads gainers",
            (
                "Trading was thin before the holiday. {client} shares ended flat, in line with"
                " the wider market."
            ),
        ),
    )
)

PEOPLE = (
    "Mara Lindqvist", "Tomas Okafor", "Priya Venn", "Jonas Beck", "Elena Marchetti",
    "Samuel Adeyemi", "Ingrid Solheim", "Rafael Duarte", "Yuki Tanabe", "Nadia Farouk",
    "Colin Pemberton", "Aisha Rahimi", "Viktor Hallström", "Grace Owusu", "Leo Castell",
    "Hanna Virtanen",
)  # fmt: skip
CITIES = (
    "Rotterdam", "Leeds", "Austin", "Gdansk", "Porto", "Denver", "Lyon", "Osaka", "Toronto",
    "Tallinn", "Cork", "Nairobi",
)  # fmt: skip
COUNTRIES = ("Poland", "Canada", "Portugal", "Japan", "Kenya", "Mexico", "Denmark", "Vietnam")
OTHERS = (
    "Tidewater Systems", "Fernhill Analytics", "Corvane Labs", "Pallas Freight",
    "Greyfriars Foods", "Umbra Software", "Lindgate Capital Goods", "Solvane Energy",
)  # fmt: skip
RIVALS = ("Brackenridge", "Novum Works", "Kestrel & Hale", "Arcwell", "Tamarind Group")
INVESTORS = (
    "Alder Point Capital", "Bluewater Ventures", "Keystone Row Partners", "Sable Hill Equity",
    "Marlowe Growth",
)  # fmt: skip
PRODUCTS = ("Compass", "Tideline", "Relay", "Northstar", "Loom", "Prism", "Cadence")
PAPERS = (
    ("Example Newswire", "newswire.example.com"),
    ("The Ledger Daily", "ledger.example.org"),
    ("Harbour Business Review", "harbour.example.net"),
    ("Trade Courier", "courier.example.com"),
    ("Metro Finance", "metrofinance.example.org"),
    ("Signal & Circuit", "signal.example.net"),
)
"""Publishers and their hosts, all under domains that are reserved for examples."""

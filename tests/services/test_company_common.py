"""A client whose name is a word of the language is told from that word by what stands around."""

import pytest

from webapp.providers.base import SearchTarget
from webapp.services.company_match import match_company

CLIENTS = {
    "Village": SearchTarget("c", "Village", legal_name="Village Tax, Inc.", industry="software"),
    "Harvest": SearchTarget("c", "Harvest", legal_name="Harvest Labs, Inc.", industry="fintech"),
    "Target": SearchTarget("c", "Target", legal_name="Target Tools Ltd", industry="retail"),
    "Next": SearchTarget("c", "Next", legal_name="Next Robotics Ltd", industry="robots"),
}
MEANT = [
    ("Village", "Village raises 3M to sort out taxes"),
    ("Village", "Village lays off a third of its workforce"),
    ("Village", "Tax startup Village hires a chief technology officer"),
    ("Harvest", "Harvest cuts fees for small merchants"),
    ("Harvest", "Harvest down for thousands of users"),
    ("Harvest", "Harvest, Umbra Labs settle patent dispute"),
    ("Target", "Target will stop selling ladders"),
    ("Next", "Next buys a maker of grippers"),
]
NOT_MEANT = [
    ("Village", "Village raises property taxes again"),
    ("Village", "Village would lose its only school"),
    ("Village", "Village hall reopens after flood"),
    ("Village", "Village & Vine magazine names an editor"),
    ("Harvest", "Harvest Group lowers its outlook"),
    ("Target", "Arcwell Price Target Raised to $84"),
    ("Target", "Target price of Arcwell cut by analysts"),
    ("Next", "Next week in the markets"),
    ("Next", "Next Stop: The Moon"),
]


def is_meant(name: str, title: str) -> bool:
    return match_company(CLIENTS[name], title=title, snippet="", url="").is_match


@pytest.mark.parametrize(("name", "title"), MEANT)
def test_what_only_companies_do_means_the_client(name: str, title: str) -> None:
    assert is_meant(name, title)


@pytest.mark.parametrize(("name", "title"), NOT_MEANT)
def test_the_word_and_its_compounds_do_not(name: str, title: str) -> None:
    assert not is_meant(name, title)

"""Names of a claim stand in its quote, however they are spelled there."""

import pytest

from webapp.providers.ai.evidence.names import missing_names
from webapp.providers.ai.evidence.reading import folded

SAME = [
    ("Élodie Marchand leaves", "Elodie Marchand leaves"),
    ("Nordquell's chief leaves", "The chief of Nordquell leaves"),
    ("Chief Sean O\u2019Dell leaves", "Sean O'Dell leaves"),
    ("Priya Raman leaves", "P. Raman leaves"),
    ("HALDEN AIR LOSES DATA", "Halden Air loses data"),
    ("Halden Air loses data", "HALDEN AIR LOSES DATA"),
    ("The Financial Conduct Authority spoke", "The FCA spoke"),
    ("The FCA spoke", "The Financial Conduct Authority spoke"),
    ("The finance chief leaves", "The CFO leaves"),
    ("A Serbian packer", "A packer from Serbia"),
    ("The US court", "The American court"),
    ("Halden Air Ltd", "Halden Air Inc"),
    ("demand cools", "Demand cools"),
]
OTHER = [
    ("Priya Raman leaves", "Priya Rahman leaves", "Rahman"),
    ("Priya Raman leaves", "S. Raman leaves", "S"),
    ("The finance chief leaves", "The CEO leaves", "CEO"),
    ("Tessary raises a Series C", "Tessary raises a Series D", "D"),
    ("A Serbian packer", "A packer from Croatia", "Croatia"),
    ("Fjordjet lost data", "Halden lost data", "Halden"),
]


@pytest.mark.parametrize(("told", "claimed"), SAME)
def test_one_name_may_be_spelled_in_many_ways(told: str, claimed: str) -> None:
    assert missing_names(folded(claimed), [folded(told)]) == []


@pytest.mark.parametrize(("told", "claimed", "strange"), OTHER)
def test_another_name_is_found(told: str, claimed: str, strange: str) -> None:
    assert missing_names(folded(claimed), [folded(told)]) == [strange]

# ruff: noqa: E501 -- a report a line reads as a table
"""What else was reported at the demo's clients: the same stories elsewhere, news of stories, and noise."""

from dataclasses import dataclass

from webapp.enums import RawOutcome


@dataclass(frozen=True)
class Report:
    """One found item that made no event. `story` is the title of the story that it repeats.

    `outlet` is where it stood; `same_text` are outlets that printed the very same.
    """

    client: int
    days: int
    outcome: RawOutcome
    outlet: str
    title: str
    text: str
    reason: str | None = None
    story: str = ""
    same_text: tuple[str, ...] = ()


CUTS = "Northwind Logistics to cut 340 jobs in Rotterdam"
MORE_CUTS = "Northwind Logistics raises Rotterdam job cuts to 420"
GYMS = "Halcyon Health Clubs opens twelve gyms"
WRONG_NAME = "Halcyon Health Clubs"

UPDATES = {MORE_CUTS: (CUTS, "420 jobs instead of 340")}
"""Stories that go on with an earlier one: its title, and what is new."""

_SAME = RawOutcome.DUPLICATE
_KNOWN = "reports what is told already"
# fmt: off
REPORTS: tuple[Report, ...] = (
    Report(2, 1, _SAME, "Harbour Gazette", "Northwind Logistics closes Rotterdam warehouse, 340 jobs to go", "The warehouse at the Maas closes by March; 340 people lose their jobs.", _KNOWN, CUTS, ("Delta Courier",)),
    Report(2, 1, _SAME, "Freight Review", "340 layoffs at Northwind Logistics in Rotterdam", "Northwind Logistics told its staff in Rotterdam that 340 of them will have to go.", _KNOWN, CUTS),
    Report(6, 1, _SAME, "Print Weekly", "Pallas Press and Quillstone Media to merge", "The merger of Pallas Press and Quillstone Media shall be closed by summer.", _KNOWN, "Quillstone Media agrees to merge with Pallas Press"),
    Report(0, 0, _SAME, "Ward Report", "Five hospitals to leave CarePath of Halcyon Health", "Five hospitals of one group will not renew CarePath when its contract ends in June.", _KNOWN, "Hospital group leaves Halcyon Health's CarePath"),
    Report(3, 2, RawOutcome.IRRELEVANT, "Market Notes", "Five shares to watch: Meridian Energy and four others", "Analysts look forward to the quarter of Meridian Energy and four others.", "relevance 0.21: a list that only mentions the client"),
    Report(8, 3, RawOutcome.IRRELEVANT, "Trade Weekly", "Tamarack Insurance sponsors youth regatta", "Tamarack Insurance gives its name to a regatta for young sailors.", "relevance 0.24: says nothing of the account"),
    Report(1, 5, RawOutcome.OLD, "Morning Ledger", "Castellan Bank opened its first branch ten years ago", "A look back at the first branch of Castellan Bank.", "published too long ago to be news"),
    Report(0, 4, RawOutcome.WRONG_COMPANY, "Fitness Courier", "Halcyon Health Clubs lowers its fees", "Members of Halcyon Health Clubs pay less from spring."),
    Report(0, 2, RawOutcome.WRONG_COMPANY, "Fitness Courier", "Halcyon Health Clubs looks for trainers", "Halcyon Health Clubs is hiring 30 trainers."),
)
# fmt: on

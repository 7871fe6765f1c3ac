"""Who speaks for us at a client, by what its CRM marks, and how it shows that such a person left.

A person is gone where the CRM shows every contact of the account and that one is not among them,
or goes on listing them as somebody who left: under the address of another house, or as "former".
Somebody who merely lost the mark is still there.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from webapp.providers.base import CRMContact, CRMFacts
from webapp.providers.crm.matching import host_of

_FORMER = re.compile(r"\b(?:former(?:ly)?|ex|left|no longer)\b", re.IGNORECASE)
_PRIVATE = frozenset(
    {
        *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com"),
        *("yahoo.com", "icloud.com", "me.com", "proton.me", "protonmail.com", "aol.com"),
        *("gmx.com", "gmx.net", "gmx.de", "web.de", "mail.com"),
    }
)
"""A private address says nothing of an employer."""
_GOES = (
    r"leaves?|left|leaving|departs?|departed|departing|steps? down|stepped down|stepping down|"
    r"resigns?|resigned|quits?|retires?|retired|exits|is out|moves? to|moved to|joins|joined|"
    r"to (?:leave|depart|step down|resign|quit|retire|join|move to)"
)
_LOST = r"departure|resignation|exit|retirement|loss"
_WON = r"loses|lost|poaches|poached|hires away|hired away"
_GAP = r"[^.;!?\n]{0,60}?"


@dataclass(frozen=True)
class Champion:
    """A person whom the CRM marks as champion or decision maker."""

    name: str
    title: str | None = None
    email: str | None = None
    is_champion: bool = True

    @property
    def role(self) -> str:
        """What the CRM marks the person as."""
        return "champion" if self.is_champion else "decision maker"

    @property
    def told(self) -> str:
        """The person with what is known of them: "Ida Storm (VP Claims)"."""
        return f"{self.name} ({self.title})" if self.title else self.name

    def is_same(self, other: "Champion | CRMContact") -> bool:
        """Tell whether two entries are one person: by address, else by name."""
        mine, theirs = (self.email or "").casefold(), (other.email or "").casefold()
        return (bool(mine) and mine == theirs) or self.name.casefold() == other.name.casefold()


@dataclass(frozen=True)
class Departure:
    """That a champion left, with what the CRM says now; `proof` are its lines."""

    person: Champion
    told: str
    proof: tuple[str, ...]


def champions_of(facts: CRMFacts) -> tuple[Champion, ...]:
    """Return the people whom the CRM marks, those aside who have left by its own words."""
    return tuple(
        Champion(each.name, each.title, each.email, each.is_champion)
        for each in facts.contacts
        if (each.is_champion or each.is_decision_maker) and not _FORMER.search(each.title or "")
    )


def departures(known: Iterable[Champion], facts: CRMFacts, *, crm: str) -> Iterator[Departure]:
    """Yield who of the known ones has left by these facts; what they do not say is no leaving."""
    for person in known:
        entry = next((each for each in facts.contacts if person.is_same(each)), None)
        if entry is not None:
            yield from _gone_but_listed(person, entry, facts, crm)
        elif facts.contacts and facts.has_all_contacts:
            now = ", ".join(each.name for each in facts.contacts[:5])
            proof = (
                f"Listed before as {person.role}: {person.told}",
                f"Listed now as contacts: {now}",
            )
            yield Departure(person, f"{crm} no longer lists {person.told}", proof)


def is_absent(person: Champion, facts: CRMFacts) -> bool:
    """Tell whether the CRM shows every contact and the person is none of them."""
    return facts.has_all_contacts and not any(person.is_same(each) for each in facts.contacts)


def departure_told(text: str, person: Champion, own_names: Sequence[str]) -> str | None:
    """Return the sentence of a report that tells of a person's leaving, None where none does.

    Joining the client itself is no leaving.
    """
    name = re.escape(person.name)
    goes = re.compile(
        rf"\b{name}\b(?:,[^.;!?\n]{{0,80}}?,)?{_GAP}\b(?P<how>{_GOES})\b(?P<rest>.{{0,60}})"
        rf"|\b(?:{_LOST}) of\b{_GAP}\b{name}\b|\b(?:{_WON})\b{_GAP}\b{name}\b",
        re.IGNORECASE,
    )
    for sentence in re.split(r"(?<=[.!?])\s+|\n", text):
        found = goes.search(sentence)
        if found is not None and not _comes_to(found, own_names):
            return sentence.strip()
    return None


def _comes_to(found: re.Match[str], own_names: Sequence[str]) -> bool:
    how, rest = (found["how"] or "").casefold(), (found["rest"] or "").casefold().strip()
    is_coming = how.startswith(("join", "move", "to join", "to move"))
    return is_coming and rest.startswith(tuple(name.casefold() for name in own_names))


def _gone_but_listed(
    person: Champion, entry: CRMContact, facts: CRMFacts, crm: str
) -> Iterator[Departure]:
    if _FORMER.search(entry.title or "") and not _FORMER.search(person.title or ""):
        now = f"Listed now with the title: {entry.title}"
        yield Departure(person, f"{crm} now calls {person.name} “{entry.title}”", (now,))
    elif host := _new_house(person, entry, facts):
        proof = (
            f"Listed before with an address at: {_house(person.email)}",
            f"Listed now with an address at: {host}",
        )
        yield Departure(person, f"{crm} now has {person.told} at {host}", proof)


def _new_house(person: Champion, entry: CRMContact, facts: CRMFacts) -> str | None:
    """Return the domain of an address at another house; one that colleagues share is none."""
    before, now = _house(person.email), _house(entry.email)
    if not before or not now or before == now or now in _PRIVATE or now == host_of(facts.website):
        return None
    colleagues = (each for each in facts.contacts if each is not entry)
    return None if any(_house(each.email) == now for each in colleagues) else now


def _house(email: str | None) -> str:
    return (email or "").rpartition("@")[2].casefold()

"""Who moves against a company: customers or shareholders, regulators of one country or another."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_DEED = (
    r"(?:su(?:e|es|ed|ing)|(?:law)?suits?|class action|litigation|settle[sd]?|settlement|settling|"
    r"prob(?:e|es|ed|ing)|investigat\w+|inquir(?:y|ies)|fin(?:e|es|ed)|penalt(?:y|ies)|"
    r"ban(?:s|ned)?|strik(?:e|es|ing)|walkout|complaints?|charge[sd]?|accuse[sd]?)"
)
"""What several parties do to one company, one after the other."""
_WORD = r"[\w'.\x01-]+"
_BEFORE = re.compile(rf"(?P<actors>(?:{_WORD} ){{1,5}}){_DEED}\b", re.IGNORECASE)
_BEHIND = re.compile(rf"\b(?:by|with) (?P<actors>(?:{_WORD} ?){{1,5}})", re.IGNORECASE)
_BESIDE = re.compile(
    rf"(?P<actors>{_WORD}) (?:class action|(?:law)?suit|strike|walkout|probe|inquiry)",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(
    r"\b(?:about|after|against|alleging|amid|as|at|for|from|in|of|on|over|to|under)\b",
    re.IGNORECASE,
)
_WHO = {
    "customers": r"customers|consumers|users|subscribers|patients|passengers|buyers|owners|"
    r"tenants|borrowers|shoppers|travell?ers|guests|members|parents|families",
    "shareholders": r"shareholders|stockholders|investors|pension funds?",
    "staff": r"employees|workers|staff|staffers|drivers|nurses|pilots|unions?|couriers|engineers|"
    r"managers|executives|whistleblowers?|contractors",
    "rivals": r"rivals?|competitors?",
    "suppliers": r"suppliers?|vendors?|landlords?|creditors|lenders|bondholders|franchisees",
    "authors": r"authors|artists|publishers|musicians|labels|writers|actors",
    "authorities": r"regulators?|watchdogs?|authorit(?:y|ies)|prosecutors?|attorneys? general|"
    r"commission|police|government|ministry|senate|congress|lawmakers|ftc|sec|doj|fda|fcc|faa|"
    r"nhtsa|cfpb|osha|epa|cma|fca|ico|ofcom|cnil|bafin|samr|accc|cci|justice department",
}
_ATTRIBUTE = {
    "customers": r"customer|consumer|user|subscriber|patient|passenger|tenant",
    "shareholders": r"shareholder|stockholder|investor|securities",
    "staff": r"employee|worker|staff|driver|nurse|pilot|union|labou?r",
    "authorities": r"antitrust|federal|regulatory|criminal|ftc|sec|doj",
}
_WHERE = {
    "us": r"(?-i:US|USA)|u\.s\.|american|federal|ftc|sec|doj|fda|fcc|faa|nhtsa|cfpb|osha|epa|"
    r"justice department|senate|congress",
    "eu": r"(?-i:EU)|european(?: union| commission)?|brussels",
    "uk": r"(?-i:UK)|u\.k\.|british|britain's?|cma|fca|ico|ofcom",
    "china": r"china's|chinese|beijing|samr",
    "germany": r"germany's|german|bafin",
    "france": r"france's|french|cnil",
    "italy": r"italy's|italian",
    "spain": r"spain's|spanish",
    "netherlands": r"dutch",
    "ireland": r"ireland's|irish",
    "india": r"india's|indian|cci",
    "japan": r"japan's|japanese",
    "korea": r"korea's|korean",
    "australia": r"australia's|australian|accc",
    "canada": r"canada's|canadian",
    "brazil": r"brazil's|brazilian",
    "mexico": r"mexico's|mexican",
}


def _any_of(groups: dict[str, str]) -> re.Pattern[str]:
    each = "|".join(f"(?P<{name}>{words})" for name, words in groups.items())
    return re.compile(rf"(?<![\w$])(?:{each})(?!\w)", re.IGNORECASE)


_ACTORS, _ATTRIBUTES, _PLACES = _any_of(_WHO), _any_of(_ATTRIBUTE), _any_of(_WHERE)


@dataclass(frozen=True)
class Parties:
    """Who acts in a headline and where they are from; empty where it does not say."""

    who: frozenset[str] = frozenset()
    where: frozenset[str] = frozenset()

    def contradict(self, other: "Parties") -> bool:
        """Tell whether both name somebody, and nobody in common."""
        sides = ((self.who, other.who), (self.where, other.where))
        return any(one and two and not one & two for one, two in sides)


def parties_in(headline: str) -> Parties:
    """Return who sues, fines, probes or strikes, by a folded headline; nobody in any other."""
    named = list(_named(headline))
    beside = (match["actors"] for match in _BESIDE.finditer(headline))
    who = {*_groups(_ACTORS, named), *_groups(_ATTRIBUTES, beside)}
    return Parties(frozenset(who), frozenset(_groups(_PLACES, named)))


def _named(headline: str) -> Iterator[str]:
    """Yield who stands before a deed or behind "by", without what the deed is about."""
    found = [match["actors"] for match in _BEFORE.finditer(headline)]
    if found:
        found += [match["actors"] for match in _BEHIND.finditer(headline)]
    return (_PREPOSITION.split(each, maxsplit=1)[0] for each in found)


def _groups(pattern: re.Pattern[str], texts: Iterator[str] | list[str]) -> Iterator[str]:
    return (match.lastgroup or "" for text in texts for match in pattern.finditer(text))

"""How a matter stands, by the words of a headline: agreed, settled, ended, happening again."""

import re
from collections.abc import Sequence

_SETBACK = (
    r"(?:data )?(?:outage|breach|recall|strike|walkout|hack|lawsuit|suit|cyberattack|probe|"
    r"investigation|inquiry|fine|layoff|delay|fire|crash|incident|leak|shutdown)s?"
)
_CUTS = r"(?:layoffs|job cuts|cuts|redundancies|closures)"
_BOND = (
    r"(?:strike|walkout|partnership|contract|deal|talks|negotiations|dispute|agreement|alliance|"
    r"support|programme|program|trial|pilot|relationship|probe|investigation|inquiry|outage|ban|"
    r"boycott|standoff|lockout|venture|service)s?"
)
_RULED = r"(?:lawsuit|suit|case|appeal|trial|ruling|verdict|dismissal)"
_STATUSES = {
    "in talks": r"in (?:\w+ )?talks|exploring|considering|weighs|weighing|nears|nearing|mulls",
    "agreed": r"agree[sd]? to|agreement to|strikes? (?:a )?deal|signs? (?:a )?deal|to acquire",
    "approved": r"approve[sd]?|approval|clears|cleared|green.?lights?",
    "completed": r"complete[sd]?|completion|finali[sz]e[sd]?|closes? (?:its |the )?\w* ?"
    r"(?:deal|acquisition|merger|purchase|sale|round)",
    "called off": r"call(?:s|ed) off|cancel(?:s|led|ed)?|scrap(?:s|ped)?|abandon(?:s|ed)?|"
    r"terminate[sd]?|walks? away|withdraws?|withdrew|shelve[sd]?|ditch(?:es|ed)|"
    r"drop(?:s|ped) (?:\w+ ){0,2}(?:bid|plan|plans|offer|deal|case|lawsuit|suit|charges|probe)",
    "blocked": r"block(?:s|ed)?|reject(?:s|ed)?|halted by",
    "delayed": r"delay(?:s|ed)?|postpone[sd]?|push(?:es|ed) back|slips? to",
    "ended": rf"end(?:s|ed|ing)? (?:\w+ ){{0,2}}{_BOND}|{_BOND} (?:ends|ended|is over|over)",
    "resumed": r"resum(?:es?|ed|ing)|restart(?:s|ed|ing)?|back to work",
    "settled": r"settle[sd]?|settlement",
    "dismissed": r"dismiss(?:es|ed)|thrown out|throws out",
    "found guilty": r"found (?:guilty|liable)|convicted",
    "appealed": r"appeals|appealed|to appeal|appealing",
    "denied": r"den(?:y|ies|ied)",
    "resolved": r"resolved|restored|back online|contained",
    "won": rf"w(?:ins?|on) (?:\w+ ){{0,3}}{_RULED}",
    "lost": rf"los(?:es?|t) (?:\w+ ){{0,3}}{_RULED}",
    "widened": rf"(?:widens?|widened|expand(?:s|ed)?|broadens?) (?:\w+ ){{0,2}}{_SETBACK}",
    "out of bankruptcy": r"(?:emerge[sd]?|exit(?:s|ed)?) (?:from )?(?:bankruptcy|chapter 11)",
    "reversed": r"reverse[sd]?|rescinds?|rescinded|reinstate[sd]?|u-turn|to stay on",
    "happening again": r"(?:down|out|offline|outage|breach(?:ed)?|hacked|hit|strikes?|sued|fined|"
    r"recalled|customers|users) again|"
    rf"(?:another|second|more|further|fresh|new|repeat(?:ed)?) (?:\w+ )?{_SETBACK}|"
    rf"(?:another|second|more|further|fresh|new) (?:round|wave) of (?:\w+ )?{_CUTS}",
    "happening a third time": rf"third (?:\w+ )?(?:{_SETBACK}|(?:round|wave) of)",
    "happening a fourth time": rf"fourth (?:\w+ )?(?:{_SETBACK}|(?:round|wave) of)",
}
_PATTERNS = {
    status: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for status, words in _STATUSES.items()
}
_RUNG = {"in talks": 1, "agreed": 2, "approved": 3, "completed": 4}
"""States of one ladder: a lower one after a higher one is an old report, nothing new."""
_AGAIN = frozenset(status for status in _STATUSES if status.startswith("happening"))
_SUDDEN = re.compile(
    r"\b(?:outages?|offline|blackout|downtime|(?:goes|went|is|are) down)\b", re.IGNORECASE
)
_LOOKS_BACK = re.compile(
    r"\b(?:after|following|last (?:week|month|year)|recent|post-?mortem|caused?|why|explains?|"
    r"apolog\w+|compensat\w+|credits?|refunds?|lessons?|review|aftermath|blames?|su(?:es?|ed)|"
    r"lawsuits?|prob(?:es?|ed)|investigat\w+|resolved|restored|fined?|costs?)\b",
    re.IGNORECASE,
)


def statuses_in(title: str) -> tuple[str, ...]:
    """Return how the matter stands that a folded headline tells."""
    return tuple(status for status, found in _PATTERNS.items() if found.search(title))


def fresh_statuses(known: Sequence[str], told: Sequence[str]) -> list[str]:
    """Return the states that are new after the known ones, the latest last.

    That a matter was agreed is no news of one that was told without any state.
    """
    lowest = max([1, *(_RUNG.get(status, 0) for status in known)])
    fresh = [
        status
        for status in told
        if status not in known and _RUNG.get(status, len(_RUNG) + 1) > lowest
    ]
    return fresh if known else [status for status in fresh if status != "agreed"]


def says_again(statuses: Sequence[str]) -> bool:
    """Tell whether a headline of these states says that its matter is not the first."""
    return not _AGAIN.isdisjoint(statuses)


def breaks_out(title: str) -> bool:
    """Tell whether a headline reports what breaks out and is over soon, as it happens."""
    return _SUDDEN.search(title) is not None and _LOOKS_BACK.search(title) is None

"""What an event's relevance is made of, in words: the classifier's parts, then the team's."""

from dataclasses import dataclass

from webapp.models import Event
from webapp.pages.formatting import label
from webapp.services.calibrated import TEAM_FEEDBACK, judged_relevance

_SEEN = 0.005
"""What is smaller shows as nothing."""
_WORDS = {
    "about_the_client": "It is about the client",
    "client_not_named": "The client is not named",
    "passing_mention": "The client is mentioned in passing",
    "severity": "How grave this kind of event is",
    "named_in_title": "The title names the client",
    "no_event": "Nothing happened; it is talk",
    "recency": "How recent it is",
    "source": "Who published it",
    TEAM_FEEDBACK: "Feedback of your team",
}


@dataclass(frozen=True)
class Part:
    """One part of a relevance, from -1 to 1, and what it stands for."""

    text: str
    value: float
    is_first: bool = False
    """The whole judgement that later parts are added to, so it needs no sign."""


def parts_of(event: Event) -> list[Part]:
    """Return the parts that add up to an event's relevance; a lone whole is no list of parts."""
    factors = event.relevance_factors
    own = {name: value for name, value in factors.items() if name != TEAM_FEEDBACK}
    judged = judged_relevance(event.relevance_score, factors)
    parts = [Part(_WORDS.get(name, label(name)), value) for name, value in own.items()]
    rest = judged - sum(own.values())
    if not own:
        parts = [Part("The classifier's judgement", judged, is_first=True)]
    elif abs(rest) >= _SEEN:
        parts.append(Part("Kept between 0 and 100", rest))
    team = factors.get(TEAM_FEEDBACK)
    if team:
        parts.append(Part(_WORDS[TEAM_FEEDBACK], team))
    return parts if len(parts) > 1 else []

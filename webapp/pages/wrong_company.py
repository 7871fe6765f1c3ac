"""The form of "wrong company": its choices, and what was chosen as the fields of an opinion."""

from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from webapp.enums import ExclusionKind
from webapp.errors import InvalidInputError
from webapp.services.exclusion_input import GIVE_A_TERM
from webapp.services.exclusion_proposals import HEADLINE, Proposal, preferred
from webapp.services.feedback_answers import given_in_words, taken_back_in_words

OTHER = "other"
_FIELDS = {ExclusionKind.TERM: "exclude_term", ExclusionKind.DOMAIN: "exclude_domain"}


@dataclass(frozen=True)
class Choice:
    """One radio button: what it posts, what it says, and what it would do."""

    value: str
    text: str
    why: str
    hides: int
    is_preset: bool


def choices(proposals: Sequence[Proposal]) -> list[Choice]:
    """Return the radio buttons for some proposals; the one is preset that would be taken unsaid."""
    preset = preferred(proposals)
    return [
        Choice(f"{p.kind}:{p.value}", _text(p), _why(p), p.hides, is_preset=p is preset)
        for p in proposals
    ]


def as_fields(form: MultiDict[str, str]) -> MultiDict[str, str]:
    """Return a posted form with the chosen button as the field that it stands for.

    Raises InvalidInputError for another word that is not given.
    """
    fields = form.copy()
    kind, _, value = form.get("_choice", "").partition(":")
    if kind == OTHER:
        kind, value = ExclusionKind.TERM, form.get("_other", "").strip()
        if not value:
            raise InvalidInputError.of("exclude_term", GIVE_A_TERM)
    if kind in _FIELDS:
        fields[_FIELDS[ExclusionKind(kind)]] = value
    return fields


def _text(proposal: Proposal) -> str:
    if proposal.kind is ExclusionKind.DOMAIN:
        return f"Everything from {proposal.value}"
    if proposal.why == HEADLINE:
        return "Only this headline, wherever it appears"
    return f"Whatever names \u201c{proposal.value}\u201d"


def _why(proposal: Proposal) -> str:
    """Return the reason with what parts it from the count that follows."""
    return "" if proposal.why == HEADLINE else f"{proposal.why}; "


__all__ = ["Choice", "as_fields", "choices", "given_in_words", "taken_back_in_words"]

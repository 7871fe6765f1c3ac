"""Claims of an insight beside the numbered sources that carry them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.enums import ReporterName
from webapp.models import Event

CRM_REF = "crm"


def is_of_crm(event: Event) -> bool:
    """Tell whether an event was read in a CRM: then nothing was published, and no row found."""
    return event.source_api == ReporterName.CRM


@dataclass(frozen=True)
class SourcedClaim:
    """A claim, its quote, and the number of its source; `is_crm` where the CRM carries it.

    `text` is empty where the claim says no more than its quote.
    """

    text: str
    quote: str
    number: int | None
    is_crm: bool


def sourced_claims(
    claims: Iterable[Mapping[str, Any]], refs: Sequence[str | None]
) -> list[SourcedClaim]:
    """Return the claims with the numbers of their sources; `refs` are the raw rows in order."""
    return [_sourced(claim, refs) for claim in claims if claim.get("quote")]


def source_number(ref: object, refs: Sequence[str | None]) -> int | None:
    """Return the place of a raw row among the listed sources, from 1, None where it is not."""
    return refs.index(ref) + 1 if isinstance(ref, str) and ref in refs else None


def _sourced(claim: Mapping[str, Any], refs: Sequence[str | None]) -> SourcedClaim:
    text, quote, ref = str(claim.get("text") or ""), str(claim["quote"]), claim.get("source_ref")
    says_more = text.rstrip(" .!?") != quote.rstrip(" .!?")
    return SourcedClaim(
        text if says_more else "", quote, source_number(ref, refs), is_crm=ref == CRM_REF
    )

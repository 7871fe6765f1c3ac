"""What a user wants excluded, brought into the form that it is kept in, or refused with why."""

import re

from webapp.enums import ExclusionKind
from webapp.errors import InvalidInputError
from webapp.models import Client
from webapp.services.company_names import identity_of
from webapp.services.company_rules import is_within, stands_in_own_name
from webapp.services.exclusion_effects import Cause
from webapp.services.search_targets import target_of

MIN_TERM = 2
MAX_VALUE = 253
_DOMAIN = re.compile(
    r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}"
)
GIVE_A_TERM = "Give a word or name of at least two letters."


def wanted_cause(client: Client, *, term: str | None, domain: str | None) -> Cause | None:
    """Return what is to be excluded, None for no wish.

    Raises InvalidInputError for what would shut out the client itself.
    """
    if term is not None and domain is not None:
        raise InvalidInputError.of("exclude_domain", "Exclude either a term or a site, not both.")
    if term is not None:
        return Cause(ExclusionKind.TERM, _checked_term(client, " ".join(term.split())))
    if domain is not None:
        return Cause(ExclusionKind.DOMAIN, _checked_domain(client, domain))
    return None


def _checked_term(client: Client, term: str) -> str:
    if not MIN_TERM <= len(term) <= MAX_VALUE or not re.search(r"\w", term):
        raise InvalidInputError.of("exclude_term", GIVE_A_TERM)
    identity = identity_of(target_of(client, gdelt_enabled=False))
    if stands_in_own_name(identity, term):
        detail = (
            f"\u201c{term}\u201d stands in the client's own name: everything would be excluded."
        )
        raise InvalidInputError.of("exclude_term", detail)
    return term


def _checked_domain(client: Client, text: str) -> str:
    bare = re.sub(r"^[a-z]+://", "", text.strip().casefold())
    domain = re.split(r"[/:?#]", bare, maxsplit=1)[0].removeprefix("www.").strip(".")
    try:
        domain = domain.encode("idna").decode()
    except UnicodeError:
        domain = ""
    if not _DOMAIN.fullmatch(domain):
        raise InvalidInputError.of("exclude_domain", "Give a site such as news.example.com.")
    own = (client.domain or "").casefold().removeprefix("www.")
    if own and is_within(own, domain):
        detail = f"{domain} is the client's own site, so it cannot be excluded."
        raise InvalidInputError.of("exclude_domain", detail)
    return domain

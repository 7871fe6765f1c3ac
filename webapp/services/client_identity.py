"""What a client must satisfy before it is stored: its feeds, its name, who looks after it."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from webapp.enums import ClientStatus
from webapp.errors import ConflictError, FieldError, ForbiddenError, InvalidInputError
from webapp.extensions import db
from webapp.models import Business, Client, User
from webapp.providers.search.edgar_check import FilerChecker
from webapp.providers.search.feed_check import FeedChecker, FeedReport
from webapp.schemas.clients import ClientInput, MemberInput
from webapp.services.access import Actor

MATCHED_BY = frozenset(
    {
        *("name", "legal_name", "aliases", "products", "domain", "ticker", "cik"),
        *("keywords", "industry", "must_have_terms", "must_not_terms"),
    }
)
"""The columns that decide whether a found text is about the client."""
_PARALLEL = 8


def check_business(actor: Actor, business_id: uuid.UUID | None) -> None:
    """Refuse a foreign business."""
    if business_id is not None and business_id != actor.business_id:
        raise ForbiddenError("You may only keep clients of your own business.")


def refused_feeds(feeds: FeedChecker, urls: Sequence[str]) -> list[FieldError]:
    """Return one error for each address that can never be fetched; nobody is asked."""
    found = ((at, url, feeds.refusal(url)) for at, url in enumerate(urls))
    return [_feed_error(at, url, problem) for at, url, problem in found if problem]


def bad_feeds(
    feeds: FeedChecker, urls: Sequence[str], *, known: Collection[str] = ()
) -> list[FieldError]:
    """Return one error for each address that can never be fetched, and each new one without a feed.

    Each new address is fetched once; a site that does not answer at the moment is believed.
    Call it outside of a transaction.
    """
    refused = {at: feeds.refusal(url) for at, url in enumerate(urls)}
    new = [at for at, url in enumerate(urls) if not refused[at] and url not in known]
    reports = zip(new, look_at(feeds, [urls[at] for at in new]), strict=True)
    lasting = {at: each.advice for at, each in reports if each.problem and each.is_lasting}
    problems = {**refused, **lasting}
    return [_feed_error(at, urls[at], problem) for at, problem in problems.items() if problem]


def unknown_numbers(
    filers: FilerChecker, given: ClientInput, *, known: Collection[str] = ()
) -> list[FieldError]:
    """Return one error for a CIK and for a stock symbol that the SEC does not know.

    `known` are those that the client has already. Call it outside of a transaction.
    """
    asked = {
        "cik": (given.cik, filers.cik_problem),
        "ticker": (given.ticker, filers.ticker_problem),
    }
    return [
        FieldError(name, problem)
        for name, (number, ask) in asked.items()
        if name in given.model_fields_set and number and number not in known
        if (problem := ask(number))
    ]


def unknown_members(actor: Actor, members: Sequence[MemberInput]) -> list[FieldError]:
    """Return one error for each user who is not of the caller's business."""
    wanted = [each.user_id for each in members]
    own = select(User.id).where(User.business_id == actor.business_id, User.id.in_(wanted))
    known = set(db.session.scalars(own)) if wanted else set()
    return [
        FieldError(f"members.{at}.user_id", f"There is no user with the id {user_id}.")
        for at, user_id in enumerate(wanted)
        if user_id not in known
    ]


def take_turns(actor: Actor) -> None:
    """Let one transaction at a time add or rename clients of a business."""
    db.session.execute(
        select(Business.id).where(Business.id == actor.business_id).with_for_update()
    )


def taken_name(actor: Actor, name: str, *, but: uuid.UUID | None = None) -> list[FieldError]:
    """Return the error for a name that another client has, whatever its capitals."""
    same = select(Client.status).where(
        Client.business_id == actor.business_id, has_a_name_of([name])
    )
    if but is not None:
        same = same.where(Client.id != but)
    found = db.session.scalar(same.limit(1))
    if found is None:
        return []
    sentence = f"There is a client named “{name}” already."
    if found is ClientStatus.ARCHIVED:
        sentence = f"“{name}” is among the archived clients; restore it instead."
    return [FieldError("name", sentence)]


def refuse(errors: Sequence[FieldError]) -> None:
    """Raise what these errors amount to, if there are any: a taken name alone is a conflict."""
    if {each.field for each in errors} == {"name"}:
        raise ConflictError(errors[0].message, [*errors])
    if errors:
        raise InvalidInputError.of_all(errors)


def has_a_name_of(names: Sequence[str]) -> ColumnElement[bool]:
    """Find clients by name, whatever its capitals.

    SQLite's lower() leaves all but ASCII as it is, so a name as it stands is looked for too.
    """
    lowered = func.lower(Client.name).in_([each.lower() for each in names])
    return or_(Client.name.in_(names), lowered)


def is_known_otherwise(client: Client, values: Mapping[str, Any]) -> bool:
    """Tell whether new values of its columns change what results are matched to."""
    return any(getattr(client, name) != values[name] for name in MATCHED_BY & values.keys())


def with_account(client: Client, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return new values of its columns; whose another account's id is, has to be found out."""
    wanted = values.get("crm_account_id", client.crm_account_id)
    if wanted == client.crm_account_id:
        return dict(values)
    return {**values, "crm_provider": None}


def look_at(feeds: FeedChecker, urls: Sequence[str]) -> list[FeedReport]:
    """Fetch some addresses at the same time and say what is at each, in their order."""
    if len(urls) <= 1:
        return [feeds.check(url) for url in urls]
    with ThreadPoolExecutor(min(len(urls), _PARALLEL), thread_name_prefix="feed-check") as pool:
        return list(pool.map(feeds.check, urls))


def _feed_error(at: int, url: str, problem: str) -> FieldError:
    shown = url if len(url) <= 80 else f"{url[:79]}…"  # noqa: PLR2004 -- enough to tell it apart
    return FieldError(f"feed_urls.{at}", f"{shown}: {problem}")

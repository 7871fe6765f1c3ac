"""Which CRM account is whose: found accounts wait for a person, who confirms or rejects them."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from webapp import clock
from webapp.enums import ClientStatus, CRMName, MatchBasis, MatchStatus
from webapp.errors import ConflictError, InvalidInputError, NotFoundError
from webapp.extensions import db
from webapp.models import Client, CrmMatch
from webapp.models.base import insert_or_ignore, new_uuid
from webapp.providers.base import CRMFacts
from webapp.providers.crm.account_ids import is_same_account, looks_like, same_ids
from webapp.services.access import Actor, Permission, get_owned, scoped
from webapp.services.provider_names import label_of
from webapp.services.transactions import atomic

MAX_ID = 64


@dataclass(frozen=True)
class Found:
    """What the CRMs that `answered` propose for a client; `is_gone` is its confirmed account."""

    accounts: Sequence[CRMFacts] = ()
    answered: frozenset[str] = frozenset()
    is_gone: bool = False


@dataclass(frozen=True)
class ClientMatches:
    """A client without a confirmed account, and the accounts that it may be."""

    client: Client
    matches: list[CrmMatch]


class CrmMatchService:
    """Keeps proposals and decisions. A confirmed account is also kept at the client."""

    def note(self, found: Found, *, business_id: uuid.UUID, client_id: uuid.UUID) -> None:
        """Keep what the CRMs proposed, inside the caller's transaction; decisions stay.

        What a CRM proposed before and does not find any more is taken out.
        """
        with atomic():
            if found.is_gone:
                _note_gone(client_id)
            known = {(each.provider, each.account_id): each for each in _of_client(client_id)}
            proposed = {(each.provider, each.account_id[:MAX_ID]): each for each in found.accounts}
            new = [
                {**_ids(business_id, client_id), **_description(facts)}
                for key, facts in proposed.items()
                if key not in known
            ]
            insert_or_ignore(CrmMatch, new, conflict=["client_id", "provider", "account_id"])
            for key, match in known.items():
                if match.status is not MatchStatus.PROPOSED:
                    continue
                if key in proposed:
                    _describe(match, proposed[key])
                elif match.provider in found.answered and match.basis is not MatchBasis.ID:
                    db.session.delete(match)

    def of_client(self, actor: Actor, client_id: uuid.UUID) -> list[CrmMatch]:
        """Return the accounts that a client may be, the surest first; rejected ones too."""
        actor.require(Permission.VIEW)
        get_owned(Client, client_id, actor.business_id)
        return _of_client(client_id)

    def open(self, actor: Actor, *, skip: int, limit: int) -> tuple[list[ClientMatches], int]:
        """Return a page of clients for whom somebody should choose an account, by name."""
        actor.require(Permission.VIEW)
        waiting = scoped(Client, actor.business_id).where(*_is_waiting(actor.business_id))
        total = db.session.scalar(select(func.count()).select_from(waiting.subquery())) or 0
        page = waiting.order_by(func.lower(Client.name), Client.id).offset(skip).limit(limit)
        clients = list(db.session.scalars(page))
        rows = db.session.scalars(
            select(CrmMatch).where(
                CrmMatch.client_id.in_([each.id for each in clients]),
                CrmMatch.status == MatchStatus.PROPOSED,
            )
        )
        by_client: dict[uuid.UUID, list[CrmMatch]] = {}
        for match in _sorted(rows):
            by_client.setdefault(match.client_id, []).append(match)
        return [ClientMatches(each, by_client.get(each.id, [])) for each in clients], total

    def open_count(self, actor: Actor) -> int:
        """Count the clients for whom somebody should choose an account."""
        actor.require(Permission.VIEW)
        waiting = scoped(Client, actor.business_id).where(*_is_waiting(actor.business_id))
        return db.session.scalar(select(func.count()).select_from(waiting.subquery())) or 0

    def confirm(
        self, actor: Actor, client_id: uuid.UUID, *, provider: CRMName, account_id: str
    ) -> Client:
        """Keep an account as the client's, whether it was proposed or is entered by hand.

        Raises ConflictError where another client has it.
        """
        actor.require(Permission.EDIT_CLIENTS)
        wanted = _checked(provider, account_id)
        with atomic():
            client = get_owned(Client, client_id, actor.business_id)
            _check_is_free(client, provider, wanted)
            matches = _of_client(client_id)
            match = _found(matches, provider, wanted) or _entered(client, provider, wanted)
            for each in matches:
                if each is not match and each.status is not MatchStatus.REJECTED:
                    db.session.delete(each)
            _decide(match, MatchStatus.CONFIRMED, actor)
            match.gone_at = None
            client.crm_account_id, client.crm_provider = match.account_id, provider
        return client

    def reject(
        self, actor: Actor, client_id: uuid.UUID, *, provider: CRMName, account_id: str
    ) -> Client:
        """Rule an account out for a client; it is not proposed again."""
        actor.require(Permission.EDIT_CLIENTS)
        with atomic():
            client = get_owned(Client, client_id, actor.business_id)
            match = _found(_of_client(client_id), provider, account_id)
            if match is None:
                raise NotFoundError("This account was not proposed for the client.")
            _decide(match, MatchStatus.REJECTED, actor)
            if _is_linked(client, match):
                client.crm_account_id = client.crm_provider = None
        return client

    def reopen(self, actor: Actor, client_id: uuid.UUID) -> Client:
        """Forget the client's account and every decision, so that it is looked for anew."""
        actor.require(Permission.EDIT_CLIENTS)
        with atomic():
            client = get_owned(Client, client_id, actor.business_id)
            client.crm_account_id = client.crm_provider = None
            for match in _of_client(client_id):
                if match.gone_at is not None or match.basis is MatchBasis.ID:
                    db.session.delete(match)
                else:
                    _decide(match, MatchStatus.PROPOSED, actor)
        return client


def _is_waiting(business_id: uuid.UUID) -> tuple[ColumnElement[bool], ...]:
    """Find active clients with proposals, whose account is not known or gone."""
    of_business = select(CrmMatch.client_id).where(CrmMatch.business_id == business_id)
    return (
        Client.status == ClientStatus.ACTIVE,
        Client.id.in_(of_business.where(CrmMatch.status == MatchStatus.PROPOSED)),
        or_(
            Client.crm_account_id.is_(None),
            Client.id.in_(of_business.where(CrmMatch.gone_at.is_not(None))),
        ),
    )


def _note_gone(client_id: uuid.UUID) -> None:
    """Remember that the client's account is not there any more."""
    client = db.session.get_one(Client, client_id)
    account_id = client.crm_account_id or ""
    provider = client.crm_provider or looks_like(account_id)
    if not account_id or provider is None:
        return
    match = _found(_of_client(client_id), provider, account_id)
    if match is None:
        match = _entered(client, provider, account_id)
        match.status = MatchStatus.CONFIRMED
    match.gone_at = match.gone_at or clock.now()


def _of_client(client_id: uuid.UUID) -> list[CrmMatch]:
    return _sorted(db.session.scalars(select(CrmMatch).where(CrmMatch.client_id == client_id)))


def _sorted(matches: Iterable[CrmMatch]) -> list[CrmMatch]:
    """Order matches by what ties them to their client, the surest first."""
    order = list(MatchBasis)
    return sorted(matches, key=lambda each: (order.index(each.basis), each.account_name, each.id))


def _found(matches: Sequence[CrmMatch], provider: CRMName, account_id: str) -> CrmMatch | None:
    return next(
        (
            each
            for each in matches
            if each.provider is provider and is_same_account(each.account_id, account_id)
        ),
        None,
    )


def _ids(business_id: uuid.UUID, client_id: uuid.UUID) -> dict[str, Any]:
    now = clock.now()
    return {
        "id": new_uuid(),
        "business_id": business_id,
        "client_id": client_id,
        "status": MatchStatus.PROPOSED,
        "created_at": now,
        "updated_at": now,
    }


def _describe(match: CrmMatch, facts: CRMFacts) -> None:
    for name, value in _description(facts).items():
        setattr(match, name, value)


def _description(facts: CRMFacts) -> dict[str, Any]:
    """Return the columns that tell an account from others with its name."""
    last = facts.last_activity_on
    told: dict[str, Any] = {
        "website": facts.website,
        "industry": facts.industry,
        "owner_name": facts.owner_name,
        "arr": facts.arr,
        "currency": facts.currency,
        "last_activity_on": last.isoformat() if last else None,
        "account_url": facts.account_url,
    }
    return {
        "provider": facts.provider,
        "account_id": facts.account_id[:MAX_ID],
        "account_name": facts.account_name or "Unnamed account",
        "basis": facts.matched_by or MatchBasis.NAME,
        "details": {name: value for name, value in told.items() if value is not None},
    }


def _entered(client: Client, provider: CRMName, account_id: str) -> CrmMatch:
    """Make the record of an account that a person entered by its id."""
    match = CrmMatch(
        business_id=client.business_id,
        client_id=client.id,
        provider=provider,
        account_id=account_id,
        account_name=client.name,
        basis=MatchBasis.ID,
        details={},
    )
    db.session.add(match)
    return match


def _checked(provider: CRMName, account_id: str) -> str:
    wanted = account_id.strip()
    if provider is CRMName.MOCK:
        raise InvalidInputError.of("provider", "Invented accounts cannot be confirmed.")
    if not wanted or len(wanted) > MAX_ID:
        raise InvalidInputError.of("account_id", f"Give an id of 1 to {MAX_ID} characters.")
    if provider in {CRMName.SALESFORCE, CRMName.HUBSPOT} and looks_like(wanted) is not provider:
        name = label_of(provider)
        raise InvalidInputError.of("account_id", f"{name} has no account with such an id.")
    return wanted


def _check_is_free(client: Client, provider: CRMName, account_id: str) -> None:
    """Refuse an account that another client has: its money would count twice."""
    others = scoped(Client, client.business_id).where(
        Client.id != client.id, Client.crm_account_id.in_(same_ids(account_id))
    )
    for each in db.session.scalars(others):
        if each.crm_provider in {None, provider}:
            raise ConflictError(
                f"“{each.name}” has this account. Take it from there first, if it is the wrong one."
            )


def _decide(match: CrmMatch, status: MatchStatus, actor: Actor) -> None:
    match.status, match.decided_at = status, clock.now()
    match.decided_by_user_id = actor.user_id


def _is_linked(client: Client, match: CrmMatch) -> bool:
    is_same = is_same_account(client.crm_account_id or "", match.account_id)
    return is_same and client.crm_provider in {None, match.provider}

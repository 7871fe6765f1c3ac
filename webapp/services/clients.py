"""ClientService: the companies that a business watches, and who looks after them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from webapp.enums import ClientStatus
from webapp.errors import FieldError
from webapp.extensions import db
from webapp.models import Client, ClientMember
from webapp.providers.search.edgar_check import FilerChecker, NoFilerCheck
from webapp.providers.search.feed_check import FeedChecker, FeedReport
from webapp.schemas.clients import ClientInput, ClientListQuery, ClientPatch, MembersInput
from webapp.services import client_identity as identity
from webapp.services import client_queries as queries
from webapp.services.access import Actor, Permission, get_owned
from webapp.services.client_export import ClientExport
from webapp.services.client_import import ClientImport
from webapp.services.exclusion_effects import reopen_mistaken
from webapp.services.list_order import part_of
from webapp.services.search_targets import exclusions_in_force
from webapp.services.transactions import atomic, snapshot

PLAIN_COLUMNS = frozenset(ClientInput.model_fields) - {"business_id", "members"}


@dataclass(frozen=True)
class Saved:
    """A changed client, and how many earlier finds the next run judges anew because of it."""

    client: Client
    reopened: int = 0


class ClientService:
    """Keeps clients. Archiving stands for deleting: what happened at a client stays readable."""

    def __init__(self, *, feeds: FeedChecker, filers: FilerChecker | None = None) -> None:
        self._feeds = feeds
        self._filers = filers or NoFilerCheck()
        self.importing = ClientImport(feeds=feeds)
        self.exporting = ClientExport()

    def list(self, actor: Actor, query: ClientListQuery) -> tuple[list[Client], int]:
        """Return a page of clients with their members, and how many match in all."""
        actor.require(Permission.VIEW)
        found = queries.matching(actor, query)
        total = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
        with_members = found.options(selectinload(Client.members))
        page = part_of(with_members, queries.order_of(query.sort), query)
        return [*db.session.scalars(page)], total

    def get(self, actor: Actor, client_id: uuid.UUID) -> Client:
        """Return one client of the caller's business, archived ones too."""
        actor.require(Permission.VIEW)
        return get_owned(Client, client_id, actor.business_id)

    def create(self, actor: Actor, given: ClientInput) -> Client:
        """Store a new client.

        Raises InvalidInputError for feeds that are none and for unknown users, ConflictError if
        nothing but the name is refused, because another client has it.
        """
        actor.require(Permission.EDIT_CLIENTS)
        identity.check_business(actor, given.business_id)
        identity.refuse(self.problems(actor, given))
        with atomic() as session:
            identity.take_turns(actor)
            identity.refuse(identity.taken_name(actor, given.name))
            values = given.model_dump(include=set(PLAIN_COLUMNS))
            client = Client(business_id=actor.business_id, **values)
            client.members = _members(given)
            session.add(client)
        return client

    def update(self, actor: Actor, client_id: uuid.UUID, patch: ClientPatch) -> Client:
        """Do what `save` does, for who needs the client alone."""
        return self.save(actor, client_id, patch).client

    def save(self, actor: Actor, client_id: uuid.UUID, patch: ClientPatch) -> Saved:
        """Change what the patch holds; only feeds that are new are fetched. Raises as `create`.

        Where that changes what results are matched to, what was taken for another company's is
        judged anew by the next run.
        """
        actor.require(Permission.EDIT_CLIENTS)
        identity.check_business(actor, patch.business_id)
        given = patch.model_fields_set
        identity.refuse(self.problems(actor, patch, client_id=client_id))
        with atomic():
            identity.take_turns(actor)
            if "name" in given:
                identity.refuse(identity.taken_name(actor, patch.name, but=client_id))
            client = get_owned(Client, client_id, actor.business_id)
            reopened = change(client, patch.model_dump(include=set(PLAIN_COLUMNS) & given))
            if "members" in given:
                client.members = _members(patch)
        return Saved(client, reopened)

    def problems(
        self, actor: Actor, given: ClientInput, *, client_id: uuid.UUID | None = None
    ) -> Sequence[FieldError]:
        """Return all that `create`, or `save` of that client, would refuse of what is set."""
        actor.require(Permission.EDIT_CLIENTS)
        names = given.model_fields_set
        with snapshot():  # gives the connection back before sites are asked
            client = None if client_id is None else self.get(actor, client_id)
            known = [*client.feed_urls] if client else []
            numbers = [each for each in (client.cik, client.ticker) if each] if client else []
            members = given.members if "members" in names else []
            errors = identity.unknown_members(actor, members)
            if "name" in names:
                errors += identity.taken_name(actor, given.name, but=client_id)
        if "feed_urls" in names:
            errors += identity.bad_feeds(self._feeds, given.feed_urls, known=known)
        return errors + identity.unknown_numbers(self._filers, given, known=numbers)

    def assign_members(self, actor: Actor, client_id: uuid.UUID, given: MembersInput) -> Client:
        """Replace everybody who looks after a client."""
        return self.update(actor, client_id, ClientPatch.model_validate(given.model_dump()))

    def archive(self, actor: Actor, client_id: uuid.UUID) -> Client:
        """Stop watching a client; its events, runs and settings stay. Twice is once."""
        return self._set_status(actor, client_id, ClientStatus.ARCHIVED)

    def restore(self, actor: Actor, client_id: uuid.UUID) -> Client:
        """Watch an archived client again."""
        return self._set_status(actor, client_id, ClientStatus.ACTIVE)

    def check_feed(self, actor: Actor, url: str) -> FeedReport:
        """Fetch an address once and say whether it is a feed."""
        return self.check_feeds(actor, [url])[0]

    def check_feeds(self, actor: Actor, urls: Sequence[str]) -> Sequence[FeedReport]:
        """Fetch some addresses once, at the same time, and say what is at each."""
        with snapshot():  # gives the connection back before the sites are asked
            actor.require(Permission.EDIT_CLIENTS)
        return identity.look_at(self._feeds, urls)

    def _set_status(self, actor: Actor, client_id: uuid.UUID, status: ClientStatus) -> Client:
        actor.require(Permission.EDIT_CLIENTS)
        with atomic():
            client = get_owned(Client, client_id, actor.business_id)
            assign(client, {"status": status})
        return client


def change(client: Client, values: dict[str, Any]) -> int:
    """Set columns inside a transaction; return how many earlier finds that lets judge anew."""
    is_known_otherwise = identity.is_known_otherwise(client, values)
    assign(client, identity.with_account(client, values))
    return reopen_mistaken(client, exclusions_in_force(client.id)) if is_known_otherwise else 0


def assign(client: Client, values: dict[str, Any]) -> bool:
    """Set columns inside a transaction; tell whether anything has changed."""
    changed = [name for name, value in values.items() if getattr(client, name) != value]
    for name in changed:
        setattr(client, name, values[name])
    return bool(changed)


def _members(given: ClientInput | MembersInput) -> list[ClientMember]:
    return [ClientMember(user_id=each.user_id, role=each.role) for each in given.members]

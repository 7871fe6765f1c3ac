"""Takes clients over from CSV: good lines are stored, each bad one is named with its reason.

A line belongs to the client that has its domain, else its name; so the same file twice changes
nothing. An empty cell leaves what is stored.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from pydantic import ValidationError
from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from webapp.errors import FieldError, InvalidInputError
from webapp.extensions import db
from webapp.models import Client, ClientMember, User
from webapp.providers.search.feed_check import FeedChecker
from webapp.schemas.base import invalid_input
from webapp.schemas.clients import ClientInput
from webapp.services import client_identity as identity
from webapp.services.access import Actor, Permission, scoped
from webapp.services.client_csv import ROLE_COLUMNS, read_table, split, values_of
from webapp.services.csv_table import CsvLine
from webapp.services.exclusion_effects import reopen_mistaken
from webapp.services.search_targets import exclusions_in_force
from webapp.services.transactions import atomic, snapshot

MAX_LINES = 20_000
MAX_PROBLEMS = 1_000
AT_ONCE = 200


@dataclass(frozen=True)
class LineProblem:
    """One line that was left out, by its number in the file."""

    line: int
    field: str
    message: str


@dataclass
class ImportReport:
    """What an import did, or with `dry_run` would do. At most 1000 problems are listed."""

    dry_run: bool
    ignored_columns: tuple[str, ...] = ()
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: int = 0
    problems: list[LineProblem] = field(default_factory=list)

    def refuse(self, line: int, errors: Iterable[FieldError]) -> None:
        """Count a bad line and keep its reasons."""
        self.failed += 1
        for each in errors:
            if len(self.problems) < MAX_PROBLEMS:
                self.problems.append(LineProblem(line, each.field, each.message))


@dataclass(frozen=True)
class _Entry:
    """A line that is in order: the values of its filled cells, and users by role."""

    line: int
    given: ClientInput
    filled: frozenset[str]
    roles: Mapping[str, list[int]]


class ClientImport:
    """Reads a file and stores its clients. Feeds are checked by their address, not fetched."""

    def __init__(self, *, feeds: FeedChecker) -> None:
        self._feeds = feeds

    def run(self, actor: Actor, data: bytes, *, dry_run: bool) -> ImportReport:
        """Import a CSV file; raises InvalidInputError where it is none that can be used."""
        actor.require(Permission.EDIT_CLIENTS)
        table = read_table(data)
        report = ImportReport(dry_run, table.ignored_columns)
        with snapshot():
            users = _users_by_email(actor)
        entries = self._entries(table.lines, users, report)
        while batch := list(islice(entries, AT_ONCE)):
            with snapshot() if dry_run else atomic():
                _store(actor, batch, report)
        return report

    def _entries(
        self, lines: Iterable[CsvLine], users: Mapping[str, int], report: ImportReport
    ) -> Iterator[_Entry]:
        seen: dict[str, int] = {}
        for count, line in enumerate(lines, start=1):
            if count > MAX_LINES:
                report.refuse(line.number, [FieldError("csv", f"At most {MAX_LINES:,} lines.")])
                return
            try:
                entry = self._entry(line, users)
                _check_is_first(entry, seen)
            except InvalidInputError as error:
                report.refuse(line.number, error.errors)
            else:
                yield entry

    def _entry(self, line: CsvLine, users: Mapping[str, int]) -> _Entry:
        try:
            given = ClientInput.model_validate(values_of(line.cells))
        except ValidationError as error:
            raise invalid_input(error) from None
        if refused := identity.refused_feeds(self._feeds, given.feed_urls):
            raise InvalidInputError("A feed is refused.", refused)
        roles = {
            column: _user_ids(column, line.cells[column], users)
            for column in ROLE_COLUMNS
            if column in line.cells
        }
        return _Entry(line.number, given, frozenset(line.cells) - set(ROLE_COLUMNS), roles)


def _users_by_email(actor: Actor) -> dict[str, int]:
    rows = db.session.execute(
        select(User.email, User.id).where(User.business_id == actor.business_id)
    )
    return {email.lower(): user_id for email, user_id in rows}


def _user_ids(column: str, cell: str, users: Mapping[str, int]) -> list[int]:
    emails = [part for each in split(cell) for part in each.replace(",", " ").split()]
    if unknown := [each for each in emails if each.lower() not in users]:
        raise InvalidInputError.of(column, f"There is no user with the e-mail {unknown[0][:100]}.")
    return list(dict.fromkeys(users[each.lower()] for each in emails))


def _check_is_first(entry: _Entry, seen: dict[str, int]) -> None:
    """Refuse a second line for the same client: which of them should win, nobody knows."""
    keys = {"name": f"name {entry.given.name.casefold()}"}
    if entry.given.domain:
        keys["domain"] = f"domain {entry.given.domain}"
    for column, key in keys.items():
        if key in seen:
            raise InvalidInputError.of(column, f"Line {seen[key]} has the same {column}.")
    seen.update(dict.fromkeys(keys.values(), entry.line))


def _store(actor: Actor, batch: list[_Entry], report: ImportReport) -> None:
    """Create or change the clients of some lines, in the caller's transaction."""
    if not report.dry_run:
        identity.take_turns(actor)
    known = _known(actor, batch)
    for entry in batch:
        try:
            client = _match(entry, known)
        except InvalidInputError as error:
            report.refuse(entry.line, error.errors)
            continue
        if client is None:
            report.created += 1
            if not report.dry_run:
                db.session.add(_made(actor, entry))
        elif _change(client, entry, is_real=not report.dry_run):
            report.updated += 1
        else:
            report.unchanged += 1


def _known(actor: Actor, batch: list[_Entry]) -> list[Client]:
    """Return the stored clients that any of the lines may be about, in two queries."""
    names = [each.given.name for each in batch]
    domains = [each.given.domain for each in batch if each.given.domain]
    found = (
        scoped(Client, actor.business_id)
        .where(or_(identity.has_a_name_of(names), Client.domain.in_(domains)))
        .options(selectinload(Client.members))
        .order_by(Client.id)
    )
    return list(db.session.scalars(found))


def _match(entry: _Entry, known: list[Client]) -> Client | None:
    name, domain = entry.given.name.casefold(), entry.given.domain
    by_domain = [each for each in known if domain and each.domain == domain]
    by_name = next((each for each in known if each.name.casefold() == name), None)
    if not by_domain or by_name in by_domain:
        return by_name
    if by_name is not None:
        raise InvalidInputError.of(
            "domain", f"The domain belongs to “{by_domain[0].name}”, the name to another client."
        )
    if len(by_domain) > 1:
        raise InvalidInputError.of("domain", f"{len(by_domain)} clients have this domain.")
    return by_domain[0]


def _made(actor: Actor, entry: _Entry) -> Client:
    columns = set(ClientInput.model_fields) - {"business_id", "members"}
    client = Client(business_id=actor.business_id, **entry.given.model_dump(include=columns))
    client.members = [
        ClientMember(user_id=user_id, role=role) for user_id, role in _roles(entry, {}).items()
    ]
    return client


def _change(client: Client, entry: _Entry, *, is_real: bool) -> bool:
    """Set what the line holds; tell whether that changes anything."""
    filled = entry.given.model_dump(include=set(entry.filled))
    values: dict[str, Any] = {
        name: value for name, value in filled.items() if getattr(client, name) != value
    }
    before = {each.user_id: each.role for each in client.members}
    roles = _roles(entry, before)
    if is_real:
        is_known_otherwise = identity.is_known_otherwise(client, values)
        for name, value in identity.with_account(client, values).items():
            setattr(client, name, value)
        if is_known_otherwise:
            reopen_mistaken(client, exclusions_in_force(client.id))
        if roles != before:
            client.members = [ClientMember(user_id=each, role=roles[each]) for each in roles]
    return bool(values) or roles != before


def _roles(entry: _Entry, before: Mapping[int, Any]) -> dict[int, Any]:
    """Return who looks after the client: a filled column replaces everybody of its role."""
    replaced = {ROLE_COLUMNS[column] for column in entry.roles}
    kept = {user_id: role for user_id, role in before.items() if role not in replaced}
    given = {
        user_id: ROLE_COLUMNS[column] for column, ids in entry.roles.items() for user_id in ids
    }
    return kept | given

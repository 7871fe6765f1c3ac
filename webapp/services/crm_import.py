"""Takes accounts over from CSV: the CRM of those who have none.

An account is known by its id, else by its domain, else by its name; so the same file twice
changes nothing but the age of what it says. An empty cell is unknown. A file that cannot be read
to its end changes nothing at all.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice

from sqlalchemy import select

from webapp import clock
from webapp.enums import ClientStatus, CRMName
from webapp.errors import FieldError, InvalidInputError
from webapp.extensions import db
from webapp.models import Client, CrmAccount
from webapp.providers.base import CRMFacts
from webapp.providers.crm.matching import host_of, name_key
from webapp.services import client_identity as identity
from webapp.services.access import Actor, Permission, scoped
from webapp.services.client_import import LineProblem
from webapp.services.crm import CRMService
from webapp.services.crm_csv import facts_of, read_accounts, row_of
from webapp.services.crm_snapshots import facts_from_json, facts_to_json
from webapp.services.csv_table import CsvLine
from webapp.services.transactions import atomic, snapshot

MOST_ACCOUNTS = 20_000
MOST_PROBLEMS = 1_000
SHOWN_ROWS = 50
AT_ONCE = 200
MOST_LINKED = 500
"""Clients that are linked while somebody waits; the others are at their next run."""


@dataclass(frozen=True)
class ImportedRow:
    """One account of a file as it was understood."""

    line: int
    account_id: str
    name: str
    domain: str | None
    arr: float | None
    currency: str | None
    renewal_on: date | None
    outcome: str


@dataclass
class CrmImportReport:
    """What an import did, or with `dry_run` would do. Only the first rows are shown."""

    dry_run: bool
    ignored_columns: tuple[str, ...] = ()
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: int = 0
    linked: int = 0
    proposed: int = 0
    problems: list[LineProblem] = field(default_factory=list)
    rows: list[ImportedRow] = field(default_factory=list)

    def refuse(self, line: int, errors: Iterable[FieldError]) -> None:
        """Count a bad line and keep its reasons."""
        self.failed += 1
        for each in errors:
            if len(self.problems) < MOST_PROBLEMS:
                self.problems.append(LineProblem(line, each.field, each.message))


@dataclass(frozen=True)
class _Entry:
    line: int
    facts: CRMFacts


class CrmImport:
    """Reads a file, stores its accounts, and links clients to them."""

    def __init__(self, *, crm: CRMService) -> None:
        self._crm = crm

    def run(
        self, actor: Actor, data: bytes, *, dry_run: bool, file_name: str | None = None
    ) -> CrmImportReport:
        """Import a CSV file; raises InvalidInputError where it is none that can be used."""
        actor.require(Permission.EDIT_CLIENTS)
        table = read_accounts(data)
        report = CrmImportReport(dry_run, table.ignored_columns)
        now = clock.now()
        entries = _entries(table.lines, report, now)  # all of it before anything is stored
        with snapshot() if dry_run else atomic():
            if not dry_run:
                identity.take_turns(actor)
            for batch in _batches(entries):
                _store(actor, batch, report, file_name=file_name, at=now)
        if not dry_run and entries:
            self._crm.lookups.forget(actor.business_id)
            self._link(actor, [each.facts for each in entries], report)
        return report

    def _link(self, actor: Actor, accounts: Sequence[CRMFacts], report: CrmImportReport) -> None:
        """Let the clients that an account may be have their facts, or a proposal, at once."""
        for client_id in _clients_of(actor, accounts)[:MOST_LINKED]:
            with snapshot():
                lookup = self._crm.lookup_of(db.session.get_one(Client, client_id))
            answer = self._crm.from_imports(lookup)
            self._crm.save_snapshot(answer, business_id=actor.business_id, client_id=client_id)
            report.linked += answer.facts is not None
            report.proposed += answer.facts is None and bool(answer.candidates)


def _entries(lines: Iterable[CsvLine], report: CrmImportReport, now: datetime) -> list[_Entry]:
    found: list[_Entry] = []
    seen: dict[str, int] = {}
    for count, line in enumerate(lines, start=1):
        if count > MOST_ACCOUNTS:
            raise InvalidInputError.of("csv", f"A file may have {MOST_ACCOUNTS:,} accounts.")
        try:
            facts = facts_of(row_of(line), imported_at=now)
            if facts.account_id in seen:
                told = f"Line {seen[facts.account_id]} is the same account."
                raise InvalidInputError.of("account_id", told)
        except InvalidInputError as error:
            report.refuse(line.number, error.errors)
            continue
        seen[facts.account_id] = line.number
        found.append(_Entry(line.number, facts))
    return found


def _batches(entries: Iterable[_Entry]) -> Iterable[list[_Entry]]:
    left = iter(entries)
    while batch := list(islice(left, AT_ONCE)):
        yield batch


def _store(
    actor: Actor,
    batch: Sequence[_Entry],
    report: CrmImportReport,
    *,
    file_name: str | None,
    at: datetime,
) -> None:
    """Create or change the accounts of some lines, in the caller's transaction."""
    ids = [each.facts.account_id for each in batch]
    rows = db.session.scalars(
        scoped(CrmAccount, actor.business_id).where(CrmAccount.account_id.in_(ids))
    )
    known = {each.account_id: each for each in rows}
    for entry in batch:
        facts, row = entry.facts, known.get(entry.facts.account_id)
        outcome = _outcome(row, facts)
        setattr(report, outcome, getattr(report, outcome) + 1)
        if len(report.rows) < SHOWN_ROWS:
            report.rows.append(_shown(entry, outcome))
        if report.dry_run:
            continue
        if row is None:
            row = CrmAccount(business_id=actor.business_id, account_id=facts.account_id)
            db.session.add(row)
        row.name, row.name_key = facts.account_name, name_key(facts.account_name)
        row.host, row.facts = host_of(facts.website) or None, facts_to_json(facts)
        row.stated_at, row.imported_at = facts.fetched_at, at
        row.imported_by_user_id, row.file_name = actor.user_id, (file_name or "")[:200] or None


def _outcome(row: CrmAccount | None, facts: CRMFacts) -> str:
    """Tell whether an account is new or says something else than before, its age aside."""
    if row is None:
        return "created"
    before = facts_from_json(row.facts)
    is_same = before is not None and replace(before, fetched_at=facts.fetched_at) == facts
    return "unchanged" if is_same else "updated"


def _shown(entry: _Entry, outcome: str) -> ImportedRow:
    facts = entry.facts
    return ImportedRow(
        line=entry.line,
        account_id=facts.account_id,
        name=facts.account_name,
        domain=facts.website,
        arr=facts.arr,
        currency=facts.currency,
        renewal_on=facts.renewal_on,
        outcome=outcome,
    )


def _clients_of(actor: Actor, accounts: Sequence[CRMFacts]) -> list[uuid.UUID]:
    """Return the active clients that one of the accounts may be; one with another CRM is none."""
    hosts = {host for each in accounts if (host := host_of(each.website))}
    names = {name_key(each.account_name) for each in accounts}
    ids = {each.account_id for each in accounts}
    rows = db.session.execute(
        select(
            *(Client.id, Client.name, Client.legal_name, Client.aliases, Client.domain),
            *(Client.crm_account_id, Client.crm_provider),
        )
        .where(Client.business_id == actor.business_id, Client.status == ClientStatus.ACTIVE)
        .order_by(Client.id)
    )
    found = []
    for row in rows:
        if row.crm_account_id:
            if row.crm_provider in {None, CRMName.CSV} and row.crm_account_id in ids:
                found.append(row.id)
            continue
        called = {name_key(name) for name in (row.name, row.legal_name or "", *row.aliases)}
        if host_of(row.domain) in hosts or called & names:
            found.append(row.id)
    return found

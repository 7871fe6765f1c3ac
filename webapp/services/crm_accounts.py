"""The accounts that were imported from files: listed, and taken out again."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update

from webapp.enums import CRMName, MatchStatus
from webapp.extensions import db
from webapp.models import Client, CrmAccount, CrmMatch, CrmSnapshot, User
from webapp.models.base import rows_changed
from webapp.schemas.crm_accounts import AccountListQuery
from webapp.services.access import Actor, Permission, get_owned, scoped
from webapp.services.list_order import Key, Order, part_of
from webapp.services.transactions import atomic

ORDER: Order = (Key(CrmAccount.name, "name", lowered=True), Key(CrmAccount.id, "id"))


@dataclass(frozen=True)
class ImportedAccounts:
    """How many accounts were imported, when last, by whom and from which file."""

    count: int
    imported_at: datetime | None = None
    imported_by: str | None = None
    file_name: str | None = None


class CrmAccountService:
    """Keeps imported accounts of a business."""

    def list(self, actor: Actor, query: AccountListQuery) -> tuple[list[CrmAccount], int]:
        """Return a page of accounts by name, and how many match in all."""
        actor.require(Permission.VIEW)
        found = scoped(CrmAccount, actor.business_id)
        for word in (query.q or "").split():
            found = found.where(
                CrmAccount.name.icontains(word, autoescape=True)
                | CrmAccount.host.icontains(word, autoescape=True)
            )
        total = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
        return [*db.session.scalars(part_of(found, ORDER, query))], total

    def summary(self, actor: Actor) -> ImportedAccounts:
        """Return what the CRM page says of the imported accounts."""
        actor.require(Permission.VIEW)
        of_business = CrmAccount.business_id == actor.business_id
        count = db.session.scalar(select(func.count()).where(of_business)) or 0
        last = db.session.execute(
            select(CrmAccount.imported_at, CrmAccount.file_name, User.name)
            .outerjoin(User, User.id == CrmAccount.imported_by_user_id)
            .where(of_business)
            .order_by(CrmAccount.imported_at.desc())
            .limit(1)
        ).first()
        if last is None:
            return ImportedAccounts(0)
        return ImportedAccounts(count, last.imported_at, last.name, last.file_name)

    def remove(self, actor: Actor, account: uuid.UUID) -> None:
        """Take one account out, with all that rests on it."""
        actor.require(Permission.EDIT_CLIENTS)
        with atomic():
            row = get_owned(CrmAccount, account, actor.business_id)
            _forget(actor, row.account_id)
            db.session.delete(row)

    def remove_all(self, actor: Actor) -> int:
        """Take all accounts out, with all that rests on them; return how many there were."""
        actor.require(Permission.EDIT_CLIENTS)
        with atomic():
            _forget(actor, None)
            return rows_changed(
                delete(CrmAccount).where(CrmAccount.business_id == actor.business_id)
            )


def _forget(actor: Actor, account_id: str | None) -> None:
    """Unlink clients from one imported account or all, and drop what they said of them."""
    said = CrmSnapshot.facts["account_id"].as_string()
    places: tuple[tuple[Any, ColumnElement[bool], Any], ...] = (
        (CrmSnapshot, CrmSnapshot.provider == CRMName.CSV, said),
        (CrmMatch, CrmMatch.provider == CRMName.CSV, CrmMatch.account_id),
    )
    for model, is_imported, column in places:
        wanted = delete(model).where(model.business_id == actor.business_id, is_imported)
        if model is CrmMatch:  # what somebody ruled out stays, should the file come again
            wanted = wanted.where(CrmMatch.status != MatchStatus.REJECTED)
        rows_changed(wanted if account_id is None else wanted.where(column == account_id))
    linked = update(Client).where(
        Client.business_id == actor.business_id, Client.crm_provider == CRMName.CSV
    )
    if account_id is not None:
        linked = linked.where(Client.crm_account_id == account_id)
    rows_changed(linked.values(crm_account_id=None, crm_provider=None))

"""Reading trials: the list, one trial with its figures, its rows page by page."""

import uuid
from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from webapp.enums import TrialAdoption, TrialKind
from webapp.errors import NotFoundError
from webapp.extensions import db
from webapp.models import Client, ReprocessTrial, ReprocessTrialItem, User
from webapp.schemas.base import PageQuery
from webapp.schemas.trials import TrialItemsQuery
from webapp.services.access import Actor, Permission, scoped
from webapp.services.list_order import newest, part_of

DIFFERENCES = (TrialKind.NEW_EVENT, TrialKind.CHANGED)
ORDER = newest(ReprocessTrial, "trial.")
MOST_PEOPLE = 50
_Item = ReprocessTrialItem


@dataclass(frozen=True)
class TrialView:
    """A trial with the names of who started and who decided it."""

    trial: ReprocessTrial
    created_by: str | None
    decided_by: str | None


@dataclass(frozen=True)
class Counts:
    """How many rows would become what, and what became of them."""

    waiting: int
    changed: int
    new_events: int
    same: int
    no_event: int
    failed: int
    category_moved: int
    relevance_moved: int
    risk_moved: int
    told: int
    done: int
    skipped: int

    @property
    def differences(self) -> int:
        """How many differences adoption would write."""
        return self.changed + self.new_events


@dataclass(frozen=True)
class ToldUser:
    """Somebody who would hear of so many differences."""

    user_name: str
    differences: int


@dataclass(frozen=True)
class ItemView:
    """One row of a trial with its client's name."""

    item: ReprocessTrialItem
    client_name: str


def list_trials(actor: Actor, query: PageQuery) -> tuple[list[TrialView], int]:
    """Return a part of the business's trials, latest first, and how many there are."""
    actor.require(Permission.ADMINISTER)
    found = scoped(ReprocessTrial, actor.business_id)
    total = db.session.scalar(found.with_only_columns(func.count()))
    rows: Any = db.session.execute(part_of(_with_names(found), ORDER, query))
    return [TrialView(*row) for row in rows], total or 0


def get_trial(actor: Actor, trial_id: uuid.UUID) -> TrialView:
    """Return one trial of the caller's business. Raises NotFoundError."""
    actor.require(Permission.ADMINISTER)
    wanted = scoped(ReprocessTrial, actor.business_id).where(ReprocessTrial.id == trial_id)
    row: Any = db.session.execute(
        _with_names(wanted).execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFoundError("There is no such trial.")
    return TrialView(*row)


def find_trial(trial_id: uuid.UUID) -> ReprocessTrial:
    """Return a trial of whichever business, for the command line. Raises NotFoundError."""
    found = db.session.get(ReprocessTrial, trial_id, populate_existing=True)
    if found is None:
        raise NotFoundError("There is no trial with this id.")
    return found


def counts_of(trial_id: uuid.UUID) -> Counts:
    """Count a trial's rows: one query."""
    kinds = (
        *(TrialKind.WAITING, TrialKind.CHANGED, TrialKind.NEW_EVENT),
        *(TrialKind.SAME, TrialKind.NO_EVENT, TrialKind.FAILED),
    )
    conditions = (
        *(_Item.kind == kind for kind in kinds),
        *(_Item.is_category_moved, _Item.is_relevance_moved, _Item.is_risk_moved),
        _Item.told_count > 0,
        *(_Item.adoption == TrialAdoption.DONE, _Item.adoption == TrialAdoption.SKIPPED),
    )
    columns: list[Any] = [func.count().filter(each) for each in conditions]
    row = db.session.execute(select(*columns).where(_Item.trial_id == trial_id)).one()
    return Counts(*row)


def told_by(trial_id: uuid.UUID) -> list[ToldUser]:
    """Return who would hear of how many differences, who hears most first."""
    query = select(_Item.told).where(_Item.trial_id == trial_id, _Item.told_count > 0)
    found: Counter[tuple[int, str]] = Counter()
    for told in db.session.scalars(query):
        found.update({(each["user_id"], each["user_name"]) for each in told})
    return [ToldUser(name, count) for (_, name), count in found.most_common(MOST_PEOPLE)]


def list_items(
    actor: Actor, trial_id: uuid.UUID, query: TrialItemsQuery
) -> tuple[list[ItemView], int]:
    """Return a part of a trial's rows, new events first, and how many match."""
    get_trial(actor, trial_id)
    kinds = DIFFERENCES if query.kind is None else (query.kind,)
    found = select(_Item).where(_Item.trial_id == trial_id, _Item.kind.in_(kinds))
    if query.told:
        found = found.where(_Item.told_count > 0)
    if query.skipped:
        found = found.where(_Item.adoption == TrialAdoption.SKIPPED)
    total = db.session.scalar(found.with_only_columns(func.count()))
    page = (
        found.add_columns(Client.name)
        .join(Client, Client.id == _Item.client_id)
        .order_by(_Item.kind.desc(), Client.name, _Item.place, _Item.id)
        .offset(query.skip)
        .limit(query.limit)
    )
    rows: Any = db.session.execute(page)
    return [ItemView(*row) for row in rows], total or 0


def _with_names(query: Select[Any]) -> Select[Any]:
    starter, decider = aliased(User), aliased(User)
    return (
        query.outerjoin(starter, starter.id == ReprocessTrial.created_by_user_id)
        .outerjoin(decider, decider.id == ReprocessTrial.decided_by_user_id)
        .add_columns(starter.name, decider.name)
    )

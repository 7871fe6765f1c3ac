"""Absences: from when to when somebody is away, and which colleague is told instead."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import aliased

from webapp import clock
from webapp.enums import Severity
from webapp.errors import ForbiddenError, InvalidInputError, NotFoundError
from webapp.extensions import db
from webapp.models import StandIn, User
from webapp.models.base import new_uuid
from webapp.schemas.stand_ins import StandInInput
from webapp.services.access import Actor, Permission, scoped
from webapp.services.notifications import NotificationService
from webapp.services.transactions import atomic

LONGEST = timedelta(days=366)
MOST_LISTED = 200


@dataclass(frozen=True)
class Absent:
    """One absence with the people's names; `today` is the day where who is away lives."""

    row: StandIn
    user: User
    cover: User
    today: date

    @property
    def is_current(self) -> bool:
        """Whether the stand-in is told at present."""
        return self.row.ended_at is None and self.row.starts_on <= self.today <= self.row.ends_on

    @property
    def is_over(self) -> bool:
        """Whether who was away is back."""
        return self.row.ended_at is not None or self.row.ends_on < self.today


class StandInService:
    """Keeps who stands in for whom; the rules of telling read it."""

    def __init__(self, notifications: NotificationService | None = None) -> None:
        self._notifications = notifications or NotificationService()

    def list(self, actor: Actor) -> Sequence[Absent]:
        """Return the absences that the actor is part of, or all for an admin, latest first."""
        actor.require(Permission.VIEW)
        found = _seen_by(actor).order_by(StandIn.starts_on.desc(), StandIn.id.desc())
        return [_absent(*row) for row in db.session.execute(found.limit(MOST_LISTED))]

    def get(self, actor: Actor, stand_in_id: uuid.UUID) -> Absent:
        """Return one of those; NotFoundError for any other."""
        actor.require(Permission.VIEW)
        found = db.session.execute(_seen_by(actor).where(StandIn.id == stand_in_id)).one_or_none()
        if found is None:
            raise NotFoundError("There is no stand-in with this id.")
        return _absent(*found)

    def colleagues(self, actor: Actor) -> Sequence[User]:
        """Return the active people of the business, by name."""
        actor.require(Permission.VIEW)
        active = scoped(User, actor.business_id).where(User.is_active)
        return db.session.scalars(active.order_by(User.name, User.id)).all()

    def add(self, actor: Actor, wish: StandInInput) -> Absent:
        """Let a colleague stand in; they hear of it. An admin may do so for anybody."""
        actor.require(Permission.CHANGE_OWN_STATE)
        user_id = wish.user_id or actor.user_id
        if user_id != actor.user_id and not actor.can(Permission.ADMINISTER):
            raise ForbiddenError("Only an admin may say who stands in for somebody else.")
        with atomic() as session:
            user = _active(actor, user_id, "user_id")
            cover = _active(actor, wish.covered_by_user_id, "covered_by_user_id")
            _check_days(wish, user)
            if cover.id == user.id:
                raise InvalidInputError.of("covered_by_user_id", "Choose somebody else.")
            _check_others(actor, wish, user=user, cover=cover)
            row = StandIn(
                id=new_uuid(),
                business_id=actor.business_id,
                user_id=user.id,
                covered_by_user_id=cover.id,
                starts_on=wish.starts_on,
                ends_on=wish.ends_on,
            )
            session.add(row)
            session.flush()
            self._tell(row, user=user, cover=cover)
        return _absent(row, user, cover)

    def end(self, actor: Actor, stand_in_id: uuid.UUID) -> Absent:
        """End an absence now: who was away is told again. One that has not begun is taken away.

        Who is away, who stands in and an admin may do so.
        """
        actor.require(Permission.CHANGE_OWN_STATE)
        with atomic() as session:
            found = self.get(actor, stand_in_id)
            if found.is_over:
                return found
            if found.row.starts_on > found.today:
                session.delete(found.row)
            else:
                found.row.ended_at = clock.now()
        return found

    def _tell(self, row: StandIn, *, user: User, cover: User) -> None:
        days = f"{row.starts_on:%d %b} to {row.ends_on:%d %b %Y}"
        self._notifications.alert(
            business_id=row.business_id,
            user_ids=[cover.id],
            title=f"You stand in for {user.name} from {days}",
            body=f"What {user.name} would be told of in these days, you are told of.",
            link="/stand-ins",
            dedupe_key=f"stand-in:{row.id}:cover",
            severity=Severity.LOW,
        )


def today_of(user: User) -> date:
    """Return the day that it is where a user lives."""
    return clock.now().astimezone(ZoneInfo(user.zone)).date()


def _absent(row: StandIn, user: User, cover: User) -> Absent:
    return Absent(row, user, cover, today_of(user))


def _seen_by(actor: Actor) -> Select[StandIn, User, User]:
    away, cover = aliased(User), aliased(User)
    found = (
        select(StandIn, away, cover)
        .join(away, away.id == StandIn.user_id)
        .join(cover, cover.id == StandIn.covered_by_user_id)
        .where(StandIn.business_id == actor.business_id)
    )
    if actor.can(Permission.ADMINISTER):
        return found
    mine = (StandIn.user_id == actor.user_id, StandIn.covered_by_user_id == actor.user_id)
    return found.where(or_(*mine))


def _active(actor: Actor, user_id: int, field: str) -> User:
    found = db.session.scalar(
        scoped(User, actor.business_id).where(User.id == user_id, User.is_active)
    )
    if found is None:
        raise InvalidInputError.of(field, "There is no active user with this id.")
    return found


def _check_days(wish: StandInInput, user: User) -> None:
    today = today_of(user)
    if wish.ends_on < today:
        raise InvalidInputError.of("ends_on", "Give a day that is not over.")
    if wish.ends_on > today + LONGEST:
        raise InvalidInputError.of("ends_on", "Give a day within a year.")


def _check_others(actor: Actor, wish: StandInInput, *, user: User, cover: User) -> None:
    """Refuse a second absence in the same days, and a circle of stand-ins."""
    meanwhile = scoped(StandIn, actor.business_id).where(
        StandIn.ended_at.is_(None),
        StandIn.starts_on <= wish.ends_on,
        StandIn.ends_on >= wish.starts_on,
    )
    away: dict[int, list[int]] = {}
    for row in db.session.scalars(meanwhile):
        if row.user_id == user.id:
            days = f"{row.starts_on:%d %b} to {row.ends_on:%d %b %Y}"
            raise InvalidInputError.of("starts_on", f"{user.name} is away then already: {days}.")
        away.setdefault(row.user_id, []).append(row.covered_by_user_id)
    reached, waiting = set[int](), [cover.id]
    while waiting:
        each = waiting.pop()
        if each in reached:
            continue
        reached.add(each)
        waiting += away.get(each, [])
    if user.id in reached:
        detail = f"{cover.name} is away then and {user.name} stands in. Choose somebody else."
        raise InvalidInputError.of("covered_by_user_id", detail)

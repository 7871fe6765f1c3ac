"""Everybody in a business who could be told of an event, as plain values."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, time

from sqlalchemy import select

from webapp.enums import NotificationFrequency
from webapp.extensions import db
from webapp.models import Client, ClientMember, Mute, User, UserPreference
from webapp.schemas.preferences import (
    DEFAULT_COOL_DOWN,
    DEFAULT_DIGEST_TIME,
    DEFAULT_THRESHOLD,
)
from webapp.services.access import scoped
from webapp.services.mutes import in_force
from webapp.services.notification_case import Case, Happening, Muting, NotifyContext, Standing


@dataclass(frozen=True)
class Recipient:
    """A user, as far as the rules need them; `zone` is their own or the business's."""

    id: int
    email: str
    is_active: bool
    zone: str


@dataclass(frozen=True)
class Preferences:
    """One user's wishes; the defaults are those of a user who has saved none."""

    notification_enabled: bool = True
    email_notifications_enabled: bool = True
    relevance_threshold: float = DEFAULT_THRESHOLD
    notification_categories: list[str] | None = None
    notification_frequency: NotificationFrequency = NotificationFrequency.INSTANT
    assigned_clients_only: bool = False
    digest_time: time = DEFAULT_DIGEST_TIME
    digest_day_of_week: int = 0
    send_empty_digest: bool = False
    quiet_hours_start: time | None = None
    quiet_hours_end: time | None = None
    cool_down_hours: int = DEFAULT_COOL_DOWN

    @classmethod
    def of(cls, row: UserPreference | None) -> "Preferences":
        """Take the row's values, or the defaults where there is none."""
        if row is None:
            return cls()
        return cls(**{each.name: getattr(row, each.name) for each in fields(cls)})


@dataclass(frozen=True)
class Audience:
    """The users of one business with their wishes and clients; outlives any transaction."""

    business_id: uuid.UUID
    users: tuple[Recipient, ...]
    preferences: Mapping[int, Preferences]
    assigned: Mapping[uuid.UUID, frozenset[int]]
    mutes: Mapping[int, tuple[Muting, ...]] = field(default_factory=dict)

    def is_assigned(self, user_id: int, client_id: uuid.UUID) -> bool:
        """Tell whether the user looks after the client, in whichever role."""
        return user_id in self.assigned.get(client_id, frozenset())

    def standing(self, user_id: int) -> Standing:
        """Return what holds of a user beside their wishes."""
        return Standing(self.mutes.get(user_id, ()))

    def case(
        self, event: Happening, user: Recipient, *, context: NotifyContext, at: datetime
    ) -> Case:
        """Put together what the rules decide on for one user."""
        return Case(
            event,
            user,
            self.preferences[user.id],
            self.is_assigned(user.id, event.client_id),
            context,
            at,
            self.standing(user.id),
        )


def load_audience(business_id: uuid.UUID) -> Audience:
    """Read a business's active users with wishes, assignments and mutes: three queries."""
    rows = db.session.execute(
        scoped(User, business_id)
        .add_columns(UserPreference)
        .outerjoin(
            UserPreference,
            (UserPreference.user_id == User.id) & (UserPreference.business_id == business_id),
        )
        .where(User.is_active)
        .order_by(User.id)
    ).all()
    return Audience(
        business_id,
        tuple(Recipient(user.id, user.email, user.is_active, user.zone) for user, _ in rows),
        {user.id: Preferences.of(row) for user, row in rows},
        _assignments(business_id),
        _mutes(business_id),
    )


def _assignments(business_id: uuid.UUID) -> dict[uuid.UUID, frozenset[int]]:
    members: dict[uuid.UUID, set[int]] = {}
    pairs = db.session.execute(
        select(ClientMember.client_id, ClientMember.user_id)
        .join(Client, Client.id == ClientMember.client_id)
        .where(Client.business_id == business_id)
    )
    for client_id, user_id in pairs:
        members.setdefault(client_id, set()).add(user_id)
    return {client_id: frozenset(users) for client_id, users in members.items()}


def _mutes(business_id: uuid.UUID) -> dict[int, tuple[Muting, ...]]:
    found: dict[int, tuple[Muting, ...]] = {}
    rows = scoped(Mute, business_id).where(in_force())
    for row in db.session.scalars(rows.order_by(Mute.id)):
        muting = Muting(row.kind, row.value, row.label, row.until)
        found[row.user_id] = (*found.get(row.user_id, ()), muting)
    return found

"""Everybody in a business who could be told of an event, as plain values."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import time

from sqlalchemy import select

from webapp.enums import NotificationFrequency
from webapp.extensions import db
from webapp.models import Client, ClientMember, User, UserPreference
from webapp.schemas.preferences import DEFAULT_DIGEST_TIME, DEFAULT_THRESHOLD
from webapp.services.access import scoped


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

    def is_assigned(self, user_id: int, client_id: uuid.UUID) -> bool:
        """Tell whether the user looks after the client, in whichever role."""
        return user_id in self.assigned.get(client_id, frozenset())


def load_audience(business_id: uuid.UUID) -> Audience:
    """Read the active users of a business, their preferences and assignments: two queries."""
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

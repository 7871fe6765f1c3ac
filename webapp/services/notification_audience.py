"""Everybody in a business who could be told of an event, as plain values."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, time, timedelta
from functools import cached_property

from sqlalchemy import select

from webapp import clock
from webapp.enums import NotificationFrequency
from webapp.extensions import db
from webapp.models import (
    ChatChannel,
    Client,
    ClientMember,
    Mute,
    StandIn,
    User,
    UserPreference,
)
from webapp.schemas.preferences import (
    DEFAULT_COOL_DOWN,
    DEFAULT_DIGEST_TIME,
    DEFAULT_THRESHOLD,
)
from webapp.services.access import scoped
from webapp.services.mutes import in_force
from webapp.services.notification_case import (
    Absence,
    Case,
    Cover,
    Happening,
    Muting,
    NotifyContext,
    Standing,
)
from webapp.services.rota import NOBODY_AWAY, Leave, Rota, rota_at


@dataclass(frozen=True)
class Recipient:
    """A user, as far as the rules need them; `zone` is their own or the business's."""

    id: int
    email: str
    is_active: bool
    zone: str
    name: str = ""


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
    leaves: tuple[Leave, ...] = ()
    chatting: frozenset[int] = frozenset()
    """Users who have a chat of their own that is on."""

    def is_assigned(self, user_id: int, client_id: uuid.UUID) -> bool:
        """Tell whether the user looks after the client, in whichever role."""
        return user_id in self.assigned.get(client_id, frozenset())

    @cached_property
    def _by_id(self) -> Mapping[int, Recipient]:
        return {user.id: user for user in self.users}

    def rota(self, at: datetime) -> Rota:
        """Work out who is away at a moment and who is told instead."""
        return rota_at(self.leaves, self._by_id, at) if self.leaves else NOBODY_AWAY

    def standing(self, user_id: int, client_id: uuid.UUID, rota: Rota) -> Standing:
        """Return what holds of a user beside their wishes, for events of a client."""
        leave, cover_id = rota.away.get(user_id), rota.cover_of.get(user_id)
        cover = None if cover_id is None else self._by_id[cover_id].name
        return Standing(
            self.mutes.get(user_id, ()),
            tuple(self._cover(each, client_id) for each in rota.covered_by(user_id)),
            None if leave is None else Absence(leave.ends_on, cover),
            has_chat=user_id in self.chatting,
        )

    def _cover(self, leave: Leave, client_id: uuid.UUID) -> Cover:
        return Cover(
            self._by_id[leave.user_id].name,
            leave.ends_on,
            self.preferences[leave.user_id],
            self.is_assigned(leave.user_id, client_id),
            self.mutes.get(leave.user_id, ()),
        )

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
            self.standing(user.id, event.client_id, self.rota(at)),
        )


def load_audience(business_id: uuid.UUID) -> Audience:
    """Read a business's users with wishes, clients, mutes, absences and chats: five queries."""
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
        tuple(
            Recipient(user.id, user.email, user.is_active, user.zone, user.name) for user, _ in rows
        ),
        {user.id: Preferences.of(row) for user, row in rows},
        _assignments(business_id),
        _mutes(business_id),
        _leaves(business_id),
        _chatting(business_id),
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


def _chatting(business_id: uuid.UUID) -> frozenset[int]:
    own = select(ChatChannel.user_id).where(
        ChatChannel.business_id == business_id,
        ChatChannel.user_id.is_not(None),
        ChatChannel.stopped_reason.is_(None),
    )
    return frozenset(each for each in db.session.scalars(own) if each is not None)


def _mutes(business_id: uuid.UUID) -> dict[int, tuple[Muting, ...]]:
    found: dict[int, tuple[Muting, ...]] = {}
    rows = scoped(Mute, business_id).where(in_force())
    for row in db.session.scalars(rows.order_by(Mute.id)):
        muting = Muting(row.kind, row.value, row.label, row.until)
        found[row.user_id] = (*found.get(row.user_id, ()), muting)
    return found


def _leaves(business_id: uuid.UUID) -> tuple[Leave, ...]:
    """Read who is away around today; each one's zone says later on which day it is."""
    today = clock.now().date()
    rows = scoped(StandIn, business_id).where(
        StandIn.ended_at.is_(None),
        StandIn.starts_on <= today + timedelta(days=2),
        StandIn.ends_on >= today - timedelta(days=2),
    )
    return tuple(
        Leave(row.user_id, row.covered_by_user_id, row.starts_on, row.ends_on)
        for row in db.session.scalars(rows.order_by(StandIn.id))
    )

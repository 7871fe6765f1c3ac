"""What the rules of telling read and return: plain values, no rule among them."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Protocol

from webapp.enums import (
    Category,
    Channel,
    MuteKind,
    NotificationFrequency,
    Verdict,
)
from webapp.services.event_wishes import Sourced, Wished


@dataclass(frozen=True)
class Check:
    """One rule, whether it let the event pass, and the values that it compared."""

    name: str
    passed: bool
    detail: str


@dataclass(frozen=True)
class ChannelDecision:
    """Whether one user is told of one event over one channel, and why."""

    user_id: int
    channel: Channel
    verdict: Verdict
    reason: str
    checks: tuple[Check, ...]
    stopped_by: str | None = None
    """The name of the check that decided against telling at once; None for `send`."""


@dataclass(frozen=True)
class NotifyContext:
    """What a decision needs beside event, user and preference.

    `instant_mails_today` counts per user id since the user's midnight; `last_mails` says when a
    user was last mailed at once about a client and category; `at` is the time of the decision,
    None for now.
    """

    forced_by_user_id: int | None = None
    has_live_sources: bool = False
    instant_mails_today: Mapping[int, int] = field(default_factory=dict)
    max_instant_mails: int = 5
    last_mails: Mapping[tuple[int, uuid.UUID, Category], datetime] = field(default_factory=dict)
    at: datetime | None = None


class Happening(Wished, Sourced, Protocol):
    """What the rules read of an event."""

    @property
    def publisher(self) -> str | None: ...  # noqa: D102 -- a column's name says it


class Person(Protocol):
    """What the rules read of a user."""

    @property
    def id(self) -> int: ...  # noqa: D102 -- a column's name says it
    @property
    def is_active(self) -> bool: ...  # noqa: D102 -- a column's name says it
    @property
    def zone(self) -> str: ...  # noqa: D102 -- a column's name says it


class Wishes(Protocol):
    """What the rules read of a preference."""

    @property
    def notification_enabled(self) -> bool: ...  # noqa: D102 -- a column's name says it
    @property
    def email_notifications_enabled(self) -> bool: ...  # noqa: D102 -- a column's name says it
    @property
    def relevance_threshold(self) -> float: ...  # noqa: D102 -- a column's name says it
    @property
    def notification_categories(self) -> list[str] | None: ...  # noqa: D102 -- as above
    @property
    def notification_frequency(self) -> NotificationFrequency: ...  # noqa: D102 -- as above
    @property
    def assigned_clients_only(self) -> bool: ...  # noqa: D102 -- a column's name says it
    @property
    def digest_time(self) -> time: ...  # noqa: D102 -- a column's name says it
    @property
    def quiet_hours_start(self) -> time | None: ...  # noqa: D102 -- a column's name says it
    @property
    def quiet_hours_end(self) -> time | None: ...  # noqa: D102 -- a column's name says it
    @property
    def cool_down_hours(self) -> int: ...  # noqa: D102 -- a column's name says it


@dataclass(frozen=True)
class Muting:
    """That a user wants to hear nothing of a client, category or source; `until` None is for good.

    `value` is the client's id, the category's name or the source's key; `label` is for people.
    """

    kind: MuteKind
    value: str
    label: str
    until: datetime | None = None

    def holds(self, event: Happening, at: datetime) -> bool:
        """Tell whether it is in force and about this event."""
        about = {
            MuteKind.CLIENT: str(event.client_id),
            MuteKind.CATEGORY: event.category.value,
            MuteKind.SOURCE: source_key(event.publisher or ""),
        }
        return (self.until is None or at < self.until) and about[self.kind] == self.value


@dataclass(frozen=True)
class Cover:
    """A colleague who is away, in whose place the user is told: by that one's own limits."""

    name: str
    until: date
    wishes: "Wishes"
    is_assigned: bool
    mutes: tuple[Muting, ...] = ()


@dataclass(frozen=True)
class Absence:
    """That the user is away; `covered_by` None where nobody can be told instead."""

    until: date
    covered_by: str | None


@dataclass(frozen=True)
class Standing:
    """What holds of a user beside their wishes, as far as an event of one client goes."""

    mutes: tuple[Muting, ...] = ()
    covers: tuple[Cover, ...] = ()
    absence: Absence | None = None
    has_chat: bool = False
    """Whether a chat of theirs is set up and on."""


@dataclass(frozen=True)
class Case:
    """Everything about one event and one user; `at` is aware."""

    event: Happening
    user: Person
    wishes: Wishes
    is_assigned: bool
    context: NotifyContext
    at: datetime
    standing: Standing = Standing()


Rule = Callable[[Case], Check]


def source_key(publisher: str) -> str:
    """Return how a source is compared: without capitals and spaces around it."""
    return publisher.strip().casefold()[:200]

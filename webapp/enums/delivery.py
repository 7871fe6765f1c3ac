"""Telling people."""

from enum import StrEnum


class NotificationKind(StrEnum):
    """What an inbox item is about."""

    EVENT = "event"
    DIGEST = "digest"
    ALERT = "alert"
    SYSTEM = "system"


class NotificationFrequency(StrEnum):
    """How often mail about events goes out to a user."""

    INSTANT = "instant"
    DAILY = "daily"
    WEEKLY = "weekly"


class Channel(StrEnum):
    """How a user can be told of an event."""

    IN_APP = "in_app"
    EMAIL = "email"
    CHAT = "chat"


class Verdict(StrEnum):
    """What was decided about telling one user of one event over one channel."""

    SEND = "send"
    DIGEST = "digest"
    HOLD = "hold"


class MuteKind(StrEnum):
    """What a user can mute."""

    CLIENT = "client"
    CATEGORY = "category"
    SOURCE = "source"


class EmailType(StrEnum):
    """What a mail is for."""

    EVENT_NOTIFICATION = "event_notification"
    DIGEST = "digest"
    ALERT = "alert"
    SYSTEM = "system"


class EmailStatus(StrEnum):
    """Where a mail stands; one a row."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"


class HitKind(StrEnum):
    """What somebody or something did with a mail that is counted."""

    OPEN = "open"
    CLICK = "click"


class HitVerdict(StrEnum):
    """Who it was."""

    HUMAN = "human"
    MACHINE = "machine"


class MachineSign(StrEnum):
    """Why a hit was no person's."""

    HEAD = "head"
    PREFETCH = "prefetch"
    SCANNER = "scanner"
    PRIVACY_PROXY = "privacy_proxy"
    TOO_SOON = "too_soon"
    HONEYPOT = "honeypot"
    ALL_LINKS = "all_links"
    MANY_MAILS = "many_mails"


class BounceKind(StrEnum):
    """What a mail server reported of a mail that had left."""

    HARD = "hard"
    SOFT = "soft"
    DELAYED = "delayed"


class BounceSource(StrEnum):
    """Where such a report came from."""

    MAILBOX = "mailbox"
    WEBHOOK = "webhook"
    SENDGRID = "sendgrid"

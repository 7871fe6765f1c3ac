"""What is asked and told of mails."""

import uuid
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from webapp.enums import (
    EmailStatus,
    EmailType,
    HitKind,
    HitVerdict,
    MachineSign,
    MailProviderName,
)
from webapp.schemas.base import MAX_LIMIT, Answer, NextAfter, PageQuery, Schema, UtcTime
from webapp.schemas.events import DayOrMoment

MAX_ADDRESS = 254
PAGE_LIMIT = 25


class EmailPeriod(StrEnum):
    """How far back the e-mail page looks when no dates are given."""

    WEEK = "7"
    MONTH = "30"
    QUARTER = "90"
    ALL = "all"


class EmailRangeQuery(Schema):
    """A range of time, both ends included; on when a mail was sent, else made."""

    start_date: DayOrMoment | None = Field(None, description="A date or a time")
    end_date: DayOrMoment | None = Field(
        None, description="A date (its whole day in your zone) or a time"
    )


class EmailLogQuery(EmailRangeQuery, PageQuery):
    """Filters of the list of mails."""

    email_type: EmailType | None = None
    status: EmailStatus | None = None
    recipient_email: str | None = Field(
        None,
        max_length=MAX_ADDRESS,
        description="A whole address, or without @ a part of one; capitals do not matter",
    )
    event_id: uuid.UUID | None = None


class EmailPageQuery(EmailLogQuery):
    """Filters of the e-mail page: those of the API, and a period that dates overrule."""

    limit: int = Field(PAGE_LIMIT, ge=1, le=MAX_LIMIT)
    period: EmailPeriod = EmailPeriod.MONTH

    @model_validator(mode="after")
    def _dates_overrule(self) -> Self:
        if self.start_date is not None or self.end_date is not None:
            self.period = EmailPeriod.ALL
        return self


class EmailLogAnswer(Answer):
    """One mail; `sent_at` is null until it is sent, `created_at` is when it was promised."""

    id: uuid.UUID
    business_id: uuid.UUID
    user_id: int | None
    event_id: uuid.UUID | None
    job_run_id: uuid.UUID | None
    email_type: EmailType
    recipient_email: str
    subject: str
    body_preview: str
    created_at: UtcTime
    sent_at: UtcTime | None
    status: EmailStatus
    error_message: str | None
    retry_count: int
    next_attempt_at: UtcTime | None
    provider: MailProviderName | None
    provider_message_id: str | None
    opened_at: UtcTime | None
    clicked_at: UtcTime | None


class EmailLogListAnswer(Answer):
    """A part of the list of mails, newest first."""

    logs: list[EmailLogAnswer]
    total: int
    skip: int
    limit: int
    next_after: NextAfter


class EmailStatsAnswer(Answer):
    """Counts and rates in percent, two decimals; opened and clicked count sent mails only."""

    total_emails: int
    sent: int
    failed: int
    pending: int
    bounced: int
    opened: int
    clicked: int
    open_rate: float
    click_rate: float
    delivery_rate: float
    by_type: dict[str, int]


class EmailHitAnswer(Answer):
    """One request of a mail's dot or links: whose it was, and for a machine what showed it.

    `place` is the link's number, 0 the one that no person sees; `network` an address without
    its last part.
    """

    kind: HitKind
    place: int | None
    verdict: HitVerdict
    sign: MachineSign | None
    user_agent: str
    network: str | None
    created_at: UtcTime


class EmailHitListAnswer(Answer):
    """All hits of a mail that are kept, oldest first."""

    hits: list[EmailHitAnswer]
    total: int

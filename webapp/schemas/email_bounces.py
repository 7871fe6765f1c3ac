"""What is told of mails that came back."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from webapp.schemas.base import Answer, UtcTime


class MailEvent(StrEnum):
    """What a provider reports; other types are passed over."""

    BOUNCED = "mail.bounced"
    DELAYED = "mail.delayed"


class MailEventData(BaseModel):
    """Which mail it is about; what a provider adds beside it does not matter."""

    model_config = ConfigDict(extra="ignore")

    message_id: str = Field(min_length=3, max_length=300)
    recipient: str = Field(min_length=3, max_length=254)
    status: str = Field("", max_length=20)
    diagnostic: str = Field("", max_length=4000)


class MailEventInput(BaseModel):
    """A provider's message in the form of Standard Webhooks: a type and its data."""

    model_config = ConfigDict(extra="ignore")

    type: str = Field(max_length=100)
    data: MailEventData


class BounceImportAnswer(Answer):
    """What came of a mailbox or a provider's message; each report counts under one word.

    `bounced` mails did not arrive, `suppressed` addresses get nothing more, `noted` changed no
    mail, `known` had been taken in before, `strange` are about no mail of yours.
    """

    mails: int
    bounced: int
    suppressed: int
    noted: int
    known: int
    strange: int


class SuppressedAddressAnswer(Answer):
    """An address that nothing is sent to, and why."""

    address: str
    reason: str
    created_at: UtcTime


class SuppressionListAnswer(Answer):
    """A part of the list, newest first."""

    addresses: list[SuppressedAddressAnswer]
    total: int
    skip: int
    limit: int

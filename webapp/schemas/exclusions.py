"""What is told of terms and sites that are never about a client."""

import uuid

from pydantic import Field

from webapp.enums import ExclusionKind
from webapp.schemas.base import Answer, UtcTime


class ExclusionAnswer(Answer):
    """A term or site that "wrong company" excluded from a client."""

    id: uuid.UUID
    client_id: uuid.UUID
    kind: ExclusionKind
    value: str
    event_id: uuid.UUID | None = Field(description="The event that taught it")
    event_title: str | None
    created_by: str | None = Field(description="The user's name")
    created_at: UtcTime
    undone_at: UtcTime | None
    hidden_events: int = Field(description="How many events it hides now")


class ExclusionListAnswer(Answer):
    """The exclusions in force of a client, newest first."""

    exclusions: list[ExclusionAnswer]
    total: int


class ProposalAnswer(Answer):
    """Something that could be excluded because of an event."""

    kind: ExclusionKind
    value: str
    why: str
    hides: int = Field(description="How many events of the client it would hide")


class ProposalListAnswer(Answer):
    """What could be excluded because of an event, the best first."""

    proposals: list[ProposalAnswer]
    total: int

"""Users of a business: what its admins see and set."""

import uuid
from typing import Annotated

from pydantic import Field

from webapp.enums import Role
from webapp.schemas.base import Answer, NextAfter, PageQuery, Schema, UtcTime
from webapp.schemas.business import Zone

Email = Annotated[
    str,
    Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$", examples=["dana@example.com"]),
]
Name = Annotated[str, Field(min_length=1, max_length=120, examples=["Dana Fields"])]
Password = Annotated[
    str | None,
    Field(
        min_length=1,
        max_length=200,
        description="Twelve characters or more; null is none, so that nobody can sign in with one",
    ),
]
OwnZone = Annotated[Zone | None, Field(description="Null is the business's time zone")]


class UserInput(Schema):
    """A new user of the business."""

    email: Email
    name: Name
    role: Role = Role.CSM
    timezone: OwnZone = None
    password: Password = None


class UserPatch(Schema):
    """Part of a user: what is absent stays; only the time zone may be null.

    A new password, like `is_active: false`, ends every session of the user.
    """

    email: Email = Field(default_factory=str)
    name: Name = Field(default_factory=str)
    role: Role = Field(default_factory=lambda: Role.CSM)
    timezone: OwnZone = None
    is_active: bool = Field(default_factory=lambda: True)
    password: Annotated[str, Field(min_length=1, max_length=200)] = Field(default_factory=str)


class UserListQuery(PageQuery):
    """Filters of the list of users."""

    role: Role | None = None
    is_active: bool | None = None
    q: str | None = Field(None, max_length=200, description="Words in name or e-mail address")


class UserAnswer(Answer):
    """A user; nothing of the password goes out."""

    id: int
    business_id: uuid.UUID
    email: str
    name: str
    role: Role
    timezone: str | None
    is_active: bool
    last_sign_in_at: UtcTime | None
    created_at: UtcTime
    updated_at: UtcTime


class UserListAnswer(Answer):
    """A part of the list of users."""

    users: list[UserAnswer]
    total: int
    skip: int
    limit: int
    next_after: NextAfter

"""Personal API tokens: what is asked for, what is shown once, and what is shown ever after."""

import uuid

from pydantic import Field

from webapp.enums import TokenScope
from webapp.schemas.base import Answer, Schema, UtcTime

DEFAULT_DAYS = 90
_MAX_DAYS = 365


class ApiTokenInput(Schema):
    """A token of the caller's own."""

    name: str = Field(min_length=1, max_length=120, examples=["Nightly export"])
    scopes: list[TokenScope] = Field(
        min_length=1, max_length=3, description="No more than the caller has", examples=[["read"]]
    )
    days: int = Field(DEFAULT_DAYS, ge=1, le=_MAX_DAYS, description="How long it is good")


class ApiTokenAnswer(Answer):
    """A token without its secret, of which only the first letters are known."""

    id: uuid.UUID
    name: str
    prefix: str
    scopes: list[TokenScope]
    created_at: UtcTime
    expires_at: UtcTime
    last_used_at: UtcTime | None


class NewApiTokenAnswer(ApiTokenAnswer):
    """A new token. Keep `token`: it is not shown again."""

    token: str


class ApiTokenListAnswer(Answer):
    """The caller's tokens that can be used."""

    tokens: list[ApiTokenAnswer]
    total: int

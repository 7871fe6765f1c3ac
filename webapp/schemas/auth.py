"""Signing in, and tokens."""

from pydantic import ConfigDict, Field

from webapp.enums import TokenScope
from webapp.schemas.base import Answer, Schema, UtcTime

_MAX_EMAIL, _MAX_PASSWORD = 254, 200


class _Credentials(Schema):
    model_config = ConfigDict(str_strip_whitespace=False)  # spaces may belong to a password

    email: str = Field(min_length=1, max_length=_MAX_EMAIL, examples=["ana@example.com"])
    password: str = Field(min_length=1, max_length=_MAX_PASSWORD)


class PasswordChangeInput(Schema):
    """The old password and the new one."""

    model_config = ConfigDict(str_strip_whitespace=False)  # spaces may belong to a password

    old_password: str = Field(min_length=1, max_length=_MAX_PASSWORD)
    new_password: str = Field(min_length=1, max_length=_MAX_PASSWORD)


class SignInInput(_Credentials):
    """The sign-in form; `next` is the page that was wanted."""

    next: str | None = None


class TokenInput(_Credentials):
    """What a bearer token is asked for with."""

    scopes: list[TokenScope] | None = Field(
        None, min_length=1, description="What the token may do; null is all that the role allows"
    )


class TokenAnswer(Answer):
    """A bearer token. Keep it: it is not shown again."""

    access_token: str
    token_type: str = "bearer"  # noqa: S105 -- the name of the scheme
    expires_at: UtcTime
    scopes: list[TokenScope]

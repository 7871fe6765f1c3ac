"""Keys that a business brings itself: set, tried and taken away, never shown."""

from pydantic import Field

from webapp.schemas.base import Answer, Schema, UtcTime


class OwnKeyInput(Schema):
    """The values of a service's key, by the names that `fields` of its answer tells."""

    values: dict[str, str] = Field(
        max_length=8,
        examples=[{"serper_api_key": "a-key-of-your-own"}],
        description='Such as {"serper_api_key": "..."}; write-only, no answer holds it',
        json_schema_extra={"writeOnly": True},
    )


class KeyFieldAnswer(Answer):
    """One value that a key is made of."""

    name: str
    label: str
    is_optional: bool


class OwnKeyAnswer(Answer):
    """What may be known of a service's key."""

    provider: str
    label: str
    is_set: bool = Field(description="Whether the business brought a key of its own")
    last4: str | None = Field(description="Its last four characters")
    set_at: UtcTime | None
    is_readable: bool = Field(description="False once SECRET_KEY was changed: set the key again")
    fields: list[KeyFieldAnswer]


class OwnKeyListAnswer(Answer):
    """Every service that takes a key."""

    keys: list[OwnKeyAnswer]
    total: int

"""Keys that a business brings itself: sealed in the database, used before the deployment's own.

A key can be set, tried and taken away, and is never shown again: pages and answers have its last
four characters.
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import SecretStr
from sqlalchemy import select

from webapp import clock
from webapp.config import Settings
from webapp.enums import AIName, CRMName, SourceName
from webapp.errors import FieldError, InvalidInputError, NotFoundError
from webapp.extensions import db
from webapp.models import Business, Event, JobRun, JobRunShard, ReprocessTrial
from webapp.services.access import Actor, Permission
from webapp.services.provider_names import label_of
from webapp.services.secret_box import SealedSecretError, SecretBox
from webapp.services.transactions import atomic, snapshot

SHOWN = 4
SHORTEST, LONGEST = 8, 500
_EMPTIED: Mapping[str, tuple[str, ...]] = {
    CRMName.SALESFORCE: (
        *("salesforce_username", "salesforce_password", "salesforce_security_token"),
        "salesforce_refresh_token",
    ),
}
"""What of the deployment's own would not fit together with a key of the business."""


@dataclass(frozen=True)
class KeyField:
    """One setting that a business can bring itself."""

    name: str
    label: str
    is_optional: bool = False


FIELDS: Mapping[str, tuple[KeyField, ...]] = {
    SourceName.SERPER: (KeyField("serper_api_key", "API key"),),
    SourceName.NEWS_API: (KeyField("news_api_key", "API key"),),
    AIName.OPENAI: (KeyField("openai_api_key", "API key"),),
    AIName.ANTHROPIC: (KeyField("anthropic_api_key", "API key"),),
    CRMName.HUBSPOT: (KeyField("hubspot_api_key", "Token of a private app"),),
    CRMName.SALESFORCE: (
        KeyField("salesforce_client_id", "Consumer key"),
        KeyField("salesforce_client_secret", "Consumer secret"),
        KeyField("salesforce_refresh_token", "Refresh token", is_optional=True),
    ),
}
"""The services whose key a business can bring; the last field's end is what is shown of it."""


@dataclass(frozen=True)
class OwnKey:
    """What is shown of a service's key: whether the business set one, and how it ends."""

    provider: str
    label: str
    fields: tuple[KeyField, ...]
    last4: str | None = None
    set_at: datetime | None = None
    is_readable: bool = True
    """False once SECRET_KEY was changed: the key has to be set again."""

    @property
    def is_set(self) -> bool:
        """Whether the business brought a key."""
        return self.set_at is not None


class OwnKeyService:
    """Keeps the keys of businesses; only an admin sees that there are any."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._box = SecretBox(settings)

    def all(self, actor: Actor) -> list[OwnKey]:
        """Return every service that takes a key, with what may be shown of the business's own."""
        actor.require(Permission.ADMINISTER)
        business = db.session.get_one(Business, actor.business_id)
        return [self._shown(business, name) for name in FIELDS]

    def set(self, actor: Actor, provider: str, values: Mapping[str, str]) -> OwnKey:
        """Store a key in the place of the business's earlier one. Raises InvalidInputError."""
        actor.require(Permission.ADMINISTER)
        given = _checked(provider, values)
        last = next(each.name for each in reversed(FIELDS[provider]) if given.get(each.name))
        sealed = self._box.seal(
            json.dumps(given), business_id=actor.business_id, column=_column(provider)
        )
        kept = {
            "sealed": sealed,
            "last4": given[last][-SHOWN:],
            "set_at": clock.now().isoformat(),
        }
        with atomic():
            business = db.session.get_one(Business, actor.business_id, with_for_update=True)
            business.own_keys = {**business.own_keys, provider: kept}
            return self._shown(business, provider)

    def remove(self, actor: Actor, provider: str) -> None:
        """Forget a key: the deployment's own serves from now on. Raises NotFoundError."""
        actor.require(Permission.ADMINISTER)
        with atomic():
            business = db.session.get_one(Business, actor.business_id, with_for_update=True)
            if provider not in business.own_keys:
                raise NotFoundError("The business has no key of its own for this service.")
            rest = {name: each for name, each in business.own_keys.items() if name != provider}
            business.own_keys = rest

    def business_of(
        self, model: type[Event | JobRun | ReprocessTrial], key: uuid.UUID
    ) -> uuid.UUID | None:
        """Return whose row this is, for a job that works on it; None where it is gone."""
        with snapshot() as session:
            return session.scalar(select(model.business_id).where(model.id == key))

    def business_of_shard(self, shard_id: uuid.UUID) -> uuid.UUID | None:
        """Return whose run a shard belongs to; None where it is gone."""
        query = select(JobRun.business_id).join(JobRunShard, JobRunShard.job_run_id == JobRun.id)
        with snapshot() as session:
            return session.scalar(query.where(JobRunShard.id == shard_id))

    def settings_of(self, business_id: uuid.UUID) -> "OwnSettings | None":
        """Return the settings with the business's own keys in them; None where it has none."""
        business = db.session.get(Business, business_id)
        if business is None or not business.own_keys:
            return None
        changed: dict[str, Any] = {}
        own = []
        for provider in FIELDS:
            values = self._opened(business, provider)
            if values is None:
                continue
            own.append(provider)
            changed |= dict.fromkeys(_EMPTIED.get(provider, ()), "") | values
        if not own:
            return None
        secret = {name for name in changed if isinstance(getattr(self._settings, name), SecretStr)}
        typed = {
            name: SecretStr(value) if name in secret else value for name, value in changed.items()
        }
        return OwnSettings(self._settings.model_copy(update=typed), frozenset(own))

    def _opened(self, business: Business, provider: str) -> dict[str, str] | None:
        kept = business.own_keys.get(provider)
        if kept is None:
            return None
        try:
            text = self._box.open(kept["sealed"], business_id=business.id, column=_column(provider))
        except SealedSecretError:
            return None
        values: dict[str, str] = json.loads(text)
        return values

    def _shown(self, business: Business, provider: str) -> OwnKey:
        kept = business.own_keys.get(provider)
        label, fields = label_of(provider), FIELDS[provider]
        if kept is None:
            return OwnKey(provider, label, fields)
        return OwnKey(
            provider,
            label,
            fields,
            last4=kept["last4"],
            set_at=datetime.fromisoformat(kept["set_at"]),
            is_readable=self._opened(business, provider) is not None,
        )


@dataclass(frozen=True)
class OwnSettings:
    """The deployment's settings with a business's own keys, and whose keys these are."""

    settings: Settings
    own: frozenset[str]


def _checked(provider: str, values: Mapping[str, str]) -> dict[str, str]:
    if provider not in FIELDS:
        raise NotFoundError("No key can be set for this service.")
    given = {each.name: values.get(each.name, "").strip() for each in FIELDS[provider]}
    errors = [
        FieldError(each.name, problem)
        for each in FIELDS[provider]
        if (problem := _problem(each, given[each.name])) is not None
    ]
    if errors:
        raise InvalidInputError("The key cannot be stored.", errors)
    return {name: value for name, value in given.items() if value}


def _problem(field: KeyField, value: str) -> str | None:
    if not value:
        return None if field.is_optional else f"Give the {field.label[0].lower()}{field.label[1:]}."
    if not SHORTEST <= len(value) <= LONGEST:
        return f"A key has {SHORTEST} to {LONGEST} characters."
    if not value.isascii() or not value.isprintable() or " " in value:
        return "A key has no spaces and only plain characters. Copy it again."
    return None


def _column(provider: str) -> str:
    return f"businesses.own_keys.{provider}"

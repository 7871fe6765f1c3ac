"""Two businesses that hold one row of every table, each full of a word that only it knows."""

import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Column, String, Table, Text, insert, select

from tests import factories
from webapp import clock
from webapp.enums import CRMName, Role, TokenScope
from webapp.extensions import Base, db
from webapp.models import User
from webapp.models.base import EnumText, JsonValue, UtcDateTime, new_uuid
from webapp.providers.base import CRMFacts
from webapp.services.api_tokens import ApiTokens
from webapp.services.sessions import Sessions
from webapp.services.transactions import atomic

OURS = "Lumenvale"
THEIRS = "Zyqqvale"
ROLES = (Role.VIEWER, Role.CSM, Role.MANAGER, Role.ADMIN)
MADE_OTHERWISE = {"businesses", "users", "user_sessions", "event_tallies"}
SHARED = {
    "received_webhooks",
    "erasures",
    "process_heartbeats",
    "provider_health",
    "quota_uses",
    "sign_in_attempts",
}
"""Tables of the deployment, which belong to no business."""
VERDICT = {
    "category": "leadership_change",
    "group": "relationship",
    "relevance_score": 0.5,
    "risk_level": "low",
    "classified_by": "rules",
}
_FILLED: dict[str, dict[str, Any]] = {
    "api_tokens": {"scopes": ["read"]},
    "automation_schedules": {"job_type": "client_monitoring", "schedule_type": "daily"},
    "client_exclusions": {"kind": "term"},
    "events": {"category": "leadership_change", "category_group": "relationship"},
    "reprocess_trials": {"status": "ready", "selection": {}},
    "job_runs": {"status": "completed", "job_type": "client_monitoring"},
    "job_run_shards": {"status": "done"},
    "email_logs": {"status": "sent"},
    "notification_decisions": {"checks": [], "channel": "email", "verdict": "digest"},
    "event_revisions": {"before": VERDICT},
    "mutes": {"kind": "source"},
}


@dataclass
class Filled:
    """A business, its people by role, and the key of its row in each table."""

    business_id: uuid.UUID
    word: str
    people: dict[Role, User] = field(default_factory=dict)
    keys: dict[str, Any] = field(default_factory=dict)

    @property
    def csm(self) -> User:
        """Whose own rows those of a user are."""
        return self.people[Role.CSM]


def fill(word: str) -> Filled:
    """Make a business with a row in every table that belongs to one."""
    business = factories.business(name=f"{word} Holding")
    made = Filled(business.id, word)
    for role in ROLES:
        mail = f"{role.value}@{word.lower()}.example"
        made.people[role] = factories.user(business, name=f"{word} {role}", email=mail, role=role)
    made.keys = {"businesses": business.id, "users": made.csm.id}
    with atomic():
        for table in db.metadata.sorted_tables:
            if table.name not in MADE_OTHERWISE | SHARED:
                _add(table, made)
    return made


def credentials(user: User) -> tuple[str, str]:
    """Start a session and make a token with every scope; returns both secrets."""
    session = Sessions().start(user.id, address=None, user_agent=None)
    token = ApiTokens().issue(
        user_id=user.id,
        business_id=user.business_id,
        name="test",
        scopes=list(TokenScope),
        lifetime=timedelta(days=1),
    )
    return session, token.token


def rows_of(made: Filled) -> dict[str, list[tuple[Any, ...]]]:
    """Return everything that the business holds, but for what notes a visit."""
    db.session.rollback()
    found: dict[str, list[tuple[Any, ...]]] = {}
    for table in db.metadata.sorted_tables:
        if "business_id" in table.c and table.name not in {"api_tokens", "audit_entries"}:
            own = select(table).where(table.c.business_id == made.business_id)
            found[table.name] = sorted((tuple(row) for row in db.session.execute(own)), key=repr)
    db.session.rollback()
    return found


def _add(table: Table, made: Filled) -> None:
    values = {column.name: _value(column, table, made) for column in table.columns}
    values |= _FILLED.get(table.name, {})
    given = {name: value for name, value in values.items() if value is not _LEFT_OUT}
    result = db.session.connection().execute(insert(table).values(given))
    key = result.inserted_primary_key
    assert key is not None
    made.keys[table.name] = key[0]


_LEFT_OUT = object()


def _value(column: Column[Any], table: Table, made: Filled) -> Any:  # noqa: PLR0911 -- one a type
    kind = column.type
    if column.name == "business_id":
        return made.business_id
    if column.name == "facts" and table.name.startswith("crm_"):
        return _facts(made.word)
    for key in column.foreign_keys:
        return made.keys.get(key.column.table.name)
    if isinstance(kind, EnumText):
        return (
            next(iter(kind.enum)) if not column.nullable and column.default is None else _LEFT_OUT
        )
    if column.primary_key and kind.python_type in {uuid.UUID, int}:
        return new_uuid() if kind.python_type is uuid.UUID else _LEFT_OUT
    if isinstance(kind, (String, Text)):
        return _text(column, table, made)
    if isinstance(kind, type(JsonValue)) and not column.nullable and column.default is None:
        return [] if _is_list(column) else {}
    if column.nullable or column.default is not None:
        return _LEFT_OUT
    if isinstance(kind, UtcDateTime):
        return clock.now()
    plain = {int: 1, float: 0.9, bool: False, date: clock.now().date(), uuid.UUID: new_uuid()}
    return plain[kind.python_type]


def _is_list(column: Column[Any]) -> bool:
    """Whether the model says that a column of JSON holds a list."""
    for mapper in Base.registry.mappers:
        if mapper.local_table is column.table:
            wanted = mapper.get_property_by_column(column).key
            owner = next(each for each in mapper.class_.__mro__ if wanted in each.__annotations__)
            return "list[" in str(owner.__annotations__[wanted])
    return False


def _facts(word: str) -> dict[str, Any]:
    """Return what a CRM may say of an account."""
    facts = CRMFacts(CRMName.CSV, f"{word} 1", word, clock.now(), owner_name=word)
    return dict(TypeAdapter(CRMFacts).dump_python(facts, mode="json"))


def _text(column: Column[Any], table: Table, made: Filled) -> Any:
    special = {
        "url": f"https://{made.word.lower()}.example/{table.name}",
        "canonical_url": f"https://{made.word.lower()}.example/{table.name}",
        "timezone": _LEFT_OUT,
        "currency": _LEFT_OUT,
        "cron_expression": _LEFT_OUT,
        "category_hint": _LEFT_OUT,
        "link": "/events",
        "raw_content": f'{{"title": "{made.word}"}}',
    }
    found = special.get(column.name, f"{made.word} {column.name}")
    length = getattr(column.type, "length", None)
    return found[:length] if isinstance(found, str) else found

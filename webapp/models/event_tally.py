"""How many events of each kind a business has: kept by the database itself, so always right.

Triggers write what each statement adds and takes away, in its own transaction. Rows are only ever
added, so that no two transactions wait for each other, and are folded together now and then.
"""

import hashlib
from typing import Any

from sqlalchemy import BigInteger, Connection, Integer, MetaData, event, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.enums import (
    Category,
    CategoryGroup,
    Provenance,
    RiskLevel,
    SimulationReason,
    Urgency,
)
from webapp.extensions import db
from webapp.models.base import Base, EnumText, Owned
from webapp.taxonomy import RESULTS_SENTIMENT_BAND


class EventTally(Owned, Base):
    """So many events of one kind more, or fewer; the sum is how many there are."""

    __tablename__ = "event_tallies"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    category: Mapped[Category] = mapped_column(EnumText(Category))
    group: Mapped[CategoryGroup] = mapped_column("category_group", EnumText(CategoryGroup))
    risk_level: Mapped[RiskLevel] = mapped_column(EnumText(RiskLevel))
    provenance: Mapped[Provenance] = mapped_column(EnumText(Provenance))
    sentiment_side: Mapped[int]
    is_pressing: Mapped[bool]
    is_fallback: Mapped[bool]
    is_hidden: Mapped[bool]
    amount: Mapped[int]
    is_folded: Mapped[bool] = mapped_column(default=False)


KINDS = (
    *("business_id", "category", "category_group", "risk_level", "provenance"),
    *("sentiment_side", "is_pressing", "is_fallback", "is_hidden"),
)
_COLUMNS = ", ".join((*KINDS, "amount", "is_folded"))
_SOURCES = (
    *("category", "category_group", "risk_level", "provenance", "sentiment_score", "urgency"),
    *("simulation_reason", "hidden_at"),
)
_FALSE = {"sqlite": "0", "postgresql": "false"}
_NAME = "events_tally"
_HERE = "EXISTS (SELECT 1 FROM businesses b WHERE b.id = {row}.business_id)"


def _kind(row: str) -> str:
    """Return what kind of event a row is, as columns of a SELECT; fit for both databases."""
    plain = ", ".join(f"{row}.{name}" for name in KINDS[:5])
    band, score = RESULTS_SENTIMENT_BAND, f"{row}.sentiment_score"
    side = f"CASE WHEN {score} < -{band} THEN -1 WHEN {score} > {band} THEN 1 ELSE 0 END"
    pressing = (
        f"({row}.urgency = '{Urgency.HIGH.value}' OR {row}.risk_level IN "
        f"('{RiskLevel.HIGH.value}', '{RiskLevel.CRITICAL.value}'))"
    )
    fallback = (
        f"({row}.provenance = '{Provenance.SIMULATED.value}' AND "
        f"coalesce({row}.simulation_reason, '') = '{SimulationReason.FALLBACK.value}')"
    )
    return f"{plain}, {side}, {pressing}, {fallback}, ({row}.hidden_at IS NOT NULL)"


def _sqlite_triggers(name: str) -> list[str]:
    add = f"INSERT INTO event_tallies ({_COLUMNS}) SELECT {_kind('NEW')}, 1, 0"
    take = f"INSERT INTO event_tallies ({_COLUMNS}) SELECT {_kind('OLD')}, -1, 0"
    take += f" WHERE {_HERE.format(row='OLD')}"
    update = f"AFTER UPDATE OF {', '.join(_SOURCES)} ON events"
    return [
        f"CREATE TRIGGER {name}_insert AFTER INSERT ON events BEGIN {add}; END",
        f"CREATE TRIGGER {name}_delete AFTER DELETE ON events BEGIN {take}; END",
        f"CREATE TRIGGER {name}_update {update} BEGIN {take}; {add}; END",
    ]


def _postgresql_triggers(name: str) -> list[str]:
    added = f"SELECT {_kind('e')}, 1 FROM added AS e"  # noqa: S608 -- names of ours
    gone = f"SELECT {_kind('e')}, -1 FROM gone AS e"  # noqa: S608 -- names of ours
    old, new = "OLD TABLE AS gone", "NEW TABLE AS added"
    acts = {
        "insert": (new, added),
        "delete": (old, gone),
        "update": (f"{old} {new}", f"{added} UNION ALL {gone}"),
    }
    statements = []
    for act, (tables, rows) in acts.items():
        function, when = f"{name}_{act}()", f"AFTER {act.upper()} ON events REFERENCING {tables}"
        body = f"BEGIN {_add_up(rows)}; RETURN NULL; END"
        statements += [
            f"CREATE FUNCTION {function} RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
            f"CREATE TRIGGER {name}_{act} {when} FOR EACH STATEMENT EXECUTE FUNCTION {function}",
        ]
    return statements


def _add_up(rows: str) -> str:
    """Return the statement that adds one row a kind for what a statement changed."""
    kinds = ", ".join(f"c.{each}" for each in KINDS)
    return (
        f"INSERT INTO event_tallies ({_COLUMNS}) SELECT {kinds}, sum(c.amount), false "  # noqa: S608 -- names of ours
        f"FROM ({rows}) AS c ({', '.join((*KINDS, 'amount'))}) "
        f"WHERE {_HERE.format(row='c')} GROUP BY {kinds} HAVING sum(c.amount) <> 0"
    )


_MAKERS = {"sqlite": _sqlite_triggers, "postgresql": _postgresql_triggers}
_THERE = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE :name",
    "postgresql": (
        "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass('events') AND tgname LIKE :name"
    ),
}
REMOVERS = {
    "sqlite": "DROP TRIGGER {name}",
    "postgresql": "DROP FUNCTION {name}() CASCADE",
}


def install(connection: Connection) -> None:
    """Make the triggers where they are missing or of another make, and count anew then.

    A table that was copied, as SQLite changes tables, has lost its triggers.
    """
    dialect = connection.dialect.name
    digest = hashlib.sha256(repr(_MAKERS[dialect]("")).encode()).hexdigest()[:8]
    name = f"{_NAME}_{digest}"
    wanted = {f"{name}_{act}" for act in ("insert", "delete", "update")}
    there = triggers_of(connection)
    if there == wanted:
        return
    for each in sorted(there):
        connection.exec_driver_sql(REMOVERS[dialect].format(name=each))
    for statement in _MAKERS[dialect](name):
        connection.exec_driver_sql(statement)
    recount(connection)


def triggers_of(connection: Connection) -> set[str]:
    """Return the names of the triggers that are there."""
    wanted = text(_THERE[connection.dialect.name])
    return set(connection.scalars(wanted, {"name": f"{_NAME}%"}))


def recount(connection: Connection) -> None:
    """Count all events anew."""
    false = _FALSE[connection.dialect.name]
    places = ", ".join(str(at) for at in range(1, len(KINDS) + 1))
    connection.exec_driver_sql("DELETE FROM event_tallies")
    connection.exec_driver_sql(
        f"INSERT INTO event_tallies ({_COLUMNS}) "  # noqa: S608 -- names of ours
        f"SELECT {_kind('e')}, count(*), {false} FROM events e GROUP BY {places}"
    )


@event.listens_for(db.metadata, "after_create")
def _after_create(_metadata: MetaData, connection: Connection, **options: Any) -> None:  # noqa: ANN401 -- SQLAlchemy's
    if "event_tallies" in {table.name for table in options.get("tables") or ()}:
        install(connection)

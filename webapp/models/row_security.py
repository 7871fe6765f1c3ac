"""PostgreSQL's row-level security: whatever statement comes, it meets only rows of its scope.

Each table that belongs to a business, by a column or through its parent, has one policy. FORCE
makes it hold for the owner of the tables too, which on platforms with one database user is the
app itself. SQLite has no such thing.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, MetaData, Table, event, text

from webapp.extensions import db
from webapp.tenancy import EVERYBODY, SETTING

POLICY = "own_business"
PARENTS = {
    "client_members": ("client_id", "clients"),
    "job_run_shards": ("job_run_id", "job_runs"),
    "user_sessions": ("user_id", "users"),
}
"""Tables without a business of their own: by which column they belong to whom."""
# As a sub-select the setting is read once a statement, not once a row
_SCOPE = f"(SELECT current_setting('{SETTING}', true))"
_OWN = f"(SELECT nullif(nullif(current_setting('{SETTING}', true), '{EVERYBODY}'), '')::uuid)"

_ABOVE = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
_THERE = text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
_WALLED = text(
    "SELECT tablename FROM pg_policies WHERE schemaname = current_schema() AND policyname = :policy"
)


def walled_tables(metadata: MetaData) -> list[Table]:
    """Return the tables that a policy has to stand on."""
    return [each for each in metadata.sorted_tables if _condition(each)]


def enable(connection: Connection, tables: Iterable[Table]) -> None:
    """Put the policy on these tables, where it is not yet; does nothing but on PostgreSQL."""
    if connection.dialect.name != "postgresql":
        return
    walled = set(connection.scalars(_WALLED, {"policy": POLICY}))
    there = set(connection.scalars(_THERE))
    for table in tables:
        condition = _condition(table)
        if condition and table.name in there - walled:
            for statement in _statements(table.name, condition):
                connection.exec_driver_sql(statement)


def is_passed_over(connection: Connection) -> bool:
    """Tell whether this account meets no policy: a superuser's does not, nor one with BYPASSRLS."""
    if connection.dialect.name != "postgresql":
        return False
    return bool(connection.scalar(_ABOVE))


def _condition(table: Table) -> str | None:
    if table.name == "businesses":
        own = f"id = {_OWN}"
    elif "business_id" in table.c:
        own = f"business_id = {_OWN}"
    elif table.name in PARENTS:
        column, parent = PARENTS[table.name]
        own = f"EXISTS (SELECT 1 FROM {parent} p WHERE p.id = {table.name}.{column})"  # noqa: S608 -- names of ours
    else:
        return None
    return f"{_SCOPE} = '{EVERYBODY}' OR {own}"


def _statements(name: str, condition: str) -> tuple[str, ...]:
    return (
        f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {POLICY} ON {name} USING ({condition}) WITH CHECK ({condition})",
    )


@event.listens_for(db.metadata, "after_create")
def _after_create(_metadata: MetaData, connection: Connection, **options: Any) -> None:  # noqa: ANN401 -- SQLAlchemy's
    enable(connection, options.get("tables") or ())

"""The audit log: who changed what and who signed in, append-only, one hash chain a business."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Index, MetaData, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from webapp import clock
from webapp.enums import AuditDoor
from webapp.extensions import db
from webapp.models.base import Base, Created, EnumText, JsonValue, Owned, UtcDateTime, UuidKey


class AuditEntry(UuidKey, Owned, Created, Base):
    """One change or sign-in. `hash` covers the entry and the hash before it.

    `user_id` is no foreign key: what was written stays as it is when the user goes.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        UniqueConstraint("business_id", "number", name="uq_audit_entries_business_id_number"),
        Index("ix_audit_entries_business_id_created_at_id", "business_id", "created_at", "id"),
    )

    number: Mapped[int]
    """One more than the entry before it of the same business."""
    user_id: Mapped[int | None]
    user_name: Mapped[str] = mapped_column(String(120))
    door: Mapped[AuditDoor] = mapped_column(EnumText(AuditDoor))
    action: Mapped[str] = mapped_column(String(120))
    target: Mapped[dict[str, str]] = mapped_column(JsonValue)
    """What the address named: `client_id` and the like."""
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JsonValue)
    """The rows that were made, changed or deleted, with what was before and after."""
    address: Mapped[str | None] = mapped_column(String(45))
    request_id: Mapped[str | None] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class Erasure(UuidKey, Base):
    """That a business was erased, and how much of it: a receipt without content.

    While it is under way, and only then, the audit log of that business may be deleted.
    """

    __tablename__ = "erasures"

    erased_business_id: Mapped[str] = mapped_column(String(32), index=True)
    """No foreign key: the receipt outlives the business."""
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rows: Mapped[dict[str, int] | None] = mapped_column(JsonValue)


REFUSAL = "the audit log is append-only"
_UNDER_WAY = (
    "EXISTS (SELECT 1 FROM erasures WHERE finished_at IS NULL"
    " AND erased_business_id = replace(CAST(OLD.business_id AS text), '-', ''))"
)
_POSTGRESQL = (
    f"""CREATE OR REPLACE FUNCTION keep_audit_entries() RETURNS trigger AS $$
BEGIN
  IF TG_OP = 'DELETE' AND {_UNDER_WAY} THEN RETURN OLD; END IF;
  RAISE EXCEPTION '{REFUSAL}';
END $$ LANGUAGE plpgsql""",
    (
        "CREATE OR REPLACE TRIGGER keep_audit_entries BEFORE UPDATE OR DELETE ON audit_entries"
        " FOR EACH ROW EXECUTE FUNCTION keep_audit_entries()"
    ),
    """CREATE OR REPLACE FUNCTION keep_all_audit_entries() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$ LANGUAGE plpgsql""",
    (
        "CREATE OR REPLACE TRIGGER keep_all_audit_entries BEFORE TRUNCATE ON audit_entries"
        " FOR EACH STATEMENT EXECUTE FUNCTION keep_all_audit_entries()"
    ),
)
_SQLITE = (
    (
        "CREATE TRIGGER IF NOT EXISTS keep_audit_entries_update BEFORE UPDATE ON audit_entries"
        f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    ),
    (
        "CREATE TRIGGER IF NOT EXISTS keep_audit_entries_delete BEFORE DELETE ON audit_entries"
        f" WHEN NOT {_UNDER_WAY} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    ),
)


def keep_append_only(connection: Connection) -> None:
    """Put up the triggers that refuse to change or delete entries."""
    is_postgresql = connection.dialect.name == "postgresql"
    for statement in _POSTGRESQL if is_postgresql else _SQLITE:
        connection.exec_driver_sql(statement)


@event.listens_for(db.metadata, "after_create")
def _after_create(_metadata: MetaData, connection: Connection, **options: Any) -> None:  # noqa: ANN401 -- SQLAlchemy's
    if any(table.name == "audit_entries" for table in options.get("tables") or ()):
        keep_append_only(connection)

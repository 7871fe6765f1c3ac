"""Mutes, the cool-down of mails, and what of the ledger a user was not told at all.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

HELD = sa.text("is_held_back")


def upgrade() -> None:
    """Add table and columns; what nobody was told of so far becomes visible as such."""
    op.create_table(
        "mutes",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _reference("business_id", "businesses"),
        _reference("client_id", "clients"),
        _reference("user_id", "users"),
        sa.PrimaryKeyConstraint("id", name="pk_mutes"),
        sa.UniqueConstraint("user_id", "kind", "value", name="uq_mutes_user_id_kind_value"),
    )
    op.create_index("ix_mutes_business_id", "mutes", ["business_id"])
    op.create_index("ix_mutes_client_id", "mutes", ["client_id"])
    op.add_column(
        "user_preferences",
        sa.Column("cool_down_hours", sa.Integer(), nullable=False, server_default="0"),
    )
    _add_to_ledger()


def _add_to_ledger() -> None:
    table = "notification_decisions"
    op.add_column(table, sa.Column("stopped_by", sa.String(40), nullable=True))
    op.add_column(
        table, sa.Column("is_held_back", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    rows = sa.table(
        table,
        *(sa.column(name) for name in ("event_id", "user_id", "channel", "verdict")),
        sa.column("is_held_back", sa.Boolean()),
    )
    others = rows.alias("others")
    told = (
        sa.exists()
        .where(others.c.event_id == rows.c.event_id, others.c.user_id == rows.c.user_id)
        .where(others.c.verdict != "hold")
    )
    op.execute(
        rows.update().where(rows.c.channel == "in_app", ~told).values(is_held_back=sa.true())
    )
    op.create_index(
        "ix_notification_decisions_held_back",
        table,
        ["user_id", "created_at", "id"],
        sqlite_where=HELD,
        postgresql_where=HELD,
    )


def _reference(column: str, to: str) -> sa.ForeignKeyConstraint:
    name = f"fk_mutes_{column}_{to}"
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    """Take them out."""
    op.drop_index("ix_notification_decisions_held_back", "notification_decisions")
    op.drop_column("notification_decisions", "is_held_back")
    op.drop_column("notification_decisions", "stopped_by")
    op.drop_column("user_preferences", "cool_down_hours")
    op.drop_table("mutes")

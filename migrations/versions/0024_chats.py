"""Chats: where messages are posted, and what was promised to each.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Add the tables; nobody is told yet."""
    _add_channels()
    _add_messages()


def _add_channels() -> None:
    table = "chat_channels"
    op.create_table(
        table,
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("created_by_user_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("hint", sa.String(300), nullable=False),
        sa.Column("stopped_reason", sa.String(40), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_success_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("categories", JSON, nullable=True),
        sa.Column("min_relevance", sa.Double(), nullable=False),
        sa.Column("min_severity", sa.String(40), nullable=True),
        sa.Column("client_ids", JSON, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _reference(table, "business_id", "businesses"),
        _reference(table, "user_id", "users"),
        _reference(table, "created_by_user_id", "users", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    for column in ("business_id", "created_by_user_id"):
        op.create_index(f"ix_{table}_{column}", table, [column])
    op.create_index(f"uq_{table}_user_id", table, ["user_id"], unique=True)


def _add_messages() -> None:
    table = "chat_messages"
    op.create_table(
        table,
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("dedupe_key", sa.String(120), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_token", sa.String(32), nullable=True),
        sa.Column("lease_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("response_status", sa.Integer(), nullable=True),
        sa.Column("error_message", sa.String(500), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _reference(table, "business_id", "businesses"),
        _reference(table, "channel_id", "chat_channels"),
        _reference(table, "event_id", "events", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("channel_id", "dedupe_key", name=f"uq_{table}_channel_id_dedupe_key"),
    )
    for columns in (
        ["business_id"],
        ["event_id"],
        ["channel_id", "created_at"],
        ["status", "next_attempt_at"],
    ):
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)


def _reference(
    table: str, column: str, to: str, ondelete: str = "CASCADE"
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}", ondelete=ondelete
    )


def downgrade() -> None:
    """Take the tables out."""
    op.drop_table("chat_messages")
    op.drop_table("chat_channels")

"""Webhooks: addresses that hear of events, what was promised to them, and each try.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Add the tables; nobody is told yet."""
    _add_webhooks()
    _add_deliveries()
    _add_attempts()


def _add_webhooks() -> None:
    table = "webhooks"
    op.create_table(
        table,
        sa.Column("created_by_user_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("url", sa.String(2000), nullable=False),
        sa.Column("secret", sa.String(500), nullable=False),
        sa.Column("previous_secret", sa.String(500), nullable=True),
        sa.Column("previous_secret_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("event_types", JSON, nullable=False),
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
        _reference(table, "created_by_user_id", "users", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    for column in ("business_id", "created_by_user_id"):
        op.create_index(f"ix_{table}_{column}", table, [column])


def _add_deliveries() -> None:
    table = "webhook_deliveries"
    op.create_table(
        table,
        sa.Column("webhook_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("event_type", sa.String(40), nullable=False),
        sa.Column("message_id", sa.String(64), nullable=False),
        sa.Column("dedupe_key", sa.String(120), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_token", sa.String(32), nullable=True),
        sa.Column("lease_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error_message", sa.String(500), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _reference(table, "business_id", "businesses"),
        _reference(table, "webhook_id", "webhooks"),
        _reference(table, "event_id", "events", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("message_id", name=f"uq_{table}_message_id"),
        sa.UniqueConstraint(
            "webhook_id", "dedupe_key", name=f"uq_{table}_webhook_id_dedupe_key"
        ),
    )
    for columns in (
        ["business_id"],
        ["event_id"],
        ["webhook_id", "created_at"],
        ["status", "next_attempt_at"],
    ):
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)


def _add_attempts() -> None:
    table = "webhook_attempts"
    op.create_table(
        table,
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.String(2000), nullable=False),
        sa.Column("request_headers", JSON, nullable=False),
        sa.Column("response_status", sa.Integer(), nullable=True),
        sa.Column("response_headers", JSON, nullable=False),
        sa.Column("response_body", sa.Text(), nullable=False),
        sa.Column("error_message", sa.String(500), nullable=True),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _reference(table, "business_id", "businesses"),
        _reference(table, "delivery_id", "webhook_deliveries"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    for columns in (["business_id"], ["delivery_id", "created_at"]):
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)


def _reference(
    table: str, column: str, to: str, ondelete: str = "CASCADE"
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}", ondelete=ondelete
    )


def downgrade() -> None:
    """Take the tables out."""
    op.drop_table("webhook_attempts")
    op.drop_table("webhook_deliveries")
    op.drop_table("webhooks")

"""Trials of other classifiers over stored rows, and what events were before.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
ACTIVE = sa.text("status IN ('queued', 'running', 'adopting')")


def upgrade() -> None:
    """Add the tables; nothing is tried or revised yet."""
    _add_trials()
    _add_items()
    _add_revisions()


def _add_trials() -> None:
    op.create_table(
        "reprocess_trials",
        sa.Column("created_by_user_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("stop_reason", sa.String(40), nullable=True),
        sa.Column("error_message", sa.String(300), nullable=True),
        sa.Column("selection", JSON, nullable=False),
        sa.Column("provider", sa.String(40), nullable=False),
        sa.Column("model", sa.String(80), nullable=False),
        sa.Column("judged_by", sa.String(80), nullable=True),
        sa.Column("prompt_version", sa.String(40), nullable=True),
        sa.Column("tells", sa.Boolean(), nullable=False),
        sa.Column("cost_cap_usd", sa.Double(), nullable=True),
        sa.Column("estimated_usd", sa.Double(), nullable=True),
        sa.Column("cost_usd", sa.Double(), nullable=False),
        sa.Column("ai_calls", sa.Integer(), nullable=False),
        sa.Column("ai_tokens", sa.Integer(), nullable=False),
        sa.Column("rows_total", sa.Integer(), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("enqueued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_token", sa.String(32), nullable=True),
        sa.Column("lease_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("decided_by_user_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _reference("reprocess_trials", "business_id", "businesses"),
        _reference("reprocess_trials", "created_by_user_id", "users", "SET NULL"),
        _reference("reprocess_trials", "decided_by_user_id", "users", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_reprocess_trials"),
    )
    op.create_index("ix_reprocess_trials_business_id", "reprocess_trials", ["business_id"])
    op.create_index(
        "ix_reprocess_trials_status_enqueued_at", "reprocess_trials", ["status", "enqueued_at"]
    )
    op.create_index(
        "uq_reprocess_trials_active",
        "reprocess_trials",
        ["business_id"],
        unique=True,
        sqlite_where=ACTIVE,
        postgresql_where=ACTIVE,
    )


def _add_items() -> None:
    table = "reprocess_trial_items"
    op.create_table(
        table,
        sa.Column("trial_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("raw_data_id", sa.Uuid(), nullable=True),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(500), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("is_category_moved", sa.Boolean(), nullable=False),
        sa.Column("is_relevance_moved", sa.Boolean(), nullable=False),
        sa.Column("is_risk_moved", sa.Boolean(), nullable=False),
        sa.Column("before", JSON, nullable=True),
        sa.Column("after", JSON, nullable=True),
        sa.Column("story", JSON, nullable=True),
        sa.Column("told", JSON, nullable=False),
        sa.Column("told_count", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=True),
        sa.Column("adoption", sa.String(40), nullable=True),
        sa.Column("adoption_note", sa.String(300), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        _reference(table, "business_id", "businesses"),
        _reference(table, "trial_id", "reprocess_trials"),
        _reference(table, "client_id", "clients"),
        _reference(table, "raw_data_id", "event_raw_data", "SET NULL"),
        _reference(table, "event_id", "events", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint(
            "trial_id", "raw_data_id", name="uq_reprocess_trial_items_trial_id_raw_data_id"
        ),
    )
    for columns in (
        ["business_id"],
        ["client_id"],
        ["event_id"],
        ["raw_data_id"],
        ["trial_id", "client_id"],
        ["trial_id", "kind", "place"],
    ):
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)


def _add_revisions() -> None:
    table = "event_revisions"
    op.create_table(
        table,
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("trial_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("before", JSON, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _reference(table, "business_id", "businesses"),
        _reference(table, "event_id", "events"),
        _reference(table, "trial_id", "reprocess_trials", "SET NULL"),
        _reference(table, "user_id", "users", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_business_id", table, ["business_id"])
    op.create_index(
        f"ix_{table}_event_id_created_at", table, ["event_id", "created_at"]
    )


def _reference(
    table: str, column: str, to: str, ondelete: str = "CASCADE"
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}", ondelete=ondelete
    )


def downgrade() -> None:
    """Take the tables out."""
    op.drop_table("event_revisions")
    op.drop_table("reprocess_trial_items")
    op.drop_table("reprocess_trials")

"""Tallies of events, and indexes for the ways in which events are listed.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_BY = ("category", "risk_level", "relevance_score")
_RANK = (
    "(CASE severity WHEN 'critical' THEN 3 WHEN 'high' THEN 2 WHEN 'medium' THEN 1 ELSE 0 END)"
)
_TEXTS = ("category", "category_group", "risk_level", "provenance")
_FLAGS = ("is_pressing", "is_fallback", "is_hidden", "is_folded")


def upgrade() -> None:
    """Make the table; its triggers and first figures come when the migrations are through."""
    op.create_table(
        "event_tallies",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            primary_key=True,
            autoincrement=True,
        ),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.String(40), nullable=False) for name in _TEXTS),
        sa.Column("sentiment_side", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in _FLAGS),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["businesses.id"],
            name="fk_event_tallies_business_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_event_tallies_business_id", "event_tallies", ["business_id"])
    for name in _BY:
        op.create_index(
            f"ix_events_business_id_{name}_created_at_id",
            "events",
            ["business_id", name, "created_at", "id"],
        )
    op.create_index(
        "ix_events_business_id_severity_rank",
        "events",
        ["business_id", sa.text(_RANK), "created_at", "id"],
    )


def downgrade() -> None:
    """Take indexes, triggers and table away."""
    op.drop_index("ix_events_business_id_severity_rank", "events")
    for name in _BY:
        op.drop_index(f"ix_events_business_id_{name}_created_at_id", "events")
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        found = "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'events_tally%'"
        removal = "DROP FUNCTION {}() CASCADE"
    else:
        found = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'events_tally%'"
        removal = "DROP TRIGGER {}"
    for name in bind.scalars(sa.text(found)).all():
        op.execute(removal.format(name))
    op.drop_table("event_tallies")

"""When a user asked for an insight about an event.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nobody has asked for anything yet."""
    op.add_column(
        "events", sa.Column("insight_wanted_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_index(
        "ix_events_insight_wanted_at",
        "events",
        ["insight_wanted_at"],
        postgresql_where=sa.text("insight_wanted_at IS NOT NULL"),
        sqlite_where=sa.text("insight_wanted_at IS NOT NULL"),
    )


def downgrade() -> None:
    """Forget who waits."""
    op.drop_index("ix_events_insight_wanted_at", "events")
    op.drop_column("events", "insight_wanted_at")

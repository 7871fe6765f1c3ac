"""How often events were looked at anew that rules judged while no model answered.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

WAITING = sa.text("classified_by_fallback AND classified_by = 'rules'")


def upgrade() -> None:
    """Add the count and an index of what waits; nothing was looked at yet."""
    op.add_column(
        "events", sa.Column("second_looks", sa.Integer(), nullable=False, server_default="0")
    )
    op.create_index(
        "ix_events_second_look",
        "events",
        ["business_id", "client_id", "created_at"],
        postgresql_where=WAITING,
        sqlite_where=WAITING,
    )


def downgrade() -> None:
    """Forget the count."""
    op.drop_index("ix_events_second_look", "events")
    op.drop_column("events", "second_looks")

"""Inboxes and what was held back are read along indexes of their own; changes can be undone.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLE = "notifications"
VIEWS = {
    "all": None,
    "open": "done_at IS NULL",
    "unread": "done_at IS NULL AND read_at IS NULL",
    "snoozed": "done_at IS NULL AND snoozed_until IS NOT NULL",
    "done": "done_at IS NOT NULL",
}
HELD = "ix_notification_decisions_held_back"


def upgrade() -> None:
    """Add the column; put the indexes of the views in the place of two that served them ill."""
    op.add_column(TABLE, sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_notifications_user_id_changed_at", TABLE, ["user_id", "changed_at"])
    op.create_index("ix_notifications_kind", TABLE, ["user_id", "kind", "created_at", "id"])
    for name, where in VIEWS.items():
        part = None if where is None else sa.text(where)
        op.create_index(
            f"ix_notifications_{name}",
            TABLE,
            ["user_id", "created_at", "id"],
            sqlite_where=part,
            postgresql_where=part,
        )
    op.drop_index("ix_notifications_user_id_created_at", TABLE)
    op.drop_index("ix_notifications_user_id_read_at", TABLE)
    _index_held_back("is_held_back = 1")


def _index_held_back(sqlite_where: str) -> None:
    """SQLite uses the index only where its condition is written as queries write it."""
    op.drop_index(HELD, "notification_decisions")
    op.create_index(
        HELD,
        "notification_decisions",
        ["user_id", "created_at", "id"],
        sqlite_where=sa.text(sqlite_where),
        postgresql_where=sa.text("is_held_back"),
    )


def downgrade() -> None:
    """Put the old indexes back."""
    _index_held_back("is_held_back")
    op.create_index("ix_notifications_user_id_created_at", TABLE, ["user_id", "created_at"])
    op.create_index("ix_notifications_user_id_read_at", TABLE, ["user_id", "read_at"])
    for name in VIEWS:
        op.drop_index(f"ix_notifications_{name}", TABLE)
    op.drop_index("ix_notifications_kind", TABLE)
    op.drop_index("ix_notifications_user_id_changed_at", TABLE)
    op.drop_column(TABLE, "changed_at")

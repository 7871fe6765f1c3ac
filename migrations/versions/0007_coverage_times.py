"""When each kind of answer about a client came last, so that coverage need not add up checks.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

LIVE = "source <> 'mock' AND "
TIMES = {
    "last_answered_at": LIVE + "status IN ('found', 'empty', 'cached')",
    "last_found_at": LIVE + "found > 0",
    "last_failed_at": LIVE + "status IN ('failed', 'over_quota')",
    "last_simulated_at": "source = 'mock'",
}


def upgrade() -> None:
    """Add the times and take them from the checks that are there."""
    with op.batch_alter_table("clients") as batch:
        for name in TIMES:
            batch.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for name, which in TIMES.items():
        newest = (
            "SELECT max(source_checks.created_at) FROM source_checks "  # noqa: S608 -- our own words
            f"WHERE source_checks.client_id = clients.id AND {which}"
        )
        op.execute(f"UPDATE clients SET {name} = ({newest})")  # noqa: S608 -- our own words


def downgrade() -> None:
    """Take the times out."""
    with op.batch_alter_table("clients") as batch:
        for name in TIMES:
            batch.drop_column(name)

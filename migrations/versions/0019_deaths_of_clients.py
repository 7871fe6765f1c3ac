"""How often a worker's process died while it worked on a client alone.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Count from zero."""
    op.add_column(
        "job_run_clients", sa.Column("deaths", sa.Integer(), nullable=False, server_default="0")
    )


def downgrade() -> None:
    """Forget the deaths."""
    with op.batch_alter_table("job_run_clients") as table:
        table.drop_column("deaths")

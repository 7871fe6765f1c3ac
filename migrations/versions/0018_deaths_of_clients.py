"""How often a worker's process died while it worked on a client alone.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
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

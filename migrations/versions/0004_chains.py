"""Chains: which run's end started a run, found quickly from either side.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the link; rows that are there were started by no other run."""
    with op.batch_alter_table("job_runs") as batch:
        batch.add_column(sa.Column("chained_from_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(
            "fk_job_runs_chained_from_id_job_runs",
            "job_runs",
            ["chained_from_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch.create_index(
            "uq_job_runs_chained_from_id_schedule_id",
            ["chained_from_id", "schedule_id"],
            unique=True,
        )
    op.create_index(
        "ix_automation_schedules_depends_on_schedule_id",
        "automation_schedules",
        ["depends_on_schedule_id"],
    )


def downgrade() -> None:
    """Take the link out."""
    op.drop_index("ix_automation_schedules_depends_on_schedule_id", "automation_schedules")
    with op.batch_alter_table("job_runs") as batch:
        batch.drop_index("uq_job_runs_chained_from_id_schedule_id")
        batch.drop_constraint("fk_job_runs_chained_from_id_job_runs", type_="foreignkey")
        batch.drop_column("chained_from_id")

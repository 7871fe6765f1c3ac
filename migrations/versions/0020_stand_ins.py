"""Who stands in for whom, and when.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TABLE = "stand_ins"


def upgrade() -> None:
    """Add the table; nobody is away yet."""
    op.create_table(
        TABLE,
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("covered_by_user_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("summarised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _reference("business_id", "businesses"),
        _reference("user_id", "users"),
        _reference("covered_by_user_id", "users"),
        sa.PrimaryKeyConstraint("id", name="pk_stand_ins"),
    )
    for columns in (
        ["business_id"],
        ["user_id"],
        ["covered_by_user_id"],
        ["summarised_at", "ends_on"],
    ):
        op.create_index(f"ix_{TABLE}_{'_'.join(columns)}", TABLE, columns)


def _reference(column: str, to: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{TABLE}_{column}_{to}"
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    """Take the table out."""
    op.drop_table(TABLE)

"""AI calls: each kind of token, an unknown price is null, what a budget counts.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TOKENS = ("cached_tokens", "cache_write_tokens", "reasoning_tokens")


def upgrade() -> None:
    """Calls that are there counted what they cost."""
    with op.batch_alter_table("ai_calls") as batch:
        for name in TOKENS:
            batch.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("counted_usd", sa.Double(), nullable=False, server_default="0"))
        batch.alter_column("cost_usd", existing_type=sa.Double(), nullable=True)
        batch.alter_column(
            "purpose",
            existing_type=sa.String(20),
            type_=sa.String(40),
            existing_nullable=False,
        )
    op.execute("UPDATE ai_calls SET counted_usd = cost_usd")
    with op.batch_alter_table("insights") as batch:
        batch.alter_column("cost_usd", existing_type=sa.Double(), nullable=True)


def downgrade() -> None:
    """Go back; a price that is not known becomes what was counted, or nothing."""
    op.execute("UPDATE insights SET cost_usd = 0 WHERE cost_usd IS NULL")
    with op.batch_alter_table("insights") as batch:
        batch.alter_column("cost_usd", existing_type=sa.Double(), nullable=False)
    op.execute("UPDATE ai_calls SET cost_usd = counted_usd WHERE cost_usd IS NULL")
    with op.batch_alter_table("ai_calls") as batch:
        batch.alter_column(
            "purpose",
            existing_type=sa.String(40),
            type_=sa.String(20),
            existing_nullable=False,
        )
        batch.alter_column("cost_usd", existing_type=sa.Double(), nullable=False)
        batch.drop_column("counted_usd")
        for name in TOKENS:
            batch.drop_column(name)

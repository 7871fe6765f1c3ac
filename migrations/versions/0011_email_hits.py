"""Opens and clicks of mails, told apart by who made them.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Add the table and the columns; mails that are there already are not tracked."""
    with op.batch_alter_table("email_logs") as table:
        table.add_column(sa.Column("tracking_token", sa.String(32), nullable=True))
        table.add_column(sa.Column("tracked_links", JSON, nullable=True))
        table.create_unique_constraint("uq_email_logs_tracking_token", ["tracking_token"])
    op.create_table(
        "email_hits",
        sa.Column("email_log_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(40), nullable=False),
        sa.Column("sign", sa.String(40), nullable=True),
        sa.Column("user_agent", sa.String(200), nullable=False),
        sa.Column("network", sa.String(45), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["email_log_id"],
            ["email_logs.id"],
            name="fk_email_hits_email_log_id_email_logs",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["businesses.id"],
            name="fk_email_hits_business_id_businesses",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_email_hits"),
    )
    for columns in (["business_id"], ["email_log_id", "created_at"], ["business_id", "created_at"]):
        op.create_index(f"ix_email_hits_{'_'.join(columns)}", "email_hits", columns)


def downgrade() -> None:
    """Take them out."""
    op.drop_table("email_hits")
    with op.batch_alter_table("email_logs") as table:
        table.drop_constraint("uq_email_logs_tracking_token", type_="unique")
        table.drop_column("tracked_links")
        table.drop_column("tracking_token")

"""What mail servers report of mails that had left.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; nothing is reported yet."""
    op.create_table(
        "email_bounces",
        sa.Column("email_log_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("diagnostic", sa.String(400), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("report_key", sa.String(64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["email_log_id"],
            ["email_logs.id"],
            name="fk_email_bounces_email_log_id_email_logs",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["businesses.id"],
            name="fk_email_bounces_business_id_businesses",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_email_bounces"),
        sa.UniqueConstraint(
            "email_log_id", "report_key", name="uq_email_bounces_email_log_id_report_key"
        ),
    )
    op.create_index("ix_email_bounces_business_id", "email_bounces", ["business_id"])
    op.create_table(
        "received_webhooks",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("stamp", sa.String(20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_received_webhooks"),
    )


def downgrade() -> None:
    """Take the tables out."""
    op.drop_table("received_webhooks")
    op.drop_table("email_bounces")

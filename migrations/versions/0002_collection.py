"""Stories with facts, what a wrong company taught, match scores, refused keys.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Add what collection needs; rows that are there get empty values."""
    op.create_table(
        "client_exclusions",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("value", sa.String(253), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("created_by_user_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["businesses.id"],
            name="fk_client_exclusions_business_id_businesses",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["clients.id"],
            name="fk_client_exclusions_client_id_clients",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["created_by_user_id"],
            ["users.id"],
            name="fk_client_exclusions_created_by_user_id_users",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_client_exclusions"),
    )
    op.create_index("ix_client_exclusions_business_id", "client_exclusions", ["business_id"])
    op.create_index(
        "ix_client_exclusions_client_id_undone_at", "client_exclusions", ["client_id", "undone_at"]
    )
    with op.batch_alter_table("stories") as batch:
        batch.add_column(sa.Column("facts", JSON, nullable=False, server_default="{}"))
    with op.batch_alter_table("events") as batch:
        batch.add_column(sa.Column("change_note", sa.String(300), nullable=True))
        batch.add_column(sa.Column("hidden_by_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(
            "fk_events_hidden_by_id_client_exclusions",
            "client_exclusions",
            ["hidden_by_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch.create_index("ix_events_hidden_by_id", ["hidden_by_id"])
    with op.batch_alter_table("event_raw_data") as batch:
        batch.add_column(sa.Column("match_score", sa.Double(), nullable=True))
        batch.add_column(sa.Column("match_reasons", JSON, nullable=True))
        batch.create_index(
            "ix_event_raw_data_business_id_created_at", ["business_id", "created_at"]
        )
    with op.batch_alter_table("provider_health") as batch:
        batch.add_column(sa.Column("refused_key_fingerprint", sa.String(16), nullable=True))
    with op.batch_alter_table("quota_uses") as batch:
        batch.add_column(
            sa.Column("is_spent", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("source_checks") as batch:
        batch.add_column(sa.Column("query_fingerprint", sa.String(16), nullable=True))


def downgrade() -> None:
    """Take out what collection added."""
    with op.batch_alter_table("source_checks") as batch:
        batch.drop_column("query_fingerprint")
    with op.batch_alter_table("quota_uses") as batch:
        batch.drop_column("is_spent")
    with op.batch_alter_table("provider_health") as batch:
        batch.drop_column("refused_key_fingerprint")
    with op.batch_alter_table("event_raw_data") as batch:
        batch.drop_index("ix_event_raw_data_business_id_created_at")
        batch.drop_column("match_reasons")
        batch.drop_column("match_score")
    with op.batch_alter_table("events") as batch:
        batch.drop_index("ix_events_hidden_by_id")
        batch.drop_constraint("fk_events_hidden_by_id_client_exclusions", type_="foreignkey")
        batch.drop_column("hidden_by_id")
        batch.drop_column("change_note")
    with op.batch_alter_table("stories") as batch:
        batch.drop_column("facts")
    op.drop_table("client_exclusions")

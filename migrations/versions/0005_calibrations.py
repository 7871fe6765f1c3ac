"""What feedback taught about relevance, version by version.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Add the tables; nothing is learned or switched on."""
    op.create_table(
        "calibrations",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("learned_by_user_id", sa.Integer(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("cells", JSON, nullable=False),
        sa.Column("corrections", JSON, nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["businesses.id"],
            name="fk_calibrations_business_id_businesses",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["learned_by_user_id"],
            ["users.id"],
            name="fk_calibrations_learned_by_user_id_users",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_calibrations"),
        sa.UniqueConstraint(
            "business_id", "version", name="uq_calibrations_business_id_version"
        ),
    )
    op.create_index("ix_calibrations_business_id", "calibrations", ["business_id"])
    op.create_index(
        "uq_calibrations_on",
        "calibrations",
        ["business_id"],
        unique=True,
        sqlite_where=sa.text("is_on"),
        postgresql_where=sa.text("is_on"),
    )
    op.create_table(
        "calibration_switches",
        sa.Column("calibration_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["businesses.id"],
            name="fk_calibration_switches_business_id_businesses",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["calibration_id"],
            ["calibrations.id"],
            name="fk_calibration_switches_calibration_id_calibrations",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name="fk_calibration_switches_user_id_users",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_calibration_switches"),
    )
    op.create_index(
        "ix_calibration_switches_business_id", "calibration_switches", ["business_id"]
    )
    op.create_index(
        "ix_calibration_switches_calibration_id_created_at",
        "calibration_switches",
        ["calibration_id", "created_at"],
    )


def downgrade() -> None:
    """Take the tables out."""
    op.drop_table("calibration_switches")
    op.drop_table("calibrations")

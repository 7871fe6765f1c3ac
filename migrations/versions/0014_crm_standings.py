"""How clients stood in their CRM when that was last told.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Add the table; nothing was told of any CRM yet."""
    op.create_table(
        "crm_standings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("origin", sa.String(40), nullable=False),
        sa.Column("standing", JSON, nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["businesses.id"],
            name="fk_crm_standings_business_id_businesses",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["clients.id"],
            name="fk_crm_standings_client_id_clients",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["story_id"],
            ["stories.id"],
            name="fk_crm_standings_story_id_stories",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_crm_standings"),
        sa.UniqueConstraint("client_id", "origin", name="uq_crm_standings_client_id_origin"),
    )
    op.create_index("ix_crm_standings_business_id", "crm_standings", ["business_id"])
    op.create_index("ix_crm_standings_story_id", "crm_standings", ["story_id"])


def downgrade() -> None:
    """Forget what was told; the events of it stay."""
    op.drop_table("crm_standings")

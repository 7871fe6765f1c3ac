"""Which CRM account is whose, accounts out of files, and calls that a CRM account has left.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables; whose id a client's account is stays open until somebody says it."""
    op.create_table(
        "crm_matches",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.String(40), nullable=False),
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("account_name", sa.String(255), nullable=False),
        sa.Column("basis", sa.String(40), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("details", JSON, nullable=False),
        sa.Column("gone_at", TIME, nullable=True),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("decided_by_user_id", sa.Integer(), nullable=True),
        *_common("crm_matches"),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["clients.id"],
            name="fk_crm_matches_client_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_user_id"],
            ["users.id"],
            name="fk_crm_matches_decided_by_user_id",
            ondelete="SET NULL",
        ),
        sa.UniqueConstraint(
            "client_id", "provider", "account_id", name="uq_crm_matches_client_id_provider_account_id"
        ),
    )
    op.create_index("ix_crm_matches_business_id", "crm_matches", ["business_id"])
    op.create_index("ix_crm_matches_business_id_status", "crm_matches", ["business_id", "status"])
    op.create_table(
        "crm_accounts",
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_key", sa.String(200), nullable=False),
        sa.Column("host", sa.String(253), nullable=True),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("stated_at", TIME, nullable=False),
        sa.Column("imported_at", TIME, nullable=False),
        sa.Column("imported_by_user_id", sa.Integer(), nullable=True),
        sa.Column("file_name", sa.String(200), nullable=True),
        *_common("crm_accounts"),
        sa.ForeignKeyConstraint(
            ["imported_by_user_id"],
            ["users.id"],
            name="fk_crm_accounts_imported_by_user_id",
            ondelete="SET NULL",
        ),
        sa.UniqueConstraint("business_id", "account_id", name="uq_crm_accounts_business_id_account_id"),
    )
    op.create_index("ix_crm_accounts_business_id", "crm_accounts", ["business_id"])
    for column in ("host", "name_key"):
        name = f"ix_crm_accounts_business_id_{column}"
        op.create_index(name, "crm_accounts", ["business_id", column])
    with op.batch_alter_table("clients") as batch:
        batch.add_column(sa.Column("crm_provider", sa.String(40), nullable=True))
    with op.batch_alter_table("provider_health") as batch:
        batch.add_column(sa.Column("api_used", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("api_limit", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take out what came with CRM accounts."""
    with op.batch_alter_table("provider_health") as batch:
        batch.drop_column("api_limit")
        batch.drop_column("api_used")
    with op.batch_alter_table("clients") as batch:
        batch.drop_column("crm_provider")
    op.drop_table("crm_accounts")
    op.drop_table("crm_matches")


def _common(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    """Return the columns and constraints that both tables have."""
    return (
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["businesses.id"],
            name=f"fk_{table}_business_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )

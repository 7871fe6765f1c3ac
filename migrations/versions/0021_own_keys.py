"""Keys of outside services that a business brought itself.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Add the column; nobody brought a key yet."""
    op.add_column("businesses", sa.Column("own_keys", JSON, nullable=False, server_default="{}"))


def downgrade() -> None:
    """Forget the keys."""
    op.drop_column("businesses", "own_keys")

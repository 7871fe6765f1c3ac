"""What a business spends on models in a month, reservations, reports that wait for the budget.

Revision ID: 0006
Revises: 0005
"""

import uuid
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

CALLS = sa.table(
    "ai_calls",
    sa.column("business_id", sa.Uuid()),
    sa.column("created_at", sa.DateTime(timezone=True)),
    sa.column("counted_usd", sa.Double()),
)
MONTHS = sa.table(
    "ai_months",
    sa.column("id", sa.Uuid()),
    sa.column("business_id", sa.Uuid()),
    sa.column("month", sa.Date()),
    sa.column("day", sa.Date()),
    *(sa.column(name, sa.Double()) for name in ("counted_usd", "reserved_usd")),
    *(sa.column(name, sa.Integer()) for name in ("reserved_calls", "day_calls", "day_tokens")),
)


def upgrade() -> None:
    """Add the accounts; the month under way starts with what its calls counted."""
    op.create_table(
        "ai_months",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("counted_usd", sa.Double(), nullable=False),
        sa.Column("reserved_usd", sa.Double(), nullable=False),
        sa.Column("reserved_calls", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("day_calls", sa.Integer(), nullable=False),
        sa.Column("day_tokens", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["businesses.id"],
            name="fk_ai_months_business_id_businesses",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ai_months"),
        sa.UniqueConstraint("business_id", "month", name="uq_ai_months_business_id_month"),
    )
    op.create_index("ix_ai_months_business_id", "ai_months", ["business_id"])
    op.create_table(
        "ai_reservations",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("usd", sa.Double(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["businesses.id"],
            name="fk_ai_reservations_business_id_businesses",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ai_reservations"),
    )
    op.create_index(
        "ix_ai_reservations_business_id_expires_at",
        "ai_reservations",
        ["business_id", "expires_at"],
    )
    with op.batch_alter_table("event_raw_data") as batch:
        batch.add_column(
            sa.Column("awaits_budget", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.create_index(
        "ix_event_raw_data_awaits_budget",
        "event_raw_data",
        ["business_id", "client_id"],
        postgresql_where=sa.text("awaits_budget"),
        sqlite_where=sa.text("awaits_budget"),
    )
    _carry_over()


def _carry_over() -> None:
    """Write the month under way of every business that called a model in it."""
    now = datetime.now(UTC)
    begun = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    found = op.get_bind().execute(
        sa.select(CALLS.c.business_id, sa.func.sum(CALLS.c.counted_usd))
        .where(CALLS.c.created_at >= begun)
        .group_by(CALLS.c.business_id)
    )
    for business_id, counted in found.all():
        op.execute(
            MONTHS.insert().values(
                id=uuid.uuid4(),
                business_id=business_id,
                month=begun.date(),
                day=now.date(),
                counted_usd=counted,
                reserved_usd=0.0,
                reserved_calls=0,
                day_calls=0,
                day_tokens=0,
            )
        )


def downgrade() -> None:
    """Take all of it away; reports that wait are judged at the next run."""
    op.drop_index("ix_event_raw_data_awaits_budget", "event_raw_data")
    with op.batch_alter_table("event_raw_data") as batch:
        batch.drop_column("awaits_budget")
    op.drop_table("ai_reservations")
    op.drop_table("ai_months")

"""How places are used: counted by month, and what is released of it."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def _of_tenant() -> tuple[sa.Column[int], sa.Column[str]]:
    return sa.Column("bucket", sa.SmallInteger(), nullable=False), sa.Column(
        "tenant", sa.String(), nullable=False
    )


def upgrade() -> None:
    op.create_table(
        "tallies",
        *_of_tenant(),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("resource", sa.String(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("sums", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "tenant", "month", "resource", name=op.f("pk_tallies")),
    )
    op.create_table(
        "counted_bookers",
        *_of_tenant(),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "tenant", "month", "subject", name=op.f("pk_counted_bookers")),
    )
    op.create_index(
        "ix_counted_bookers_bucket_tenant_subject", "counted_bookers", ["bucket", "tenant", "subject"]
    )
    op.create_table(
        "groupings",
        *_of_tenant(),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("resource", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "tenant", "year", "resource", name=op.f("pk_groupings")),
    )
    op.create_table(
        "usages",
        *_of_tenant(),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "tenant", "month", name=op.f("pk_usages")),
    )
    op.create_table(
        "budgets",
        *_of_tenant(),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("spent_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "tenant", "month", name=op.f("pk_budgets")),
    )


def downgrade() -> None:
    for table in ("budgets", "usages", "groupings", "counted_bookers", "tallies"):
        op.drop_table(table)

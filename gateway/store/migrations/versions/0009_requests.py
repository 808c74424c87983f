"""Requests: what people ask about their own data, and by what they are found."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "requests",
        sa.Column("bucket", sa.SmallInteger(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("executes_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("told_days", sa.Integer(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("settled", sa.BigInteger(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "tenant", "id", name=op.f("pk_requests")),
    )
    op.create_table(
        "request_finders",
        sa.Column("bucket", sa.SmallInteger(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("finder", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "tenant", "request", "finder", name=op.f("pk_request_finders")),
    )
    with op.batch_alter_table("request_finders", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_request_finders_bucket_tenant_finder"),
            ["bucket", "tenant", "finder"],
            unique=False,
        )

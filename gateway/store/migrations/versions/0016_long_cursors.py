"""Cursors over many tenants do not fit into an address: each is kept under a name."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cursors",
        sa.Column("consumer", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "id", name=op.f("pk_cursors")),
    )
    op.create_index(op.f("ix_cursors_consumer_given_at"), "cursors", ["consumer", "given_at"])
    op.create_index(op.f("ix_cursors_given_at"), "cursors", ["given_at"])


def downgrade() -> None:
    op.drop_table("cursors")

"""Which version of a key wraps another is known where keys are, and nowhere else."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("authorizations", "bookings"):
        op.drop_column(table, "key_version")


def downgrade() -> None:
    for table in ("authorizations", "bookings"):
        op.add_column(table, sa.Column("key_version", sa.Integer(), nullable=False, server_default="1"))

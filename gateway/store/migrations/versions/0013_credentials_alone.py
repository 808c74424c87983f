"""Credentials can be withdrawn alone: of which version of their key, stands with the withdrawal."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("withdrawals", sa.Column("credentials", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("withdrawals", "credentials")

"""When a consumer was last here."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("consumers", sa.Column("used_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("consumers", "used_at")

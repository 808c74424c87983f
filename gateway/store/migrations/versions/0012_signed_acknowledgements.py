"""Signed acknowledgements, and what becomes of those that are overdue."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("acknowledgements", sa.Column("epoch", sa.Integer(), nullable=True))
    op.add_column("acknowledgements", sa.Column("signed", sa.LargeBinary(), nullable=True))

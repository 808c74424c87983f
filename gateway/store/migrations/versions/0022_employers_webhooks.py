"""Employers are told at webhooks of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tenants", sa.Column("webhook", sa.LargeBinary(), nullable=True))
    with op.batch_alter_table("escalations") as batch_op:
        batch_op.add_column(sa.Column("what", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("about", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("ends_at", sa.BigInteger(), nullable=True))
        batch_op.alter_column("erasure", existing_type=sa.String(), nullable=True)
        batch_op.alter_column("consumer", existing_type=sa.String(), nullable=True)
        batch_op.create_index("ix_escalations_bucket_due_at", ["bucket", "due_at"])


def downgrade() -> None:
    op.execute("DELETE FROM escalations WHERE consumer IS NULL")
    with op.batch_alter_table("escalations") as batch_op:
        batch_op.drop_index("ix_escalations_bucket_due_at")
        batch_op.alter_column("consumer", existing_type=sa.String(), nullable=False)
        batch_op.alter_column("erasure", existing_type=sa.String(), nullable=False)
        for name in ("ends_at", "about", "what"):
            batch_op.drop_column(name)
    op.drop_column("tenants", "webhook")

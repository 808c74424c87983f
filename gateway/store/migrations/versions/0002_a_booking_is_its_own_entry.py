"""A booking's row is its entry in the feed's log."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

REMOVED = sa.text("body IS NULL")


def upgrade() -> None:
    op.add_column("bookings", sa.Column("minute", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE bookings SET minute = entries.minute FROM entries WHERE entries.bucket = bookings.bucket "
        "AND entries.tenant = bookings.tenant AND entries.position = bookings.position"
    )
    op.execute("DELETE FROM entries WHERE booking IS NOT NULL")
    op.drop_index("ix_entries_bucket_tenant_minute", "entries")
    with op.batch_alter_table("entries") as entries:
        entries.drop_column("calendar")
        entries.drop_column("booking")
    with op.batch_alter_table("bookings") as bookings:
        bookings.alter_column("minute", server_default=None)
        bookings.create_index("ix_bookings_bucket_tenant_position", ["bucket", "tenant", "position"])
        bookings.create_index(
            "ix_bookings_bucket_tenant_minute",
            ["bucket", "tenant", "minute"],
            sqlite_where=REMOVED,
            postgresql_where=REMOVED,
        )

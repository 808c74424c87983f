"""Signals of identity providers: who tells them, what each did, and whom they suspended."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _identity() -> tuple[sa.Column[int], sa.Column[str], sa.Column[str]]:
    return sa.Column("bucket", sa.SmallInteger(), nullable=False), _text("tenant"), _text("id")


def upgrade() -> None:
    op.create_table(
        "transmitters",
        *_identity(),
        _text("kind"),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        _number("created_at"),
        _number("heard_at", nullable=True),
        _text("reason", nullable=True),
        _number("due_at"),
        _text("lease_owner", nullable=True),
        *map(_number, ("lease_until", "fencing", "attempts")),
        sa.PrimaryKeyConstraint("bucket", "tenant", "id", name=op.f("pk_transmitters")),
    )
    op.create_table(
        "signals",
        *_identity(),
        *map(_text, ("channel", "claim", "extent", "effect")),
        _number("received_at"),
        sa.Column("late", sa.Integer(), nullable=False),
        *(_text(name, nullable=True) for name in ("authorization", "subject", "probe")),
        sa.PrimaryKeyConstraint("bucket", "tenant", "id", name=op.f("pk_signals")),
    )
    op.create_table(
        "link_finders",
        *_identity()[:2],
        *map(_text, ("authorization", "finder")),
        sa.PrimaryKeyConstraint("bucket", "tenant", "authorization", "finder", name=op.f("pk_link_finders")),
    )
    op.create_index("ix_link_finders_bucket_tenant_finder", "link_finders", ["bucket", "tenant", "finder"])
    op.add_column("subjects", _number("suspended_at", nullable=True))
    op.add_column("subjects", _number("erase_at", nullable=True))
    op.add_column("subjects", sa.Column("told_days", sa.Integer(), nullable=True))


def downgrade() -> None:
    for name in ("told_days", "erase_at", "suspended_at"):
        op.drop_column("subjects", name)
    op.drop_table("link_finders")
    op.drop_table("signals")
    op.drop_table("transmitters")

"""Since when transmitters are silent, and how often they are asked."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

#: What was agreed on with those that are there is sealed: so they are asked as seldom as any may want to be.
STREAM_PAUSE, ASKED_PAUSE = 86_400_000, 300_000


def upgrade() -> None:
    op.add_column("transmitters", sa.Column("silent_at", sa.BigInteger(), nullable=True))
    op.add_column("transmitters", sa.Column("pause", sa.BigInteger(), nullable=True))
    transmitters = sa.table("transmitters", sa.column("kind", sa.String), sa.column("pause", sa.BigInteger))
    for kinds, pause in ((["ssf-push", "ssf-poll"], STREAM_PAUSE), (["graph"], ASKED_PAUSE)):
        op.execute(transmitters.update().where(transmitters.c.kind.in_(kinds)).values(pause=pause))


def downgrade() -> None:
    op.drop_column("transmitters", "pause")
    op.drop_column("transmitters", "silent_at")

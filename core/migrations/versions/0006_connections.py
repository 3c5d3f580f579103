"""Which clients act for a person: a counter, by which all their tokens are void at once and a code is used once."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column. A constant default rewrites no row, and a bot of the version before knows nothing of it."""
    op.execute("""
        ALTER TABLE public.users
            ADD COLUMN connections bigint NOT NULL DEFAULT 0,
            ADD CONSTRAINT users_connections_range CHECK (connections >= 0)
    """)


def downgrade() -> None:
    """Drop it, and with it what tokens are checked by: none holds any more."""
    op.execute("ALTER TABLE public.users DROP COLUMN connections")

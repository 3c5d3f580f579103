"""Whether a task was said openly where its source leads: only there may others read its reminder."""

from __future__ import annotations

from alembic import op

from core.migrations import steps

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of what is there already nobody knows, so it is private. A constant default rewrites no row."""
    steps.at_once("ALTER TABLE public.tasks ADD COLUMN IF NOT EXISTS source_shared boolean NOT NULL DEFAULT false")


def downgrade() -> None:
    """Drop it."""
    op.execute("ALTER TABLE public.tasks DROP COLUMN source_shared")

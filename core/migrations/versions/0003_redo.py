"""Undone changes, kept aside until the next change so that they can be done again."""

from __future__ import annotations

from alembic import op

from core.migrations import steps

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the stack; a constant default rewrites no row."""
    steps.at_once("ALTER TABLE public.tasks ADD COLUMN IF NOT EXISTS undone jsonb NOT NULL DEFAULT '[]'")


def downgrade() -> None:
    """Drop it, and with it what could be done again."""
    op.execute("ALTER TABLE public.tasks DROP COLUMN undone")

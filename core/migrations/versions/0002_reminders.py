"""Reminders and digests: when they come next, who is delivering them, and what is kept for the next contact."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TASKS = """
ALTER TABLE public.tasks
    ADD COLUMN made_by bigint,
    ADD COLUMN remind_also timestamptz[] NOT NULL DEFAULT '{}',
    ADD COLUMN remind_before integer[],
    ADD COLUMN next_reminder_at timestamptz,
    ADD COLUMN reminder_claim bigint,
    ADD COLUMN reminder_lease timestamptz,
    ADD COLUMN reminder_kept boolean NOT NULL DEFAULT false,
    ADD COLUMN last_done_at timestamptz,
    ADD CONSTRAINT tasks_made_by_fkey FOREIGN KEY (made_by) REFERENCES public.users (id) ON DELETE SET NULL,
    ADD CONSTRAINT tasks_remind_also_count CHECK (cardinality(remind_also) <= 20),
    ADD CONSTRAINT tasks_remind_before_count CHECK (cardinality(remind_before) <= 20),
    ADD CONSTRAINT tasks_remind_before_range CHECK (-10080 <= ALL (remind_before) AND 527040 >= ALL (remind_before)),
    ADD CONSTRAINT tasks_claim_with_lease CHECK ((reminder_claim IS NULL) = (reminder_lease IS NULL)),
    ADD CONSTRAINT tasks_closed_without_reminder CHECK (
        next_reminder_at IS NULL OR completed_at IS NULL AND deleted_at IS NULL)
"""

USERS = """
ALTER TABLE public.users
    ADD COLUMN next_digest_at timestamptz,
    ADD COLUMN digest_lease timestamptz,
    ADD COLUMN reminders_here boolean NOT NULL DEFAULT false,
    ADD COLUMN unreached boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT users_digest_time CHECK (next_digest_at IS NULL OR digest)
"""

# What lies in the past by now is not made up for.
FILL = """
UPDATE public.tasks SET next_reminder_at = planned.at
FROM (
    SELECT tasks.id,
           CASE WHEN remind_at IS NOT NULL THEN remind_at
                WHEN due_time IS NOT NULL THEN due_at - make_interval(mins => reminder_lead_minutes)
                ELSE timezone(COALESCE(timezone, due_zone), due_date + morning) END AS at
    FROM public.tasks JOIN public.users ON users.id = tasks.account_id
    WHERE reminded_at IS NULL AND completed_at IS NULL AND deleted_at IS NULL
) AS planned
WHERE planned.id = tasks.id AND planned.at > now()
"""

INDEXES = (
    "DROP INDEX public.tasks_remind_idx",
    """CREATE INDEX tasks_next_reminder_idx ON public.tasks (next_reminder_at)
       WHERE next_reminder_at IS NOT NULL""",
    "CREATE INDEX users_next_digest_idx ON public.users (next_digest_at) WHERE next_digest_at IS NOT NULL",
    "CREATE INDEX tasks_made_by_idx ON public.tasks (made_by) WHERE made_by IS NOT NULL",
)


def upgrade() -> None:
    """Add the columns, and plan the reminders of what is open."""
    op.execute(TASKS)
    op.execute(USERS)
    op.execute(FILL)
    op.execute("CREATE SEQUENCE public.reminder_claims")
    for index in INDEXES:
        op.execute(index)


def downgrade() -> None:
    """Drop them again."""
    op.execute("DROP INDEX public.tasks_made_by_idx, public.users_next_digest_idx, public.tasks_next_reminder_idx")
    op.execute("""
        CREATE INDEX tasks_remind_idx ON public.tasks (COALESCE(remind_at, due_at))
        WHERE completed_at IS NULL AND deleted_at IS NULL AND reminded_at IS NULL
              AND COALESCE(remind_at, due_at) IS NOT NULL""")
    op.execute("DROP SEQUENCE public.reminder_claims")
    op.execute("""
        ALTER TABLE public.users DROP COLUMN next_digest_at, DROP COLUMN digest_lease,
            DROP COLUMN unreached, DROP COLUMN reminders_here""")
    op.execute("""
        ALTER TABLE public.tasks DROP COLUMN made_by, DROP COLUMN remind_also, DROP COLUMN remind_before,
            DROP COLUMN next_reminder_at, DROP COLUMN reminder_claim, DROP COLUMN reminder_lease,
            DROP COLUMN reminder_kept, DROP COLUMN last_done_at""")

"""Reminders and digests: when they come next, who is delivering them, and what is kept for the next contact."""

from __future__ import annotations

from alembic import op

from core.migrations import steps

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TASKS = """
ALTER TABLE public.tasks
    ADD COLUMN IF NOT EXISTS made_by bigint,
    ADD COLUMN IF NOT EXISTS remind_also timestamptz[] NOT NULL DEFAULT '{}',
    ADD COLUMN IF NOT EXISTS remind_before integer[],
    ADD COLUMN IF NOT EXISTS next_reminder_at timestamptz,
    ADD COLUMN IF NOT EXISTS reminder_claim bigint,
    ADD COLUMN IF NOT EXISTS reminder_lease timestamptz,
    ADD COLUMN IF NOT EXISTS reminder_kept boolean NOT NULL DEFAULT false,
    ADD COLUMN IF NOT EXISTS last_done_at timestamptz
"""

USERS = """
ALTER TABLE public.users
    ADD COLUMN IF NOT EXISTS next_digest_at timestamptz,
    ADD COLUMN IF NOT EXISTS digest_lease timestamptz,
    ADD COLUMN IF NOT EXISTS reminders_here boolean NOT NULL DEFAULT false,
    ADD COLUMN IF NOT EXISTS unreached boolean NOT NULL DEFAULT false
"""

RULES = (
    ("tasks", "tasks_made_by_fkey", "FOREIGN KEY (made_by) REFERENCES public.users (id) ON DELETE SET NULL"),
    ("tasks", "tasks_remind_also_count", "CHECK (cardinality(remind_also) <= 20)"),
    ("tasks", "tasks_remind_before_count", "CHECK (cardinality(remind_before) <= 20)"),
    (
        "tasks", "tasks_remind_before_range",
        "CHECK (-10080 <= ALL (remind_before) AND 527040 >= ALL (remind_before))",
    ),
    ("tasks", "tasks_claim_with_lease", "CHECK ((reminder_claim IS NULL) = (reminder_lease IS NULL))"),
    (
        "tasks", "tasks_closed_without_reminder",
        "CHECK (next_reminder_at IS NULL OR completed_at IS NULL AND deleted_at IS NULL)",
    ),
    ("users", "users_digest_time", "CHECK (next_digest_at IS NULL OR digest)"),
)  # fmt: skip

_AT = """
    CASE WHEN tasks.remind_at IS NOT NULL THEN tasks.remind_at
         WHEN tasks.due_time IS NOT NULL THEN tasks.due_at - make_interval(mins => users.reminder_lead_minutes)
         ELSE timezone(COALESCE(users.timezone, tasks.due_zone), tasks.due_date + users.morning) END
"""
# What lies in the past by now is not made up for.
FILL = f"""
UPDATE public.tasks SET next_reminder_at = {_AT}
FROM public.users
WHERE users.id = tasks.account_id AND tasks.id BETWEEN :first AND :last AND tasks.next_reminder_at IS NULL
      AND tasks.reminded_at IS NULL AND tasks.completed_at IS NULL AND tasks.deleted_at IS NULL AND {_AT} > now()
"""

INDEXES = (
    ("tasks_next_reminder_idx", "public.tasks (next_reminder_at) WHERE next_reminder_at IS NOT NULL"),
    ("users_next_digest_idx", "public.users (next_digest_at) WHERE next_digest_at IS NOT NULL"),
    ("tasks_made_by_idx", "public.tasks (made_by) WHERE made_by IS NOT NULL"),
)


def upgrade() -> None:
    """Add the columns, and plan the reminders of what is open."""
    steps.at_once(TASKS, USERS, "CREATE SEQUENCE IF NOT EXISTS public.reminder_claims")
    for table, name, definition in RULES:
        steps.rule(table, name, definition)
    steps.in_batches("tasks", FILL)
    steps.no_index("tasks_remind_idx")
    for name, on in INDEXES:
        steps.index(name, on)


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

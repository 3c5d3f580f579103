"""What ten million tasks need: reminders found by their platform, rows that are updated in place, vacuum in time.

An index on what every change writes kept PostgreSQL from updating rows in place (heap-only tuples), for an undo that
finds its rows among the account's own as well. How the table is looked after is told by its settings: by its size alone
a fifth of it, two million rows, would have to die before anybody cleaned up.
"""

from __future__ import annotations

from alembic import op

from core.migrations import steps

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

COLUMN = "ALTER TABLE public.tasks ADD COLUMN IF NOT EXISTS reminder_platform text"

# A process of an older version, which knows nothing of the column, writes it as well.
FUNCTION = """
CREATE OR REPLACE FUNCTION public.tasks_reminder_platform() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.next_reminder_at IS NULL THEN
        NEW.reminder_platform := NULL;
    ELSIF NEW.reminder_platform IS NULL OR TG_OP = 'INSERT'
            OR NEW.made_by IS DISTINCT FROM OLD.made_by OR NEW.account_id <> OLD.account_id THEN
        SELECT platform INTO NEW.reminder_platform FROM public.users
        WHERE id = COALESCE(NEW.made_by, NEW.account_id);
    END IF;
    RETURN NEW;
END $$
"""
TRIGGER = """
CREATE OR REPLACE TRIGGER tasks_reminder_platform
BEFORE INSERT OR UPDATE OF next_reminder_at, made_by, account_id ON public.tasks
FOR EACH ROW EXECUTE FUNCTION public.tasks_reminder_platform()
"""

FILL = """
UPDATE public.tasks SET reminder_platform = users.platform
FROM public.users
WHERE users.id = COALESCE(tasks.made_by, tasks.account_id) AND tasks.id BETWEEN :first AND :last
      AND tasks.next_reminder_at IS NOT NULL AND tasks.reminder_platform IS NULL
"""

INDEXES = (
    (
        "tasks_platform_reminder_idx",
        "public.tasks (reminder_platform, next_reminder_at) WHERE next_reminder_at IS NOT NULL",
    ),
    ("users_platform_digest_idx", "public.users (platform, next_digest_at) WHERE next_digest_at IS NOT NULL"),
)

SETTINGS = (
    """ALTER TABLE public.tasks SET (
           fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000,
           autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05)""",
    """ALTER TABLE public.users SET (
           fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 200)""",
)


def upgrade() -> None:
    """Add the platform and keep it by a trigger; change the indexes; say when to vacuum."""
    steps.at_once(COLUMN, FUNCTION, TRIGGER, *SETTINGS)
    steps.in_batches("tasks", FILL)
    for name, on in INDEXES:
        steps.index(name, on)
    for name in ("tasks_next_reminder_idx", "users_next_digest_idx", "tasks_change_idx"):
        steps.no_index(name)


def downgrade() -> None:
    """Make it as it was."""
    op.execute("""
        CREATE INDEX tasks_next_reminder_idx ON public.tasks (next_reminder_at) WHERE next_reminder_at IS NOT NULL""")
    op.execute("CREATE INDEX users_next_digest_idx ON public.users (next_digest_at) WHERE next_digest_at IS NOT NULL")
    op.execute("CREATE INDEX tasks_change_idx ON public.tasks (account_id, change)")
    op.execute("DROP INDEX public.tasks_platform_reminder_idx, public.users_platform_digest_idx")
    op.execute("DROP TRIGGER tasks_reminder_platform ON public.tasks")
    op.execute("DROP FUNCTION public.tasks_reminder_platform")
    op.execute("ALTER TABLE public.tasks DROP COLUMN reminder_platform")
    for table in ("tasks", "users"):
        op.execute(f"""
            ALTER TABLE public.{table} RESET (fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold,
                autovacuum_analyze_scale_factor, autovacuum_vacuum_insert_scale_factor)""")

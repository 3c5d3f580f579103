"""What moves with a person's preferences: SQL that the statements which change them carry along.

`old` and `new` are the person's row before and after; `:zone` is the IANA zone that stands in where neither has one.
"""

from __future__ import annotations

SAME_CLOCK = """timezone(COALESCE(CAST(:timezone AS text), users.timezone, :zone),
                         timezone(COALESCE(users.timezone, :zone), {at}))"""
"""The instant at which the clock of the zone to come shows what the present one shows at `at`."""

NEXT_MORNING = """timezone(COALESCE(wanted.timezone, :zone),
                CAST(wanted.local AS date) + CAST(CAST(wanted.local AS time) >= wanted.morning AS integer)
                + wanted.morning)"""
"""The next time that a person's morning begins."""

# A reminder that nobody asked for by name is a wall clock: of a task for a whole day the person's, moved by as much as
# their morning; of one with a time the task's own, moved by as much as the lead, yet not past what it is a lead to.
FOLLOW = """
    UPDATE tasks
    SET next_reminder_at = CASE
            WHEN due_time IS NULL THEN
                timezone(COALESCE(new.timezone, :zone),
                         timezone(COALESCE(old.timezone, :zone), next_reminder_at) + (new.morning - old.morning))
            WHEN recurrence IS NULL THEN
                LEAST(next_reminder_at + make_interval(mins => old.reminder_lead_minutes - new.reminder_lead_minutes),
                      due_at)
            ELSE next_reminder_at + make_interval(mins => old.reminder_lead_minutes - new.reminder_lead_minutes)
        END,
        reminder_claim = NULL, reminder_lease = NULL
    FROM old JOIN new ON new.id = old.id
    WHERE tasks.account_id = new.account_id AND COALESCE(made_by, tasks.account_id) = new.id
      AND deleted_at IS NULL AND completed_at IS NULL AND next_reminder_at IS NOT NULL AND remind_at IS NULL
      AND (due_time IS NULL AND (new.morning, new.timezone) IS DISTINCT FROM (old.morning, old.timezone)
           OR due_time IS NOT NULL AND remind_before IS NULL
              AND new.reminder_lead_minutes <> old.reminder_lead_minutes)
"""

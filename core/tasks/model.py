"""The table of tasks, with the rules that the database itself keeps."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base

_WALL = "(due_date + COALESCE(due_time, '00:00:00'::time))"
_BY_THE_OFFSET_BEFORE = (
    f"timezone('UTC', timezone('UTC', timezone(due_zone, {_WALL} - '1 day'::interval)) + '1 day'::interval)"
)
DUE_AT = (
    f"CASE WHEN timezone(due_zone, {_BY_THE_OFFSET_BEFORE}) = {_WALL} "
    f"THEN {_BY_THE_OFFSET_BEFORE} ELSE timezone(due_zone, {_WALL}) END"
)
"""The instant of a wall clock: the start of the day without a time. Of an hour that comes twice, when clocks go back,
it is the first (Postgres alone would take the second), so the offset of the day before is tried before today's; an hour
that is skipped counts on past the gap. Python's `fold=0` means the same."""

SEPARATORS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~¡¿«»·–—…‘’‚“”„•′″、。「」！？：，"
"""What stands between words. Left to itself, Postgres reads `Catch-22` as a word and minus 22, and `a/b` as a file."""

_QUOTED = SEPARATORS.replace("'", "''")
_WORDS = f"translate(title || ' ' || COALESCE(notes, ''), '{_QUOTED}', repeat(' ', {len(SEPARATORS)}))"
SEARCH = f"to_tsvector('simple', {_WORDS}) || to_tsvector('english', {_WORDS})"
"""Words as written, for prefixes and every language, and English stems."""

OPEN = sa.text("completed_at IS NULL AND deleted_at IS NULL")

CHANGES = sa.Sequence("task_changes", metadata=Base.metadata)
"""Ids of changes, ascending; one change may touch many tasks."""

CLAIMS = sa.Sequence("reminder_claims", metadata=Base.metadata)
"""Ids of messages that tell of reminders."""

Instant = sa.TIMESTAMP(timezone=True)


def _check(name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=f"tasks_{name}")


class TaskRow(Base):
    """One task. `previous` is a stack, newest first, of what each change overwrote:

    `[{"change": 41, "action": "updated", "at": "…", "fields": {the altered columns: their values before}}, …]`

    `by` stands beside `at` where a message was carried out: a digest that tells when the same one comes again.
    Its first entry belongs to `change`, the change that made the row what it is.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        sa.UniqueConstraint("account_id", "number", name="tasks_account_number_key"),
        _check("number_positive", "number > 0"),
        _check("title_length", "char_length(title) <= 500 AND char_length(btrim(title)) > 0"),
        _check("notes_length", "char_length(notes) <= 4000"),
        _check("priority_range", "priority BETWEEN 1 AND 4"),
        _check("tags_count", "cardinality(tags) <= 20"),
        _check(
            "tags_filled",
            "array_position(tags, NULL) IS NULL AND array_position(tags, '') IS NULL"
            r" AND array_to_string(tags, '') !~ '\s' AND array_to_string(tags, ' ') !~ '[^ ]{51}'",
        ),
        _check("due_time_needs_date", "due_time IS NULL OR due_date IS NOT NULL"),
        _check("due_date_with_zone", "(due_date IS NULL) = (due_zone IS NULL)"),
        _check("recurrence_length", "char_length(recurrence) BETWEEN 1 AND 1000"),
        _check("recurrence_needs_due", "recurrence IS NULL OR due_date IS NOT NULL"),
        _check("source_length", "char_length(source) <= 2000"),
        _check("remind_also_count", "cardinality(remind_also) <= 20"),
        _check("remind_before_count", "cardinality(remind_before) <= 20"),
        _check("remind_before_range", "-10080 <= ALL (remind_before) AND 527040 >= ALL (remind_before)"),
        _check("claim_with_lease", "(reminder_claim IS NULL) = (reminder_lease IS NULL)"),
        _check(
            "closed_without_reminder",
            "next_reminder_at IS NULL OR completed_at IS NULL AND deleted_at IS NULL",
        ),
        _check("change_is_newest", "change IS NOT DISTINCT FROM (previous -> 0 ->> 'change')::bigint"),
        sa.Index("tasks_open_due_idx", "account_id", "due_at", "number", postgresql_where=OPEN),
        sa.Index(
            "tasks_platform_reminder_idx",
            "reminder_platform",
            "next_reminder_at",
            postgresql_where=sa.text("next_reminder_at IS NOT NULL"),
        ),
        sa.Index("tasks_made_by_idx", "made_by", postgresql_where=sa.text("made_by IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("users.id", name="tasks_account_id_fkey"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(sa.Text)
    notes: Mapped[str | None] = mapped_column(sa.Text)
    priority: Mapped[int] = mapped_column(sa.SmallInteger, server_default=sa.text("4"))
    tags: Mapped[list[str]] = mapped_column(ARRAY(sa.Text), server_default=sa.text("'{}'"))
    due_date: Mapped[dt.date | None]
    due_time: Mapped[dt.time | None]
    due_zone: Mapped[str | None] = mapped_column(sa.Text)
    due_at: Mapped[dt.datetime | None] = mapped_column(Instant, sa.Computed(DUE_AT, persisted=True))
    remind_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    reminded_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    recurrence: Mapped[str | None] = mapped_column(sa.Text)
    recurs_from_completion: Mapped[bool] = mapped_column(server_default=sa.false())
    source: Mapped[str | None] = mapped_column(sa.Text)
    source_shared: Mapped[bool] = mapped_column(server_default=sa.false())
    """Whether the title was said where the source leads, in a thread of several people: no menu, form or command."""
    completed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    deleted_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    change: Mapped[int | None] = mapped_column(sa.BigInteger)
    previous: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=sa.text("'[]'"))
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=sa.func.now())
    updated_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=sa.func.now())
    made_by: Mapped[int | None] = mapped_column(
        sa.BigInteger, sa.ForeignKey("users.id", name="tasks_made_by_fkey", ondelete="SET NULL")
    )
    """The identity that gets its reminders, where that is another than the account's first."""
    remind_also: Mapped[list[dt.datetime]] = mapped_column(ARRAY(Instant), server_default=sa.text("'{}'"))
    remind_before: Mapped[list[int] | None] = mapped_column(ARRAY(sa.Integer))
    next_reminder_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    """What all of this comes to: when the bot speaks up next."""
    reminder_platform: Mapped[str | None] = mapped_column(sa.Text)
    """Where: the platform of `made_by` or the account, as long as there is a next reminder. A trigger keeps it."""
    reminder_claim: Mapped[int | None] = mapped_column(sa.BigInteger)
    """The message that a process is delivering with this task in it; the same for every try."""
    reminder_lease: Mapped[dt.datetime | None] = mapped_column(Instant)
    """Until when no other process tries, by the database's clock."""
    reminder_kept: Mapped[bool] = mapped_column(server_default=sa.false())
    """A reminder that could not be delivered and waits for the person to come."""
    last_done_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    undone: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=sa.text("'[]'"))
    """What was taken back since the task was last changed, newest first, with what it had written: for `redo`."""
    search: Mapped[str] = mapped_column(TSVECTOR, sa.Computed(SEARCH, persisted=True))

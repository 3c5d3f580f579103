"""Finding tasks by words: full-text search over titles and notes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncSession

from core.chat import Status, Task
from core.errors import Ambiguous, NotFound
from core.tasks.model import TaskRow
from core.tasks.stored import Stored, columns
from core.text import clean_line
from core.users.actor import Actor

MOST_CHOICES = 10

_WORD = re.compile(r"[^\W_]+")
_MOST_WORDS = 20
_LONGEST_WORD = 100

# Scripts written without spaces, where a word begins in the middle of what the database takes for one.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]")

_FILLERS = frozenset(
    [
        "a",
        "about",
        "all",
        "an",
        "and",
        "at",
        "for",
        "from",
        "in",
        "me",
        "my",
        "of",
        "on",
        "our",
        "please",
        "that",
        "the",
    ]
    + ["this", "those", "to", "with", "item", "items", "one", "ones", "reminder", "task", "tasks", "thing", "todo"]
)


def words_in(text: str) -> list[str]:
    """Return the words to look for."""
    return [word[:_LONGEST_WORD] for word in _WORD.findall(clean_line(text))][:_MOST_WORDS]


def matches(text: str) -> sa.ColumnElement[bool]:
    """Return the condition that a task has all the words of `text`, each as a beginning of a word or by its stem.

    Any text will do, for its words are parameters, never syntax. Text without words (an emoji) is looked for as it is,
    in titles; so are scripts written without spaces.
    """
    words = words_in(text)
    contained = sa.func.strpos(sa.func.lower(TaskRow.title), sa.func.lower(clean_line(text))) > 0
    if not words:
        return contained
    found = _has(words, prefix=True)
    return sa.or_(found, contained) if _UNSPACED.search(text) else found


async def match(
    session: AsyncSession,
    actor: Actor,
    text: str,
    *,
    now: dt.datetime,
    status: Status = Status.OPEN,
    limit: int = MOST_CHOICES,
) -> tuple[Task, ...]:
    """Return the tasks that `text` may mean, best first, and only those that fit it best. One statement.

    A title that is exactly the text beats titles with all its words, and those beat beginnings of words. Words that
    only point at a task ("the … task") need not be in it.
    """
    line = clean_line(text)
    words = words_in(line)
    if not line:
        return ()
    telling = [word for word in words if word.lower() not in _FILLERS] or words
    tier = sa.case(
        (sa.func.lower(TaskRow.title) == sa.func.lower(line), 0),
        (_has(words, prefix=False) if words else sa.false(), 1),
        (_has(telling, prefix=False) if words else sa.false(), 2),
        else_=3,
    ).label("tier")
    statement = (
        sa.select(*columns(), tier)
        .where(TaskRow.account_id == actor.account_id, *status_is(status), matches(" ".join(telling) or line))
        .order_by(tier, TaskRow.priority, TaskRow.number)
        .limit(limit)
    )
    rows = (await session.execute(statement)).mappings().all()
    return tuple(Stored.from_row(row).task(actor, now) for row in rows if row["tier"] == rows[0]["tier"])


async def resolve_one(
    session: AsyncSession, actor: Actor, text: str, *, now: dt.datetime, status: Status = Status.OPEN
) -> Task:
    """Return the one task that `text` means. Raises Ambiguous, with the choices, for several; NotFound for none."""
    found = await match(session, actor, text, now=now, status=status)
    shown = clean_line(text)[:80]
    if not found:
        kind = "" if status is Status.ALL else f"{status} "
        raise NotFound(f"I found no {kind}task about “{shown}”.")
    if len(found) > 1:
        raise Ambiguous(f"Several tasks are about “{shown}”. Which one do you mean?", found)
    return found[0]


def status_is(status: Status) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions of a status; what was deleted has none of them."""
    there = TaskRow.deleted_at.is_(None)
    match status:
        case Status.OPEN:
            return there, TaskRow.completed_at.is_(None)
        case Status.DONE:
            return there, TaskRow.completed_at.is_not(None)
        case Status.ALL:
            return (there,)


def _has(words: Sequence[str], *, prefix: bool) -> sa.ColumnElement[bool]:
    """Return the condition that every word is there, as it is written (or begun with) or by its English stem."""
    ending = ":*" if prefix else ""
    queries = [
        sa.func.to_tsquery("simple", f"'{word}'{ending}").op("||", return_type=TSQUERY())(
            sa.func.plainto_tsquery("english", word)
        )
        for word in words
    ]
    query = queries[0]
    for further in queries[1:]:
        query = query.op("&&", return_type=TSQUERY())(further)
    return TaskRow.search.op("@@", return_type=sa.Boolean())(query)

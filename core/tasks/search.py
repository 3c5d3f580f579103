"""Finding tasks by words: full-text search over titles and notes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.database import Session, statement
from core.errors import Ambiguous, NotFound
from core.model import Status, Task
from core.tasks.model import SEPARATORS
from core.tasks.stored import COLUMNS, Stored
from core.text import clean_line
from core.users.actor import Actor

MOST_CHOICES = 10

STATUS: Mapping[Status, str] = {
    Status.OPEN: "deleted_at IS NULL AND completed_at IS NULL",
    Status.DONE: "deleted_at IS NULL AND completed_at IS NOT NULL",
    Status.ALL: "deleted_at IS NULL",
    Status.DELETED: "deleted_at IS NOT NULL",
}
"""The conditions of a status; what was deleted has no other one."""

_BETWEEN = re.compile(rf"[\s{re.escape(SEPARATORS)}]+")
_MOST_WORDS = 20
_LONGEST_WORD = 100

# Scripts written without spaces, where a word begins in the middle of what the database takes for one.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]")

# Words that point at a task rather than tell which, and names for any task.
_POINTING = re.compile("a|about|all|an|and|at|for|from|in|me|my|of|on|our|please|that|the|this|those|to|with", re.I)
_ANY_TASK = re.compile("items?|ones?|reminders?|tasks?|things?|todos?", re.I)


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of SQL without a value in it, and the values of its parameters."""

    sql: str
    parameters: Mapping[str, object]


def matches(text: str) -> Condition:
    """Return the condition that a task has all the words of `text`, each as the beginning of a word or by its stem.

    Any text will do, for its words are parameters, never syntax. Text without words (an emoji) is looked for as it is,
    in titles; so are scripts written without spaces.
    """
    words = words_in(text)
    contained = Condition(
        "strpos(lower(title), lower(CAST(:contained AS text))) > 0", {"contained": clean_line(text)[:_LONGEST_WORD]}
    )
    if not words:
        return contained
    found = _has(words, "begun", prefix=True)
    if not _UNSPACED.search(text):
        return found
    return Condition(f"({found.sql} OR {contained.sql})", {**found.parameters, **contained.parameters})


async def match(
    session: Session,
    actor: Actor,
    text: str,
    *,
    now: dt.datetime,
    status: Status = Status.OPEN,
    limit: int = MOST_CHOICES,
) -> tuple[Task, ...]:
    """Return the tasks that `text` may mean, best first, and only those that fit it best. One statement.

    A title that is exactly the text beats titles that have its words, and those beat beginnings of words. Words that
    only point at a task ("the … task") don't count where others tell more.
    """
    line = clean_line(text)
    if not line:
        return ()
    telling = _telling(line)
    candidates, whole = matches(telling), _has(words_in(telling), "whole", prefix=False)
    sql = f"""
        SELECT {COLUMNS},
               CASE WHEN lower(title) = lower(CAST(:line AS text)) THEN 0
                    WHEN lower(title) = lower(CAST(:telling AS text)) THEN 1
                    WHEN {whole.sql} THEN 2 ELSE 3 END AS tier
        FROM tasks WHERE account_id = :account AND {STATUS[status]} AND {candidates.sql}
        ORDER BY tier, priority, number LIMIT :limit
    """
    parameters = {"account": actor.account_id, "line": line, "telling": telling, "limit": limit}
    parameters |= {**candidates.parameters, **whole.parameters}
    rows = await session.execute(statement(sql), parameters)
    return tuple(Stored.from_row(row).task(actor, now) for row in rows if row["tier"] == rows[0]["tier"])


async def resolve_one(
    session: Session, actor: Actor, text: str, *, now: dt.datetime, status: Status = Status.OPEN
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


def words_in(text: str) -> list[str]:
    """Return the words to look for. They hold no quotes and no backslash, so that they may stand in quotes."""
    words = [word for word in _BETWEEN.split(clean_line(text)) if any(map(str.isalnum, word))]
    return [word[:_LONGEST_WORD] for word in words[:_MOST_WORDS]]


def _telling(line: str) -> str:
    """Return the words of the line that tell which task is meant; the line itself where none does more than others."""
    words = words_in(line)
    named = [word for word in words if not _POINTING.fullmatch(word)]
    return " ".join([word for word in named if not _ANY_TASK.fullmatch(word)] or named) or line


def _has(words: Sequence[str], name: str, *, prefix: bool) -> Condition:
    """Return the condition that every word is there, as it is written (or begun with) or by its English stem.

    `name` tells its parameters from another condition's.
    """
    if not words:
        return Condition("false", {})
    queries: list[str] = []
    parameters: dict[str, object] = {}
    for index, word in enumerate(words):
        stem, literal = f"{name}_{index}_stem", f"{name}_{index}"
        parameters |= {stem: word, literal: f"'{word}':*" if prefix else f"'{word}'"}
        queries.append(f"(to_tsquery('simple', :{literal}) || plainto_tsquery('english', :{stem}))")
    return Condition(f"search @@ ({' && '.join(queries)})", parameters)

"""Run one command: grammar, operation, receipt. No model, and one transaction for a change."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from core.chat import ActionName, Confirm, Erasure, Offer, Part, Status, Task, TaskList, TaskQuery, Text
from core.commands.adding import LONGEST_CHORE, has_date, is_chore, is_command, line_task, new_task
from core.commands.grammar import understand
from core.commands.headings import heading
from core.commands.help import HELP
from core.commands.intents import (
    Add,
    Change,
    Complete,
    Delete,
    Export,
    Forget,
    ForgetMe,
    Help,
    Intent,
    New,
    Numbers,
    Prefer,
    Redo,
    Reopen,
    Restore,
    Review,
    Show,
    Skip,
    Snooze,
    Target,
    Undo,
    Unknown,
    Words,
)
from core.commands.lists import listing
from core.commands.pointing import MOST_LINES, is_sure, lines
from core.commands.request import Request
from core.commands.settle import counts_from_due, day_part, dont_understand, in_hours, is_lone_verb, settle
from core.commands.spans import span
from core.edits import Edit, change_tasks, remind_at
from core.errors import Invalid, NotFound
from core.exporting import export
from core.preferences import prefer
from core.receipts import preferences, receipt
from core.reminder_phrases import is_lead, moments
from core.reviews import review
from core.tasks import (
    add,
    complete,
    delete,
    find,
    redo,
    reopen,
    resolve_one,
    restore,
    skip,
    snooze,
    undo,
    week,
)
from core.text import off_loop
from core.users import Forgotten, forget
from core.when import time_of_day

MOST_FOUND = 100
_AND = re.compile(r"\s+and\s+|\s*,\s*(?:and\s+)?|\s*&\s*", re.IGNORECASE)
_MOST_NAMED = 10
_LONGEST_OFFERED = 60
_MOST_COMMANDS = 100
"""Lines of one message that are done one after the other."""
_SURE = Confirm(
    "This deletes all your tasks and all I know of you, for good: it can't be undone. `export` gives you a copy first.",
    ActionName.FORGET_ME,
    "forget me for good",
)


async def run(request: Request, text: str, *, adds_plain_text: bool) -> list[Part]:
    """Do what the text asks and return what to show.

    `adds_plain_text`: a text without a verb is a task to add, as in `/task buy milk tomorrow`.

    Raises:
        TaskBotError: with a sentence for the person; nothing was changed.
    """
    if several := await off_loop(lines, text):
        sure = is_sure(text) or len(several) <= MOST_LINES
        return await _lines(request, several, sure=sure, adds=adds_plain_text)
    intent = await off_loop(understand, text)
    if isinstance(intent, Unknown) and adds_plain_text and intent.text and not is_lone_verb(text):
        intent = Add(text)
    return await perform(request, intent, text)


async def perform(request: Request, intent: Intent, text: str = "") -> list[Part]:
    """Do what is meant and return what to show. Raises TaskBotError with a sentence; then nothing was changed.

    `text` is what was said: where no task fits it, it may be one itself.
    """
    chore = is_chore(intent, text, request) if len(text) <= LONGEST_CHORE else None
    if chore:
        return await _add(request, text)
    try:
        return await _perform(request, intent)
    except NotFound as error:
        if chore is None:
            raise
        return await _perhaps_new(request, text, error)


async def _perhaps_new(request: Request, text: str, error: NotFound) -> list[Part]:
    """A task is never refused for its first word: with a date it is added, without one it is offered."""
    if has_date(text, request):
        return await _add(request, text)
    title = " ".join(text.split()).strip(" .!")
    if len(title) > _LONGEST_OFFERED:
        raise error
    question = f"{error} Shall I add “{title}” as a task?"
    return [Text(question), Offer("Add it", ActionName.ADD, {"title": title}, words=f"add {title}")]


async def _perform(request: Request, intent: Intent) -> list[Part]:
    match intent:
        case Add(what):
            return await _add(request, what)
        case Show(query, when):
            shown = await show(request, query, when)
            if not shown.page.total and query.text and query.status is Status.ALL:
                raise NotFound(f"I found no task about “{query.text[:80]}”.")
            return [shown]
        case (
            Complete(target) | Skip(target) | Reopen(target) | Delete(target) | Restore(target)
            | Change(target) | Snooze(target)
        ):  # fmt: skip
            return await _act(request, intent, target)
        case Redo():
            result = await request.database.write(lambda session: redo(session, request.actor, now=request.now))
            return [receipt(result)]
        case Undo(change):
            result = await request.database.write(lambda session: undo(session, request.actor, change, now=request.now))
            return [receipt(result)]
        case Prefer():
            return [await _prefer(request, intent)]
        case Review():
            found = await request.database.read(lambda session: week(session, request.actor, now=request.now))
            return [Text(review(found))]
        case Export(wanted):
            return await _export(request, wanted)
        case ForgetMe(confirmed):
            return await forget_me(request) if confirmed else [_SURE]
        case Help():
            return [Text(HELP)]
        case New() | Forget():
            return [Text("That ends the conversation of a thread. Here there is none.")]
        case Unknown(text):
            return [Text(dont_understand(text))]


async def show(request: Request, query: TaskQuery, when: str | None = None) -> TaskList:
    """One page of the tasks that are asked for, headed by what was understood."""
    if when and (days := span(when, now=request.now, locale=request.actor.locale)):
        query = replace(query, since=days[0], until=days[1])
    page = await request.database.read(lambda session: find(session, request.actor, query, now=request.now))
    return TaskList(page, heading(query, request.now.date()))


async def _lines(request: Request, found: Sequence[str], *, sure: bool, adds: bool) -> list[Part]:
    """Do what several lines ask for: one change where all of them are tasks, else one after the other."""
    whole = "\n".join(found)
    if await off_loop(lambda _: any(is_command(line) for line in found), whole):
        if len(found) > _MOST_COMMANDS:
            raise Invalid(f"That is {len(found):,} lines; I do at most {_MOST_COMMANDS} at once. Send them in parts.")
        return [part for line in found for part in await run(request, line, adds_plain_text=adds)]
    if not sure:
        return [
            Text(
                f"That is {len(found)} lines, and each of them would be a task. Say `yes` to that, or send them again "
                "with `add all:` before the first one."
            )
        ]
    new = await off_loop(lambda _: [line_task(request, line) for line in found], whole)
    result = await request.database.write(lambda session: add(session, request.actor, new, now=request.now))
    return [receipt(result)]


async def _add(request: Request, text: str) -> list[Part]:
    new = await off_loop(lambda text: new_task(request, text), text)
    result = await request.database.write(lambda session: add(session, request.actor, [new], now=request.now))
    return [receipt(result)]


async def _act(request: Request, intent: Intent, target: Target) -> list[Part]:
    if isinstance(target, Numbers):
        return await _do(request, intent, target.numbers)
    found = await _every(request, intent, target.words) if target.every else await _one(request, intent, target.words)
    if target.every and counts_from_due(intent):
        found = tuple(task for task in found if task.due)
        if not found:
            raise NotFound("None of them has a date yet to count from.")
    return await _do(request, intent, [task.number for task in found])


async def _one(request: Request, intent: Intent, words: str) -> tuple[Task, ...]:
    """The one task that fits the words best. Raises NotFound, or Ambiguous with what to choose from."""
    try:
        return (await _meant(request, intent, words),)
    except NotFound:
        parts = [part for part in _AND.split(words) if part.strip()]
        if not 1 < len(parts) <= _MOST_NAMED:
            raise
        return tuple([await _meant(request, intent, part) for part in parts])


async def _meant(request: Request, intent: Intent, words: str) -> Task:
    status = _among(intent)
    return await request.database.read(
        lambda session: resolve_one(session, request.actor, words, now=request.now, status=status)
    )


async def _every(request: Request, intent: Intent, words: str) -> tuple[Task, ...]:
    """All tasks with the words; `morning meetings` are also the meetings that are due in a morning. Raises NotFound."""
    shown = listing(f"list {words}") if words else None
    if shown and (shown.when or replace(shown.query, text=None) != TaskQuery()):
        status = _among(intent) if shown.query.status is Status.OPEN else shown.query.status
        query = replace(shown.query, status=status, size=MOST_FOUND)
        found = (await show(request, query, shown.when)).page.tasks
    else:
        found = await _with(request, intent, words)
    part = day_part(words)
    if not found and part:
        wider = await _with(request, intent, part.rest)
        found = tuple(task for task in wider if task.due and task.due.time and in_hours(task.due.time.hour, part))
    if not found:
        fits = f"that fits “{words}”" if words else "to do that with"
        raise NotFound(f"I found no task {fits}. `list` shows your tasks.")
    return found


async def _with(request: Request, intent: Intent, words: str) -> tuple[Task, ...]:
    query = TaskQuery(status=_among(intent), text=words or None, size=MOST_FOUND)
    page = await request.database.read(lambda session: find(session, request.actor, query, now=request.now))
    return page.tasks


def _among(intent: Intent) -> Status:
    """Which tasks words may mean: what is done can be reopened, all can be deleted one by one."""
    if isinstance(intent, Reopen):
        return Status.DONE
    if isinstance(intent, Restore):
        return Status.DELETED
    one = isinstance(intent, Delete) and isinstance(intent.target, Words) and not intent.target.every
    return Status.ALL if one else Status.OPEN


async def _do(request: Request, intent: Intent, numbers: Sequence[int]) -> list[Part]:
    if isinstance(intent, Snooze) and not is_lead(intent.when) and len(moments(intent.when)) == 1:
        until = remind_at(intent.when, request.actor, request.now)
        result = await request.database.write(
            lambda session: snooze(session, request.actor, numbers, until, now=request.now)
        )
        return [receipt(result)]
    if isinstance(intent, Change | Snooze):
        edits = [_edit(intent, number, request) for number in numbers]
        return [receipt(await change_tasks(request.database, request.actor, edits, now=request.now))]
    operation = {Complete: complete, Skip: skip, Reopen: reopen, Delete: delete, Restore: restore}[type(intent)]
    result = await request.database.write(lambda session: operation(session, request.actor, numbers, now=request.now))
    return [receipt(result)]


def _edit(intent: Change | Snooze, number: int, request: Request) -> Edit:
    if isinstance(intent, Snooze):
        return Edit(number=number, remind=intent.when)
    change = settle(intent, now=request.now, locale=request.actor.locale)
    tags = [f"+{tag}" for tag in change.add_tags] + [f"-{tag}" for tag in change.remove_tags]
    return Edit(
        number=number,
        title=change.title,
        notes=change.notes,
        due=change.when,
        remind=change.remind,
        priority=change.priority,
        tags=tuple(tags) or None,
        clear=frozenset(change.clear),
    )


async def _export(request: Request, wanted: str | None) -> list[Part]:
    number, files = await export(request.database, request.actor, request.now, wanted)
    count = "one task" if number == 1 else f"{number:,} tasks"
    return [Text(f"Here is all I keep for you: {count}, done ones included.\n\n"), *files]


async def _prefer(request: Request, wanted: Prefer) -> Part:
    if wanted == Prefer():
        return Text(preferences(request.actor, request.now, whole=True).detail or "")
    said = wanted.morning
    morning = time_of_day(said, now=request.now, locale=request.actor.locale) if said else None
    async with request.database.transaction() as session:
        actor = await prefer(
            session,
            request.actor,
            timezone=wanted.timezone,
            morning=morning,
            digest=wanted.digest,
            reminder_lead_minutes=wanted.lead,
            reminders_here=wanted.here,
            now=request.now,
        )
    timed = wanted.timezone is not None or wanted.morning is not None
    return preferences(actor, request.now, whole=not timed)


async def forget_me(request: Request) -> list[Part]:
    """Delete the person's tasks and all that is known of them, for good."""
    async with request.database.transaction() as session:
        gone = await forget(session, request.actor)
    told = f"{_forgotten(gone)} What was said in a thread stays with OpenAI until somebody says `forget` there."
    return [Text(told), Erasure()]


def _forgotten(gone: Forgotten) -> str:
    if gone.kept:
        return "Done: I no longer know you here. Your tasks stay with the accounts that are linked to this one."
    if not gone.tasks:
        return "Done: all I knew of you is deleted; there were no tasks."
    tasks = "your one task is" if gone.tasks == 1 else f"your {gone.tasks:,} tasks are"
    return f"Done: {tasks} deleted, and so is all I knew of you."

"""What the offline assistant does next: from an intent and the results so far to a tool call or a sentence. Pure."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from core import quickadd
from core.chat import TaskQuery
from core.commands import about, understand
from core.commands.help import EXAMPLES, HELP
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
)
from core.commands.settle import DayPart, counts_from_due, day_part, dont_understand, in_hours, quick, settle
from core.commands.targets import unquote
from core.drafts import understood
from core.tasks.spoken import spoken


@dataclasses.dataclass(frozen=True, slots=True)
class Call:
    """A tool call."""

    name: str
    arguments: dict[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Say:
    """The last word of a turn."""

    markdown: str


Results = Sequence[tuple[str, Mapping[str, Any]]]
"""The tools called so far in this turn, in order, each with its decoded output."""


@dataclasses.dataclass(frozen=True, slots=True)
class Scene:
    """What a sentence alone doesn't tell."""

    now: dt.datetime
    """Aware, in the person's zone."""
    locale: str
    morning: dt.time
    about: int | None = None
    """The task whose reminder the person answers."""


def plan(text: str, results: Results, scene: Scene) -> Call | Say:
    """The next step for the person's message, given what the tools have answered so far."""
    if results:
        name, output = results[-1]
        if "error" in output:
            return Say(str(output["error"]))
        if name != "list_tasks":
            return Say("")  # the receipt says it all
    intent = _intent(text, scene)
    match intent:
        case Add(what):
            return _add(what, scene)
        case Show(query):
            return Say("") if results else Call("list_tasks", _query(query))
        case (
            Complete(target) | Skip(target) | Reopen(target) | Delete(target) | Restore(target)
            | Change(target) | Snooze(target)
        ):  # fmt: skip
            return _act(intent, target, results, scene)
        case Undo(change):
            return Call("undo", {"change": change} if change else {})
        case Redo():
            return Call("undo", {"redo": True})
        case Prefer():
            chosen = dataclasses.asdict(intent)
            return Call("set_preferences", {key: value for key, value in chosen.items() if value is not None})
        case Review():
            return Call("review_week", {})
        case Help():
            return Say(HELP)
        case New() | Forget() | ForgetMe() | Export():
            return Say(f"That works as a command: type `/task {' '.join(text.split())[:60]}`.")
        case Unknown():
            return Say(dont_understand(text))


def _intent(text: str, scene: Scene) -> Intent:
    now, locale = scene.now, scene.locale
    if scene.about and (answer := about(text, scene.about, now=now, locale=locale, morning=scene.morning)):
        return answer
    intent = understand(text)
    return quick(text, now=now, locale=locale) if isinstance(intent, Unknown) else intent


def _add(text: str, scene: Scene) -> Call | Say:
    try:
        read = understood(text, now=scene.now, locale=scene.locale, morning=scene.morning)
    except quickadd.QuickAddError as error:
        return Say(str(error))
    draft = read.draft
    if not draft.title:
        return Say("What is to be done then? Say for example `add Call Ana " + " ".join(text.split())[:60] + "`.")
    task: dict[str, Any] = {
        "title": unquote(draft.title),
        "notes": draft.notes,
        "due": str(draft.due) if draft.due else None,
        "recurrence": _rule(draft),
        "priority": draft.priority,
        "tags": list(draft.tags),
        "remind": read.remind,
    }
    return Call("add_task", {"tasks": [{key: value for key, value in task.items() if value}]})


def _rule(draft: quickadd.Draft) -> str | None:
    """The repetition as the tool takes it; counting from completion can only be said in words."""
    if draft.recurrence and draft.recurs_from_completion:
        return f"{spoken(draft.recurrence)} after completion"
    return draft.recurrence


def _act(intent: Intent, target: Target, results: Results, scene: Scene) -> Call | Say:
    """Act on tasks called by number at once; find those called by words first."""
    if isinstance(target, Numbers):
        return _do(intent, list(target.numbers), scene)
    looks = [output for name, output in results if name == "list_tasks"]
    if not looks:
        return Call("list_tasks", _look(intent, target.words))
    found = looks[-1]["tasks"]
    if not found and len(looks) == 1 and (part := day_part(target.words)):
        return Call("list_tasks", _look(intent, part.rest))
    if len(looks) > 1 and (part := day_part(target.words)):
        found = [task for task in found if _due_in(task, part)]
    if len(found) > 1 and not target.every:
        # a title that is exactly the words is meant before one that only has them
        found = [task for task in found if task["title"].lower() == target.words.lower()] or found
    if not found:
        return Say(f"I found no task that fits “{target.words}”. `list` shows your tasks.")
    if len(found) > 1 and not target.every:
        named = "; ".join(f"#{task['number']} {task['title']}" for task in found[:5])
        return Say(
            f"Which one do you mean: {named}? Say it again with the number, for example `{_example(intent, found)}`."
        )
    if target.every and counts_from_due(intent):
        found = [task for task in found if task.get("due")]
        if not found:
            return Say("None of them has a date yet to count from.")
    return _do(intent, [task["number"] for task in found], scene)


def _do(intent: Intent, numbers: list[int], scene: Scene) -> Call | Say:
    match intent:
        case Complete():
            return Call("complete_task", {"numbers": numbers})
        case Skip():
            return Call("skip_task", {"numbers": numbers})
        case Reopen() | Restore():
            return Call("reopen_task", {"numbers": numbers})
        case Delete():
            return Call("delete_task", {"numbers": numbers})
        case Snooze(when=when):
            return Call("update_task", {"changes": [{"number": number, "remind": when} for number in numbers]})
        case Change():
            fields = _fields(settle(intent, now=scene.now, locale=scene.locale))
            return Call("update_task", {"changes": [{"number": number, **fields} for number in numbers]})
        case _:
            return Say(EXAMPLES[0])


def _fields(change: Change) -> dict[str, Any]:
    tags = [f"+{tag}" for tag in change.add_tags] + [f"-{tag}" for tag in change.remove_tags]
    fields = {
        "title": change.title,
        "notes": change.notes,
        "due": change.when,
        "remind": change.remind,
        "priority": change.priority,
        "tags": tags,
        "clear": list(change.clear),
    }
    return {key: value for key, value in fields.items() if value}


def _query(query: TaskQuery) -> dict[str, Any]:
    given = dataclasses.asdict(query)
    return {key: given[key] for key in ("status", "due", "priority", "tag", "text", "sort", "page") if given[key]}


def _look(intent: Intent, words: str) -> dict[str, Any]:
    among = {Reopen: "done", Restore: "deleted", Delete: "all"}
    status = among.get(type(intent), "open")
    return {"status": status, "text": words} if words else {"status": status}


def _due_in(task: Mapping[str, Any], part: DayPart) -> bool:
    due = str(task.get("due", ""))
    return "T" in due and in_hours(int(due[11:13]), part)


def _example(intent: Intent, found: Sequence[Mapping[str, Any]]) -> str:
    verb = {
        Complete: "done",
        Skip: "skip",
        Reopen: "reopen",
        Delete: "delete",
        Restore: "restore",
        Snooze: "snooze",
    }.get(type(intent))
    number = found[0]["number"]
    if verb:
        return f"{verb} {number}"
    return f"move {number} to {intent.when}" if isinstance(intent, Change) and intent.when else f"change {number} to …"

"""What can be done to tasks, on any platform: operations and queries that know no chat."""

from core.tasks.follow import follow
from core.tasks.operations import add, complete, delete, prioritise, reopen, restore, skip, snooze, tag, update
from core.tasks.queries import everything, find, get, said_openly, zones
from core.tasks.redo import redo
from core.tasks.relevant import relevant
from core.tasks.repeated import done_by
from core.tasks.search import match, resolve_one
from core.tasks.today import Today, today
from core.tasks.undo import last_change, undo
from core.tasks.values import THROUGH, UNSET, Change, NewTask, TaskChanges, Unset
from core.tasks.week import Week, week

__all__ = [
    "THROUGH",
    "UNSET",
    "Change",
    "NewTask",
    "TaskChanges",
    "Today",
    "Unset",
    "Week",
    "add",
    "complete",
    "delete",
    "done_by",
    "everything",
    "find",
    "follow",
    "get",
    "last_change",
    "match",
    "prioritise",
    "redo",
    "relevant",
    "reopen",
    "resolve_one",
    "restore",
    "said_openly",
    "skip",
    "snooze",
    "tag",
    "today",
    "undo",
    "update",
    "week",
    "zones",
]

"""What may be shown and done in a thread that others read and write in, whatever they have talked the model into.

A model reads what everybody says there. So what it may see and touch of a person's own tasks is decided by the words
that they wrote themselves, in the very message that is answered, and never by the model. What else it looks up goes to
the person's eyes alone, and not to the model either, which could tell it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from core import intents
from core.chat import Text
from core.commands import understand
from core.commands.spans import span
from core.model import Status, Task, TaskPage, TaskQuery
from core.tasks import find, get, said_openly
from core.tools.context import TurnContext

MOST_DELETED = 3
"""Tasks that a model may delete without a question."""
_LONGEST_ASKS = 30
_TITLES = 5
_MOST_ASKED = 100
_LONGEST_COMMAND = 200
"""Characters of a message that may be a command: the grammar takes no time for them."""
_NUMBER = re.compile(r"\d{1,9}")
_WORD = re.compile(r"[^\W_]+")
_ALIKE = 4
"""Letters in which two forms of a word agree (`dentist`, `dentists`); shorter words have to be the same."""
_SHORTEST = 3
_SAID_BY_ALL = (
    "about add all and another any are ask back been book buy but call can clear could day delete did does done "
    "down due each email every everything finish first fix for friday from get give going had has have hello her "
    "here him his how into its just know last left list look mail make meet month monday more move much must need "
    "new next not note now off okay one open our out over paper pay please plan post prepare put read remind "
    "reminder saturday say see send set she should show some sunday take task tasks tell than thank thanks that the "
    "them then there these they thing this those thursday time today told tomorrow tuesday undo update use very "
    "want was wednesday week well were what when where which who will with work would write year yes yesterday you "
    "your alle alles auch auf aus bei bitte danke dann das dem den der des die ein eine einen einer erledigt fertig "
    "für gut haben hast heute ist kann mal mit morgen nicht noch nur sind und von wird zum zur como con del ella "
    "esta este esto gracias hecho hoy las los mañana para pero por que son todo todos una uno aux avec dans demain "
    "est fait les mais merci ont par pas pour qui sont sur tous tout une com dos feito hoje isso mas não nas nos "
    "obrigado obrigada uma che dei della grazie non oggi per più sono tutti tutto"
)
"""Words that name no task: they stand in titles and in what people say to one another alike."""
_EMPTY = frozenset(_SAID_BY_ALL.split())
_OF_TASKS = re.compile(
    r"\b(?:lists?|ls|show|find|search|tasks?|to-?dos?|due|overdue|open|done|finish(?:ed)?|reminders?|agenda|plate|what|whats"
    r"|which|when|anything|everything|today|tomorrow|yesterday|week|month|#\w+)\b",
    re.IGNORECASE,
)
"""Without one of these a question that the grammar takes for one about a list (`how are you all?`) is none."""
_TAKES_BACK = re.compile(
    r"\b(?:undo|redo|revert|restore|back|again|rückgängig|zurück|wiederher\w*|desha\w+|annul\w+|desfa\w+|rétabl\w+)\b"
    r"|元に戻|取り消|撤销|恢复",
    re.IGNORECASE,
)

_NAMES_LIST = re.compile(
    r"\b(?:tasks|to-?dos?|lists?|agenda|overdue|due|reminders|deadlines|do\s+i\s+have|i\s+have\s+to\s+do|on\s+my\s+plate"
    r"|aufgaben|liste|erinnerungen|fällig|tareas|pendientes|recordatorios|tâches|rappels|tarefas|pendências|lembretes)\b"
    r"|タスク|予定|一覧|リスト|任务|清单|列表|待办",
    re.IGNORECASE,
)
"""How people name their list, in a sentence that the grammar doesn't know."""

NOT_NAMED = (
    "Several people read this thread, and the author's own message names no such task: nothing was done. Ask them to "
    "say it here with its number or its words."
)
NOT_TAKEN_BACK = "The author's own message asks for no such thing: nothing was done. Ask them to say `undo` here."
FOR_THE_AUTHOR = (
    "Several people read this thread, and the author's own message asks for no list and names none of these tasks: "
    "they are shown to the author alone, and not to you. To see one, ask for its words; to show all, for `list`."
)


def openly(turn: TurnContext, tasks: tuple[Task, ...]) -> tuple[Task, ...]:
    """Of these tasks those that may be told here: all, or among others those that the author's own message names."""
    if not turn.shared:
        return tasks
    names = _naming(turn.text)
    return tuple(task for task in tasks if names(task))


async def told(turn: TurnContext, page: TaskPage) -> TaskPage:
    """Of a page what may be told here: what the author has asked for as a command would, and what they name."""
    if not turn.shared:
        return page
    asked, names, ids = _intent(turn), _naming(turn.text), set[int]()
    if isinstance(asked, intents.Unknown) and _NAMES_LIST.search(turn.text.replace("_", " ")):
        return page
    if isinstance(asked, intents.Show) and _OF_TASKS.search(turn.text):
        days = span(asked.when, now=turn.now, locale=turn.actor.locale) if asked.when else None
        if not days and _within(page.query, asked.query):
            return page
        since, until = days or (asked.query.since, asked.query.until)
        hers = replace(asked.query, since=since, until=until, size=_MOST_ASKED)
        ids = {task.id for task in (await _find(turn, hers)).tasks}
    tasks = tuple(task for task in page.tasks if task.id in ids or names(task))
    return page if len(tasks) == len(page.tasks) else TaskPage(page.query, tasks, len(tasks))


async def _find(turn: TurnContext, query: TaskQuery) -> TaskPage:
    return await turn.database.read(lambda session: find(session, turn.actor, query, now=turn.now))


async def not_named(turn: TurnContext, numbers: Iterable[int]) -> bool:
    """Whether one of the tasks is the author's own affair: neither named in their message nor said openly here."""
    if not turn.shared or _means_all(turn):
        return False
    names = _naming(turn.text)
    said = {int(number) for number in _NUMBER.findall(turn.text)} | turn.touched
    said |= {task.number for task in turn.open_tasks if names(task)}
    if not (unsaid := set(numbers) - said):
        return False
    tasks = await turn.database.read(lambda session: get(session, turn.actor, sorted(unsaid), now=turn.now))
    unsaid = {task.number for task in tasks if not names(task)}
    if not unsaid:
        return False
    sources = await turn.database.read(lambda session: said_openly(session, turn.actor, unsaid))
    return any(not turn.is_here(sources.get(number, "")) for number in unsaid)


def takes_back(turn: TurnContext) -> bool:
    """Whether the author may have meant that something be taken back, or done again."""
    return not turn.shared or _TAKES_BACK.search(turn.text) is not None


async def ask_before_deleting(turn: TurnContext, tasks: Sequence[Task]) -> str | None:
    """Ask the person, where it is many that their message doesn't name; then what the model is told, else None.

    Among others it is asked of each. What the model deletes call by call counts together.
    """
    if turn.client_confirms:
        return None
    named = {int(number) for number in _NUMBER.findall(turn.text)}
    doomed = [task for task in tasks if task.number not in named]
    turn.doomed.update(task.number for task in doomed)
    many = len(turn.doomed) > MOST_DELETED
    if not doomed or not (many or await not_named(turn, (task.number for task in doomed))):
        return None
    line = "delete " + ", ".join(str(task.number) for task in tasks)
    turn.asks = line if len(line) <= _LONGEST_ASKS and not turn.shared else ""
    titles = "" if turn.shared else ": " + "; ".join(f"#{task.number} {task.title}" for task in tasks[:_TITLES])
    more = f" and {len(tasks) - _TITLES} more" if titles and len(tasks) > _TITLES else ""
    yes = "`yes`" if turn.asks else f"`{line}`"
    count = "one task" if len(tasks) == 1 else f"{len(tasks)} tasks"
    turn.show(Text(f"That would delete {count}{titles}{more}. Say {yes} to do so."))
    return "Nothing was deleted yet: the person has just been asked, by a sentence that they see. Add nothing to it."


def _intent(turn: TurnContext) -> intents.Intent:
    return understand(turn.text) if len(turn.text) <= _LONGEST_COMMAND else intents.Unknown(turn.text)


def _means_all(turn: TurnContext) -> bool:
    """Whether the author has said, as a command, that all of their tasks are meant, or all with some words."""
    target = getattr(_intent(turn), "target", None)
    return isinstance(target, intents.Words) and target.every


def _within(query: TaskQuery, asked: TaskQuery) -> bool:
    """Whether a query finds nothing that the other one doesn't."""
    status = query.status is asked.status or (asked.status is Status.ALL and query.status is not Status.DELETED)
    fields = ("due", "priority", "tag", "text", "since", "until", "tags", "repeats")
    return status and all(getattr(asked, name) in (None, "", (), False, getattr(query, name)) for name in fields)


def _naming(text: str) -> Callable[[Task], bool]:
    """Tells of a task whether the text names it: by its number, a word of its title, or a tag."""
    numbers, words = set(_NUMBER.findall(text)), _words(text)
    return lambda task: str(task.number) in numbers or not words.isdisjoint(_words(" ".join((task.title, *task.tags))))


def _words(text: str) -> set[str]:
    """The beginnings of the words that can name something."""
    found = (word.casefold() for word in _WORD.findall(text))
    return {word[:_ALIKE] for word in found if len(word) >= _SHORTEST and word not in _EMPTY}

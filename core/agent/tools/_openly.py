"""What may be shown and done in a thread that others read and write in, whatever they have talked the model into.

A model reads what everybody says there. So what leaves a person's own list, or destroys much of it, has to be asked for
in words that the person wrote themselves, in the very message that is answered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.agent.context import TurnContext
from core.chat import Task, TaskQuery, Text

MOST_DELETED = 3
"""Tasks that a model may delete without a question."""
_LONGEST_ASKS = 30
_TITLES = 5
_ASKS = re.compile(
    r"[?？]|\b(?:lists?|show|tell|tasks?|to-?dos?|what|whats|which|when|where|how|who|find|search|see|look|check|give|read"
    r"|due|overdue|open|done|finished|agenda|plan|schedule|reminders?|everything|anything|all|both|left|next|today"
    r"|tomorrow|yesterday|week|month|review|summary|liste|zeig|aufgaben?|erledig\w*|welche|was|wann|heute|morgen|woche"
    r"|alle[ns]?|lista|tareas?|muestra|qu[eé]|cu[aá]l\w*|cu[aá]ndo|hoy|ma[ñn]ana|semana|todas?|todos?|tâches?|montre"
    r"|quoi|quels?|quelles?|quand|aujourd|demain|semaine|tou[st]e?s?|tarefas?|mostra|quais|qual|quando|hoje|amanh[ãa])\b"
    r"|タスク|予定|一覧|リスト|何|全部|今日|明日|任务|清单|列表|什么|哪些|全部|今天|明天",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")


def asked_for(turn: TurnContext, query: TaskQuery) -> bool:
    """Whether the author has asked for tasks here, or spoken of those that the query is for."""
    if not turn.shared or _ASKS.search(turn.text):
        return True
    said = {word.lower()[:4] for word in _WORD.findall(turn.text)}
    named = [word.lower()[:4] for word in _WORD.findall(f"{query.text or ''} {query.tag or ''}")]
    return bool(named) and said.issuperset(named)


NOT_ASKED = (
    "Several people read this thread, and the author's own message asks for no list and names no such task: nothing is "
    "shown. If it is needed, ask them to say `list` here."
)


def ask_before_deleting(turn: TurnContext, tasks: Sequence[Task]) -> str | None:
    """Ask the person, where it is many that their message doesn't name; then what the model is told, else None."""
    named = {int(number) for number in re.findall(r"\d{1,9}", turn.text)}
    if len(tasks) <= MOST_DELETED or named.issuperset(task.number for task in tasks):
        return None
    line = "delete " + ", ".join(str(task.number) for task in tasks)
    turn.asks = line if len(line) <= _LONGEST_ASKS and not turn.shared else ""
    titles = "" if turn.shared else ": " + "; ".join(f"#{task.number} {task.title}" for task in tasks[:_TITLES])
    more = f" and {len(tasks) - _TITLES} more" if titles and len(tasks) > _TITLES else ""
    yes = "`yes`" if turn.asks else f"`{line}`"
    turn.show(Text(f"That would delete {len(tasks)} tasks{titles}{more}. Say {yes} to do so."))
    return "Nothing was deleted yet: the person has just been asked, by a sentence that they see. Add nothing to it."

"""From what somebody says to what is done: the grammar, several lines, and first words that begin a chore as well."""

from __future__ import annotations

from collections.abc import Sequence

from core.chat import ActionName, Offer, Part, Text
from core.commands.adding import LONGEST_CHORE, has_date, is_chore, is_command, task_of
from core.commands.grammar import understand
from core.commands.pointing import MOST_LINES, is_sure, lines
from core.commands.settle import is_lone_verb
from core.errors import Invalid, NotFound
from core.intents.perform import perform
from core.intents.request import Request
from core.intents.values import Add, AddLines, Intent, Unknown
from core.text import off_loop

_LONGEST_OFFERED = 60
_MOST_COMMANDS = 100
"""Lines of one message that are done one after the other."""


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
    return await carry_out(request, intent, text)


async def carry_out(request: Request, intent: Intent, text: str) -> list[Part]:
    """Do what a text was understood to ask for: where no task fits it, it may be one itself. Raises TaskBotError."""
    chore = is_chore(intent, text, request) if len(text) <= LONGEST_CHORE else None
    if chore:
        return await perform(request, Add(text))
    try:
        return await perform(request, intent)
    except NotFound as error:
        if chore is None:
            raise
        return await _perhaps_new(request, text, error)


async def _perhaps_new(request: Request, text: str, error: NotFound) -> list[Part]:
    """A task is never refused for its first word: with a date it is added, without one it is offered."""
    if has_date(text, request):
        return await perform(request, task_of(text))
    title = " ".join(text.split()).strip(" .!")
    if len(title) > _LONGEST_OFFERED:
        raise error
    question = f"{error} Shall I add “{title}” as a task?"
    return [Text(question), Offer("Add it", ActionName.ADD, {"title": title}, words=f"add {title}")]


async def _lines(request: Request, several: Sequence[str], *, sure: bool, adds: bool) -> list[Part]:
    """Do what several lines ask for: one change where all of them are tasks, else one after the other."""
    whole = "\n".join(several)
    if await off_loop(lambda _: any(is_command(line) for line in several), whole):
        if len(several) > _MOST_COMMANDS:
            raise Invalid(f"That is {len(several):,} lines; I do at most {_MOST_COMMANDS} at once. Send them in parts.")
        return [part for line in several for part in await run(request, line, adds_plain_text=adds)]
    if not sure:
        return [
            Text(
                f"That is {len(several)} lines, and each of them would be a task. Say `yes` to that, or send them "
                "again with `add all:` before the first one."
            )
        ]
    tasks = await off_loop(lambda _: tuple(_task_of(line) for line in several), whole)
    return await perform(request, AddLines(tasks))


def _task_of(line: str) -> str:
    intent = understand(line)
    return intent.text if isinstance(intent, Add) else line

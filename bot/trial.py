"""`bot check --deep`: one real turn from end to end, of somebody who doesn't exist, and nothing of it left behind."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.app import opened
from bot.check import Finding, table
from bot.online import online
from bot.scratch import PLATFORM, Note, Scratch, leftovers
from bot.settings import Chats, Settings
from bot.start import stopped_by_signals
from core.agent.failure import Failure
from core.attempt import Online
from core.chat import Author, Message, Problem, Receipt, Stamp, TaskQuery, Text
from core.database import Database, statement
from core.errors import TaskBotError
from core.service import Service
from core.turns import WITHOUT
from core.users import forget, identify

if TYPE_CHECKING:
    from rich.console import Console

log = structlog.get_logger()

WORDS = "Add this task: task-bot check (it is deleted again at once), tomorrow at 9am"
_OFFLINE = "add task-bot check (it is deleted again at once) tomorrow 9am"
_LONGEST = 90.0
"""Seconds for the turn; a model that is slow has 20 s to give a sign, several times."""
_CLEANING = 60.0

_LEFT = """
    SELECT (SELECT count(*) FROM users WHERE platform = :platform AND external_id = :person)
         + (SELECT count(*) FROM tasks JOIN users ON users.id = tasks.account_id
            WHERE users.platform = :platform AND users.external_id = :person) AS left
"""


async def tell(settings: Settings, chats: Chats, places: Mapping[str, str], terminal: Console) -> None:
    """Try, and print what was found, also where it ends early. Raises TrialError where something is wrong.

    SIGTERM and Ctrl-C end it, and what it has made is deleted all the same.
    """
    findings: list[Finding] = []
    try:
        with stopped_by_signals():
            await trials(settings, chats, places, findings)
    finally:
        terminal.print(table(findings))
    if not all(one.fine for one in findings):
        raise TrialError("Not all of it works: the lines above say what to do.")


class TrialError(TaskBotError):
    """Something of a trial went wrong."""


async def trials(settings: Settings, chats: Chats, places: Mapping[str, str], findings: list[Finding]) -> None:
    """Try a turn, and each platform that has a token; `places` names a channel for each where a message may be tried.

    `findings` takes what is found, step by step. What an earlier trial has left that was killed in the middle is taken
    away first. However it goes, and also when it is cancelled, what this one has made is deleted, and what can't be is
    named.
    """
    async with _cleaned(settings, chats, findings) as (note, core, author):
        findings.append(await _turn(core, author, note, with_model=bool(settings.openai_api_key)))
        findings += await _platforms(chats, places, note)


@asynccontextmanager
async def _cleaned(
    settings: Settings, chats: Chats, findings: list[Finding]
) -> AsyncIterator[tuple[Note, Service, Author]]:
    """All that a trial works with; at the end it is gone, and the findings say so."""
    folder = settings.data_dir / "checks"
    async with opened(settings) as database, online(settings) as openai:
        for note in leftovers(folder):
            problems = await _clean(note, chats, database, openai)
            findings.append(_told("left by an earlier check", problems))
        note = Note.begun(folder)
        scratch = Scratch(note)
        core = Service(database, {PLATFORM: scratch}, openai, default_zone=settings.default_timezone)
        opening = asyncio.create_task(_opened(note, openai))
        try:
            await asyncio.shield(opening)
            yield note, core, Author(PLATFORM, "", note.person, "task-bot check", settings.default_timezone)
        finally:
            await asyncio.wait({opening})
            cleaning = asyncio.create_task(_clean(note, chats, database, openai))
            problems = await asyncio.shield(cleaning)
            findings.append(_told("cleaned up", problems))
            await core.close()


async def _opened(note: Note, openai: Online | None) -> None:
    """Open the turn's conversation before it, so that whoever interrupts can't leave one that nobody has noted."""
    if openai is None:
        return
    from core.agent import failures

    try:
        note.conversation(await openai.conversations.open(Scratch.thread(note)))
    except failures.ANY as error:
        log.info("check.not_opened", error=type(error).__name__)  # the turn tries it again, and says why


async def _turn(core: Service, author: Author, note: Note, *, with_model: bool) -> Finding:
    """Have a task added, as a person would."""
    thread = Scratch.thread(note)
    text = WORDS if with_model else _OFFLINE
    message = Message(f"m-{note.person}", thread, author, text, dt.datetime.now(dt.UTC))
    begun, words, receipts = time.monotonic(), "", 0
    try:
        async with asyncio.timeout(_LONGEST), aclosing(core.respond(message)) as reply:
            async for part in reply:
                match part:
                    case Stamp(conversation=str(conversation)):
                        note.conversation(conversation)
                    case Text(markdown):
                        words += markdown
                    case Problem(sentence):
                        return Finding("a turn", False, sentence)
                    case Receipt():
                        receipts += 1
                    case _:
                        pass
        there = (await core.find(author, TaskQuery())).tasks
    except TimeoutError:
        return Finding("a turn", False, f"it had no end within {_LONGEST:.0f} seconds")
    except TaskBotError as error:
        return Finding("a turn", False, str(error))
    if failure := _fallen_back(words):
        return Finding("a turn", False, f"{failure.value}, so that the offline assistant answered")
    seconds = f"{time.monotonic() - begun:.1f} s"
    if not receipts or not there:
        return Finding("a turn", False, f"it ended after {seconds}, and no task was added")
    how = "the model added a task" if with_model else "the offline assistant added a task"
    return Finding("a turn", True, f"{how} in {seconds}, and the database has it")


def _fallen_back(words: str) -> Failure | None:
    """Why the model didn't answer, as the person would be told."""
    return next((one for one in Failure if WITHOUT.format(one.value).strip() in words), None)


async def _platforms(chats: Chats, places: Mapping[str, str], note: Note) -> list[Finding]:
    findings = []
    if chats.slack.configured:
        from adapters.slack.trial import connected, exchanged

        findings.append(Finding("slack's events", *await connected(chats.slack)))
        if place := places.get("slack"):
            said = await exchanged(chats.slack, place, partial(note.message, "slack", place))
            findings.append(Finding("a message in slack", *said))
            note.exchanged(fine=said[0])
    if chats.discord.configured:
        from adapters.discord.trial import connected as gateway
        from adapters.discord.trial import exchanged as spoken

        findings.append(Finding("discord's events", *await gateway(chats.discord)))
        if place := places.get("discord"):
            said = await spoken(chats.discord, place, partial(note.message, "discord", place))
            findings.append(Finding("a message in discord", *said))
            note.exchanged(fine=said[0])
    return findings


async def _clean(note: Note, chats: Chats, database: Database, openai: Online | None) -> list[str]:
    """Delete all that the note tells of; what is still there, in words."""
    problems: list[str] = []
    try:
        async with asyncio.timeout(_CLEANING):
            for conversation in list(note.conversations):
                problems += await _without_conversation(conversation, openai)
            problems += await _without_messages(note, chats)
            problems += await _without_person(note.person, database)
    except TimeoutError:
        problems.append("not everything, within a minute")
    if not problems:
        note.drop()
    return problems


async def _without_conversation(conversation: str, openai: Online | None) -> list[str]:
    if openai is None:
        return [f"the conversation {conversation} at OpenAI, for there is no key"]
    left = await openai.conversations.forget(conversation)
    return [f"the conversation {conversation} at OpenAI ({left})"] if left else []


async def _without_messages(note: Note, chats: Chats) -> list[str]:
    problems = []
    for platform, place, message in note.messages:
        if platform == "slack":
            from adapters.slack.trial import deleted as slack_deleted

            gone = await slack_deleted(chats.slack, place, message)
        else:
            from adapters.discord.trial import deleted as discord_deleted

            gone = await discord_deleted(chats.discord, place, message)
        if not gone:
            problems.append(f"the message {message} in {place} of {platform}")
    return problems


async def _without_person(person: str, database: Database) -> list[str]:
    """The tasks and the row of the one who doesn't exist; it is looked whether they are gone."""
    author, values = Author(PLATFORM, "", person, "task-bot check"), {"platform": PLATFORM, "person": person}
    try:
        async with database.transaction() as session:
            if (await session.execute(statement(_LEFT), values)).scalar():
                await forget(session, await identify(session, author, "UTC"))
            left = (await session.execute(statement(_LEFT), values)).scalar()
    except TaskBotError as error:
        return [f"the user {person} of the platform {PLATFORM} ({error})"]
    return [f"the user {person} of the platform {PLATFORM}"] if left else []


def _told(what: str, problems: list[str]) -> Finding:
    if not problems:
        return Finding(what, True, "nothing is left: no task, no user, no conversation, no message")
    return Finding(what, False, f"still there: {'; '.join(problems)}. The next `bot check --deep` tries again")

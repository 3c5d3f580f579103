"""Where a reminder may be said that can't be said in private: where the task itself was said, and only its title."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable

import pytest

from core.chat import Command, Receipt, Text
from tests.conversations.conftest import Clock
from tests.conversations.discord import Guild
from tests.conversations.slack import Workspace
from tests.fakes.slack.server import Fault

Town = Workspace | Guild

SECRET = "Account 7, code 4711"


@pytest.fixture
async def offline(town: Town) -> Town:
    """Without a key."""
    town.online = lambda: None
    await town.restart()
    return town


async def _from_the_menu(town: Town, title: str) -> None:
    """Ben says something, and Ana makes a private task of it by the message's menu."""
    if isinstance(town, Workspace):
        ts = await town.slack.say(town.ben, town.channel, "See you at the office")
        await town.slack.message_shortcut(town.ana, town.channel, ts, "add_message")
        await town.slack.until(lambda: town.slack.views)
        (view,) = town.slack.views.values()
        await town.slack.submit(town.ana, view, title=title, notes=SECRET, due="2026-11-23", time="10:00")
        await town.slack.until(lambda: town.slack.whispers)
    else:
        said = await town.discord.say(town.ben, town.channel, "See you at the office")
        opened = await town.discord.message_menu(town.ana, said, "Add to tasks")
        assert opened.modal
        fields = {"title": title, "notes": SECRET, "due": "today 9am"}
        await town.discord.submit(town.ana, opened.modal, fields)
    await town.platform.idle()


async def _said_openly(town: Town, text: str) -> Callable[[], str]:
    """Ana mentions the bot in the channel; all that the bot says in that thread."""
    if isinstance(town, Workspace):
        thread = await town.mention(town.ana, text)
        return lambda: " ".join(f"{one.text} {one.blocks}" for one in town.slack.messages(town.channel, thread))
    place = await town.mention(town.ana, text)
    return lambda: " ".join(one.text for one in town.discord.messages(place))


def _close(town: Town) -> None:
    """Ana takes no direct messages."""
    if isinstance(town, Workspace):
        town.slack.fail("conversations.open", Fault(error="restricted_action", times=9))
    else:
        town.ana.closed = True


def _go(town: Town) -> None:
    """Ana leaves for good."""
    if isinstance(town, Workspace):
        town.ana.deleted = True
    else:
        town.discord.depart(town.ana, town.discord.guild)


def _open(town: Town) -> str:
    """All that others than Ana can read."""
    if isinstance(town, Workspace):
        roots = [one.ts for one in town.slack.messages(town.channel)]
        told = [one for root in roots for one in town.slack.messages(town.channel, root)]
        return " ".join(f"{one.text} {one.blocks}" for one in told)
    places = [town.channel, *(one for one in town.discord.guild.channels.values() if one.thread)]
    return " ".join(one.text for place in places for one in town.discord.messages(place))


async def _tomorrow(town: Town, clock: Clock) -> None:
    """A day later another process has seen to all that is due."""
    clock.at += dt.timedelta(days=1)
    await town.restart()
    async with asyncio.timeout(20):
        await town.reminders.asleep.wait()


async def _kept(town: Town) -> list[bool]:
    rows = await town.database.read(lambda session: session.execute("SELECT reminder_kept FROM tasks ORDER BY number"))
    return rows.scalars()


@pytest.mark.parametrize("away", [_close, _go])
async def test_a_task_from_a_menu_is_never_said_in_the_channel_its_link_names(
    offline: Town, clock: Clock, away: Callable[[Town], None]
) -> None:
    """Nobody else has read it: neither title nor notes; it waits for her, whether she takes no messages or has left."""
    await _from_the_menu(offline, "See the doctor")
    (task,) = await offline.tasks(offline.ana)  # type: ignore[arg-type]
    assert task.source
    assert task.next_reminder
    away(offline)
    await _tomorrow(offline, clock)
    assert await _kept(offline) == [True]
    assert "doctor" not in _open(offline)
    assert SECRET not in _open(offline)


async def test_a_task_that_was_said_openly_is_reminded_of_there_by_its_title_alone(offline: Town, clock: Clock) -> None:
    """What was added to it elsewhere stays there: notes, tags, and where it has been moved to."""
    thread = await _said_openly(offline, "add Call Ben in 1 hour")
    for change in (f"note 1 {SECRET}", "tag 1 #lawyer"):
        await _privately(offline, change)
    _close(offline)
    await _tomorrow(offline, clock)
    told = thread()
    assert told.count("Call Ben") > 1
    assert "in private" in told
    for private in (SECRET, "4711", "lawyer"):
        assert private not in _open(offline)
    assert await _kept(offline) == [False]


async def test_a_title_that_was_changed_elsewhere_is_not_said_where_the_old_one_was(
    offline: Town, clock: Clock
) -> None:
    """And an undo brings back both the title and that it may be said."""
    await _said_openly(offline, "add Call Ben in 1 hour")
    await _said_openly(offline, "add Call May in 1 hour")
    await _privately(offline, "rename 1 to Fire Ben")
    await _privately(offline, "rename 2 to Fire May")
    await _privately(offline, "undo")
    _close(offline)
    await _tomorrow(offline, clock)
    assert await _kept(offline) == [True, False]
    assert "Fire" not in _open(offline)


async def test_who_has_left_is_not_called_where_nobody_hears(offline: Town, clock: Clock) -> None:
    """Though the task was said there: the reminder would be told to everybody but its owner, and be gone."""
    await _said_openly(offline, "add Call Ben in 1 hour")
    before = _open(offline)
    _go(offline)
    await _tomorrow(offline, clock)
    assert await _kept(offline) == [True]
    assert _open(offline) == before


async def test_what_waits_is_not_told_in_others_hearing(offline: Town, clock: Clock) -> None:
    """When she comes to a channel she hears that something waits, and not what; in private she is told."""
    await _from_the_menu(offline, "See the doctor")
    _close(offline)
    await _tomorrow(offline, clock)
    thread = await _said_openly(offline, "add Buy milk")
    await offline.platform.idle()
    assert "Something came due" in thread()
    assert "doctor" not in _open(offline)
    assert await _kept(offline) == [True, False]
    assert "See the doctor" in await _privately(offline, "list #none")
    assert await _kept(offline) == [False, False]


async def _privately(town: Town, text: str) -> str:
    """Ana types a command whose answer is hers alone."""
    if isinstance(town, Workspace):
        before = len(town.slack.whispers)
        await town.slack.slash(town.ana, town.channel, "/task", text)
        await town.slack.until(lambda: len(town.slack.whispers) > before)
        return " ".join(f"{one.text} {one.blocks}" for one in town.slack.whispers[before:])
    parts = [part async for part in town.core.command(Command(town.author(town.ana), text))]
    words = [part.markdown for part in parts if isinstance(part, Text)]
    return " ".join([*words, *(task.title for part in parts if isinstance(part, Receipt) for task in part.tasks)])

"""`bot check --deep`: a real turn of somebody who doesn't exist, and nothing of it left behind, however it goes."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.bot.conftest import BOT
from tests.bot.process import LONG, for_discord, for_openai, for_slack
from tests.fakes.discord import DiscordServer
from tests.fakes.openai import Call, OpenAIServer, Say
from tests.fakes.openai.faults import Fault as ModelFault
from tests.fakes.slack import Fault, SlackServer

AGED = 3600.0
"""Seconds after which a note on disk is surely of a check that was killed."""


@dataclass(slots=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    def row(self, what: str) -> str:
        """A row of what it printed, with its first word; empty where there is none."""
        lines = self.out.splitlines()
        number = next(
            (number for number, line in enumerate(lines) if line.partition(" ")[2].strip().startswith(what)), -1
        )
        if number < 0:
            return ""
        rest = [line.strip() for line in lines[number + 1 :]]
        more = [line for line in rest if not line.startswith(("ok ", "wrong "))]
        return " ".join([lines[number], *more])


@dataclass(slots=True)
class Operator:
    """Whoever runs the command, in a place with stand-ins of all."""

    slack: SlackServer
    discord: DiscordServer
    openai: OpenAIServer
    environment: dict[str, str]
    folder: Path
    database_url: str

    async def begin(self, *words: str, **environment: str) -> Process:
        """Start `bot check --deep`."""
        return await asyncio.create_subprocess_exec(
            str(BOT), "check", "--deep", *words,
            env=self.environment | environment, cwd=self.folder, stdin=PIPE, stdout=PIPE, stderr=PIPE,
        )  # fmt: skip

    async def check(self, *words: str, **environment: str) -> Ran:
        """Run it to its end."""
        return await self.ended(await self.begin(*words, **environment))

    async def ended(self, process: Process) -> Ran:
        """Wait for it."""
        out, err = await asyncio.wait_for(process.communicate(), LONG)
        return Ran(process.returncode or 0, out.decode(), err.decode())

    @property
    def notes(self) -> list[Path]:
        """What is noted on disk of checks that haven't ended."""
        return sorted((self.folder / "data" / "checks").glob("*.json"))

    def rows(self) -> int:
        """Users and tasks in the database."""
        with psycopg.connect(self.database_url) as connection:
            counted = connection.execute(
                "SELECT (SELECT count(*) FROM users) + (SELECT count(*) FROM tasks)"
            ).fetchone()
        return int(counted[0]) if counted else 0

    def age(self) -> None:
        """Let the notes be of long ago."""
        for note in self.notes:
            os.utime(note, (note.stat().st_atime - AGED, note.stat().st_mtime - AGED))

    def assert_nothing_left(self, *, killed: bool = False) -> None:
        """Neither rows, nor conversations and responses, nor notes, nor messages.

        Of what was killed within seconds of a turn, the turn's responses have no name: as of any other turn.
        """
        assert self.rows() == 0
        assert not self.openai.store.conversations
        assert killed or not self.openai.store.responses
        assert not self.notes
        for channel in self.slack.store.channels:
            assert not self.slack.store.history(channel)
        for place in self.discord.world.channels.values():
            assert not self.discord.messages(place)


@pytest.fixture
async def operator(bare_environment: dict[str, str], database_url: str, tmp_path: Path) -> AsyncIterator[Operator]:
    """With a model that adds a task when it is asked to."""
    async with SlackServer() as slack, DiscordServer(second=0.01) as discord, OpenAIServer() as openai:
        added = Call("add_task", {"tasks": [{"title": "task-bot check", "due": "tomorrow 9am"}]})
        openai.on("task-bot check", added, Say("Added."))
        environment = bare_environment | for_slack(slack) | for_discord(discord) | for_openai(openai)
        yield Operator(
            slack, discord, openai, environment | {"DATABASE_URL": database_url}, tmp_path, database_url
        )  # fmt: skip


async def test_a_real_turn_goes_through_everything_and_leaves_nothing(operator: Operator) -> None:
    """Model, database, both platforms' events and a message in a channel of each: all tried, all gone."""
    slack_channel = operator.slack.channel("ops", members=[])
    discord_channel = operator.discord.channel("ops")
    ran = await operator.check("--slack-channel", slack_channel.id, "--discord-channel", str(discord_channel.id))
    assert ran.code == 0, ran
    assert "the model added a task" in ran.row("a turn")
    assert "hello" in ran.row("slack's events")
    assert "ready" in ran.row("discord's events")
    assert "with its stamp" in ran.row("a message in slack")
    assert "read back" in ran.row("a message in discord")
    assert "nothing is left" in ran.row("cleaned up")
    assert len(operator.openai.asked()) == 2
    for method in ("chat.postMessage", "chat.update", "chat.delete"):
        assert len(operator.slack.asked(method)) == 1
    for operation in ("create_message", "update_message", "delete_message"):
        assert len(operator.discord.asked(operation)) == 1
    operator.assert_nothing_left()


async def test_without_a_key_the_offline_assistant_is_tried(operator: Operator) -> None:
    """And no platform is written to unless a channel is named."""
    ran = await operator.check(OPENAI_API_KEY="")
    assert ran.code == 0, ran
    assert "the offline assistant added a task" in ran.row("a turn")
    assert not operator.slack.asked("chat.postMessage")
    assert not operator.discord.asked("create_message")
    operator.assert_nothing_left()


async def test_a_model_that_fails_is_told_and_leaves_nothing(operator: Operator) -> None:
    """It is known to the shallow check, and yet breaks off: one row says so, with exit code 1."""
    operator.openai.fail(ModelFault("status", status=503))
    ran = await operator.check()
    assert ran.code == 1
    assert "OpenAI can't be reached" in ran.row("a turn")
    assert "nothing is left" in ran.row("cleaned up")
    operator.assert_nothing_left()


async def test_a_model_that_only_talks_is_no_working_bot(operator: Operator) -> None:
    """It says that it has added a task, and hasn't."""
    operator.openai.on("task-bot check", Say("I have added it!"))
    ran = await operator.check()
    assert ran.code == 1
    assert "no task was added" in ran.row("a turn")
    operator.assert_nothing_left()


async def test_platforms_that_refuse_are_told(operator: Operator) -> None:
    """No websocket, no such channel: a row each, and the turn is tried all the same."""
    discord_channel = operator.discord.channel("ops")
    operator.slack.fail("chat.postMessage", Fault(error="not_in_channel"))
    operator.discord.fail("create_message", code=50013)
    ran = await operator.check("--slack-channel", "C0", "--discord-channel", str(discord_channel.id))
    assert ran.code == 1
    assert "not_in_channel" in ran.row("a message in slack")
    assert "50013" in ran.row("a message in discord")
    assert "the model added a task" in ran.row("a turn")
    operator.assert_nothing_left()


async def test_what_a_killed_check_has_left_the_next_one_takes_away(operator: Operator) -> None:
    """SIGKILL in the middle of the turn and again in the middle of a message: user, conversation and message go."""
    channel = operator.slack.channel("ops", members=[])
    operator.openai.fail(ModelFault("hang"))
    killed = await operator.begin()
    await operator.openai.wait_for_requests(3)
    killed.kill()
    await killed.communicate()
    operator.openai.faults.clear()
    assert operator.rows()
    assert operator.openai.store.conversations
    assert len(operator.notes) == 1
    operator.slack.slow["conversations.history"] = 30
    killed = await operator.begin("--slack-channel", channel.id)
    await operator.slack.until(lambda: operator.slack.asked("chat.postMessage"), LONG)
    await _until_noted(operator, 2)
    killed.kill()
    await killed.communicate()
    operator.slack.slow.clear()
    operator.age()
    ran = await operator.check()
    assert ran.code == 0, ran
    assert "nothing is left" in ran.row("left by an earlier check")
    operator.assert_nothing_left(killed=True)


async def _until_noted(operator: Operator, notes: int) -> None:
    """Wait until the newest of so many notes names a message."""
    async with asyncio.timeout(LONG):
        while True:
            told = [json.loads(note.read_text()) for note in operator.notes]
            if len(told) == notes and any(one["messages"] for one in told):
                return
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("requests", [2, 3])
async def test_a_check_that_is_stopped_cleans_up_all_the_same(
    operator: Operator, stop: signal.Signals, requests: int
) -> None:
    """While its conversation is being opened, or while the model hangs."""
    operator.openai.fail(ModelFault("hang"))
    process = await operator.begin()
    await operator.openai.wait_for_requests(requests)
    process.send_signal(stop)
    ran = await operator.ended(process)
    assert "nothing is left" in ran.row("cleaned up")
    operator.openai.release()
    operator.assert_nothing_left()


async def test_what_cannot_be_deleted_is_named_and_tried_again(operator: Operator) -> None:
    """OpenAI refuses: the id stands in the row and in a note on disk; the next check deletes it."""
    operator.openai.fail(ModelFault("status", path="/conversations/", method="DELETE", status=500))
    ran = await operator.check()
    assert ran.code == 1
    (conversation,) = operator.openai.store.conversations
    assert conversation in ran.row("cleaned up").replace(" ", "")
    assert len(operator.notes) == 1
    assert operator.rows() == 0
    operator.openai.faults.clear()
    operator.age()
    assert (await operator.check()).code == 0
    operator.assert_nothing_left()


async def test_two_checks_at_once_do_not_disturb_each_other(operator: Operator) -> None:
    """Each has somebody of its own."""
    both = await asyncio.gather(operator.check(), operator.check())
    assert [ran.code for ran in both] == [0, 0], both
    operator.assert_nothing_left()


async def test_nothing_is_tried_where_the_plain_check_fails(operator: Operator) -> None:
    """First things first."""
    ran = await operator.check(SLACK_BOT_TOKEN="xoxb-other")
    assert ran.code == 1
    assert "Nothing is tried" in ran.err
    assert not operator.openai.asked()
    operator.assert_nothing_left()

"""The process and Discord: started, killed and stopped as an operator would, with nothing but its environment."""

from __future__ import annotations

import asyncio
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from adapters.discord.stamps import stamp_of
from tests.bot.conftest import BOT, RunBot
from tests.fakes.discord import Channel, DiscordServer, Message, User
from tests.fakes.openai import OpenAIServer, Say

LONG = 60.0
STORY = "Once upon a time there was a bot that was killed. " * 20


class Bot:
    """Processes of the bot, one after another, in one server."""

    def __init__(self, discord: DiscordServer, openai: OpenAIServer, environment: dict[str, str], folder: Path) -> None:
        self.discord = discord
        self.openai = openai
        self.ana: User = discord.user("Ana")
        self.channel: Channel = discord.channel("general")
        self._environment = environment | {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.api_url,
            "DISCORD_GATEWAY_URL": discord.gateway_url,
            "OPENAI_API_KEY": "sk-test",
            "OPENAI_BASE_URL": openai.base_url,
            "OPENAI_MODEL": "gpt-test",
        }
        self._folder = folder

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Process]:
        """A process that is connected; killed at the end if it still runs."""
        process = await asyncio.create_subprocess_exec(
            str(BOT), "run", env=self._environment, cwd=self._folder, stderr=PIPE
        )
        try:
            await self.discord.until(lambda: self.discord.connections, LONG)
            yield process
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.communicate()
            await self.discord.until(lambda: not self.discord.connections, LONG)

    async def mention(self, text: str) -> Message:
        """Mention the bot in the channel."""
        return await self.discord.say(self.ana, self.channel, text, mention=True)

    async def answered(self, thread: Channel, times: int) -> list[Message]:
        """The finished answers in a thread, once there are so many."""
        await self.discord.until(lambda: len(self.answers(thread)) >= times, LONG)
        return self.answers(thread)

    def answers(self, thread: Channel) -> list[Message]:
        """The finished answers in a thread."""
        return [one for one in self.said(thread) if any(stamp_of(custom_id) for custom_id in one.custom_ids)]

    def said(self, thread: Channel) -> list[Message]:
        """All that the bot wrote in a thread, finished or not."""
        return [one for one in self.discord.messages(thread) if one.author is self.discord.bot_user and one.text]


@pytest.fixture
async def bot(bare_environment: dict[str, str], database_url: str, tmp_path: Path) -> AsyncIterator[Bot]:
    """A server without a bot yet."""
    async with DiscordServer(second=0.01) as discord, OpenAIServer() as openai:
        yield Bot(discord, openai, bare_environment | {"DATABASE_URL": database_url}, tmp_path)


async def begun(bot: Bot, said: Message) -> Channel:
    """The thread of a message, once the bot has said something in it."""
    await bot.discord.until(lambda: said.thread and bot.said(said.thread), LONG)
    assert said.thread
    return said.thread


async def test_killed_between_two_messages_it_remembers(bot: Bot) -> None:
    """No farewell, no file, no row: the next process finds the conversation in the thread."""
    async with bot.running() as first:
        thread = await begun(bot, await bot.mention("the door is blue"))
        await bot.answered(thread, 1)
        first.send_signal(signal.SIGKILL)
        await first.wait()
    async with bot.running():
        await bot.discord.say(bot.ana, thread, "which colour?")
        await bot.answered(thread, 2)
    assert len(bot.openai.asked("/conversations")) == 1


async def test_killed_in_the_middle_of_an_answer_it_answers_once(bot: Bot) -> None:
    """What was half said is said to its end, in the same message."""
    bot.openai.on("story", Say(STORY))
    bot.openai.slow(between_deltas_seconds=0.3)
    async with bot.running() as first:
        thread = await begun(bot, await bot.mention("tell a story"))
        first.send_signal(signal.SIGKILL)
        await first.wait()
    half = bot.said(thread)
    assert not bot.answers(thread)
    bot.openai.slow()
    async with bot.running():
        await bot.answered(thread, 1)
        await bot.discord.say(bot.ana, thread, "thank you")
        await bot.answered(thread, 2)
    assert bot.said(thread)[0].id == half[0].id
    assert len(bot.said(thread)) == 2
    assert bot.said(thread)[0].text.count("Once upon a time") == 20
    assert len(bot.openai.asked("/conversations")) == 1, "the first words keep the conversation, not the last alone"


async def test_told_to_stop_it_ends_what_it_has_begun(bot: Bot) -> None:
    """SIGTERM: the running turn is finished and said, then the process leaves with nothing wrong."""
    bot.openai.slow(first_token_seconds=1)
    async with bot.running() as process:
        said = await bot.mention("the door is blue")
        await bot.openai.wait_for_requests(2)
        process.send_signal(signal.SIGTERM)
        _, errors = await asyncio.wait_for(process.communicate(), LONG)
    assert process.returncode == 0, errors.decode()
    assert said.thread
    assert "the door is blue" in bot.answers(said.thread)[0].text


async def test_no_word_of_anybodys_in_postgres_or_in_the_log(bot: Bot, database_url: str) -> None:
    """Threads, conversations and what is said stay where they are; the log tells events alone."""
    async with bot.running() as process:
        thread = await begun(bot, await bot.mention("secret plans about the zeppelin"))
        await bot.answered(thread, 1)
        process.send_signal(signal.SIGTERM)
        _, log = await process.communicate()
    conversation = next(iter(bot.openai.store.conversations))
    with psycopg.connect(database_url) as connection:
        rows = connection.execute("SELECT users::text FROM users UNION ALL SELECT tasks::text FROM tasks").fetchall()
    for told in (log.decode(), str(rows)):
        assert not [word for word in ("zeppelin", str(thread.id), conversation, bot.discord.token) if word in told]


async def test_check_asks_discord(bot: Bot, run_bot: RunBot, database_url: str) -> None:
    """Whether the token is good, and whether messages may be read; `bot invite` prints the link."""
    environment = {
        "DATABASE_URL": database_url,
        "DISCORD_TOKEN": bot.discord.token,
        "DISCORD_API_URL": bot.discord.api_url,
        "DISCORD_GATEWAY_URL": bot.discord.gateway_url,
    }
    fine = await asyncio.to_thread(run_bot, "check", **environment)
    assert fine.returncode == 0, fine.stdout
    wrong = await asyncio.to_thread(run_bot, "check", **environment | {"DISCORD_TOKEN": "other"})
    assert (wrong.returncode, "refuses DISCORD_TOKEN" in wrong.stdout) == (1, True)
    away = await asyncio.to_thread(run_bot, "check", **environment | {"DISCORD_API_URL": "http://127.0.0.1:9/api"})
    assert (away.returncode, "can't be reached" in away.stdout) == (1, True)
    link = await asyncio.to_thread(run_bot, "invite", "discord", **environment)
    assert link.returncode == 0, link.stderr
    assert f"client_id={bot.discord.bot_user.id}" in link.stdout
    assert "permissions=" in link.stdout


@pytest.mark.parametrize(
    ("given", "wants"),
    [
        ({"DISCORD_TOKEN": "Bot sesame"}, "without “Bot”"),
        ({"DISCORD_TOKEN": "sesame\n2"}, "the page Bot"),
        ({"DISCORD_TOKEN": "sesame", "DISCORD_API_URL": "discord.com"}, "https://"),
        ({"DISCORD_TOKEN": "sesame", "DISCORD_GATEWAY_URL": "https://discord.com"}, "wss://"),
        ({"DISCORD_TOKEN": "sesame", "DISCORD_SHARD_IDS": "0"}, "DISCORD_SHARD_COUNT"),
        ({"DISCORD_TOKEN": "sesame", "DISCORD_SHARD_IDS": "0,9", "DISCORD_SHARD_COUNT": "2"}, "less one"),
        ({"DISCORD_TOKEN": "sesame", "DISCORD_SHARD_IDS": "x", "DISCORD_SHARD_COUNT": "2"}, "0,1,2"),
    ],
)
def test_a_bad_setting_is_named_with_what_it_wants(run_bot: RunBot, given: dict[str, str], wants: str) -> None:
    """And never quoted: it may be a key."""
    ran = run_bot("run", **given)
    assert ran.returncode == 2
    assert wants in ran.stderr
    assert "sesame" not in ran.stderr
    assert "Traceback" not in ran.stderr


def test_an_invitation_wants_a_token(run_bot: RunBot) -> None:
    """It says where to get one."""
    assert "DISCORD_TOKEN" in run_bot("invite", "discord").stderr
    assert run_bot("invite", "irc").returncode == 2

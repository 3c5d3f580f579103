"""A day's worth of mixed work with a bot that is watched: what people do and what goes wrong, on both platforms."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import aiohttp
import psycopg

from tests.bot.process import LONG, Running, got
from tests.fakes.discord import DiscordServer
from tests.fakes.discord import User as DiscordUser
from tests.fakes.openai import OpenAIServer
from tests.fakes.openai.faults import Fault as ModelFault
from tests.fakes.slack import Channel, Fault, SlackServer, User
from tests.fakes.wire import PostgresWire

KEY, DATABASE_PASSWORD, METRICS_TOKEN, OTLP_KEY = (
    "sk-proj-verysecretkey", "databasesecret", "metricssecret", "collectorsecret",
)  # fmt: skip
_WORDS = ("Xylophon", "Größe", "zeppelin", "ポスト", "quartz", "naïveté", "Straße", "jukebox")


@dataclass(slots=True)
class Day:
    """People, the stand-ins they are on, and every word they say."""

    slack: SlackServer
    discord: DiscordServer
    openai: OpenAIServer
    wire: PostgresWire
    database_url: str
    words: list[str] = field(default_factory=list)
    ana: User = field(init=False)
    ben: DiscordUser = field(init=False)
    channel: Channel = field(init=False)
    _count: Iterator[int] = field(default_factory=itertools.count)
    _turns: int = 0

    def __post_init__(self) -> None:
        self.ana = self.slack.user("Anastasia Wunderlich")
        self.channel = self.slack.channel("geheimprojekt", members=[self.ana])
        self.ben = self.discord.user("Benjamin Quagmire")

    def word(self) -> str:
        """A word that nobody has said before."""
        number = next(self._count)
        self.words.append(f"{_WORDS[number % len(_WORDS)]}{number}q")
        return self.words[-1]

    async def done(self, bot: Running, turns: int = 1) -> None:
        """Wait until so many more turns have ended."""
        self._turns += turns
        await bot.until(lambda: bot.written.count("turn.ended") >= self._turns)
        self._turns = bot.written.count("turn.ended")

    def restarted(self) -> None:
        """Another process begins to count anew."""
        self._turns = 0

    async def in_slack(self, bot: Running) -> None:
        """Talks, commands, buttons, forms, reactions, edits and deletions."""
        slack, ana, channel = self.slack, self.ana, self.channel
        tool = f'tool:add_task {{"tasks": [{{"title": "{self.word()}", "notes": "{self.word()}"}}]}}'
        thread = await slack.say(ana, channel, f"<@{slack.bot_user}> {tool}")
        await self.done(bot)
        await slack.until(lambda: self._card(thread), LONG)
        await slack.press(ana, channel, self._card(thread), "task_act:done")
        await self.done(bot)
        said = await slack.say(ana, channel, f"and then {self.word()}", thread=thread)
        await self.done(bot)
        await slack.edit(ana, channel, said, f"no, {self.word()}")
        await slack.delete(channel, said)
        await slack.react(ana, channel, self._finished(thread), "white_check_mark")
        await slack.say(ana, slack.dm(ana), f"my {self.word()}, quietly")
        await self.done(bot)
        for text in (
            f"add {self.word()} tomorrow 5pm #{self.word().lower()}",
            "list",
            "digest on",
            "export",
            "tomorrow",
        ):
            await slack.slash(ana, channel, "/task", text)
            await self.done(bot)
        await slack.slash(ana, channel, "/ask", f"what about {self.word()}?")
        await self.done(bot)
        await slack.shortcut(ana, "new_task")
        await slack.until(lambda: slack.views, LONG)
        await slack.submit(ana, next(iter(slack.views.values())), title=self.word())
        await self.done(bot)
        await slack.open_home(ana)
        await slack.until(lambda: slack.homes, LONG)

    async def in_discord(self, bot: Running) -> None:
        """The same there."""
        discord, ben = self.discord, self.ben
        place = discord.channel("vorstand")
        said = await discord.say(ben, place, f"remember the {self.word()}", mention=True)
        await self.done(bot)
        await discord.until(lambda: said.thread, LONG)
        assert said.thread
        again = await discord.say(ben, said.thread, f"and {self.word()}")
        await self.done(bot)
        await discord.edit(ben, again, f"rather {self.word()}")
        await discord.delete(again)
        await discord.say(ben, discord.dm(ben), f"add {self.word()} friday")
        await self.done(bot)
        added = await discord.slash(ben, place, "task add", text=f"{self.word()} tomorrow")
        await discord.settled(added)
        listed = await discord.slash(ben, place, "task list")
        await discord.settled(listed)
        await self.done(bot, 2)

    async def of_the_model(self, bot: Running) -> None:
        """It refuses the key and quotes it, answers nonsense, breaks off, is silent; then it is well again."""
        quoting = f"Incorrect API key provided: {KEY}. You said {self.word()}."
        for fault in (
            ModelFault("status", times=4, status=401, code="invalid_api_key", message=quoting),
            ModelFault("bad_json", times=4),
            ModelFault("cut", times=4, after=4),
            ModelFault("hang"),
        ):
            self.openai.fail(fault)
            await self.slack.say(self.ana, self.slack.dm(self.ana), f"I am thinking of {self.word()}")
            await self.done(bot)
            self.openai.release()
            self.openai.faults.clear()

    async def of_the_platforms(self, bot: Running) -> None:
        """They refuse, limit and fail; strangers knock at the web server."""
        slack, discord = self.slack, self.discord
        slack.fail("chat.postMessage", Fault(error="channel_not_found", times=3))
        slack.fail("chat.startStream", Fault(error="ratelimited"))
        slack.fail("users.info", Fault(status=500))
        slack.response_faults.append(500)
        await slack.say(self.ana, self.channel, f"<@{slack.bot_user}> tell of {self.word()}")
        await self.done(bot)
        await slack.slash(self.ana, self.channel, "/task", f"add {self.word()}")
        await self.done(bot)
        discord.fail("create_message", status=500, times=2)
        await discord.say(self.ben, discord.dm(self.ben), f"add {self.word()}")
        await self.done(bot)
        slack.event({"type": "message", "channel": 5, "text": self.word()})
        address = await _address(bot)
        async with aiohttp.ClientSession() as web:
            for body in (self.word(), f'{{"event": "{self.word()}"}}'):
                async with web.post(f"{address}/slack/events", data=body.encode()) as answer:
                    assert answer.status == 401
        # what nobody met is over with the morning
        slack._faults.clear()
        slack.response_faults.clear()
        discord.well()

    async def of_the_database(self, bot: Running) -> None:
        """It is away for a turn, and then a column is missing, which nobody has foreseen."""
        await self.wire.cut()
        await self.slack.slash(self.ana, self.channel, "/task", f"add {self.word()}")
        await self.done(bot)
        await self.wire.mend()
        with self._without("tasks", "notes"):
            await self.slack.slash(self.ana, self.channel, "/task", f"add {self.word()}")
            await bot.until(lambda: "reply.failed" in bot.written)
            await self.done(bot)

    def leave_behind(self) -> None:
        """A process was killed in the middle of a reminder, and a digest is due."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            connection.execute(
                "UPDATE tasks SET remind_at = now() - interval '90 seconds', "
                "next_reminder_at = now() - interval '90 seconds', "
                "reminder_claim = nextval('reminder_claims'), reminder_lease = now() - interval '1 second' "
                "WHERE id = (SELECT min(id) FROM tasks WHERE completed_at IS NULL AND deleted_at IS NULL)"
            )
            connection.execute(
                "UPDATE users SET next_digest_at = now() - interval '9 seconds' WHERE platform = 'slack'"
            )

    async def forgotten(self, bot: Running) -> None:
        """A thread and a person."""
        await self.slack.say(self.ana, self.slack.dm(self.ana), "forget")
        await self.done(bot)

    def ids(self) -> set[str]:
        """Of people, places, messages, conversations and responses."""
        slack, discord, store = self.slack, self.discord, self.openai.store
        told = {self.ana.id, str(self.ben.id), *slack.store.channels, *store.conversations, *store.responses}
        told |= {message.ts for channel in slack.store.channels for message in slack.store.history(channel)}
        told |= {str(number) for number in discord.world.channels}
        told |= {
            str(message.id) for channel in discord.world.channels.values() for message in discord.messages(channel)
        }
        return told

    def names(self) -> set[str]:
        """Of people and places."""
        return {"Anastasia", "Wunderlich", "geheimprojekt", "Benjamin", "Quagmire", "vorstand"}

    def secrets(self) -> set[str]:
        """All that gives access."""
        slack = self.slack
        tokens = {slack.bot_token, slack.app_token, slack.signing_secret, self.discord.token}
        return tokens | {KEY, DATABASE_PASSWORD, METRICS_TOKEN, OTLP_KEY, "response_url", "/respond/"}

    def _finished(self, thread: str) -> str:
        """The timestamp of the newest finished answer, or nothing."""
        said = self.slack.messages(self.channel, thread)
        mine = [one.ts for one in said if one.user == self.slack.bot_user and one.metadata and not one.streaming]
        return mine[-1] if mine else ""

    def _card(self, thread: str) -> str:
        """The timestamp of a message with a task's buttons, or nothing."""
        said = self.slack.messages(self.channel, thread)
        return next((one.ts for one in said if "task_act:done" in json.dumps(one.blocks)), "")

    @contextmanager
    def _without(self, table: str, column: str) -> Iterator[None]:
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            connection.execute(f"ALTER TABLE {table} RENAME COLUMN {column} TO {column}_gone".encode())
            try:
                yield
            finally:
                connection.execute(f"ALTER TABLE {table} RENAME COLUMN {column}_gone TO {column}".encode())


async def _address(bot: Running) -> str:
    """Of its web server, however its log is written."""
    await bot.until(lambda: "web.listening" in bot.written)
    (line,) = [line for line in bot.log if "web.listening" in line]
    found = re.search(r"port\D+(\d+)", line)
    assert found
    return f"http://127.0.0.1:{found[1]}"


async def metrics(bot: Running) -> str:
    """The page of metrics."""
    status, text = await got(f"{await _address(bot)}/metrics", {"Authorization": f"Bearer {METRICS_TOKEN}"})
    assert status == 200
    return text

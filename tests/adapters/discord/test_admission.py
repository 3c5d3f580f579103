"""Who may use the bot in Discord: by lists of servers, channels and people, as in Slack."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator

import pytest

from adapters.discord.settings import DiscordSettings
from core.database import Database
from tests.adapters.discord.conftest import There
from tests.fakes.discord import DiscordServer, Interaction
from tests.fakes.openai import OpenAIServer


class Listed(There):
    """A bot whose settings have a list."""

    lists: dict[str, frozenset[str]]

    def settings(self) -> DiscordSettings:
        """With the list."""
        return super().settings().model_copy(update=self.lists)


@pytest.fixture
async def listed(database: Database, now: dt.datetime) -> AsyncIterator[Listed]:
    """A bot that is not started yet: Ben may nothing."""
    async with DiscordServer(second=0.01) as discord, OpenAIServer() as openai:
        guild = Listed(discord, openai, database, lambda: None, lambda: now)
        guild.lists = {"deny_people": frozenset({str(guild.ben.id)})}
        yield guild
        await guild.stop()


async def test_whoever_may_not_is_told_once_and_at_each_command(listed: Listed) -> None:
    """A mention opens no thread, a command does nothing; others are answered as ever."""
    await listed.start()
    for _ in range(2):
        await listed.discord.say(listed.ben, listed.channel, f"{listed.discord.bot_user.mention} add milk")
        await listed.discord.until(lambda: told(listed))
        await listed.platform.idle()
    assert len(told(listed)) == 1
    for _ in range(2):
        answer = await listed.discord.slash(listed.ben, listed.channel, "task add", text="bread")
        await listed.discord.settled(answer)
        await listed.platform.idle()
        assert "not given you access" in shown(answer)
    assert not await listed.titles(listed.ben)
    await listed.mention(listed.ana, "add jam")
    assert await listed.titles(listed.ana) == ["jam"]


async def test_a_card_of_somebody_who_may_no_more(listed: Listed) -> None:
    """Pressed, it does nothing and says so."""
    lists, listed.lists = listed.lists, {}
    await listed.start()
    thread = await listed.mention(listed.ben, "add milk")
    card = listed.answers(thread)[-1]
    await listed.stop()
    listed.lists = lists
    await listed.start()
    pressed = await listed.press(listed.ben, card, "Done")
    assert "not given you access" in shown(pressed)
    assert not (await listed.tasks(listed.ben))[0].done


async def test_a_server_that_may_not(listed: Listed) -> None:
    """All that is said in another one; direct messages are in none."""
    listed.lists = {"allow_servers": frozenset({"1"})}
    await listed.start()
    await listed.discord.say(listed.ana, listed.channel, f"{listed.discord.bot_user.mention} add milk")
    await listed.discord.until(lambda: told(listed, "not allowed me"))
    await listed.platform.idle()
    assert not await listed.titles(listed.ana)


def told(listed: Listed, sentence: str = "not given you access") -> list[str]:
    """What the bot has said in the channel of that kind."""
    said = listed.discord.messages(listed.channel)
    return [one.text for one in said if one.author is listed.discord.bot_user and sentence in one.text]


def shown(interaction: Interaction) -> str:
    """What the person was answered, for their eyes."""
    return interaction.original.text if interaction.original else ""

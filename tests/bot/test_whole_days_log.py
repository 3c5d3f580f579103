"""Nothing that people say, and nothing that gives access, is in a log, whatever its level."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest

from tests.bot.conftest import BOT
from tests.fakes.discord import DiscordServer
from tests.fakes.openai import OpenAIServer
from tests.fakes.slack import SlackServer

SECRET = "xylophone"
"""Said by people, and in the tasks they make."""
LONG = 60.0


@pytest.mark.parametrize("style", ["console", "json"])
async def test_a_talk_at_debug_leaves_no_word_behind(
    bare_environment: dict[str, str], database_url: str, tmp_path: Path, style: str
) -> None:
    """On both platforms: mentions and commands; the log is there, and tells none of it."""
    async with SlackServer() as slack, DiscordServer(second=0.01) as discord, OpenAIServer() as openai:
        environment = bare_environment | {
            "DATABASE_URL": database_url,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.api_url,
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.api_url,
            "DISCORD_GATEWAY_URL": discord.gateway_url,
            "OPENAI_API_KEY": "sk-verysecret",
            "OPENAI_BASE_URL": openai.base_url,
            "LOG_LEVEL": "DEBUG",
            "LOG_FORMAT": style,
        }
        process = await asyncio.create_subprocess_exec(
            str(BOT), "run", env=environment, cwd=tmp_path, stdout=PIPE, stderr=PIPE
        )
        ana = slack.user("Ana")
        channel = slack.channel("general", members=[ana])
        await slack.until(lambda: slack.envelopes.connections, LONG)
        await discord.until(lambda: discord.connections, LONG)
        told = await _introductions(process)
        words = f'tool:add_task {{"tasks": [{{"title": "{SECRET}"}}]}}'
        thread = await slack.say(ana, channel, f"<@{slack.bot_user}> {words}")
        await slack.until(lambda: len(slack.messages(channel, thread)) > 1, LONG)
        await slack.slash(ana, channel, "/task", f"add {SECRET} tomorrow")
        await slack.until(lambda: slack.whispers, LONG)
        person = discord.user("Ben")
        place = discord.channel("general")
        said = await discord.say(person, place, f"remember the {SECRET}", mention=True)
        await discord.until(lambda: said.thread and discord.messages(said.thread), LONG)
        process.terminate()
        out, log = await process.communicate()
        conversations = list(openai.store.conversations)
    written = log.decode() + out.decode()
    assert "Slack as @" in told
    assert "Discord as" in told
    assert "turn.answered" in written
    tokens = (slack.bot_token, slack.app_token, discord.token, "sk-verysecret", "response_url")
    for never in (SECRET, *tokens, *conversations):
        assert never not in written, never


async def _introductions(process: Process) -> str:
    """The lines by which the bot says as whom it is connected."""
    assert process.stdout
    lines = ""
    async with asyncio.timeout(LONG):
        while lines.count("Connected to") < 2:
            lines += (await process.stdout.readline()).decode()
    return lines

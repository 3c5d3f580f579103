"""A person connects a client from their chat, and what it does shows there at once, can be undone, and be ended."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from structlog.testing import capture_logs

from adapters.mcp.news import News
from adapters.mcp.tokens import Inviter, Keys
from core.chat import Author, Outcome, Receipt
from core.toolbox import Tools
from tests.adapters.mcp.web import CALLBACK, KEY, Site, free_port, publishing, site
from tests.conversations.discord import Guild
from tests.conversations.slack import Workspace

Town = Workspace | Guild
VERIFIER = "v" * 50


@asynccontextmanager
async def open_to_clients(town: Town, folder: Path, clock: Callable[[], dt.datetime]) -> AsyncIterator[Site]:
    """The bot of the town, with `/mcp` beside it in the same process."""
    port = free_port()
    issuer = f"http://127.0.0.1:{port}"
    keys = Keys([KEY], issuer, f"{issuer}/mcp")
    town.inviter = Inviter(keys, f"{issuer}/mcp")
    await town.restart()

    def changed(receipt: Receipt, who: Author) -> None:
        town.reminders.changed(receipt)
        if isinstance(town, Workspace):
            town.platform.changed(who)

    tools = Tools(town.database, "UTC", changed, clock)
    async with publishing(folder) as publisher, site(tools, News(), publisher, port=port, keys=keys) as opened:
        yield opened


async def say(town: Town, command: str, **options: str | bool) -> str:
    """Ana types `/task …`; what she alone is shown."""
    if isinstance(town, Workspace):
        before = len(town.slack.whispers)
        text = command + (" end" if options.get("end") else "")
        await town.slack.slash(town.ana, town.channel, "/task", text)
        await town.slack.until(lambda: len(town.slack.whispers) > before)
        await town.platform.idle()
        assert not [one for one in town.slack.messages(town.channel) if one.user == town.slack.bot_user]
        whisper = town.slack.whispers[-1]
        return f"{whisper.text} {json.dumps(whisper.blocks, ensure_ascii=False)}".replace("\\n", "\n")
    interaction = await town.discord.slash(town.ana, town.channel, f"task {command}", **options)
    await town.discord.settled(interaction)
    await town.platform.idle()
    assert interaction.ephemeral
    assert not town.discord.messages(town.channel)
    return interaction.text


async def tokens(there: Site, said: str) -> dict[str, Any]:
    """What a client gets for the code that was said."""
    found = re.search(r"[\w-]{20,}\.[\w-]{20,}\.[\w-]{20,}", said)
    assert found is not None, said
    client_id = there.publisher.publish()
    status, where = await there.consent(there.ask(client_id, VERIFIER), found[0])
    assert status == 303, where
    status, told = await there.token(
        grant_type="authorization_code",
        code=parse_qs(urlsplit(where).query)["code"][0],
        redirect_uri=CALLBACK,
        client_id=client_id,
        code_verifier=VERIFIER,
    )
    assert status == 200
    return told


async def test_a_person_connects_a_client(town: Town, tmp_path: Path, clock: Callable[[], dt.datetime]) -> None:
    """She says `/task connect`, pastes what she gets, and Claude adds a task; the bot keeps it as hers."""
    async with open_to_clients(town, tmp_path, clock) as there:
        with capture_logs() as logs:
            said = await say(town, "connect")
        assert there.settings.resource in said
        assert "works once, for 10 minutes" in said
        got = await tokens(there, said)
        assert got["access_token"] not in repr(logs)
        assert not re.search(r"[\w-]{20,}\.[\w-]{20,}\.[\w-]{20,}", repr(logs))
        async with there.client(got["access_token"]) as client:
            await client.call_tool("add_task", {"tasks": [{"title": "Pay rent"}]})
            listed = (await client.call_tool("list_tasks", {})).structured_content
        assert listed is not None
        assert [task["title"] for task in listed["tasks"]] == ["Pay rent"]
        assert "Pay rent" in await say(town, "list")


async def test_undo_in_the_chat_takes_back_what_a_client_did(
    town: Town, tmp_path: Path, clock: Callable[[], dt.datetime]
) -> None:
    """And says who had done it, and where that is at home; it can be done again."""
    async with open_to_clients(town, tmp_path, clock) as there:
        got = await tokens(there, await say(town, "connect"))
        async with there.client(got["access_token"]) as client:
            await client.call_tool("add_task", {"tasks": [{"title": "Pay rent"}]})
            said = await say(town, "undo")
            assert "Pay rent" in said
            assert "Claude (client.test) had done that for you." in said.replace("\\", "")
            listed = (await client.call_tool("list_tasks", {})).structured_content
            assert listed is not None
            assert listed["total"] == 0
            await say(town, "redo")
            undone = (await client.call_tool("undo", {})).structured_content
            assert undone is not None
            assert undone["result"] == "undone"


async def test_a_person_ends_what_they_let_in(town: Town, tmp_path: Path, clock: Callable[[], dt.datetime]) -> None:
    """`/task connections` says how many there were, and with `end` that there are none; the next call is refused."""
    async with open_to_clients(town, tmp_path, clock) as there:
        assert "No client is connected" in await say(town, "connections")
        got = await tokens(there, await say(town, "connect"))
        await tokens(there, await say(town, "connect"))
        assert "let 2 clients in" in await say(town, "connections")
        assert (await there.post(got["access_token"])).status == 200
        assert "2 clients can read or change your tasks no more" in await say(town, "connections", end=True)
        assert (await there.post(got["access_token"])).status == 401
        assert "No client is connected" in await say(town, "connections")


async def test_a_bot_without_keys_says_so(town: Town) -> None:
    """And what there is without."""
    said = await say(town, "connect")
    assert "MCP_KEYS" in said.replace("\\", "")
    assert "bot mcp" in said


async def test_what_a_client_changes_shows_in_app_home_at_once(
    workspace: Workspace, tmp_path: Path, clock: Callable[[], dt.datetime]
) -> None:
    """Without anybody opening it again."""

    def home() -> str:
        view = workspace.slack.homes.get(workspace.ana.id)
        return json.dumps(view.told["blocks"]) if view else ""

    async with open_to_clients(workspace, tmp_path, clock) as there:
        got = await tokens(there, await say(workspace, "connect"))
        await workspace.slack.open_home(workspace.ana)
        await workspace.slack.until(home)
        async with there.client(got["access_token"]) as client:
            await client.call_tool("add_task", {"tasks": [{"title": "Pay rent", "due": "today"}]})
            await workspace.slack.until(lambda: "Pay rent" in home())
            await client.call_tool("complete_task", {"numbers": [1]})
            await workspace.slack.until(lambda: "Pay rent" not in home())


async def test_a_reminder_of_what_a_client_added_comes_on_time(town: Town, tmp_path: Path, clock: Any) -> None:
    """In direct messages, where the identity is that connected it."""
    async with open_to_clients(town, tmp_path, clock) as there:
        got = await tokens(there, await say(town, "connect"))
        async with there.client(got["access_token"]) as client:
            await client.call_tool("add_task", {"tasks": [{"title": "Pay rent", "due": "in 5 minutes"}]})
        clock.at += dt.timedelta(minutes=6)
        town.reminders.changed(Receipt(Outcome.PREFERENCES))
        if isinstance(town, Workspace):
            assert "Pay rent" in town.shown(town.ana, await town.reminded(town.ana))
        else:
            await town.reminded(town.ana)


@pytest.mark.parametrize("text", ["connect the printer", "connections of the hub"])
async def test_a_task_may_begin_with_the_word(workspace: Workspace, text: str) -> None:
    """Only the command alone is one."""
    await say(workspace, text)
    assert await workspace.titles(workspace.ana) == [text]

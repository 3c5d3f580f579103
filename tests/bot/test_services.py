"""Other people's services, as the operator names them: MCP_SERVERS, `bot check`, and a talk in the terminal."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from bot.servers import parsed
from core.agent.servers.config import Approve
from tests.bot.conftest import RunBot
from tests.fakes.openai import Call, OpenAIServer, Say
from tests.fakes.services import HttpService, StdioService, calendar
from tests.fakes.services.stdio import ROOT

WELL = {"label": "calendar", "url": "https://calendar.example/mcp"}


def _program(service: StdioService) -> dict[str, object]:
    """The entry of MCP_SERVERS for a program."""
    arguments = ["-m", "tests.fakes.services", str(service.file), service.way]
    env = {"PYTHONPATH": "$WHERE"}
    return {"label": service.label, "command": sys.executable, "args": arguments, "env": env}


def test_an_entry_is_read_with_the_secrets_that_it_names() -> None:
    """They come from the environment, and show in no repr."""
    entry = WELL | {"headers": {"Authorization": "Bearer $TOKEN", "X-Price": "5 $$"}, "tools": ["list_events"]}
    (server,) = parsed(json.dumps([entry | {"approve": "always"}]), {"TOKEN": "sesame"})
    assert server.headers == {"Authorization": "Bearer sesame", "X-Price": "5 $"}
    assert server.tools == frozenset({"list_events"})
    assert server.approve is Approve.ALWAYS
    assert "sesame" not in repr(server)
    (plain,) = parsed(json.dumps([WELL]), {})
    assert (plain.approve, plain.tools) == (Approve.WRITES, None)


@pytest.mark.parametrize(
    ("entries", "wants"),
    [
        ("sesame", "wants a JSON list"),
        ({"label": "sesame"}, "wants a JSON list"),
        (["sesame"], "entry 1 wants an object"),
        ([WELL, {"label": "Sesame 1", "url": "https://a"}], "entry 2 wants a label of at most 20"),
        ([WELL, WELL], "entry 2 (calendar) wants a label of its own"),
        ([WELL | {"command": "sesame"}], "entry 1 (calendar) wants either a url or a command"),
        ([{"label": "calendar"}], "entry 1 (calendar) wants either a url or a command"),
        ([WELL | {"url": "ftp://sesame"}], "entry 1 (calendar) wants a url that starts with"),
        ([WELL | {"url": "https://sesame:x@host/mcp"}], "wants a url without a user"),
        ([WELL | {"sesame": 1}], "wants no other keys than"),
        ([WELL | {"approve": "sesame"}], "wants approve to be always, writes or never"),
        ([WELL | {"tools": "sesame"}], "wants tools to be a list"),
        ([WELL | {"args": ["sesame"]}], "wants args and env with a command"),
        ([WELL | {"headers": {"Authorization": "Bearer $NOBODY"}}], "wants the variable NOBODY to be set"),
        ([WELL | {"headers": {"Authorization": "sesame $"}}], "wants a $ in headers to begin a variable's name"),
        ([WELL | {"headers": {"Authorization": "a\nsesame"}}], "one line each"),
        ([WELL | {"headers": ["sesame"]}], "wants headers to be an object"),
        ([WELL] * 11, "at most 10"),
    ],
)
def test_a_wrong_entry_is_named(entries: object, wants: str) -> None:
    """At the start, by its number and label, with what it wants, and never with what may be a secret."""
    with pytest.raises(ValueError, match="wants") as caught:
        parsed(json.dumps(entries) if not isinstance(entries, str) else entries, {})
    assert wants in str(caught.value)
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize("command", ["run", "check"])
def test_a_wrong_entry_is_told_at_the_start(run_bot: RunBot, command: str) -> None:
    """One line, whatever is run."""
    entry = WELL | {"headers": {"Authorization": "Bearer $NOBODY"}}
    ran = run_bot(command, lines="list\n", MCP_SERVERS=json.dumps([entry]))
    assert ran.returncode == 2
    told = "MCP_SERVERS entry 1 (calendar) wants the variable NOBODY to be set, which its headers name."
    assert told in " ".join(ran.stderr.split())


async def test_check_asks_each_service(run_bot: RunBot, database_url: str, tmp_path: Path) -> None:
    """How many tools it has and how many of them ask; one that is away, or lacks a tool that is named, is wrong."""
    service = StdioService(tmp_path / "events")
    async with HttpService(calendar(lambda line: None)) as away:
        url = away.url
        entries = [_program(service), {"label": "work", "url": url}]
        fine = await asyncio.to_thread(
            run_bot, "check", DATABASE_URL=database_url, MCP_SERVERS=json.dumps(entries), WHERE=str(ROOT)
        )
    assert fine.returncode == 0, fine.stdout
    assert "mcp calendar" in fine.stdout
    assert "8 tools, 3 of them ask first" in fine.stdout
    entries = [{"label": "work", "url": url}, _program(service) | {"tools": ["no_such"]}]
    wrong = await asyncio.to_thread(
        run_bot, "check", DATABASE_URL=database_url, MCP_SERVERS=json.dumps(entries), WHERE=str(ROOT)
    )
    assert wrong.returncode == 1
    assert "“work” can't be reached" in wrong.stdout
    assert "no_such" in wrong.stdout


async def test_a_talk_in_the_terminal_with_a_program(run_bot: RunBot, database_url: str, tmp_path: Path) -> None:
    """The question shows what is to be sent; another process takes the yes; the program ends with the bot."""
    service = StdioService(tmp_path / "events")
    create = Call("calendar__create_event", {"title": "Lunch", "day": "friday"})
    async with OpenAIServer() as openai:
        openai.on("lunch", create, Say("It waits."), Say("It is in your calendar."))
        environment = {
            "DATABASE_URL": database_url,
            "OPENAI_API_KEY": "sk-test",
            "OPENAI_BASE_URL": openai.base_url,
            "OPENAI_MODEL": "gpt-test",
            "MCP_SERVERS": json.dumps([_program(service)]),
            "WHERE": str(ROOT),
        }
        # the tools are known in time or not: then the model's first call is one that fetches them
        openai.on("fetch", lambda turn: Call("calendar__tools") if _lacks(turn.tools) else Say("There."), Say("There."))
        first = await asyncio.to_thread(run_bot, lines="fetch\nlunch\n", **environment)
        assert '"title": "Lunch"' in first.stdout, first.stderr
        assert "Type `approve " in first.stdout
        assert service.events == []
        second = await asyncio.to_thread(run_bot, lines="yes\nyes\n", **environment)
        assert "“create_event” of “calendar” was called." in second.stdout, second.stderr
        assert "It is in your calendar." in second.stdout
    assert service.events == ["Lunch friday"]
    assert not [one for one in psutil.process_iter(["cmdline"]) if str(service.file) in (one.info["cmdline"] or ())]


def _lacks(tools: object) -> bool:
    return "calendar__create_event" not in json.dumps(tools)

"""The process and OpenAI: the memory of a talk outlives the process; `bot check` knows whether the model is there."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psycopg

from tests.bot.conftest import RunBot
from tests.fakes.openai import OpenAIServer


def _online(server: OpenAIServer, model: str = "gpt-test") -> dict[str, str]:
    return {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": server.base_url, "OPENAI_MODEL": model}


async def test_a_restarted_console_goes_on_with_its_conversation(
    run_bot: RunBot, database_url: str, tmp_path: Path
) -> None:
    """The id is in a file, the words are at OpenAI: a second process says its words into the same conversation."""
    async with OpenAIServer() as server:
        environment = {"DATABASE_URL": database_url, **_online(server)}
        first = await asyncio.to_thread(run_bot, lines="the door is blue\n", **environment)
        assert "You said: the door is blue" in first.stdout, first.stderr
        second = await asyncio.to_thread(run_bot, lines="which colour?\n/forget\n", **environment)
        assert "which colour?" in second.stdout
        assert len(server.asked("/conversations")) == 1
        assert "conversation is deleted" in second.stdout
        assert (server.store.conversations, server.store.left_behind) == ({}, [])
    assert not (tmp_path / "data" / "console.json").exists()
    kept = [path.read_text(errors="replace") for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert not [text for text in kept if "blue" in text]


async def test_check_asks_for_the_model(run_bot: RunBot, database_url: str) -> None:
    """One request tells whether OpenAI can be reached, takes the key and knows the model."""
    async with OpenAIServer() as server:
        fine = await asyncio.to_thread(run_bot, "check", DATABASE_URL=database_url, **_online(server))
        assert fine.returncode == 0, fine.stdout
        assert "knows gpt-test" in fine.stdout
        unknown = await asyncio.to_thread(run_bot, "check", DATABASE_URL=database_url, **_online(server, "gpt-none"))
        assert unknown.returncode == 1
        assert "does not know the model" in unknown.stdout
        refused = _online(server) | {"OPENAI_API_KEY": "sk-sesame"}
        wrong = await asyncio.to_thread(run_bot, "check", DATABASE_URL=database_url, **refused)
        assert "does not accept the key" in wrong.stdout
        assert "sesame" not in wrong.stdout + wrong.stderr
        assert len(server.requests) == 3


def test_a_configured_database_without_tables_is_told(run_bot: RunBot, postgres_url: str) -> None:
    """`bot run` names the command that is missing, `bot check` fails, and `bot migrate` makes both work."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS blank")
        connection.execute("CREATE DATABASE blank")
    blank = postgres_url.replace("/tasks?", "/blank?")
    refused = run_bot("run", lines="list\n", DATABASE_URL=blank)
    assert refused.returncode == 1
    assert "run `bot migrate`" in refused.stderr
    assert run_bot("check", DATABASE_URL=blank).returncode == 1
    assert run_bot("migrate", DATABASE_URL=blank).returncode == 0
    assert "No tasks" in run_bot("run", lines="list\n", DATABASE_URL=blank).stdout

"""Each family of models is asked with what it takes, and people are known to OpenAI by a hash alone."""

from __future__ import annotations

import datetime as dt

import pytest
from openai import AsyncOpenAI
from structlog.testing import capture_logs

from core.agent.conversations import Conversations
from core.agent.models import DEFAULT_MODEL, family
from core.agent.online import openai_assistant, safety_identifier
from core.chat import Text, Thread
from core.database import Database
from core.tools.context import TurnContext
from core.users import Actor
from tests.fakes.chat import ANA, BEN
from tests.fakes.openai import Call, OpenAIServer, Say
from tests.fakes.openai.accounts import Request


async def _turn(turn: TurnContext, model: str, text: str = "milk") -> list[Request]:
    """One whole turn of a model that calls a tool; returns the requests to it."""
    async with (
        OpenAIServer(models=(model,)) as server,
        AsyncOpenAI(api_key="sk-test", base_url=server.base_url, max_retries=0) as client,
    ):
        server.on("milk", Call("add_task", {"tasks": [{"title": "Buy milk"}]}), Say("Added."))
        assistant = openai_assistant(client, model)
        conversation = await Conversations(client, breakpoints=family(model).breakpoints).open(Thread("chat", "", "T1"))
        parts = [part async for part in assistant.run(turn, text, conversation)]
        assert "".join(part.markdown for part in parts if isinstance(part, Text)) == "Added."
        await assistant.close()
        return server.asked()


@pytest.fixture
def turn(database: Database, actor: Actor, now: dt.datetime) -> TurnContext:
    """A turn of Ana's on Monday 23 November 2026, 9:00 in Berlin."""
    return TurnContext(database, actor, now, author=ANA)


@pytest.mark.parametrize(
    ("model", "effort", "verbosity"),
    [
        ("gpt-6-luna", "none", "low"),
        ("gpt-6-sol-2026-09-22", "none", "low"),
        ("gpt-6.1-sol", "low", "low"),
        ("gpt-6.2-astra", "low", "low"),
        ("gpt-7-luna", "low", "low"),
        ("gpt-5.6-luna", "none", "low"),
        ("gpt-5.6", "none", "low"),
        ("gpt-5.5", "none", "low"),
        ("gpt-5.4-nano", "none", "low"),
        ("gpt-5.2-pro", "medium", "low"),
        ("gpt-5.3-chat-latest", None, None),
        ("gpt-5.1-codex", "low", "medium"),
        ("gpt-5-mini", "minimal", "low"),
        ("gpt-4.1-mini", None, None),
        ("ft:gpt-4.1-mini:acme::1", None, None),
        ("gpt-4o", None, None),
        ("gpt-4-turbo", None, None),
        ("o4-mini", "low", None),
        ("gpt-oss-120b", "low", None),
        ("mistral-small", None, None),
    ],
)
async def test_effort_and_verbosity_are_said_for_every_model_that_takes_them(
    turn: TurnContext, model: str, effort: str | None, verbosity: str | None
) -> None:
    """A whole turn, on a service that refuses what the family doesn't take."""
    for asked in await _turn(turn, model):
        assert (asked.body.get("reasoning") or {}).get("effort") == effort
        assert (asked.body.get("text") or {}).get("verbosity") == verbosity
        assert bool(asked.body.get("max_output_tokens")) == (model != "mistral-small")


def test_the_default_model_keeps_the_cache_with_breakpoints() -> None:
    """It is of a family that the price was counted for."""
    assert family(DEFAULT_MODEL).breakpoints


async def test_the_person_is_known_by_a_hash(turn: TurnContext) -> None:
    """Stable for the person, another for each person, workspace and key, and no id can be read off it."""
    asked = await _turn(turn, DEFAULT_MODEL)
    assert {one.body["safety_identifier"] for one in asked} == {safety_identifier(ANA, "sk-test")}
    hashes = {safety_identifier(ANA, "sk-test"), safety_identifier(BEN, "sk-test"), safety_identifier(ANA, "other")}
    assert len(hashes) == 3
    assert all(len(one) == 32 and ANA.external_id not in one for one in hashes)


async def test_older_models_spread_talks_over_cache_keys(turn: TurnContext) -> None:
    """A key takes some fifteen requests a minute there; both requests of a turn use the same."""
    first, second = await _turn(turn, "gpt-4.1-mini")
    assert first.body["prompt_cache_key"] == second.body["prompt_cache_key"]
    keys = {(await _turn(turn, "gpt-4.1-mini"))[0].body["prompt_cache_key"] for _ in range(6)}
    assert len(keys) > 1
    assert all(key.startswith("task-bot-") for key in keys)


async def test_what_a_turn_cost_is_logged(turn: TurnContext) -> None:
    """One line of numbers: requests, and tokens read, cached, written and made; no word of the talk."""
    with capture_logs() as logs:
        asked = await _turn(turn, DEFAULT_MODEL)
    (line,) = [entry for entry in logs if entry["event"] == "turn.usage"]
    used = [one.usage for one in asked if one.usage]
    assert line == {
        "event": "turn.usage",
        "log_level": "debug",
        "requests": 2,
        "input": sum(one.input for one in used),
        "cached": sum(one.cached for one in used),
        "written": sum(one.written for one in used),
        "output": sum(one.output for one in used),
    }

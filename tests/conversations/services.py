"""What talks with other people's services share: a calendar, and what a model does with it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Any

from core.agent.servers.config import ServerConfig
from core.chat import Approval
from tests.conversations.conftest import SERVERS, Bot
from tests.fakes.chat import Answer
from tests.fakes.openai import Call, Say
from tests.fakes.openai.brain import Turn
from tests.fakes.services import HttpService

LIST = Call("calendar__list_events", {"day": "tomorrow"})
CREATE = Call("calendar__create_event", {"title": "Lunch with Ben", "day": "friday"})

StartWith = Callable[..., Bot]


def config(service: HttpService, **changes: Any) -> ServerConfig:
    """The calendar as MCP_SERVERS names it."""
    return dataclasses.replace(ServerConfig("calendar", url=service.url), **changes)


def asked(answer: Answer) -> Approval:
    """The one question of an answer."""
    (question,) = [part for part in answer.parts if isinstance(part, Approval)]
    return question


def told(turn: Turn) -> Say:
    """A model that repeats what the last call has told it."""
    return Say(json.dumps(turn.results[-1], ensure_ascii=False))


async def settled(bot: Bot) -> None:
    """Wait until the tools of all services are known."""
    for servers in SERVERS:
        assert all(isinstance(tools, tuple) for tools in (await servers.examined()).values())

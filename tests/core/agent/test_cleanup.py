"""Briefings are taken out of a conversation behind the turns, in small requests, and nobody waits for long."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from openai import AsyncOpenAI
from structlog.testing import capture_logs

from core.agent.cleanup import Cleanup
from tests.fakes.openai import Fault, OpenAIServer
from tests.fakes.openai.brain import Item, text_of


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    """The stand-in OpenAI."""
    async with OpenAIServer() as running:
        yield running


@pytest.fixture
async def cleanup(server: OpenAIServer) -> AsyncIterator[Cleanup]:
    """The cleanups of a process."""
    async with AsyncOpenAI(api_key="sk-test", base_url=server.base_url, max_retries=0) as client:
        yield Cleanup(client, patience=3)


def _briefing(turn: str) -> Item:
    return {"role": "developer", "content": f"[briefing {turn}] It is late."}


def _said(number: int) -> Item:
    return {"role": "user", "content": f"message {number}"}


def _filled(server: OpenAIServer, *items: Item) -> str:
    conversation = server.store.create([], {})
    for item in items:
        conversation.items += server.store.create([item], {}).items
    return conversation.id


def _texts(server: OpenAIServer, conversation: str) -> list[str]:
    return [text_of(item) for item in server.store.get(conversation).items]


async def test_it_takes_two_requests(server: OpenAIServer, cleanup: Cleanup) -> None:
    """The newest items are listed and the briefing deleted; only the first time it is looked for older ones."""
    conversation = _filled(server, *(_said(number) for number in range(40)), _briefing("a"))
    cleanup.begin(conversation, "a")
    await cleanup.close()
    assert [request.method for request in server.requests] == ["GET", "GET", "DELETE"]
    server.requests.clear()
    server.store.get(conversation).items += server.store.get(_filled(server, _said(40), _briefing("b"))).items
    cleanup.begin(conversation, "b")
    await cleanup.close()
    assert [request.method for request in server.requests] == ["GET", "DELETE"]
    assert _texts(server, conversation) == [f"message {number}" for number in range(41)]


async def test_a_newer_briefing_stays(server: OpenAIServer, cleanup: Cleanup) -> None:
    """It belongs to a turn that another process runs now; the older ones before its own go."""
    conversation = _filled(server, _briefing("older"), _said(1), _briefing("own"), _said(2), _briefing("newer"))
    cleanup.begin(conversation, "own")
    await cleanup.close()
    assert _texts(server, conversation) == ["message 1", "message 2", "[briefing newer] It is late."]


async def test_a_briefing_that_never_arrived_is_not_looked_for_for_ever(server: OpenAIServer, cleanup: Cleanup) -> None:
    """Two pages are read and nothing is touched."""
    conversation = _filled(server, *(_said(number) for number in range(250)), _briefing("other"))
    cleanup.begin(conversation, "own")
    await cleanup.close()
    assert [request.method for request in server.requests] == ["GET", "GET"]
    assert _texts(server, conversation)[-1] == "[briefing other] It is late."


async def test_two_processes_at_the_same_conversation_do_no_harm(server: OpenAIServer, cleanup: Cleanup) -> None:
    """What the other has deleted already is deleted."""
    conversation = _filled(server, _said(1), *(_briefing(str(turn)) for turn in range(5)))
    for _ in range(3):
        cleanup.begin(conversation, "4")
    with capture_logs() as logs:
        await cleanup.close()
    assert _texts(server, conversation) == ["message 1"]
    assert not [one for one in logs if one["event"].startswith("briefing")]


async def test_a_conversation_that_is_gone_is_fine(server: OpenAIServer, cleanup: Cleanup) -> None:
    """No word in the log: with the conversation its briefing is gone, too."""
    with capture_logs() as logs:
        cleanup.begin("conv_none", "a")
        await cleanup.close()
    assert not [one for one in logs if one["event"].startswith("briefing")]


async def test_the_next_turn_waits_for_a_cleanup_but_not_for_ever(server: OpenAIServer, cleanup: Cleanup) -> None:
    """One that hangs is given up after its patience, and the process can end."""
    conversation = _filled(server, _said(1), _briefing("a"))
    server.fail(Fault("hang", path="/items"))
    cleanup.begin(conversation, "a")
    await server.wait_for_requests(1)
    await cleanup.settled(conversation)
    await cleanup.settled("conv_other")
    assert len(_texts(server, conversation)) == 2
    server.release()
    await cleanup.settled(conversation)
    await cleanup.close()


async def test_a_refusal_is_logged_without_its_text(server: OpenAIServer, cleanup: Cleanup) -> None:
    """The kind of error is all that an operator needs."""
    conversation = _filled(server, _said(1), _briefing("a"))
    server.fail(Fault("status", status=403, message="secret", path="/items"))
    with capture_logs() as logs:
        cleanup.begin(conversation, "a")
        await cleanup.close()
    assert {"event": "briefing.left", "error": "PermissionDeniedError", "log_level": "warning"} in logs
    assert "secret" not in str(logs)


async def test_a_listing_without_end_is_not_read_for_ever(server: OpenAIServer, cleanup: Cleanup) -> None:
    """One that shows the same page again and again costs so many requests, and the briefing goes all the same."""
    server.store.endless = True
    conversation = _filled(server, _said(1), _briefing("a"))
    cleanup.begin(conversation, "a")
    await cleanup.close()
    assert [request.method for request in server.requests].count("DELETE") == 1
    assert len(server.requests) <= 60
    assert _texts(server, conversation) == ["message 1"]

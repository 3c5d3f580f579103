"""`POST /v1/responses`, streamed or not. Source: https://platform.openai.com/docs/api-reference/responses/create."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field

from aiohttp import web

from tests.fakes.openai import models
from tests.fakes.openai.accounts import Request
from tests.fakes.openai.brain import Brain, Item, Turn
from tests.fakes.openai.cache import PromptCache, Usage
from tests.fakes.openai.errors import required
from tests.fakes.openai.events import events, limited, output_item, response, size_of
from tests.fakes.openai.resources import BODY, STORE, known
from tests.fakes.openai.state import Conversation, Store, new_id, stored

CUT_AFTER = web.RequestKey("cut_after", int)
BUSY = web.RequestKey("busy", bool)
RECORD = web.RequestKey("record", Request)


@dataclass(slots=True)
class Model:
    """The model behind the service: its mind, and how long it takes."""

    mind: Brain
    first_token_seconds: float = 0.0
    """Seconds between the response's start and its first item."""
    between_deltas_seconds: float = 0.0
    """Seconds between one piece of text or arguments and the next."""
    cache: PromptCache = field(default_factory=PromptCache)

    async def respond(self, request: web.Request) -> web.StreamResponse:
        """Answer one request. Input is kept when the response starts; the conversation is locked while it runs."""
        asked = request[BODY]
        known(request, required(asked, "model"))
        given = required(asked, "input")
        if (asked.get("prompt_cache_options") or {}).get("prewarm"):
            return self._prewarmed(request, given)
        conversation = _conversation(request.app[STORE], asked.get("conversation"))
        models.check(asked, conversation.items)
        conversation.lock()
        before = len(conversation.items)
        try:
            conversation.take(stored(_listed(given)))
            turn = Turn(conversation.items, asked.get("instructions") or "", asked.get("tools") or [])
            total, cached, written = self.cache.read_and_write(asked, conversation.items)
            output = limited(_compacted(asked, total) + [output_item(one) for one in self.mind(turn)], asked)
            usage = Usage(total, cached, written, sum(size_of(item) for item in output))
            request[RECORD].usage = usage
            if asked.get("stream"):
                return await self._stream(request, conversation, output)
            await self._pause(self.first_token_seconds)
            conversation.items += output
            made = response(asked, output, usage)
            _keep(request.app[STORE], asked, made)
            return web.json_response(made)
        finally:
            conversation.locked = False
            if asked.get("store") is False and not request.app[STORE].keeps_items_of_unstored:
                del conversation.items[before:]

    def _prewarmed(self, request: web.Request, given: str | list[Item]) -> web.StreamResponse:
        """Prepare the cache for a prompt and generate nothing; the prompt is kept nowhere."""
        asked = request[BODY]
        models.check(asked)
        items = [*_conversation(request.app[STORE], asked.get("conversation")).items, *stored(_listed(given))]
        usage = Usage(*self.cache.read_and_write(asked, items), output=0)
        request[RECORD].usage = usage
        return web.json_response(response(asked, [], usage))

    async def _stream(self, request: web.Request, conversation: Conversation, output: list[Item]) -> web.StreamResponse:
        """Send the events. Each finished item is kept at once: a client that hangs up leaves calls without outputs."""
        asked, cut_after, usage = request[BODY], request.get(CUT_AFTER), request[RECORD].usage
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        await answer.prepare(request)
        spoke = False
        for number, event in enumerate(events(asked, output, usage)):
            if "response" in event:
                _keep(request.app[STORE], asked, event["response"])
            if number == cut_after:
                hang_up(request)
                return answer
            match event["type"].rpartition(".")[2]:
                case "delta":
                    await self._pause(self.between_deltas_seconds if spoke else 0)
                    spoke = True
                case "added" if number == _FIRST_ITEM:
                    await self._pause(self.first_token_seconds)
            if event["type"] == "response.output_item.done":
                conversation.items.append(event["item"])
            data = json.dumps(event | {"sequence_number": number}, separators=(",", ":"))
            line = f"event: {event['type']}\ndata: {data}\n\n".encode()
            request[RECORD].answered += len(line)
            await answer.write(line)
            while event["type"] == "response.in_progress" and request.get(BUSY):
                await asyncio.sleep(0.02)
                await answer.write(line)
            if event["type"] == "response.output_text.delta":
                request[RECORD].words.append(time.monotonic())
        await answer.write_eof()
        return answer

    async def _pause(self, seconds: float) -> None:
        """The model's own slowness."""
        if seconds:
            await asyncio.sleep(seconds)


COMPACTED_BYTES = 1600
"""What a conversation is compacted to; how much it really is, depends on what was said."""
_FIRST_ITEM = 2
"""The number of the event after `response.created` and `response.in_progress`."""


def _keep(store: Store, asked: Item, made: Item) -> None:
    """Store the response from its beginning on, unless it was asked for otherwise."""
    if asked.get("store") is not False:
        store.responses[made["id"]] = made


def _listed(given: str | list[Item]) -> list[Item]:
    return [{"role": "user", "content": given}] if isinstance(given, str) else given


def _compacted(asked: Item, total: int) -> list[Item]:
    """The item that from now on stands for all before it, once the prompt has passed the threshold."""
    thresholds = [one.get("compact_threshold") for one in asked.get("context_management") or ()]
    if not any(threshold and total > threshold for threshold in thresholds):
        return []
    return [{"id": new_id("cmp"), "type": "compaction", "encrypted_content": "x" * COMPACTED_BYTES}]


def _conversation(store: Store, named: str | dict[str, str] | None) -> Conversation:
    """The conversation a request names, or one for this request only."""
    if named is None:
        return Conversation("", {})
    return store.get(named if isinstance(named, str) else required(named, "id"))


def hang_up(request: web.Request) -> None:
    """Close the connection without another word."""
    if request.transport:
        request.transport.abort()

"""Which responses OpenAI has stored of a conversation, so that they can be deleted with it.

A response is stored for at least 30 days, and only who knows its id can delete it: no list tells them, and neither do
the items of its conversation. So their ids stand in the conversation's metadata, up to `MOST` of them; what would be
too many is deleted at once, the oldest first. They are noted some seconds after a turn, in one go for several turns.
Source: https://platform.openai.com/docs/api-reference/conversations/update.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import httpx2
import openai
import structlog
from openai import AsyncOpenAI

from core.agent import failures

log = structlog.get_logger()

PAUSE = 5.0
"""Seconds between a response and its being noted."""
_AGAIN = (30.0, 300.0, 1800.0)
"""Seconds before each further try."""
PATIENCE = 2.0
"""Seconds that the end of the process waits for what is not noted yet."""
REQUEST_SECONDS = 5.0
AT_ONCE = 8
_KEY = "responses_"
_KEYS = 15
"""Of the 16 pairs that a conversation's metadata may have."""
_LONGEST_VALUE = 512
_LONGEST_ID = 56
_A_VALUE = _LONGEST_VALUE // (_LONGEST_ID + 1)
MOST = _KEYS * _A_VALUE
_NOWHERE = ""
"""The conversation of responses that have none."""


class Stored:
    """The responses that this process has had made; every conversation's metadata tells of those before."""

    def __init__(self, client: AsyncOpenAI, *, pause: float = PAUSE) -> None:
        self._client = client
        self._pause = pause
        self._fresh: dict[str, list[str]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._waiting: set[str] = set()
        self._closing = asyncio.Event()
        self._room = asyncio.Semaphore(AT_ONCE)

    def made(self, conversation: str | None, response: str) -> None:
        """A response is being made in the conversation; one without any is deleted soon."""
        where = conversation or _NOWHERE
        self._fresh.setdefault(where, []).append(response)
        if where not in self._waiting:
            self._waiting.add(where)
            task = asyncio.create_task(self._noted(where), name="stored responses")
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    def fresh(self, conversation: str) -> list[str]:
        """Those of the conversation that are not noted yet; who asks takes care of them."""
        return self._fresh.pop(conversation, [])

    async def close(self) -> None:
        """Note what is left, within a moment; the rest is lost."""
        self._closing.set()
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=PATIENCE)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _noted(self, conversation: str) -> None:
        for pause in (self._pause, *_AGAIN):
            try:
                async with asyncio.timeout(pause):
                    await self._closing.wait()
            except TimeoutError:
                log.debug("responses.to_note")
            made, last = self.fresh(conversation), self._closing.is_set()
            try:
                async with self._room:
                    await self._note(conversation, made)
            except failures.ANY as error:
                log.warning("responses.unnoted", error=type(error).__name__)
                self._fresh[conversation] = [*made, *self.fresh(conversation)]
                if not last:
                    continue
            break
        self._waiting.discard(conversation)
        if self._fresh.get(conversation) and not self._closing.is_set():
            log.error("responses.given_up", responses=len(self._fresh[conversation]))

    async def _note(self, conversation: str, made: Sequence[str]) -> None:
        """Write them down beside the others; of a conversation that is gone meanwhile they are deleted."""
        try:
            metadata = await self._metadata(conversation) if conversation else None
            if metadata is not None:
                kept = [*noted(metadata), *made]
                told = {key: value for key, value in metadata.items() if not key.startswith(_KEY)}
                body = {"metadata": told | _packed(kept[-MOST:])}
                await self._client.post(
                    f"/conversations/{conversation}", cast_to=httpx2.Response, body=body, options=_OPTIONS
                )
                made = kept[:-MOST]
        except openai.NotFoundError:
            log.info("responses.conversation_gone", responses=len(made))
        for response in made:
            await self._delete(response)

    async def _metadata(self, conversation: str) -> dict[str, str]:
        told = await self._client.get(f"/conversations/{conversation}", cast_to=httpx2.Response, options=_OPTIONS)
        return metadata_of(told.json())

    async def _delete(self, response: str) -> None:
        try:
            await self._client.delete(f"/responses/{response}", cast_to=httpx2.Response, options=_OPTIONS)
        except openai.NotFoundError:
            return  # it is gone already


_OPTIONS: Any = {"timeout": REQUEST_SECONDS}


def metadata_of(resource: Mapping[str, Any]) -> dict[str, str]:
    """The metadata of a conversation as the API tells it."""
    told = resource.get("metadata")
    return {str(key): str(value) for key, value in told.items()} if isinstance(told, dict) else {}


def noted(metadata: Mapping[str, str]) -> list[str]:
    """The ids of responses in a conversation's metadata, oldest first."""
    return [name for key in sorted(metadata) if key.startswith(_KEY) for name in metadata[key].split()]


def _packed(ids: Sequence[str]) -> dict[str, str]:
    parts = [ids[start : start + _A_VALUE] for start in range(0, len(ids), _A_VALUE)]
    return {f"{_KEY}{number:02}": " ".join(part) for number, part in enumerate(parts)}

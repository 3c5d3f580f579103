"""Deleting a conversation at OpenAI with its items and stored responses, and reading back whether they are gone.

Deleting a conversation alone leaves its items, and its responses; without the conversation nobody finds them any more.
So it goes last, and only once all of them are gone. Source:
https://platform.openai.com/docs/api-reference/conversations/delete.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from typing import Any

import httpx2
import openai
import structlog
from openai import AsyncOpenAI

from core.agent import failures
from core.agent.failure import Failure
from core.agent.left import Left
from core.agent.stored import metadata_of, noted

log = structlog.get_logger()

_PAGE = 100
_MOST_PAGES = 500
_AT_ONCE = 8
_REQUEST_SECONDS = 5.0
_LONGEST = 60.0
"""Seconds that all of it may take."""
_PAUSES = (0.0, 0.2, 0.5, 1.0, 2.0)
"""Seconds before each try: a listing may lag behind the deletions, a server be busy for a moment."""
_ONCE = (0.0,)
_HOPELESS = (Failure.KEY,)


async def delete_conversation(client: AsyncOpenAI, conversation: str, fresh: Iterable[str] = ()) -> Left:
    """Delete all of it, and tell what is still there. `fresh`: responses that its metadata doesn't name yet.

    Raises nothing: a failure is what is left, with its reason. What somebody else has deleted is gone as well.
    """
    return await _Deletion(client, conversation, list(fresh)).run()


async def delete_items(client: AsyncOpenAI, conversation: str, items: Sequence[str]) -> Left:
    """Delete some items of a conversation that goes on, and tell which are still there. Raises nothing."""
    return await _Deletion(client, conversation, []).some(items)


async def listed(client: AsyncOpenAI, conversation: str) -> AsyncGenerator[Mapping[str, Any], None]:
    """A conversation's items, oldest first, as plain JSON; none of one that is gone.

    Raises what `failures.ANY` lists.
    """
    params: dict[str, object] = {"limit": _PAGE, "order": "asc"}
    for _ in range(_MOST_PAGES):
        try:
            answer = await client.get(
                f"/conversations/{conversation}/items",
                cast_to=httpx2.Response,
                options={"params": params, "timeout": _REQUEST_SECONDS},
            )
        except openai.NotFoundError:
            return
        page: Any = answer.json()
        for item in page["data"]:
            yield item
        if not page["has_more"] or not page["data"]:
            return
        params["after"] = page["data"][-1]["id"]


class _Deletion:
    def __init__(self, client: AsyncOpenAI, conversation: str, responses: list[str]) -> None:
        self._client = client
        self._conversation = conversation
        self._path = f"/conversations/{conversation}"
        self._responses = responses
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._items: set[str] = set()
        """Those that are there, as far as is known."""
        self._there = True
        self._reason: Failure | None = None

    async def run(self) -> Left:
        """Delete as much as can be."""
        try:
            async with asyncio.timeout(_LONGEST):
                await self._all()
        except TimeoutError:
            self._reason = self._reason or Failure.SILENT
        left = Left(len(self._items), tuple(self._responses), int(self._there), self._reason)
        log.info(
            "conversation.deleted",
            messages_left=left.messages,
            responses_left=len(left.responses),
            conversations_left=left.conversations,
        )
        return left if left else Left()

    async def some(self, items: Sequence[str]) -> Left:
        """Delete these items alone."""
        left = await self._still_there(f"{self._path}/items", items, _PAUSES)
        return Left(len(left), reason=self._reason if left else None)

    async def _all(self) -> None:
        for pause in _PAUSES:
            await asyncio.sleep(pause)
            try:
                told = await self._ask(self._client.get, self._path)
            except failures.ANY as error:
                if self._is_hopeless(error):
                    return
                continue
            if told is None and not self._responses:
                self._there = False
                return
            named = noted(metadata_of(told.json())) if told is not None else []
            self._responses = [*named, *(name for name in self._responses if name not in named)]
            await asyncio.gather(self._delete_responses(), self._delete_items())
            if not self._items and not self._responses:
                self._there = not await self._gone(self._path)
            return

    async def _delete_responses(self) -> None:
        self._responses = await self._still_there("/responses", self._responses, _PAUSES)

    async def _delete_items(self) -> None:
        """Delete what is listed until nothing is; what goes on being listed is asked for one by one."""
        deleted: set[str] = set()
        for pause in _PAUSES:
            await asyncio.sleep(pause)
            try:
                there = [str(item["id"]) async for item in listed(self._client, self._conversation)]
            except failures.ANY as error:
                if self._is_hopeless(error):
                    break
                continue
            self._items = set(there)
            if not there:
                return
            left = [name for name in there if name not in deleted]
            done = await asyncio.gather(*(self._delete(f"{self._path}/items/{name}") for name in left))
            deleted.update(name for name, is_done in zip(left, done, strict=True) if is_done)
        self._items = set(await self._still_there(f"{self._path}/items", sorted(self._items), _ONCE))

    async def _still_there(self, folder: str, names: Sequence[str], pauses: Sequence[float]) -> list[str]:
        gone = await asyncio.gather(*(self._gone(f"{folder}/{name}", pauses) for name in names))
        return [name for name, is_gone in zip(names, gone, strict=True) if not is_gone]

    async def _gone(self, path: str, pauses: Sequence[float] = _PAUSES) -> bool:
        """Delete what is there and read it back until it isn't; tells whether it isn't."""
        for pause in pauses:
            await asyncio.sleep(pause)
            try:
                await self._ask(self._client.delete, path)
                if await self._ask(self._client.get, path) is None:
                    return True
            except failures.ANY as error:
                if self._is_hopeless(error):
                    break
        return False

    async def _delete(self, path: str) -> bool:
        """Whether the server says that it is deleted."""
        try:
            await self._ask(self._client.delete, path)
        except failures.ANY as error:
            self._is_hopeless(error)
            return False
        return True

    async def _ask(self, call: Any, path: str) -> httpx2.Response | None:
        """The server's answer; None where it has nothing of the kind. Raises what `failures.ANY` lists."""
        options = {"timeout": _REQUEST_SECONDS}
        async with self._room:
            try:
                answer: httpx2.Response = await call(path, cast_to=httpx2.Response, options=options)
            except openai.NotFoundError:
                return None
        return answer

    def _is_hopeless(self, error: BaseException) -> bool:
        """Keep why it failed; tells whether trying again is of no use."""
        reason = failures.classify(error)
        self._reason = self._reason or reason
        return reason in _HOPELESS

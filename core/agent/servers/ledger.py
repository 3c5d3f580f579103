"""Calls that wait for a person, and whether they were decided: read from the conversation, and written there.

Whoever decides first writes a call of the same tool with an id made of the reference, and reads back whether theirs is
the first: the conversation has one order for all processes, so that of two presses one makes the call. The output of
that call is what became of it. Without an output nobody knows: its process may have died. (`Conversations.repair` says
just that in its place, before the next turn.)
Source: https://platform.openai.com/docs/api-reference/conversations/create-items.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx2
import openai
from openai import AsyncOpenAI

from core.agent.servers.approvals import Decision, is_of
from core.chat import Author

_PAGE = 100
_MOST_PAGES = 20
"""Of the newest items: no question is older than a day."""
_REQUEST_SECONDS = 5.0
_OPTIONS: Any = {"timeout": _REQUEST_SECONDS}
_DECIDED = re.compile(r"call_([\w-]{16})_\w{8}")
Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pending:
    """A call that the person was asked about."""

    function: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Earlier:
    """What somebody has decided of it before."""

    call: str
    output: str | None
    """What became of it; None where nobody knows."""


class Ledger:
    """Every method raises what `failures.ANY` lists."""

    def __init__(self, client: AsyncOpenAI, secret: str) -> None:
        self._client = client
        self._secret = secret

    async def find(self, conversation: str, name: str, author: Author) -> tuple[Pending | None, Earlier | None]:
        """The call with this reference that this person was asked about, and what was decided of it before."""
        items = await self._newest(conversation)
        calls = [item for item in items if item.get("type") == "function_call"]
        pending = next((one for item in calls if (one := self._pending(item, name, author))), None)
        return pending, _earliest(items, name)

    async def first(self, conversation: str, decision: Decision, pending: Pending, output: str | None) -> str | None:
        """Write the decision down; returns its call's id, or None where another one came before.

        With an `output` nothing is to be done any more.
        """
        call = f"call_{decision.reference}_{secrets.token_hex(4)}"
        arguments = json.dumps(pending.arguments, ensure_ascii=False)
        items = [{"type": "function_call", "call_id": call, "name": pending.function, "arguments": arguments}]
        written = await self._write(conversation, items + ([_output(call, output)] if output is not None else []))
        earliest = _earliest(await self._newest(conversation), decision.reference)
        if earliest is not None and earliest.call == call:
            return call
        for item in written:
            await self._delete(conversation, str(item["id"]))
        return None

    async def settle(self, conversation: str, call: str, output: str) -> None:
        """Write down what became of it."""
        await self._write(conversation, [_output(call, output)])

    def _pending(self, item: Item, name: str, author: Author) -> Pending | None:
        try:
            arguments = json.loads(str(item.get("arguments")) or "{}")
        except ValueError:
            return None
        function, call = str(item.get("name")), str(item.get("call_id"))
        if not isinstance(arguments, dict) or not is_of(name, self._secret, author, call, function, arguments):
            return None
        return Pending(function, arguments)

    async def _newest(self, conversation: str) -> list[Item]:
        """The newest items, newest first; none of a conversation that is gone."""
        newest, params = list[Item](), dict[str, object](limit=_PAGE, order="desc")
        for _ in range(_MOST_PAGES):
            try:
                answer = await self._client.get(
                    f"/conversations/{conversation}/items",
                    cast_to=httpx2.Response,
                    options={"params": params, "timeout": _REQUEST_SECONDS},
                )
            except openai.NotFoundError:
                return []
            page: Any = answer.json()
            newest += page["data"]
            if not page["has_more"] or not page["data"]:
                break
            params["after"] = page["data"][-1]["id"]
        return newest

    async def _write(self, conversation: str, items: Sequence[Item]) -> Sequence[Item]:
        answer = await self._client.post(
            f"/conversations/{conversation}/items", cast_to=httpx2.Response, body={"items": items}, options=_OPTIONS
        )
        written: Any = answer.json()["data"]
        return list(written)

    async def _delete(self, conversation: str, item: str) -> None:
        path = f"/conversations/{conversation}/items/{item}"
        await self._client.delete(path, cast_to=httpx2.Response, options=_OPTIONS)


def _earliest(newest_first: Sequence[Item], name: str) -> Earlier | None:
    """The first decision of the call with this reference."""
    outputs = {item.get("call_id"): item for item in newest_first if item.get("type") == "function_call_output"}
    for item in reversed(newest_first):
        match = _DECIDED.fullmatch(str(item.get("call_id"))) if item.get("type") == "function_call" else None
        if match and match[1] == name:
            output = outputs.get(item["call_id"])
            return Earlier(str(item["call_id"]), str(output["output"]) if output else None)
    return None


def _output(call: str, output: str) -> Item:
    return {"type": "function_call_output", "call_id": call, "output": output}

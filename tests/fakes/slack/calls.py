"""A call as it comes in, and a refusal as it goes out."""

from __future__ import annotations

import json

from aiohttp import web

from tests.fakes.slack.store import Json


def refused(code: str, *messages: str, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    told: Json = {"ok": False, "error": code}
    if messages:
        told["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in messages]}
    return web.json_response(told, status=status, headers=headers)


async def arguments(request: web.Request) -> Json:
    """A call's arguments, from JSON, a form or the query, as the real one takes all three."""
    if request.content_type == "application/json":
        told = await request.json()
        return told if isinstance(told, dict) else {}
    given: Json = {**request.query, **dict((await request.post()).items())}
    for name in ("blocks", "metadata", "view", "prompts", "files"):
        if isinstance(given.get(name), str):
            given[name] = json.loads(str(given[name]))
    return given

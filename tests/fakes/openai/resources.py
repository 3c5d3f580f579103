"""Conversations, their items, stored responses and models over HTTP.

Source: https://platform.openai.com/docs/api-reference/conversations.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aiohttp import web

from tests.fakes.openai.brain import Item
from tests.fakes.openai.errors import ApiError, required
from tests.fakes.openai.state import Conversation, Store, at_once

BODY = web.RequestKey("body", dict[str, Any])
STORE = web.AppKey("store", Store)
MODELS = web.AppKey("models", tuple[str, ...])


def routes() -> list[web.RouteDef]:
    """Everything but making responses."""
    return [
        web.post("/v1/conversations", _create),
        web.get("/v1/conversations/{id}", _retrieve),
        web.post("/v1/conversations/{id}", _update),
        web.delete("/v1/conversations/{id}", _delete),
        web.get("/v1/conversations/{id}/items", _list_items),
        web.post("/v1/conversations/{id}/items", _create_items),
        web.get("/v1/conversations/{id}/items/{item}", _retrieve_item),
        web.delete("/v1/conversations/{id}/items/{item}", _delete_item),
        web.get("/v1/responses/{id}", _retrieve_response),
        web.delete("/v1/responses/{id}", _delete_response),
        web.get("/v1/models", _list_models),
        web.get("/v1/models/{model}", _retrieve_model),
    ]


def _named(request: web.Request) -> Conversation:
    return request.app[STORE].get(request.match_info["id"])


async def _create(request: web.Request) -> web.Response:
    body = request[BODY]
    created = request.app[STORE].create(body.get("items") or [], body.get("metadata") or {})
    return web.json_response(created.resource())


async def _retrieve(request: web.Request) -> web.Response:
    return web.json_response(_named(request).resource())


async def _update(request: web.Request) -> web.Response:
    conversation = _named(request)
    conversation.describe(required(request[BODY], "metadata"))
    return web.json_response(conversation.resource())


async def _delete(request: web.Request) -> web.Response:
    name = request.match_info["id"]
    request.app[STORE].delete(name)
    return web.json_response({"id": name, "object": "conversation.deleted", "deleted": True})


async def _list_items(request: web.Request) -> web.Response:
    asked = request.query
    limit = asked.get("limit", "20")
    if not (limit.isdecimal() and 1 <= int(limit) <= 100):
        raise ApiError(400, f"Invalid 'limit': expected 1 to 100, got '{limit}'.", param="limit")
    order = asked.get("order", "desc")
    if order not in ("asc", "desc"):
        raise ApiError(400, f"Invalid 'order': expected 'asc' or 'desc', got '{order}'.", param="order")
    endless = request.app[STORE].endless
    after = None if endless else asked.get("after")
    page, more = _named(request).page(int(limit), newest_first=order == "desc", after=after)
    more = more or endless
    return web.json_response(_listed(page, more=more))


async def _create_items(request: web.Request) -> web.Response:
    conversation = _named(request)
    added = at_once(required(request[BODY], "items"))
    conversation.items += added
    return web.json_response(_listed(added, more=False))


async def _retrieve_item(request: web.Request) -> web.Response:
    return web.json_response(_named(request).item(request.match_info["item"]))


async def _delete_item(request: web.Request) -> web.Response:
    conversation = _named(request)
    conversation.remove(request.match_info["item"], request.app[STORE].lag)
    return web.json_response(conversation.resource())


async def _retrieve_response(request: web.Request) -> web.Response:
    return web.json_response(request.app[STORE].response(request.match_info["id"]))


async def _delete_response(request: web.Request) -> web.Response:
    name = request.match_info["id"]
    request.app[STORE].response(name)
    del request.app[STORE].responses[name]
    return web.json_response({"id": name, "object": "response", "deleted": True})


async def _list_models(request: web.Request) -> web.Response:
    return web.json_response({"object": "list", "data": [_model(name) for name in request.app[MODELS]]})


async def _retrieve_model(request: web.Request) -> web.Response:
    return web.json_response(_model(known(request, request.match_info["model"])))


def known(request: web.Request, model: str) -> str:
    """The model's name; raises ApiError 404 when there is none of that name."""
    if model not in request.app[MODELS]:
        raise ApiError(404, f"The model '{model}' does not exist.", "model_not_found", "model")
    return model


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "test"}


def _listed(page: Sequence[Item], *, more: bool) -> dict[str, Any]:
    return {
        "object": "list",
        "data": page,
        "has_more": more,
        "first_id": page[0]["id"] if page else "",
        "last_id": page[-1]["id"] if page else "",
    }

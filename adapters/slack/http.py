"""Events over HTTP: whether a request is Slack's, and what it says, each looked at once and in this order."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from adapters.slack.confirming import Confirming

log = structlog.get_logger()

_OLDEST = 300
"""Seconds after which a signed request may be somebody's who kept it."""
_VERSION = "v0"
_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 200
_OF_SHAPE = ("event", "user", "team", "channel", "view", "message", "container", "item", "enterprise")
_NAMED = frozenset({"user", "team", "channel", "enterprise"})
"""What some payloads name by an id alone."""


class MalformedError(Exception):
    """The body is none that Slack sends; the text says what is wrong, and quotes nothing of it."""


async def answered(app: AsyncApp, confirming: Confirming, secret: str, request: web.Request) -> web.StreamResponse:
    """Hand a request of Slack's to the app: 401 for one that isn't, before it is read; 400 for what makes no sense."""
    body = await request.read()
    if not is_slacks(secret, request.headers, body):
        return web.Response(status=401, text="The signature is not Slack's.")
    try:
        told = read(request.content_type, body)
    except MalformedError as error:
        log.warning("slack.request_malformed", reason=str(error))
        return web.Response(status=400, text=f"{error}.")
    # checked and read already, which is what the mode tells Bolt
    headers: dict[str, str | Sequence[str]] = {name: [value] for name, value in request.headers.items()}
    answer = await app.async_dispatch(AsyncBoltRequest(body=told, headers=headers, mode="socket_mode"))
    await confirming.settled(told)
    return await to_aiohttp_response(answer)


def is_slacks(secret: str, headers: Mapping[str, str], body: bytes, *, now: float | None = None) -> bool:
    """Whether Slack signed these bytes lately (https://docs.slack.dev/authentication/verifying-requests-from-slack).

    The SDK's verifier wants text, which bytes of somebody else's need not be. `now` is in seconds since 1970.
    """
    stamp, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
    if not (stamp.isascii() and stamp.isdecimal() and signature.isascii()):
        return False
    if abs((time.time() if now is None else now) - int(stamp[:20])) > _OLDEST:
        return False
    mine = hmac.new(secret.encode(), f"{_VERSION}:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(f"{_VERSION}={mine}", signature)


def read(content_type: str, body: bytes) -> dict[str, object]:
    """What a request says: an event as JSON; a command as a form; an interaction as JSON in a form's `payload`.

    Raises MalformedError.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedError("The body is no UTF-8") from None
    if content_type == _FORM:
        try:
            fields: dict[str, object] = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
        except ValueError:
            raise MalformedError("The form has too many fields") from None
        payload = fields.get("payload")
        told = _json(payload) if isinstance(payload, str) else fields
    else:
        told = _json(text)
    if not told:
        raise MalformedError("The body is empty")
    _shaped(told)
    return told


def _json(text: str) -> dict[str, object]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        raise MalformedError("The body is no JSON") from None
    if not isinstance(told, dict):
        raise MalformedError("The body is no JSON object")
    return told


def _shaped(told: Mapping[str, object]) -> None:
    """What Bolt looks into before anything of ours can judge it has to be of the kind that it expects."""
    event = told.get("event")
    for part in (told, event if isinstance(event, Mapping) else {}):
        for name in _OF_SHAPE:
            value = part.get(name)
            if not (value is None or isinstance(value, dict) or (isinstance(value, str) and _may_be_id(part, name))):
                raise MalformedError(f"The part {name} is of the wrong kind")
    for name in ("type", "command", "callback_id", "event_id", "trigger_id", "team_id", "user_id", "channel_id"):
        if not isinstance(told.get(name), str | None):
            raise MalformedError(f"The part {name} is of the wrong kind")
    if told.get("type") == "event_callback" and not (isinstance(event, Mapping) and isinstance(event.get("type"), str)):
        raise MalformedError("The event is missing")
    for name in ("actions", "authorizations"):
        parts = told.get(name)
        if not (parts is None or (isinstance(parts, list) and all(isinstance(one, dict) for one in parts))):
            raise MalformedError(f"The part {name} is of the wrong kind")
    match told.get("type"):
        case "block_actions":
            pressed = told.get("actions") or [{}]
        case "block_suggestion":
            pressed = [told]
        case _:
            return
    if not all(isinstance(one.get("action_id"), str) for one in pressed):  # type: ignore[attr-defined]
        raise MalformedError("What was pressed has no name")


def _may_be_id(part: Mapping[str, object], name: str) -> bool:
    return name in _NAMED or "command" in part or name == "message" or (name == "item" and "type" in part)

"""Errors as the service answers them. Source: https://platform.openai.com/docs/guides/error-codes."""

from __future__ import annotations

import json
from typing import Any


class ApiError(Exception):
    """An answer that is an error, with the body OpenAI gives it."""

    def __init__(self, status: int, message: str, code: str | None = None, param: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"message": message, "type": _kind(status, code), "param": param, "code": code}}


def _kind(status: int, code: str | None) -> str:
    """The error's `type`: a spent quota and a rate limit share a status, and differ in this."""
    if code == "insufficient_quota":
        return code
    if status == 429:
        return "requests"
    return "server_error" if status >= 500 else "invalid_request_error"


def decoded(raw: bytes) -> dict[str, Any]:
    """The body of a request; raises ApiError 400 unless it is empty or a JSON object."""
    try:
        body = json.loads(raw) if raw else {}
    except ValueError:
        raise ApiError(400, "The body of the request is no JSON.") from None
    if not isinstance(body, dict):
        raise ApiError(400, "The body of the request is no JSON object.")
    return body


def required(body: dict[str, Any], name: str) -> Any:
    """The parameter of that name; raises ApiError 400 when it was left out."""
    if body.get(name) is None:
        raise ApiError(400, f"Missing required parameter: '{name}'.", "missing_required_parameter", name)
    return body[name]

"""The OpenAI client with a lighter way to send a request and to read its events; all else is the library's own.

The library walks every parameter of a request along each member of its union types, and tries each event against all
its fifty-odd event types. With ten tools that is a third of a turn's processor time (`make bench`), and changes
nothing: the Agents SDK hands over plain JSON, and an event names its type.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any

from openai import AsyncOpenAI, AsyncStream, NotGiven, Omit
from openai.resources.responses import AsyncResponses
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import BeforeValidator, Field
from typing_extensions import TypeAliasType


def _without_echo(event: object) -> object:
    """Three events of a response repeat its instructions and tools, which we sent ourselves a moment ago."""
    if isinstance(event, dict) and isinstance(response := event.get("response"), dict):
        return event | {"response": response | {"tools": [], "instructions": None}}
    return event


_Event = TypeAliasType(
    "_Event", Annotated[ResponseStreamEvent, Field(discriminator="type"), BeforeValidator(_without_echo)]
)
"""An event is read as what its `type` says. An unknown one is left to the library, which makes the best of it."""

_OPTIONS = {"extra_headers": "headers", "extra_query": "params", "extra_body": "extra_json", "timeout": "timeout"}
"""What the library's methods call the options of a request, and what `post` calls them."""


class Client(AsyncOpenAI):
    """The library's client, whose `responses` sends what it is given."""

    @cached_property
    def responses(self) -> AsyncResponses:
        """The Responses API."""
        return _Responses(self)


class _Responses(AsyncResponses):
    async def create(self, **given: Any) -> Any:
        """Ask for a response, streamed or whole. Source: https://platform.openai.com/docs/api-reference/responses."""
        told = {name: value for name, value in given.items() if not isinstance(value, Omit | NotGiven)}
        asked = {_OPTIONS[name]: told.pop(name) for name in _OPTIONS.keys() & told.keys()}
        options: Any = {name: value for name, value in asked.items() if value is not None or name == "timeout"}
        return await self._client.post(
            "/responses",
            cast_to=Response,
            body=told,
            options=options,
            stream=bool(told.get("stream")),
            stream_cls=AsyncStream[_Event],
        )

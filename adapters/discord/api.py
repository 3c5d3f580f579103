"""Discord's REST API through discord.py's client: its sessions, rate limits and repetitions; bodies of our own.

A send has a nonce that Discord enforces, so that a repetition after a lost answer posts nothing twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import aiohttp
import discord
import structlog
from discord.http import HTTPClient, MultipartParameters, Route, handle_message_parameters

from adapters.discord.render.components import ROW, Component

log = structlog.get_logger()

T = TypeVar("T")

REFUSED = (discord.HTTPException, aiohttp.ClientError, TimeoutError, OSError)
"""What a call may raise: Discord said no, or nobody knows what it said."""

PAGE = 100
"""The most messages of one request."""
GONE_MESSAGE = 10008
THREAD_EXISTS = 160004
CLOSED = frozenset({10003, 50001, 50007, 50013, 50083, 160005})
"""The place of a reply is gone, locked or out of reach, so that it has to be said elsewhere."""
NO_MENTIONS = {"parse": [], "replied_user": False}
_V2, _NO_PREVIEWS = 1 << 15, 1 << 2
EPHEMERAL = 1 << 6
_ACKNOWLEDGED = 40060
_TAKEN = "task_bot.acknowledged"
_UNSURE = frozenset({401, 408, 429})
"""A token that is refused for the moment, and answers that may still become others."""
_PASSING = (discord.DiscordServerError, aiohttp.ClientError, TimeoutError, OSError)
_WAITS = (0.3, 1.0, 3.0)
"""Seconds before each further try."""


def body(words: str, components: Sequence[Component]) -> dict[str, object]:
    """A message: words with rows of buttons below, or, where there are cards, all of it as components."""
    if all(component["type"] == ROW for component in components):
        return {
            "content": words, "components": list(components), "flags": _NO_PREVIEWS, "allowed_mentions": NO_MENTIONS,
        }  # fmt: skip
    said: list[Component] = [{"type": 10, "content": words}] if words.strip() else []
    return {"components": [*said, *components], "flags": _V2, "allowed_mentions": NO_MENTIONS}


def code(error: BaseException) -> int:
    """Discord's number for a refusal; 0 where it gave none."""
    return error.code if isinstance(error, discord.HTTPException) else 0


async def again(call: Callable[[], Awaitable[T]]) -> T:
    """Make a call that does no harm twice, and again after a server error or a lost connection.

    discord.py does so after some of them only.
    """
    for wait in _WAITS:
        try:
            return await call()
        except _PASSING as error:
            log.info("discord.again", error=type(error).__name__)
        await asyncio.sleep(wait)
    return await call()


def acknowledged(interaction: discord.Interaction) -> bool:
    """Whether it was answered, so that only its webhook is open."""
    return bool(interaction.extras.get(_TAKEN))


def not_posted(error: BaseException) -> bool:
    """Whether Discord surely did not take a message: it says so, and doesn't ask to wait."""
    return isinstance(error, discord.HTTPException) and 400 <= error.status < 500 and error.status not in _UNSURE


class Api:
    """What the bot asks of Discord."""

    def __init__(self, http: HTTPClient, application: int) -> None:
        self._http = http
        self._application = application

    async def send(self, channel: int, told: dict[str, object], nonce: str) -> int:
        """Post a message; returns its id.

        Where a message was posted under this nonce in the last minutes, by a process that was killed perhaps, that
        one is changed instead.
        """
        payload = {**told, "nonce": nonce, "enforce_nonce": True}
        sent = await again(lambda: self._http.send_message(channel, params=MultipartParameters(payload, None, None)))
        message = int(sent["id"])
        if str(sent["content"]).strip() != str(told.get("content", "")).strip():
            await self.edit(channel, message, told)
        return message

    async def say(self, channel: int, sentence: str) -> int:
        """Post a sentence that isn't part of a reply; the message's id."""
        told: Any = await self._http.send_message(channel, params=MultipartParameters(body(sentence, []), None, None))
        return int(told["id"])

    async def post(self, channel: int, told: dict[str, object]) -> None:
        """Post a message that isn't part of a reply."""
        await self._http.send_message(channel, params=MultipartParameters(told, None, None))

    async def upload(self, channel: int, files: Sequence[discord.File]) -> None:
        """Post files."""
        with handle_message_parameters(files=files, allowed_mentions=discord.AllowedMentions.none()) as params:
            await self._http.send_message(channel, params=params)

    async def edit(self, channel: int, message: int, told: dict[str, object]) -> None:
        """Change a message of the bot's own. One of components has no content of its own."""
        await again(lambda: self.edit_once(channel, message, told))

    async def edit_once(self, channel: int, message: int, told: dict[str, object]) -> None:
        """The same, tried no more often than discord.py does by itself: for what can be done later."""
        payload = told if "content" in told else {**told, "content": None}
        await self._http.edit_message(channel, message, params=MultipartParameters(payload, None, None))

    async def typing(self, channel: int) -> None:
        """Show that the bot is writing, for ten seconds."""
        await self._http.send_typing(channel)

    async def history(self, channel: int, *, before: int | None = None, limit: int = PAGE) -> list[dict[str, Any]]:
        """The channel's last messages, newest first, or those before one of them."""
        told: Any = await self._http.logs_from(channel, limit, before=before)
        return list(told)

    async def message(self, channel: int, message: int) -> dict[str, Any]:
        """One message."""
        told: Any = await self._http.get_message(channel, message)
        return dict(told)

    async def thread(self, channel: int, message: int, name: str) -> int:
        """Begin a thread from a message: it has the message's id. One that is there already will do."""
        try:
            await again(
                lambda: self._http.start_thread_with_message(channel, message, name=name, auto_archive_duration=4320)
            )
        except discord.HTTPException as error:
            if code(error) != THREAD_EXISTS:
                raise
        return message

    async def member(self, channel: int, user: int) -> None:
        """Ask whether somebody is a member of the channel's server; Discord refuses with 10007 who is not."""
        told = await self._http.get_channel(channel)
        if guild := told.get("guild_id"):
            await self._http.get_member(int(str(guild)), user)

    async def private(self, user: int) -> int:
        """The direct messages with a person."""
        told = await self._http.start_private_message(user)
        return int(told["id"])

    async def answer(self, interaction: discord.Interaction, kind: int, data: dict[str, object] | None = None) -> None:
        """Acknowledge an interaction, within three seconds of it; once more where nobody said whether it arrived."""
        path = Route("POST", "/interactions/{id}/{token}/callback", id=interaction.id, token=interaction.token)
        try:
            await again(lambda: self._http.request(path, json={"type": kind, **({"data": data} if data else {})}))
        except discord.HTTPException as error:
            if code(error) != _ACKNOWLEDGED:
                raise
        interaction.extras[_TAKEN] = True

    async def finish(self, interaction: discord.Interaction, told: dict[str, object]) -> None:
        """Put in what was promised by a deferred acknowledgement, or change the message that was pressed."""
        payload = told if "content" in told else {**told, "content": None}
        await again(
            lambda: self._http.request(self._webhook("PATCH", "/messages/@original", interaction), json=payload)
        )

    async def follow(self, interaction: discord.Interaction, told: dict[str, object]) -> None:
        """Say one thing more to the person alone."""
        flags = int(str(told.get("flags", 0))) | EPHEMERAL
        # that it comes twice to one person after a lost answer is better than never
        await again(lambda: self._http.request(self._webhook("POST", "", interaction), json={**told, "flags": flags}))

    def _webhook(self, method: str, path: str, interaction: discord.Interaction) -> Route:
        return Route(
            method,
            "/webhooks/{webhook_id}/{webhook_token}" + path,
            webhook_id=self._application,
            webhook_token=interaction.token,
        )

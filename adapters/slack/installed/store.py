"""Installations as they are found again: in one of Bolt's stores, with their tokens encrypted."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from slack_sdk.oauth.installation_store import Bot

from adapters.slack.installed.installation import Installation, Key


class StoreError(Exception):
    """Installations can't be read or written at the moment; the text is a sentence for whoever runs the bot."""


class Backend(Protocol):
    """One of Bolt's stores, which blocks, with what they all lack: a list, and a lock between processes.

    Every method raises StoreError where that can't be done.
    """

    def find(self, key: Key) -> Bot | None:
        """What is kept; None where it is sure that nothing is."""
        ...

    def save(self, bot: Bot) -> None:
        """Keep it in place of what was kept: all of it or nothing."""
        ...

    def delete(self, key: Key) -> None:
        """Keep it no longer."""
        ...

    def keys(self) -> Sequence[Key]:
        """All that are kept."""
        ...

    def locked(self, key: Key) -> AbstractAsyncContextManager[None]:
        """One process at a time; the lock of one that dies ends by itself."""
        ...


class Installations:
    """What is kept of installations, with the tokens in it encrypted (https://cryptography.io/en/latest/fernet/)."""

    def __init__(self, backend: Backend, keys: Iterable[str]) -> None:
        """`keys`: Fernet's, the newest first: that one encrypts, and all of them decrypt."""
        self._backend = backend
        each = [Fernet(key) for key in keys]
        self._newest, self.fernet = each[0], MultiFernet(each)

    async def all(self) -> list[Key]:
        """What is installed. Raises StoreError."""
        return list(await asyncio.to_thread(self._backend.keys))

    async def find(self, key: Key) -> Installation | None:
        """The installation; None where there is none. Raises StoreError, also where no key opens it."""
        if not key.valid:
            return None
        bot = await asyncio.to_thread(self._backend.find, key)
        return None if bot is None else Installation.read(self._opened(bot))

    async def save(self, installation: Installation) -> None:
        """Keep it, in place of an older one of the same workspace. Raises StoreError."""
        bot = installation.as_bot()
        bot.bot_token = self._closed(bot.bot_token)
        bot.bot_refresh_token = self._closed(bot.bot_refresh_token) if bot.bot_refresh_token else None
        await asyncio.to_thread(self._backend.save, bot)

    async def remove(self, key: Key) -> None:
        """Keep nothing of it. Raises StoreError."""
        if key.valid:
            await asyncio.to_thread(self._backend.delete, key)

    def locked(self, key: Key) -> AbstractAsyncContextManager[None]:
        """Be the only process that changes it. Raises StoreError where that takes too long."""
        return self._backend.locked(key)

    async def renew_encryption(self) -> None:
        """Encrypt with the newest key what an older one did, so that the older one can go. Raises StoreError."""
        for key in await self.all():
            if await self._older(key) is not None:
                async with self.locked(key):
                    if (bot := await self._older(key)) is not None:
                        await self.save(Installation.read(self._opened(bot)))

    async def _older(self, key: Key) -> Bot | None:
        """What is kept, where an older key has encrypted it; of none that opens it nothing can be done."""
        bot = await asyncio.to_thread(self._backend.find, key)
        if bot is None or self._is_newest(bot.bot_token):
            return None
        try:
            self._opened(bot)
        except StoreError:
            return None
        return bot

    def _is_newest(self, token: str) -> bool:
        try:
            self._newest.decrypt(token)
        except InvalidToken:
            return False
        return True

    def _closed(self, text: str) -> str:
        return self.fernet.encrypt(text.encode()).decode()

    def _opened(self, bot: Bot) -> Bot:
        opened = copy.copy(bot)
        try:
            opened.bot_token = self.fernet.decrypt(bot.bot_token).decode()
            if bot.bot_refresh_token:
                opened.bot_refresh_token = self.fernet.decrypt(bot.bot_refresh_token).decode()
        except InvalidToken:
            name = bot.team_id or bot.enterprise_id
            raise StoreError(
                f"No key in SLACK_INSTALLATION_KEY opens the installation of {name}: add the key it was made with, or "
                f"remove it with `bot workspaces remove {name}` and install the app there again."
            ) from None
        return opened

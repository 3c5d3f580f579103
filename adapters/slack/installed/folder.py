"""Installations in a folder, which processes of one machine share."""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp

from filelock import AsyncFileLock, Timeout
from slack_sdk.oauth.installation_store import Bot, FileInstallationStore

from adapters.slack.installed.installation import Key
from adapters.slack.installed.store import StoreError

_NONE = "none"
_NAME = re.compile(r"([A-Z0-9]+|none)-([A-Z0-9]+|none)")
_LATEST = "bot-latest"
_PATIENCE = 30.0
"""Seconds that one process waits for another: Slack answers within a few."""
_FOLDER, _FILE = 0o700, 0o600


class _Whole(FileInstallationStore):
    """Bolt's store, which writes whole files or none: a process may die, or another one read, in the middle."""

    def save_bot(self, bot: Bot) -> None:
        """Write what Bolt would write, for the bot's own user alone."""
        folder = Path(self.base_dir) / _name(Key(bot.enterprise_id or "", bot.team_id or ""))
        folder.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
        handle, name = mkstemp(dir=folder, prefix=".")  # its owner's alone, as mkstemp makes them
        written = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(json.dumps(bot.__dict__))
                file.flush()
                os.fsync(file.fileno())
            written.replace(folder / _LATEST)
        finally:
            written.unlink(missing_ok=True)


class Folder:
    """Bolt's folder of installations: see `Backend`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._store = _Whole(base_dir=str(path), historical_data_enabled=False, logger=logging.getLogger("slack.quiet"))

    def find(self, key: Key) -> Bot | None:
        """See `Backend`."""
        with self._told("read"):
            found: Bot | None = self._store.find_bot(enterprise_id=key.enterprise or None, team_id=key.team or None)
            return found

    def save(self, bot: Bot) -> None:
        """See `Backend`."""
        with self._told("written"):
            self._made()
            self._store.save_bot(bot)

    def delete(self, key: Key) -> None:
        """See `Backend`."""
        with self._told("written"):
            self._store.delete_bot(enterprise_id=key.enterprise or None, team_id=key.team or None)
            with suppress(OSError):  # what else lies there is not the bot's
                (self._path / _name(key)).rmdir()

    def keys(self) -> Sequence[Key]:
        """See `Backend`."""
        with self._told("read"):
            names = sorted(one.parent.name for one in self._path.glob(f"*/{_LATEST}"))
        found = (_NAME.fullmatch(name) for name in names)
        return [Key(*("" if part == _NONE else part for part in one.groups())) for one in found if one]

    @asynccontextmanager
    async def locked(self, key: Key) -> AsyncIterator[None]:
        """See `Backend`; the operating system ends the lock of a process that dies."""
        with self._told("written"):
            self._made()
        lock = AsyncFileLock(self._path / f".{_name(key)}.lock", timeout=_PATIENCE, mode=_FILE)
        try:
            await lock.acquire()
        except (Timeout, OSError) as error:
            raise StoreError(f"Another process keeps {self._path} locked ({type(error).__name__}).") from error
        try:
            yield
        finally:
            await lock.release()

    def _made(self) -> None:
        self._path.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
        if self._path.stat().st_mode & 0o077:
            self._path.chmod(_FOLDER)

    @contextmanager
    def _told(self, done: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreError(f"Installations in {self._path} can't be {done} ({error.strerror}).") from error
        except (ValueError, TypeError) as error:
            raise StoreError(f"An installation in {self._path} makes no sense ({type(error).__name__}).") from error


def _name(key: Key) -> str:
    return f"{key.enterprise or _NONE}-{key.team or _NONE}"

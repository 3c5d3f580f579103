"""A platform for one trial: a thread that nobody reads, and a note on disk of what has to go when it is over."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import structlog

from core.chat import Author, Core, Past, PostRefused, Recall, Reply, Thread

log = structlog.get_logger()

PLATFORM = "check"
_AGE = 600.0
"""Seconds after which whoever wrote a note is not at work any more: a trial takes less than three minutes."""


@dataclass(slots=True)
class Note:
    """What a trial has made so far, by ids alone. Written before the next thing is made, and dropped at the end."""

    file: Path
    person: str
    conversations: list[str] = field(default_factory=list)
    messages: list[tuple[str, str, str]] = field(default_factory=list)
    """Platform, place and id of what was posted."""

    @classmethod
    def begun(cls, folder: Path) -> Note:
        """A new one."""
        person = uuid4().hex
        note = cls(folder / f"{person}.json", person)
        note._keep()
        return note

    def conversation(self, conversation: str) -> None:
        """One was opened."""
        if conversation not in self.conversations:
            self.conversations.append(conversation)
            self._keep()

    def message(self, platform: str, place: str, message: str) -> None:
        """One was posted."""
        self.messages.append((platform, place, message))
        self._keep()

    def exchanged(self, *, fine: bool) -> None:
        """What was posted last is deleted again, where all went well; else it is looked for at the end."""
        if fine:
            self.messages.pop()
            self._keep()

    def drop(self) -> None:
        """All of it is gone."""
        with suppress(OSError):
            self.file.unlink(missing_ok=True)
            self.file.parent.rmdir()

    def _keep(self) -> None:
        """Whole or not at all. Where the disk refuses, a trial that isn't killed cleans up all the same."""
        kept = {"person": self.person, "conversations": self.conversations, "messages": self.messages}
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            fresh = self.file.with_suffix(".new")
            fresh.write_text(json.dumps(kept), encoding="utf-8")
            os.replace(fresh, self.file)
        except OSError as error:
            log.warning("check.note_not_kept", error=type(error).__name__)


def leftovers(folder: Path, age: float = _AGE) -> Iterator[Note]:
    """The notes of trials that were killed. What is no note of ours is left alone."""
    for file in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        with suppress(OSError, ValueError, KeyError, TypeError):
            if time.time() - file.stat().st_mtime < age:
                continue
            kept = json.loads(file.read_text(encoding="utf-8"))
            messages = [(str(platform), str(place), str(one)) for platform, place, one in kept["messages"]]
            yield Note(file, str(kept["person"]), [str(one) for one in kept["conversations"]], messages)


class Scratch:
    """Implements `core.chat.Platform` for one thread, in memory."""

    name = PLATFORM
    unasked_a_second = 1.0

    def __init__(self, note: Note) -> None:
        self._note = note
        self.connected = asyncio.Event()

    @staticmethod
    def thread(note: Note) -> Thread:
        """The one there is."""
        return Thread(PLATFORM, "", note.person, shared=False)

    async def listen(self, core: Core) -> None:
        """Nobody says anything but the trial itself."""

    async def recall(self, thread: Thread) -> Recall:
        """What was noted."""
        return Recall(conversation=self._note.conversations[-1] if self._note.conversations else None)

    async def past(self, thread: Thread) -> Past:
        """What was noted."""
        return Past(tuple(self._note.conversations))

    async def post(
        self, to: Thread | Author, reply: Reply, *, key: str = "", again: bool = False, mention: Author | None = None
    ) -> Thread | None:
        """Nothing is said unasked here."""
        await reply.aclose()
        raise PostRefused("a trial")

    def thread_at(self, link: str) -> Thread | None:
        """No link leads here."""
        return None

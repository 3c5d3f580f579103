"""The terminal as a platform: reads lines, pulls replies, shows them as they come."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import aclosing
from typing import TextIO

from rich.console import Console as Terminal

from adapters.console.echo import unechoed
from adapters.console.files import HISTORY, erase, save
from adapters.console.inbound import THREAD, Leave, author, inbound
from adapters.console.lines import typed_lines
from adapters.console.settings import PLATFORM, ConsoleSettings
from adapters.console.show import Screen, say
from adapters.console.threads import Reference
from adapters.shared.lines import piped_lines
from core.chat import Author, Command, Core, Message, Past, Recall, Reply, Thread

_PIPED_WIDTH = 160


class Console:
    """One person at one terminal, or a pipe of one message a line."""

    name = PLATFORM
    unasked_a_second = 1000.0

    def __init__(
        self, settings: ConsoleSettings, *, source: TextIO | None = None, terminal: Terminal | None = None
    ) -> None:
        self._settings = settings
        self._source = source or sys.stdin
        self._interactive = self._source.isatty()
        self._reference = Reference(settings.data_dir)
        self._terminal = terminal or _terminal()
        self._shown = asyncio.Lock()
        self.connected = asyncio.Event()
        """Set once lines are read."""

    async def listen(self, core: Core) -> None:
        """Answer line by line until the end of input, one reply at a time."""
        say(self._terminal, "\n\n".join(self._settings.banner))
        who = author(self._settings)
        history = self._settings.data_dir / HISTORY
        self.connected.set()
        lines = typed_lines(history) if self._interactive else piped_lines(self._source)
        async with aclosing(lines):
            async for line in lines:
                if self._interactive and not line.strip():
                    continue
                match inbound(line, who):
                    case Leave():
                        return
                    case Message() as message:
                        await self._stoppable(core.respond(message))
                    case Command() as command:
                        await self._stoppable(core.command(command))

    async def recall(self, thread: Thread) -> Recall:
        """What the file keeps; a terminal has no earlier messages."""
        return self._reference.recall()

    async def past(self, thread: Thread) -> Past:
        """What the file keeps, and that there is but one person."""
        return self._reference.past(self._settings.user)

    async def post(
        self,
        to: Thread | Author,
        reply: Reply,
        *,
        key: str = "",
        again: bool = False,
        mention: Author | None = None,
    ) -> Thread | None:
        """Show something unasked between the lines, after the reply that is being shown."""
        await self._show(reply)
        return THREAD

    def thread_at(self, link: str) -> Thread | None:
        """Nothing: a terminal has no links."""
        return None

    async def _stoppable(self, reply: Reply) -> None:
        """Show the reply; Ctrl-C stops it, and what was done stays."""
        showing = asyncio.ensure_future(self._show(reply))
        loop = asyncio.get_running_loop()
        if self._interactive and sys.platform != "win32":
            loop.add_signal_handler(signal.SIGINT, showing.cancel)
        try:
            with unechoed(self._source):
                await showing
        except asyncio.CancelledError:
            if not showing.cancelled() or _cancelled_too():
                raise
            self._terminal.print("Stopped. What is shown as done is done.", style="yellow")
        finally:
            if self._interactive and sys.platform != "win32":
                loop.remove_signal_handler(signal.SIGINT)

    async def _show(self, reply: Reply) -> None:
        screen = Screen(
            self._terminal,
            keep=self._reference.keep,
            save=lambda file: save(file, self._settings.data_dir),
            erase=lambda: erase(self._settings.data_dir),
        )
        async with self._shown, aclosing(reply) as parts:
            with screen:
                async for part in parts:
                    screen.take(part)


def _cancelled_too() -> bool:
    """Whether the talk itself is being ended, and not only the reply."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _terminal() -> Terminal:
    """A pipe has no width: lines as long as they are read better than lines broken at 80."""
    return Terminal(highlight=False, width=None if sys.stdout.isatty() else _PIPED_WIDTH)

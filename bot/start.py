"""How a start goes for the person who makes it: somebody to talk to, a line once connected, an orderly end."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING

from core.errors import TaskBotError

if TYPE_CHECKING:
    from bot.health import Connection

OWN_FILES = (
    *("postgres", "postgres.lock", "postgres.users", "postgres.log"),
    *("history", "console.json", "console.new", "exports", "checks", ".env", "slack"),
)
"""What the data directory holds of the bot's."""


class NobodyToTalkToError(TaskBotError):
    """No platform is configured, and no terminal or pipe is there either."""

    def __init__(self) -> None:
        super().__init__(
            "There is nobody to talk to: no platform is set, and there is no terminal and nothing piped in. "
            "Set SLACK_BOT_TOKEN with SLACK_APP_TOKEN, or DISCORD_TOKEN, in the environment or in .env (the README "
            "says where to get them); or start me in a terminal, in a container with `docker run -it`."
        )


def refuse_without_listener() -> None:
    """Raise NobodyToTalkToError where standard input is closed or is the null device; a pipe or file may be empty."""
    try:
        status = os.fstat(sys.stdin.fileno()) if sys.stdin else None
    except (OSError, ValueError):
        status = None
    nothing = os.stat(os.devnull).st_rdev
    if status is None or (stat.S_ISCHR(status.st_mode) and status.st_rdev == nothing):
        raise NobodyToTalkToError


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Cancel the running task at the first SIGTERM or SIGHUP, wherever it is; a second one changes nothing.

    Whoever asked with `nohup` that SIGHUP be ignored is obeyed. Use it inside a running loop, around all there is.
    """
    task = asyncio.current_task()
    if task is None or sys.platform == "win32":
        yield
        return
    loop = asyncio.get_running_loop()
    stops = [one for one in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(one) is not signal.SIG_IGN]
    once: list[Callable[[], bool]] = [task.cancel]

    def stop() -> None:
        if once:
            once.pop()()

    for one in stops:
        loop.add_signal_handler(one, stop)
    try:
        yield
    finally:
        for one in stops:
            loop.remove_signal_handler(one)


@asynccontextmanager
async def introduced(connections: Sequence[Connection]) -> AsyncIterator[None]:
    """Print a line for each platform once it is connected, whatever the level of the log is."""
    waiting = [asyncio.create_task(_introduce(one)) for one in connections if one.introduction]
    try:
        yield
    finally:
        for one in waiting:
            one.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def _introduce(connection: Connection) -> None:
    await connection.platform.connected.wait()
    if connection.introduction:
        tell(f"Connected to {connection.introduction()}")


def tell(line: str) -> None:
    """Print a line for people on standard output, if anybody is left to read it. Names are theirs: no control signs."""
    with suppress(OSError, ValueError):
        print("".join(one for one in line if one.isprintable()), flush=True)

"""Where lines come from: a person with history and line editing, or a pipe."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator
from concurrent.futures import CancelledError
from pathlib import Path
from typing import TextIO


async def typed_lines(history: Path) -> AsyncGenerator[str, None]:
    """Lines a person types, until Ctrl-D; Ctrl-C drops the line begun. The history is kept in a file."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import FileHistory
    from prompt_toolkit.patch_stdout import patch_stdout

    history.parent.mkdir(parents=True, exist_ok=True)
    session: PromptSession[str] = PromptSession(history=FileHistory(str(history)))
    while True:
        if session.history.get_strings() and _is_gone(history):
            # it was to be forgotten, and so is what this session remembers of it
            session = PromptSession(history=FileHistory(str(history)))
        try:
            # whatever is said unasked meanwhile appears above the line being typed
            with patch_stdout(raw=True):
                line = await session.prompt_async("> ")
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        yield line


def _is_gone(history: Path) -> bool:
    return not history.exists()


async def piped_lines(source: TextIO) -> AsyncGenerator[str, None]:
    """Lines of a pipe or file until its end. Bytes that are no UTF-8 come through as replacement characters.

    A thread reads, since not every kind of standard input can be polled; as a daemon it never holds up the exit.
    """
    reconfigure = getattr(source, "reconfigure", None)
    if reconfigure:
        reconfigure(encoding="utf-8", errors="replace")
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str | None] = asyncio.Queue(maxsize=1)

    def read() -> None:
        try:
            for line in source:
                asyncio.run_coroutine_threadsafe(lines.put(line.rstrip("\n")), loop).result()
            asyncio.run_coroutine_threadsafe(lines.put(None), loop).result()
        except (RuntimeError, CancelledError):
            return  # the talk is over: nobody is waiting for more

    threading.Thread(target=read, name="standard input", daemon=True).start()
    while (line := await lines.get()) is not None:
        yield line

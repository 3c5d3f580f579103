"""Lines of standard input, whatever it is."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator
from concurrent.futures import CancelledError
from typing import TextIO


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

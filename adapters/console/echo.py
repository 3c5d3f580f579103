"""Keys pressed while a reply runs are kept for the prompt and not echoed, which would break up what is being drawn."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

if sys.platform != "win32":
    import termios


@contextmanager
def unechoed(terminal: TextIO) -> Iterator[None]:
    """Turn the terminal's echo off for the block (POSIX termios); what is no terminal, and Windows, is left alone."""
    if sys.platform == "win32" or not terminal.isatty():
        yield
        return
    before = termios.tcgetattr(terminal)
    silent = [*before]
    silent[3] &= ~termios.ECHO
    termios.tcsetattr(terminal, termios.TCSANOW, silent)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSANOW, before)

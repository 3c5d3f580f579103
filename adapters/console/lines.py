"""Where lines come from: a person with history and line editing; a pipe is `adapters.shared.lines`."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path


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

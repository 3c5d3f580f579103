"""A reply on the screen: text streams in place, receipts and lists stand between."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from rich.console import Console as Terminal
from rich.console import RenderableType
from rich.live import Live
from rich.status import Status

from adapters.console import render
from core.chat import (
    Approval,
    Choices,
    Confirm,
    Erasure,
    File,
    Offer,
    Part,
    Problem,
    Receipt,
    Settled,
    Stamp,
    Step,
    TaskList,
    Text,
)

_FRAMES_A_SECOND = 12
_ERASED = "What you typed here and the files you exported are deleted from this computer too."
_NOT_ERASED = (
    "I could not delete all that I keep on this computer: please delete `history` and `exports` in the data folder."
)


def say(terminal: Terminal, text: str) -> None:
    """Print Markdown: rendered for a person, as it is written for a pipe, which has no width to break lines at."""
    if terminal.is_terminal:
        terminal.print(render.markdown(text))
    else:
        terminal.print(render.plain(text), soft_wrap=True)


class Screen:
    """Shows the parts of one reply. Use it as a context manager: leaving it ends what is still streaming."""

    def __init__(
        self,
        terminal: Terminal,
        *,
        keep: Callable[[Stamp], None],
        save: Callable[[File], Path | None],
        erase: Callable[[], bool],
    ) -> None:
        """`save` keeps a file and says where, or `None` when the disk refuses; `erase` deletes all that were kept."""
        self._terminal = terminal
        self._keep = keep
        self._save = save
        self._erase = erase
        self._text = ""
        self._live: Live | None = None
        self._status: Status | None = None

    def __enter__(self) -> Screen:
        self._wait("Thinking")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_text()
        self._end_wait()
        if self._terminal.is_terminal:
            self._terminal.print()

    def take(self, part: Part) -> None:
        """Show one part."""
        match part:
            case Stamp():
                self._keep(part)
            case Text(markdown=delta) | Problem(sentence=delta):
                self._stream(delta)
            case Step(title=title, status=status):
                if status == "running":
                    self._wait(title)
            case Receipt():
                self._put(render.receipt(part))
            case TaskList():
                self._put(render.task_list(part))
            case Choices():
                self._put(render.choices(part))
            case Confirm():
                self._put(render.confirm(part))
            case Offer():
                self._put(render.offer(part))
            case Approval():
                self._put(render.approval(part))
            case Settled():
                pass
            case Erasure():
                self._stream(f"\n\n{_ERASED if self._erase() else _NOT_ERASED}")
            case File():
                self._put(render.saved(part, self._save(part)))

    def _stream(self, delta: str) -> None:
        self._end_wait()
        self._text += delta
        if not self._terminal.is_interactive:
            return
        if self._live is None:
            self._live = Live(
                console=self._terminal, refresh_per_second=_FRAMES_A_SECOND, vertical_overflow="visible", transient=True
            )
            self._live.start()
        self._live.update(render.markdown(self._text))

    def _put(self, renderable: RenderableType) -> None:
        self._end_text()
        self._end_wait()
        self._terminal.print(renderable)

    def _end_text(self) -> None:
        """Print the whole text once for good: what streamed was a preview, which may be taller than the window."""
        if self._live:
            self._live.stop()
            self._live = None
        if self._text.strip():
            say(self._terminal, self._text)
        self._text = ""

    def _wait(self, title: str) -> None:
        if not self._terminal.is_interactive:
            return
        self._end_text()
        self._end_wait()
        self._status = self._terminal.status(render.safe(title) + " …", spinner="dots")
        self._status.start()

    def _end_wait(self) -> None:
        if self._status:
            self._status.stop()
            self._status = None

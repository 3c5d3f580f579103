"""The model's Markdown as it streams in, cut to what a platform's message takes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_HELD_BACK = 200
"""Characters of an unfinished tail that wait for their end."""
_LONGEST_FENCE = 8
_LONGEST_INFO = 40
_CLOSING = _LONGEST_FENCE + 1

_FENCE_BEGUN = re.compile(r"^ {0,3}(?:`{1,8}|~{1,8})[^\n]{0,60}\Z", re.MULTILINE)
"""A line that may become a fence: where a message ended in it, neither half would be one."""
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})([^\n`]*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Segment:
    """Text that can be sent; `full` ends its message."""

    text: str
    full: bool = False


class Segments:
    """Cuts a stream of deltas into messages: at paragraphs, else lines, else words, else anywhere.

    A code fence that a message's end cuts through is closed there and opened again in the next message.
    """

    def __init__(
        self, limit: int, clean: Callable[[str], str], undecided: re.Pattern[str], most: int | None = None
    ) -> None:
        """`clean` makes text safe for the platform; `undecided` finds the tail that it can't judge without more.

        `most`: messages after which all further text is kept as the `rest`.
        """
        self._left = most
        self.rest = ""
        """What was too much, cleaned."""
        self._limit = limit
        self._clean = clean
        self._undecided = undecided
        self._raw = ""
        self._ready = ""
        """Cleaned, and not sent."""
        self._message = ""
        """What of the current message is sent."""
        self._opening = 0
        """How much of `_ready` only opens a fence again: a message has to hold more than that."""

    def take(self, delta: str) -> list[Segment]:
        """Add text; returns what can be sent now."""
        self._raw += delta
        tail = self._undecided.search(self._raw, max(0, len(self._raw) - _HELD_BACK))
        cut = tail.start() if tail else len(self._raw)
        self._ready += self._clean(self._raw[:cut])
        self._raw = self._raw[cut:]
        return self._segments()

    def end(self) -> list[Segment]:
        """The rest."""
        self._ready += self._clean(self._raw)
        self._raw = ""
        return self._segments(self._limit)

    def _segments(self, freely: int | None = None) -> list[Segment]:
        """What can be sent of what is ready: the last eighth of a message waits, so that it can end at a good place."""
        segments: list[Segment] = []
        while self._left != 0 and len(self._message) + len(self._ready) > self._room():
            cut = _cut(self._ready, self._room() - len(self._message))
            cut = _before_fence(self._ready, cut, least=0 if self._message else self._opening + 1)
            piece, rest = self._ready[:cut], self._ready[cut:].lstrip("\n")
            fence = _open_fence(self._message + piece)
            segments.append(Segment(piece + (f"\n{_marks(fence)}" if fence else ""), full=True))
            self._left = None if self._left is None else self._left - 1
            self._message, self._ready = "", f"{fence}\n{rest}" if fence else rest
            self._opening = len(fence) + 1 if fence else 0
        if self._left == 0:
            self.rest, self._ready = self.rest + self._ready, ""
            return segments
        free = max(0, (freely or self._limit - self._limit // 8) - len(self._message))
        if freely is None and (begun := _FENCE_BEGUN.search(self._ready, 0, min(free, len(self._ready)))):
            free = begun.start()
        now, self._ready = self._ready[:free], self._ready[free:]
        if now:
            segments.append(Segment(now))
            self._message += now
            self._opening = 0
        return segments

    def _room(self) -> int:
        """Characters of a message, less what closing a fence may need."""
        return self._limit - _CLOSING


def split(markdown: str, limit: int, clean: Callable[[str], str], undecided: re.Pattern[str]) -> list[str]:
    """Cleaned Markdown in pieces of at most `limit` characters, at least one; see `Segments`."""
    segments = Segments(limit, clean, undecided)
    pieces = [""]
    for segment in [*segments.take(markdown), *segments.end()]:
        pieces[-1] += segment.text
        if segment.full:
            pieces.append("")
    return [piece for piece in pieces if piece.strip()] or [""]


def _cut(text: str, room: int) -> int:
    """Where to end a message: after a paragraph, a line, a word, in this order, but not so early that it looks odd."""
    if room <= 0:
        return 0
    for mark, least in (("\n\n", room // 4), ("\n", room // 4), (" ", room // 2)):
        at = text.rfind(mark, 0, room)
        if at >= max(1, least):
            return at + (len(mark) if mark == " " else 0)
    return room


def _before_fence(text: str, cut: int, least: int) -> int:
    """The cut, or the start of the fence's line that it would go through, unless that is before `least`."""
    start = text.rfind("\n", 0, cut) + 1
    line = _FENCE.match(text, start)
    return start if line and start < cut < line.end() and start >= least else cut


def _open_fence(text: str) -> str:
    """The fence that is open at the text's end, as it was written, or nothing."""
    fence = ""
    for found in _FENCE.finditer(text):
        marks, info = found[1], found[2].strip()
        if not fence:
            fence = f"{marks[:_LONGEST_FENCE]}{info[:_LONGEST_INFO]}"
        elif marks[0] == fence[0] and len(marks) >= len(_marks(fence)) and not info:
            fence = ""
    return fence


def _marks(fence: str) -> str:
    return fence[: len(fence) - len(fence.lstrip(fence[0]))]

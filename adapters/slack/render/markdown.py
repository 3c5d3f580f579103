"""The model's Markdown, made safe for Slack and cut to what a message takes."""

from __future__ import annotations

import re
from dataclasses import dataclass

LIMIT = 12_000
"""Characters of Markdown in one message (https://docs.slack.dev/reference/block-kit/blocks/markdown-block)."""
_HELD_BACK = 200
"""Characters of an unfinished tail that wait for their end."""
_LONGEST_FENCE = 8
_LONGEST_INFO = 40
_CLOSING = _LONGEST_FENCE + 1
_JOINER = "\u2060"

_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_MENTION = re.compile(r"<(?:!|@|#)([^<>\n]{0,160})>")
_BROADCAST = re.compile(r"@(channel|here|everyone)\b", re.IGNORECASE)
_NAMELESS = re.compile(r"\[\]\(\s*<?([^)\s>]+)>?[^)\n]{0,200}\)")
_TAG = re.compile(r"<img\b[^<>]{0,400}>", re.IGNORECASE)
_TAG_SOURCE = re.compile(r"""src\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
_OPEN_TAIL = re.compile(r"(?:<[^<>\n]*|!|!?\[\]?|!?\[\]\([^)\n]*|@[A-Za-z]*)\Z")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})([^\n`]*)$", re.MULTILINE)


def clean(markdown: str) -> str:
    """The text without anything that would notify people, load something remote, or steer what is around it.

    Broadcasts and mentions stay readable and reach nobody; images become links; control and bidi characters go.
    """
    text = _INVISIBLE.sub("", markdown)
    text = _NAMELESS.sub(r"\1", text.replace("![", "["))
    text = _TAG.sub(_source, text)
    text = _MENTION.sub(_named, text)
    return _BROADCAST.sub(lambda found: f"@{_JOINER}{found[1]}", text)


def escape(text: str) -> str:
    """What people wrote, for a mrkdwn field: it can neither mention, link nor format by entities.

    See https://docs.slack.dev/messaging/formatting-message-text#escaping.
    """
    plain = _INVISIBLE.sub("", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _BROADCAST.sub(lambda found: f"@{_JOINER}{found[1]}", plain)


def split(markdown: str, limit: int = LIMIT) -> list[str]:
    """Cleaned Markdown in pieces of at most `limit` characters; see `Segments`."""
    segments = Segments(limit)
    pieces = [""]
    for segment in [*segments.take(markdown), *segments.end()]:
        pieces[-1] += segment.text
        if segment.full:
            pieces.append("")
    return [piece for piece in pieces if piece.strip()] or [""]


@dataclass(frozen=True, slots=True)
class Segment:
    """Text that can be sent; `full` ends its message."""

    text: str
    full: bool = False


class Segments:
    """Cuts a stream of deltas into messages: at paragraphs, else lines, else words, else anywhere.

    A code fence that a message's end cuts through is closed there and opened again in the next message. What can't be
    judged yet, such as `<!chan` or `![a](`, waits for its end.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._raw = ""
        self._ready = ""
        """Cleaned, and not sent."""
        self._message = ""
        """What of the current message is sent."""

    def take(self, delta: str) -> list[Segment]:
        """Add text; returns what can be sent now."""
        self._raw += delta
        tail = _OPEN_TAIL.search(self._raw, max(0, len(self._raw) - _HELD_BACK))
        cut = tail.start() if tail else len(self._raw)
        self._ready += clean(self._raw[:cut])
        self._raw = self._raw[cut:]
        return self._segments()

    def end(self) -> list[Segment]:
        """The rest."""
        self._ready += clean(self._raw)
        self._raw = ""
        return self._segments()

    def _segments(self) -> list[Segment]:
        segments: list[Segment] = []
        while len(self._message) + len(self._ready) > self._room():
            cut = _cut(self._ready, self._room() - len(self._message))
            piece, rest = self._ready[:cut], self._ready[cut:].lstrip("\n")
            fence = _open_fence(self._message + piece)
            segments.append(Segment(piece + (f"\n{_marks(fence)}" if fence else ""), full=True))
            self._message, self._ready = "", f"{fence}\n{rest}" if fence else rest
        if self._ready:
            segments.append(Segment(self._ready))
            self._message, self._ready = self._message + self._ready, ""
        return segments

    def _room(self) -> int:
        """Characters of a message, less what closing a fence may need."""
        return self._limit - _CLOSING


def _named(found: re.Match[str]) -> str:
    """A mention as text: its label, or what it stands for."""
    inside, _, label = found[1].partition("|")
    name = label or inside.partition("^")[0]
    sign = "#" if found[0].startswith("<#") else "@"
    return f"{sign}{_JOINER}{name.lstrip('@#')}"


def _source(found: re.Match[str]) -> str:
    source = _TAG_SOURCE.search(found[0])
    return source[1] if source else ""


def _cut(text: str, room: int) -> int:
    """Where to end a message: after a paragraph, a line, a word, in this order, but not so early that it looks odd."""
    if room <= 0:
        return 0
    for mark, least in (("\n\n", room // 4), ("\n", room // 4), (" ", room // 2)):
        at = text.rfind(mark, 0, room)
        if at >= max(1, least):
            return at + (len(mark) if mark == " " else 0)
    return room


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

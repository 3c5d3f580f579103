"""The model's Markdown, made safe for Slack and cut to what a message takes."""

from __future__ import annotations

import re

from adapters.shared import segments

LIMIT = 12_000
"""Characters of Markdown in one message (https://docs.slack.dev/reference/block-kit/blocks/markdown-block)."""
_JOINER = "\u2060"

_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_MENTION = re.compile(r"<(?:!|@|#)([^<>\n]{0,160})>")
_BROADCAST = re.compile(r"@(channel|here|everyone)\b", re.IGNORECASE)
_BEGINNING = re.compile(r"<(?=[!@#]|img\b)", re.IGNORECASE)
_PICTURE = re.compile(r"(?<!!)!+\[")
_NAMELESS = re.compile(r"\[\]\(\s{0,20}<?([^)\s<>\[\]]{1,2000})>?[^)\n\[]{0,200}\)")
"""A link without words. It ends where another may begin, so that many beginnings are looked at once each."""
_TAG = re.compile(r"<img\b[^<>]{0,400}>", re.IGNORECASE)
_TAG_SOURCE = re.compile(r"""src\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
_OPEN_TAIL = re.compile(r"(?:<[^<>\n]*|!+|!*\[\]?|!*\[\]\([^)\n]*|@[A-Za-z]*)\Z")


def clean(markdown: str) -> str:
    """The text without anything that would notify people, load something remote, or steer what is around it.

    Broadcasts and mentions stay readable and reach nobody; images become links; control and bidi characters go.
    """
    text = _INVISIBLE.sub("", markdown)
    text = _NAMELESS.sub(r"\1", _PICTURE.sub("[", text))
    text = _TAG.sub(_source, text)
    text = _MENTION.sub(_named, text)
    # what was taken out may have brought together what is none of these yet
    text = _BEGINNING.sub(f"<{_JOINER}", text)
    return _BROADCAST.sub(lambda found: f"@{_JOINER}{found[1]}", text)


def escape(text: str) -> str:
    """What people wrote, for a mrkdwn field: it can neither mention, link nor format by entities.

    See https://docs.slack.dev/messaging/formatting-message-text#escaping.
    """
    plain = _INVISIBLE.sub("", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _BROADCAST.sub(lambda found: f"@{_JOINER}{found[1]}", plain)


def split(markdown: str, limit: int = LIMIT) -> list[str]:
    """Cleaned Markdown in pieces of at most `limit` characters."""
    return segments.split(markdown, limit, clean, _OPEN_TAIL)


def segmented(most: int | None = None) -> segments.Segments:
    """Cuts a stream of Markdown into messages, at most so many.

    What can't be judged yet, such as `<!chan`, waits for its end.
    """
    return segments.Segments(LIMIT, clean, _OPEN_TAIL, most)


def _named(found: re.Match[str]) -> str:
    """A mention as text: its label, or what it stands for."""
    inside, _, label = found[1].partition("|")
    name = label or inside.partition("^")[0]
    sign = "#" if found[0].startswith("<#") else "@"
    return f"{sign}{_JOINER}{name.lstrip('@#')}"


def _source(found: re.Match[str]) -> str:
    source = _TAG_SOURCE.search(found[0])
    return source[1] if source else ""

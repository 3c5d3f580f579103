"""The model's Markdown, made safe for Discord and cut to what a message takes."""

from __future__ import annotations

import re

from adapters.shared import segments

LIMIT = 2_000
"""Characters of a message (https://docs.discord.com/developers/resources/message#create-message)."""
_JOINER = "\u2060"

_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_MENTION = re.compile(r"<(?=[@#]|/[^\s<>]{1,60}:\d)")
_BROADCAST = re.compile(r"@(everyone|here)\b", re.IGNORECASE)
_PICTURE = re.compile(r"(?<!!)!+\[")
_NAMELESS = re.compile(r"\[\]\(\s{0,20}<?([^)\s<>\[\]]{1,2000})>?[^)\n\[]{0,200}\)")
"""A link without words. It ends where another may begin, so that many beginnings are looked at once each."""
_OPEN_TAIL = re.compile(r"(?:<[^<>\n]*|!+|!*\[\]?|!*\[\]\([^)\n]*|@[A-Za-z]*)\Z")
_URL = re.compile(r"https?://[^\s<>]+")
_MARKS = re.compile(r"([\\*_~`|\[\]()#])")
_LINE_START = re.compile(r"^([ \t]*)([>+-]|\d+\.)(?=\s|>)", re.MULTILINE)


def clean(markdown: str) -> str:
    """The text without anything that would call people, load something remote, or steer what is around it.

    Calls and mentions stay readable and reach nobody (nor may they: every message allows none); images become links;
    control and bidi characters go.
    """
    text = _INVISIBLE.sub("", markdown)
    text = _NAMELESS.sub(r"\1", _PICTURE.sub("[", text))
    text = _MENTION.sub(f"<{_JOINER}", text)
    return _BROADCAST.sub(lambda found: f"@{_JOINER}{found[1]}", text)


def escape(text: str) -> str:
    """What people wrote, as text alone: no marks, no mentions; addresses stay what they are, and get no preview."""
    plain = _INVISIBLE.sub("", text)
    told, at = "", 0
    for found in _URL.finditer(plain):
        told += f"{_marked(plain[at : found.start()])}{found[0]}"
        at = found.end()
    return told + _marked(plain[at:])


def split(markdown: str, limit: int = LIMIT) -> list[str]:
    """Cleaned Markdown in pieces of at most `limit` characters."""
    return segments.split(markdown, limit, clean, _OPEN_TAIL)


def segmented(most: int | None = None) -> segments.Segments:
    """Cuts a stream of Markdown into messages, at most so many.

    What can't be judged yet, such as `<@12`, waits for its end.
    """
    return segments.Segments(LIMIT, clean, _OPEN_TAIL, most)


def _marked(text: str) -> str:
    text = _LINE_START.sub(r"\1\\\2", _MARKS.sub(r"\\\1", text)).replace("<", f"<{_JOINER}")
    return _BROADCAST.sub(lambda found: f"@{_JOINER}{found[1]}", text)

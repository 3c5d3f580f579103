"""What people write, made fit to be stored."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

# Postgres' text holds no NUL and no lone surrogate; the other control characters only confuse terminals.
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LINE_ENDS = re.compile(r"\r\n?|[\x85\u2028\u2029]")


def clean(text: str) -> str:
    """Return the text without control characters (line feeds and tabs stay), trimmed; line ends become line feeds."""
    return _UNSTORABLE.sub("", _LINE_ENDS.sub("\n", text)).strip()


def clean_line(text: str) -> str:
    """Return the text as `clean` does, on one line: every run of white space is one space."""
    return " ".join(clean(text).split())


def is_visible(text: str) -> bool:
    """Tell whether anything of the text can be seen: a letter, a digit, a mark, punctuation or a symbol."""
    return any(unicodedata.category(character)[0] in "LMNPS" for character in text)


_LONG = 500
"""Characters of a text that may take the grammar longer than others should wait for."""
P = ParamSpec("P")
T = TypeVar("T")


async def off_loop(read: Callable[Concatenate[str, P], T], text: str, *args: P.args, **kwargs: P.kwargs) -> T:
    """Read a text by the grammar; a long one beside the event loop, so that other people's turns go on."""
    if len(text) <= _LONG:
        return read(text, *args, **kwargs)
    return await asyncio.to_thread(read, text, *args, **kwargs)

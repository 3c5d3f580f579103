"""Small parsers that are put together: each reads something at a token, and says where the next one begins."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final, TypeVar

from core.quickadd.tokens import Tokens

A = TypeVar("A")
B = TypeVar("B")
Parser = Callable[[Tokens, int], tuple[A, int] | None]
"""What stands at a token, and the index of the token after it; None where it stands not."""

CLOSERS: Final = frozenset({".", "!", "?", ",", ")", ";"})
"""Signs that may follow the last word of a text."""


def word(words: Collection[str]) -> Parser[str]:
    """One word of several."""

    def read(ts: Tokens, i: int) -> tuple[str, int] | None:
        return (ts.words[i], i + 1) if ts.words[i] in words else None

    return read


def literal(text: str) -> Parser[str]:
    """Words in a row, given with spaces between them."""
    words = text.split()

    def read(ts: Tokens, i: int) -> tuple[str, int] | None:
        first = ts.words[i] == words[0]  # most places fail here
        return (text, i + len(words)) if first and ts.words[i : i + len(words)] == words else None

    return read


def lookup(table: Mapping[str, A]) -> Parser[A]:
    """What a word stands for."""

    def read(ts: Tokens, i: int) -> tuple[A, int] | None:
        value = table.get(ts.words[i])
        return None if value is None else (value, i + 1)

    return read


def either(*parsers: Parser[A]) -> Parser[A]:
    """The first of several that reads something."""

    def read(ts: Tokens, i: int) -> tuple[A, int] | None:
        for parser in parsers:
            if (hit := parser(ts, i)) is not None:
                return hit
        return None

    return read


def maybe(parser: Parser[A]) -> Parser[A | None]:
    """What may be left out."""

    def read(ts: Tokens, i: int) -> tuple[A | None, int] | None:
        return parser(ts, i) or (None, i)

    return read


def then(first: Parser[A], second: Parser[B]) -> Parser[tuple[A, B]]:
    """One after the other."""

    def read(ts: Tokens, i: int) -> tuple[tuple[A, B], int] | None:
        left = first(ts, i)
        right = second(ts, left[1]) if left else None
        return ((left[0], right[0]), right[1]) if left and right else None

    return read


def led(lead: Parser[object], parser: Parser[A]) -> Parser[A]:
    """What follows a lead, whose own value does not matter."""

    def read(ts: Tokens, i: int) -> tuple[A, int] | None:
        before = lead(ts, i)
        return parser(ts, before[1]) if before else None

    return read


def closed(parser: Parser[A], tail: Parser[object]) -> Parser[A]:
    """What is followed by a tail, whose own value does not matter."""

    def read(ts: Tokens, i: int) -> tuple[A, int] | None:
        hit = parser(ts, i)
        after = tail(ts, hit[1]) if hit else None
        return (hit[0], after[1]) if hit and after else None

    return read


def mapped(parser: Parser[A], function: Callable[[A], B | None]) -> Parser[B]:
    """What a value stands for; nothing where the function gives None."""

    def read(ts: Tokens, i: int) -> tuple[B, int] | None:
        hit = parser(ts, i)
        value = function(hit[0]) if hit else None
        return (value, hit[1]) if hit and value is not None else None

    return read


def text_end(ts: Tokens, i: int) -> tuple[str, int] | None:
    """The end of the text, after the signs that close it."""
    while ts.words[i] in CLOSERS:
        i += 1
    return None if ts.words[i] else ("", i)

"""What is marked by a sign: priority (`p1`, `!!`), tags (`#home`), notes (` // …` and the lines after the first)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from core.quickadd.tokens import WINDOW, whole_spans

_PRIORITY = re.compile(r"(?<!\S)(?:[pP]([1-4])|!([1-4])|(!{1,3}))(?=[\s,;]|[.:]?(?:\s|$))")
_TAG = re.compile(r"(?<!\S)#([^\W_][\w/-]*)")
_LINES = re.compile(r"\r\n|\r|\n")
_BANGS: Final = {"!!!": 1, "!!": 2, "!": 3}


@dataclass(frozen=True, slots=True)
class Marked:
    """A text without its marks, and what they said. Marks are blanked out, so places in `line` stay."""

    line: str
    full: str
    """The same line with its marks."""
    marks: list[tuple[int, int]]
    """Where they are."""
    priority: int | None
    tags: tuple[str, ...]
    notes: str | None


def read_markers(text: str) -> Marked:
    """Take notes, priority and tags from a text. `!!!` is priority 1, `!!` 2, `!` 3; the last one said counts."""
    line, notes = _split_notes(text.strip())
    whole = _whole(line)
    priority: int | None = None
    tags: dict[str, None] = {}
    blanks: list[tuple[int, int]] = []
    for pattern in (_PRIORITY, _TAG):
        for match in pattern.finditer(line):
            start, end = match.span()
            if any(low < end and start < high for low, high in whole) or WINDOW < start < len(line) - WINDOW:
                continue
            if pattern is _PRIORITY:
                digit = match[1] or match[2]
                priority = int(digit) if digit else _BANGS[match[3]]
            else:
                tag = match[1].rstrip("/-")
                end -= len(match[1]) - len(tag)
                if not any(letter.isalpha() for letter in tag):
                    continue
                tags[tag.lower()] = None
            blanks.append((start, end))
    return Marked(_blank(line, sorted(blanks)), line, blanks, priority, tuple(tags), notes)


def _blank(line: str, places: list[tuple[int, int]]) -> str:
    parts, at = [], 0
    for start, end in places:
        parts += [line[at:start], " " * (end - start)]
        at = end
    return "".join((*parts, line[at:]))


def _split_notes(text: str) -> tuple[str, str | None]:
    """The first line, and the notes after ` // ` on it and on the lines below."""
    lines = _LINES.split(text, maxsplit=1)
    line, below = lines[0], lines[1] if len(lines) > 1 else ""
    inline = ""
    at = -1
    while (at := line.find(" // ", at + 1)) >= 0:
        if not any(low < at + 2 < high for low, high in _whole(line)):
            line, inline = line[:at], line[at + 4 :]
            break
    if line.startswith("// "):
        line, inline = "", line[3:]
    notes = "\n".join(part.strip() for part in (inline, below) if part.strip())
    return line.rstrip(), notes or None


def _whole(line: str) -> list[tuple[int, int]]:
    """Quotes and addresses in the parts of a line that are read."""
    if len(line) <= 2 * WINDOW:
        return whole_spans(line, 0, len(line))
    return whole_spans(line, 0, WINDOW) + whole_spans(line, len(line) - WINDOW, len(line))

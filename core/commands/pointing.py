"""What people point at, `add this` below a message or in reply to it; several lines that are several tasks. Pure."""

from __future__ import annotations

import datetime as dt
import re

from core import quickadd
from core.commands.targets import unquote

MOST_LINES = 10
"""Lines that become tasks unasked."""
LONGEST_LINE = 500
_LONGEST = 200
_SOME_NOW = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
"""Whether a phrase is a date doesn't hang on today."""
_THIS = (
    r"(?:(?:this|that|the)\s+(?:message|one|last\s+message|above)|this|that|it)"
    r"(?:\s+(?:as\s+an?\s+(?:task|to-?do|reminder)|to\s+(?:my|the)\s+(?:list|tasks?|to-?dos?)|down))?"
)
_ADD_THIS = re.compile(
    rf"(?:please\s+)?(?:(?:add|save|note|keep|remember|track|task)\s+{_THIS}|remind\s+(?:me|us)\s+(?:of|about)\s+{_THIS}"
    rf"|make\s+{_THIS}\s+an?\s+(?:task|to-?do|reminder))(?:\s*[:,]?\s+(?P<rest>\S.*))?[.!]*|{_THIS}[.!]*",
    re.I | re.S,
)
_BULLET = re.compile(r"^\s*(?:[-*•‣◦–—]\s+|\[[ xX]?\]\s*|\d{1,3}[.)]\s+|☐\s*)+")
_ALL = re.compile(r"^\s*add\s+all\s*:?\s*", re.I)
_HEADS = re.compile(r"^(?:/?task\s+)?(?:add|todo)?\s*:?\s*$|.*:\s*$", re.I)
_CHAT = re.compile(
    r"(?:hi|hey|hello|thanks|thank\s+you|cheers|bye|good\s+(?:morning|evening|night))\b.*|.*\?\s*$", re.I
)


def pointed(text: str, at: str) -> str | None:
    """The line that adds what is pointed `at`, with the date or whatever else the text says beside it; None if none.

    With more said beside it, the words pointed at stay as they are; alone, dates in them count.
    """
    found = _ADD_THIS.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    words = " ".join(at.split())
    if found is None or not words:
        return None
    rest = (found["rest"] or "").strip()
    if not rest:
        return f"add {words}"
    if not _is_beside(rest):
        return None  # `add this report`: another thing, called by its name
    title = words.replace('"', "”")[: LONGEST_LINE - 2]
    return f'add "{title}" {rest}'


def _is_beside(rest: str) -> bool:
    """Whether it is all date, repetition, priority or tags."""
    try:
        draft = quickadd.parse(f'"x" {rest}', now=_SOME_NOW)
    except quickadd.QuickAddError:
        return False
    return unquote(draft.title) == "x"


def lines(text: str) -> list[str]:
    """The single tasks of a text of several lines, without bullets, numbers and a heading; nothing for any other text.

    Lines that ask or greet are talk, and so is a text with a line too long for a title.
    """
    body = _ALL.sub("", text)
    found = [unquote(_BULLET.sub("", line).strip()) for line in body.splitlines()]
    found = [line for line in found if line]
    if len(found) > 1 and _HEADS.fullmatch(found[0]):
        found = found[1:]
    elif found and (verb := re.match(r"(?:add|todo)\s*:?\s+", found[0], re.I)) and len(found) > 1:
        found[0] = found[0][verb.end() :]
    several = "\n" in text.strip() and len(found) > (0 if _HEADS.fullmatch(body.strip().splitlines()[0]) else 1)
    if not several or any(len(line) > LONGEST_LINE or _CHAT.fullmatch(line) for line in found):
        return []
    return found


def is_sure(text: str) -> bool:
    """Whether the text says itself that all of its lines are meant."""
    return bool(_ALL.match(text))

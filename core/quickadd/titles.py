"""What is left of a line when dates and lead-ins are taken out: the title."""

from __future__ import annotations

import re
from typing import Final

_LEAD_IN = re.compile(
    r"""(?:please\s+|pls\s+|hey[,\s]+|ok[,\s]+|(?:can|could|would|will)\s+you\s+(?:please\s+)?)*
    (?: (?P<bare>remind\s+me)(?:\s+again)?\b
      | (?:(?:please\s+)?(?:do\s+not|don['’]?t)\s+(?:let\s+me\s+)?forget
        | i\s+(?:need|have|want|ought|would\s+like)\s+to\s+(?:remember|not\s+forget)
        | i\s+(?:must|should)\s+(?:remember|not\s+forget)
        | (?:make\s+sure\s+(?:that\s+)?(?:i|to)\s+)?remember)
        \s+(?P<to>to|that|about|on)\b
    )\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_TO: Final = re.compile(r"[\s,:-]*(?:to|that|about|of)\s+(?=\S)", re.IGNORECASE)
_JOIN_LEFT: Final = ",.;:!?)]}…"
_TRAILING: Final = " \t,;:-–—(|~@&/"
_LEADING = re.compile(r"(?:[\s,;:–—)|!?…]|[-.](?=\s|$))+")
_LEFT_OVER: Final = ".,;:)"


def lead_in(line: str) -> tuple[int, bool]:
    """Where the text begins after `remind me` and its like, and whether a `to` may still follow a date."""
    match = _LEAD_IN.match(line, len(line) - len(line.lstrip()))
    if match is None:
        return 0, False
    if match["bare"] is None:
        end = match.start("to")
        return (match.end(), False) if match["to"].lower() != "on" else (end, False)
    to = re.compile(r"(?:to|that|about|of)\s+(?=\S)", re.IGNORECASE).match(line, match.end())
    return (to.end(), False) if to else (match.end(), True)


def cut(line: str, start: int, spans: list[tuple[int, int]], *, strip_to: bool) -> str:
    """The line from `start` on without the spans, and without the punctuation and spaces that they leave behind."""
    pieces: list[str] = []
    at = start
    for low, high in sorted(spans):
        if low >= at:
            pieces.append(line[at:low])
        at = max(at, high)
    pieces.append(line[at:])
    kept = pieces[0]
    for piece in pieces[1:]:
        kept = _join(kept, piece)
    if strip_to and (match := _TO.match(kept)):
        kept = kept[match.end() :]
    if not spans:
        return kept.strip()
    if not _without_start(pieces[0]):
        kept = _without_start(kept)
    kept, last = kept.strip(), pieces[-1].strip()
    if last and not last.strip(_LEFT_OVER) and kept.endswith(last):
        kept = kept[: -len(last)].rstrip(_TRAILING)
    return kept if last else kept.rstrip(_TRAILING)


def _without_start(text: str) -> str:
    """A text without the punctuation it begins with; `.NET` keeps its dot."""
    match = _LEADING.match(text)
    return text[match.end() :] if match else text


def _join(left: str, right: str) -> str:
    """Two pieces around a gap: one space, none before punctuation, and no empty brackets."""
    left, right = left.rstrip(), right.lstrip()
    if left.endswith(("(", "[")) and right.startswith((")", "]")):
        left, right = left[:-1].rstrip(), right[1:].lstrip()
    if not left:
        return _without_start(right) or right
    if not right:
        return left
    if right[0] in _JOIN_LEFT and (len(right) == 1 or right[1].isspace()):
        return left.rstrip(" ,;:-–—") + right
    return f"{left} {right}"

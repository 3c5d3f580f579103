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
_OPEN_CLOSE = re.compile(r"\(\s*\)|\[\s*\]")
_JOIN_LEFT: Final = ",.;:!?)]}…"
_TRAILING: Final = " \t,;:-–—(|~@&/"
_LEADING: Final = " \t,;:.-–—)|!?…"


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
    kept: str = ""
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
    if strip_to and pieces and (match := _TO.match(kept)):
        kept = kept[match.end() :]
    if spans or start:
        kept = kept.lstrip(_LEADING) if spans and not pieces[0].strip(_LEADING) else kept.strip()
        last = pieces[-1].strip()
        if spans and (not last or not last.strip(_JOIN_LEFT + _TRAILING)):
            kept = kept.rstrip(_TRAILING + ".") if not last or last[-1] in ".,;:)" else kept
    return kept.strip()


def _join(left: str, right: str) -> str:
    """Two pieces around a gap: one space, none before punctuation, and no empty brackets."""
    left, right = left.rstrip(), right.lstrip()
    if left.endswith(("(", "[")) and right.startswith((")", "]")):
        left, right = left[:-1].rstrip(), right[1:].lstrip()
    if not left:
        return right.lstrip(_LEADING) if right.strip(_LEADING) else right
    if not right:
        return left
    if right[0] in _JOIN_LEFT and not right.startswith("..."):
        left = left.rstrip(",;:-–—")
        return left.rstrip() + right
    if left[-1] in ",;" and right[0] in ",;":
        left = left[:-1]
    return f"{left} {right}"

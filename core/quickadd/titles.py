"""What is left of a line when dates and lead-ins are taken out: the title."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from core.quickadd.words import TODAY, TOMORROW, WEEKDAY_PLURALS, WEEKDAYS, word_set

_LEAD_IN = re.compile(
    r"""(?P<asked>please\s+|pls\s+|hey[,\s]+|ok[,\s]+|(?P<question>(?:can|could|would|will)\s+you\s+(?:please\s+)?))*
    (?: (?P<bare>remind\s+me)(?:\s+again)?\b
      | (?:(?:please\s+)?(?:do\s+not|don['’]?t)\s+(?:let\s+me\s+)?forget
        | i\s+(?:need|have|want|ought|would\s+like)\s+to\s+(?:remember|not\s+forget)
        | i\s+(?:must|should)\s+(?:remember|not\s+forget)
        | (?:make\s+sure\s+(?:that\s+)?(?:i|to)\s+)?remember)
        \s+(?P<to>to|that|about|on)\b
      | (?:add|create|make|set)\s+(?:an?\s+|the\s+)?(?:new\s+)?(?:task|to-?do|reminder)(?:\s+(?:to|for|about)\b|\s*:)
      | (?(asked)(?:add|create)\b|(?!))
    )\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_TO: Final = re.compile(r"[\s,:-]*(?:to|that|about|of)(?:\s+(?=\S)|$)", re.IGNORECASE)
_TO_DO: Final = re.compile(r"to\s+(?=([a-z]+))")
_NO_VERBS: Final = frozenset().union(WEEKDAYS, WEEKDAY_PLURALS, TOMORROW, TODAY, ("noon", "midnight"))
_ONLY_TO: Final = re.compile(r"(?:to|that|about|of)?[\s.?!:]*", re.IGNORECASE)
_LONE_TO: Final = re.compile(r"to[.?!:]*", re.IGNORECASE)
_ASKS: Final = word_set(
    "what who whom whose which when where why how is are am was were do does did can could should would will shall may "
    "has have had isn't aren't don't doesn't didn't can't won't"
)
_JOIN_LEFT: Final = ",.;:!?)]}…"
_TRAILING: Final = " \t,;:-–—(|~@&/"
_LEADING = re.compile(r"(?:[\s,;:–—)|!?…]|[-.](?=\s|$))+")
_LEFT_OVER: Final = ".,;:)?"


@dataclass(frozen=True, slots=True)
class LeadIn:
    """What a text begins with that only asks for a task: `remind me to`, `can you add`."""

    end: int = 0
    """Where the text itself begins."""
    bare: bool = False
    """Whether it was `remind me` without a `to`: one may come after a date; without a date it is the title's."""
    question: bool = False


def lead_in(line: str) -> LeadIn:
    """The lead-in of a line; an empty one where it has none."""
    match = _LEAD_IN.match(line, len(line) - len(line.lstrip()))
    if match is None:
        return LeadIn()
    question = match["question"] is not None
    if match["to"] and match["to"].lower() == "on":
        return LeadIn(match.start("to"), question=question)
    if match["bare"] is None:
        return LeadIn(match.end(), question=question)
    to = _TO.match(line, match.end())
    if to or _ONLY_TO.fullmatch(line, match.end()):
        return LeadIn(to.end() if to else match.end(), question=question)
    return LeadIn(match.end(), bare=True, question=question)


def plain(title: str, lead: LeadIn, *, dated: bool) -> str:
    """A title without the `to` that a lead-in or a date before it leaves, and without the `?` of a question to the bot.

    `dated` tells whether the text began with a date: of `tomorrow to pay Tom` it is `pay Tom`.
    """
    match = _TO.match(title) if lead.bare and dated else _TO_DO.match(title) if dated else None
    if match and (lead.bare or match[1] not in _NO_VERBS):
        title = title[match.end() :]
    if (_ONLY_TO if lead.end or dated else _LONE_TO).fullmatch(title):
        return ""
    if title.endswith("?") and lead.question:
        return title.rstrip("? ")
    return title


def cut(line: str, start: int, spans: list[tuple[int, int]]) -> str:
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
    if not spans:
        return kept.strip()
    if not _without_start(pieces[0]):
        kept = _without_start(kept)
    kept, last = kept.strip(), pieces[-1].strip()
    asks = last == "?" and kept.lower().partition(" ")[0] in _ASKS
    if last and not last.strip(_LEFT_OVER) and kept.endswith(last) and not asks:
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

"""Moving a task: `move 6 to friday at 10`, `postpone rent by 2 days`, `bring it forward by a day`. Pure."""

from __future__ import annotations

import datetime as dt
import re

from core import quickadd
from core.commands.targets import target, unquote
from core.intents.values import Edit, Numbers

_LONGEST = 200
_MOST_WORDS = 30
_VERB = re.compile(
    r"(?P<verb>move|reschedule|postpone|push|shift|defer|delay|bring|pull|put)\s+"
    r"(?:(?P<way>back|forwards?|off|out|up)\s+)?(?P<rest>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_PUTS_OFF = frozenset({"postpone", "push", "defer", "delay", "shift"})
_NO_MOVE_ALONE = frozenset({"put", "pull", "bring"})
"""Verbs that say many other things: a mere length (`delay 3 an hour`) makes none of them a move."""
_WORDS_OF_MOVES = frozenset(
    ["back", "forward", "forwards", "off", "out", "up", "to", "until", "till", "for", "by", "on", "at", "in"]
)
_FORWARD = re.compile(r"\bforwards?\s+", re.IGNORECASE)
_TO = re.compile(
    r"(?:(?:back|forwards?|off|out|up)\s+)?(?:(?:to|until|till|for|by|on|at)\s+(?P<when>\S.*)|(?P<in>in\s+\S.*))",
    re.I | re.DOTALL,
)
_BY = re.compile(r"(?:by|for)\s", re.IGNORECASE)
_SOME_NOW = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
"""Whether a phrase is a date doesn't hang on today."""


def moved(text: str) -> Edit | None:
    """What a sentence that begins like a move asks for; None when no part of it is a date or a length of time.

    The task's words end where the rest is all date: of `move call to Ana to friday at 10` it is `call to Ana`.
    """
    found = _VERB.fullmatch(text.strip().rstrip(".!"))
    if found is None or len(text) > _LONGEST:
        return None
    verb, way = found["verb"].lower(), (found["way"] or "").lower()
    words = found["rest"].split()
    for end in range(1, min(len(words), _MOST_WORDS)):
        if words[end - 1].lower() in _WORDS_OF_MOVES:
            continue  # the task's words end before these
        named, rest = target(" ".join(words[:end])), " ".join(words[end:])
        when = _when(verb, way, rest)
        if named and when:
            return Edit(named, due=when)
        if isinstance(named, Numbers) and _TO.fullmatch(rest):
            return None  # no date: `6 to monday dec 5` is no name of a task either
    return None


def _when(verb: str, way: str, rest: str) -> str | None:
    """The phrase for the due date that the rest of the sentence is, if it is nothing else."""
    # what is pushed forward comes later, what is moved or brought forward earlier
    told = _FORWARD.sub("", rest) if verb in _PUTS_OFF else f"{way} {rest}"
    bare = verb not in _NO_MOVE_ALONE or bool(way) or bool(_BY.match(rest))
    if (offset := quickadd.resolve_offset(told, bare=bare)) is not None:
        earlier = min(offset.amount.months, offset.amount.days, offset.amount.seconds, offset.amount.workdays) < 0
        return f"{_length(rest)} {'earlier' if earlier else 'later'}"
    to = _TO.fullmatch(rest)
    if to is None or (verb in _NO_MOVE_ALONE - {"bring"} and not way):
        return None
    phrase = unquote(to["in"] or to["when"])
    try:
        quickadd.resolve_moment(phrase, now=_SOME_NOW)
    except quickadd.QuickAddError:
        return None
    return phrase


_WAYS = re.compile(
    r"^(?:(?:[+−-]|by|for|back|out|off|forwards?|up|later|earlier|about|another)\s+)*[+−-]?\s*"
    r"|(?:\s+(?:later|earlier|sooner|back|forwards?|out|up|further))+$",
    re.IGNORECASE,
)


def _length(rest: str) -> str:
    """The length of time without what says which way."""
    return _WAYS.sub("", rest.strip())

"""The bot's own questions: which of several reminders is meant, and what `yes`, `both` or `the first` answer. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from core.chat import LONGEST_ASKS
from core.commands.about import about
from core.commands.targets import numbers
from core.intents.values import Complete, Delete, Edit, Numbers, Skip, Snooze

_LONGEST = 60
_FILLER = re.compile(r"^(?:(?:ok(?:ay)?|well|please|pls|thanks|thank\s+you|just|only)\b[\s,.!]*)+", re.I)
_THANKS = re.compile(r"[\s,]+(?:please|pls|thanks|thank\s+you)$", re.I)
_YES = re.compile(r"(?:yes|yep|yeah|yup|sure|y|ja|si|sí|oui|do\s+it|go\s+ahead|please\s+do|ok(?:ay)?|👍)", re.I)
_ALL = re.compile(
    r"(?:both|all|everything|each|them\s+all)(?:\s+(?:of\s+(?:them|those)|two|three|four|five|six))?|the\s+lot", re.I
)
_NO = re.compile(
    r"(?:no|nope|nah|n|nein|non|neither|none(?:\s+of\s+them)?|never\s*mind|cancel(?:\s+that)?|don['’]?t|forget\s+it|👎)",
    re.I,
)
_WHICH = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "last": -1}
_ORDINAL = re.compile(rf"(?:the\s+)?({'|'.join(_WHICH)})(?:\s+(?:one|task|reminder))?", re.I)
_NAMED = re.compile(r"the\s+(?P<words>\S.{0,40}?)\s+(?:one|task|reminder)", re.I)
_LISTED = re.compile(r"(?P<verb>[a-z]+) (?P<numbers>\d+(?:, \d+)*)(?P<rest>.*)")
"""A line as `which` writes it."""


def which(text: str, numbers_: Sequence[int], *, now: dt.datetime, locale: str, morning: dt.time) -> str | None:
    """The line that does what a mere answer asks for with all of these tasks; None when the text is no mere answer.

    Longer than a stamp takes, it is empty: then it has to be said again with the numbers.
    """
    first = about(text, numbers_[0], now=now, locale=locale, morning=morning)
    listed = ", ".join(map(str, numbers_))
    match first:
        case Complete(Numbers(target)):
            line = f"done {listed}"
        case Skip(Numbers(target)):
            line = f"skip {listed}"
        case Delete(Numbers(target)):
            line = f"delete {listed}"
        case Snooze(Numbers(target), when):
            line = f"snooze {listed} {when}"
        case Edit(Numbers(target), due=str(when)):
            line = f"move {listed} to {when}"
        case Edit(Numbers(target)):
            line = ""
        case _:
            return None
    if target != (numbers_[0],):
        return None
    return line if len(line) <= LONGEST_ASKS else ""


def answered(text: str, asks: str) -> str | None:
    """The line that an answer to the bot's question stands for; empty for a no, None when it is no answer."""
    said = _FILLER.sub("", text.strip()).strip(" .!") or text.strip(" .!")
    said = _THANKS.sub("", said)
    if not asks or len(said) > _LONGEST:
        return None
    if _NO.fullmatch(said):
        return ""
    if _YES.fullmatch(said) or _ALL.fullmatch(said):
        return asks
    listed = _LISTED.fullmatch(asks)
    if listed is None:
        return None
    offered = listed["numbers"].split(", ")
    if (place := _ORDINAL.fullmatch(said)) and -len(offered) <= _WHICH[place[1].lower()] < len(offered):
        return f"{listed['verb']} {offered[_WHICH[place[1].lower()]]}{listed['rest']}"
    if named := numbers(said):
        return f"{listed['verb']} {', '.join(map(str, named.numbers))}{listed['rest']}"
    if words := _NAMED.fullmatch(said):
        return f"{listed['verb']} {words['words']}{listed['rest']}"
    return None


def is_mere_answer(text: str) -> bool:
    """Whether the text says yes or no and nothing else, so that it needs a question."""
    said = _THANKS.sub("", text.strip(" .!"))
    return bool(_YES.fullmatch(said) or _NO.fullmatch(said))

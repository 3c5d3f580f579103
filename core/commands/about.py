"""What people answer to a reminder: `done`, `tomorrow at 9`, `skip this one` say nothing of which task they mean."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace

from core.commands.grammar import understand
from core.commands.moves import moved
from core.errors import Invalid
from core.intents.values import (
    Add,
    Complete,
    Delete,
    Edit,
    Intent,
    Numbers,
    Reopen,
    Skip,
    Snooze,
    Target,
    Unknown,
    Words,
)
from core.reminder_phrases import is_lead
from core.when import When, resolve

LONGEST = 200
"""Characters; a longer text is no mere answer."""

_IT = r"(?:it|this|that|(?:this|that|the)\s+(?:one|task|reminder|thing)|him|her|them)"
_FILLER = re.compile(
    r"^(?:(?:ok(?:ay)?|yes|yep|yeah|sure|thanks|thank\s+you|please|pls|no|nope|hm+|well)\b[\s,.!]*)+", re.I
)
_DONE = re.compile(
    rf"(?:(?:i(?:['’]ve|\s+have|['’]m|\s+am)?\s+)?(?:(?:all|just|already)\s+)*(?:done|did|finished|completed|handled|sorted)(?:\s+(?:with\s+)?{_IT})?(?:\s+already)?"
    rf"|{_IT}(?:['’]s|\s+is|\s+was)?\s+(?:already\s+)?(?:done|finished|completed?)|check(?:ed)?|tick|✅|✔️?|👍|☑️?)[\s.!]*",
    re.I,
)
_SKIP = re.compile(
    rf"(?:skip(?:\s+(?:{_IT}|today|the\s+next(?:\s+one)?))?(?:\s+(?:time|once|this\s+time|today|this\s+week))?|not\s+this\s+time|next\s+time)[\s.!]*",
    re.I,
)
_LATER = re.compile(r"(?:later|not\s+now|in\s+a\s+bit|snooze|(?:remind\s+me\s+)?(?:again\s+)?later|again)[\s.!]*", re.I)
_AGAIN = re.compile(
    r"(?:snooze|remind\s+me|ask\s+me|again|tell\s+me)(?:\s+again)?(?:\s+about\s+(?:it|this|that))?"
    r"(?:\s+(?:for|until|till|to))?\s+(?P<when>\S.*)",
    re.I,
)
_MOVE = re.compile(
    rf"(?:(?:move|make|postpone|push|shift|reschedule|change|put|set|defer|delay|bring)\s+(?:{_IT}\s+)?"
    r"(?:forward\s+|back\s+|off\s+|out\s+)?(?:to|until|till|for|on|at|by)?\s*(?P<when>\S.*?)(?:\s+instead)?|(?P<instead>\S.*?)\s+instead)[\s.!]*",
    re.I,
)
_OBJECTLESS = re.compile(r"^(\w+)\s+(?=by|back|forward|out|up|\d|an?\s|half\s)", re.I)
"""`postpone by a day`: the verb, with nothing between it and how far."""
_BARE_NUMBER = re.compile(r"\d+\s*(?:m|min(?:ute)?s?|h|hrs?|hours?|d|days?|w|weeks?)\b", re.I)
_VERB = re.compile(
    r"(?P<verb>delete|remove|drop|cancel|reopen|rename\s+to|priority|prioriti[sz]e|tag\s+(?:with\s+)?|untag|p[1-4]|note:?)\b\s*(?P<rest>.*)",
    re.I | re.S,
)


def about(text: str, number: int, *, now: dt.datetime, locale: str, morning: dt.time) -> Intent | None:
    """What an answer asks for of the task with this number; None when it is about something else.

    A mere time moves the reminder, and leaves the date: only `move it to …` and `… instead` change that.
    """
    text = text.strip()
    if not text or len(text) > LONGEST:
        return None
    it = Numbers((number,))
    bare = _FILLER.sub("", text).strip() or text
    for pattern, intent in ((_DONE, Complete(it)), (_SKIP, Skip(it)), (_LATER, Snooze(it))):
        if pattern.fullmatch(bare):
            return intent

    def when(phrase: str) -> When | None:
        try:
            return resolve(phrase.strip(" .!"), now=now, locale=locale, morning=morning)
        except Invalid:
            return None

    if move := _moved(bare, it):
        return move
    if is_lead(text):
        return Edit(it, remind=text.strip(" .!"))
    return _timed(bare, it, when) or _pointed(bare, it)


def _moved(bare: str, it: Numbers) -> Edit | None:
    """`move it by a day`, `postpone by a day`."""
    for sentence in (bare, _OBJECTLESS.sub(r"\1 it ", bare)):
        if (move := moved(sentence)) and _points(move.target):
            return replace(move, target=it)
    return None


def _timed(bare: str, it: Numbers, when: Callable[[str], When | None]) -> Intent | None:
    """`move it to friday`, `friday instead`, `again at 5`, `tomorrow`."""
    if sent := _MOVE.fullmatch(bare):
        phrase = (sent["when"] or sent["instead"]).strip()
        if when(phrase):
            return Edit(it, due=phrase)
    again = _AGAIN.fullmatch(bare)
    phrase = (again["when"] if again else bare).strip(" .!")
    if _BARE_NUMBER.fullmatch(phrase):
        phrase = f"in {phrase}"
    time = when(phrase)
    if time is None:
        return None
    return Edit(it, due=phrase) if time.recurrence else Snooze(it, phrase)


def _pointed(said: str, it: Numbers) -> Intent | None:
    """A sentence of the grammar that points at `it`, or whose object is missing."""
    intent = understand(said)
    if isinstance(intent, Complete | Reopen | Delete | Skip | Edit | Snooze) and _points(intent.target):
        return replace(intent, target=it)
    number = it.numbers[0]
    verb = _VERB.fullmatch(said)
    if verb and isinstance(intent, Unknown | Add):
        name = verb["verb"].lower()
        level = f"priority {number} {name}" if re.fullmatch(r"p[1-4]", name) else f"{name.removesuffix(' to')} {number}"
        joined = f"{level} {'to ' if name.endswith(' to') else ''}{verb['rest']}".strip()
        again = understand(joined)
        return None if isinstance(again, Unknown | Add) else again
    return None


def _points(target: Target) -> bool:
    return isinstance(target, Words) and bool(
        re.fullmatch(_IT, target.words, re.I) or target.words.lower() in ("it", "one")
    )

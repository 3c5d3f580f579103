"""When people want to be reminded, in their words: `an hour before`, `at 3 and again at 5`, `no reminder`."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

from core.errors import Invalid
from core.model import Due
from core.users import Actor
from core.when import resolve

_NONE = re.compile(
    r"(?:none|never|off|no|(?:no|without(?:\s+an?y?)?)\s+reminders?|do\s*n['’]?t(?:\s+remind(?:\s+me)?)?)", re.I
)
_USUAL = re.compile(r"(?:as\s+)?(?:usual|default|normal)(?:ly)?", re.I)
_UNITS = {
    "m": 1,
    "min": 1,
    "minute": 1,
    "h": 60,
    "hr": 60,
    "hour": 60,
    "d": 1440,
    "day": 1440,
    "w": 10080,
    "week": 10080,
}
_COUNTS = {
    "a": 1.0, "an": 1.0, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0, "ten": 10.0,
    "fifteen": 15.0, "twenty": 20.0, "thirty": 30.0, "half an": 0.5, "half a": 0.5, "the": 1.0,
}  # fmt: skip
_SPAN = (
    # a word stands apart from its unit: `and` is not `an d`, which would be read in ever so many ways
    r"(?:\d{1,4}(?:[.,]\d)?\s*|(?:half\s+an?|an?|one|two|three|four|five|six|ten|fifteen|twenty|thirty|the)\s+)"
    r"(?:minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w)\b"
)
_BEFORE_WORD = r"(?:before(?:hand)?|earlier|ahead(?:\s+of\s+time)?|in\s+advance|prior)"
_ON_TIME = r"(?:at\s+the\s+time|on\s+time|when\s+it(?:['’]s|\s+is)\s+due)"
_SPANS = rf"{_SPAN}(?:\s*(?:,|and|&)\s*(?:and\s+)?{_SPAN})*\s+{_BEFORE_WORD}(?:\s*(?:,|and|&)\s*{_ON_TIME})?"
LEAD = _SPANS
"""A pattern for `an hour and 10 minutes before`."""
_BEFORE = re.compile(_SPANS, re.I)
_ONE_SPAN = re.compile(r"(?P<count>\d{1,4}(?:[.,]\d)?|half\s+an?|[a-z]+)\s*(?P<unit>[a-z]+)", re.I)
_AGAIN = re.compile(
    r"\s*(?:,\s*(?:and\s+)?(?:then\s+)?(?:again\s+)?|\s+(?:and|then)\s+(?:then\s+)?(?:again\s+)?)", re.I
)
LONGEST = 500
"""Characters of what is said of a reminder."""
_MOST_MINUTES = 366 * 1440

_CALL = r"[,;(]?\s*(?:\band\s+)?(?:\bplease\s+)?\bremind"
_SAID_NONE = re.compile(
    r"[,;(]?\s*(?:\b(?:and|but|with)\s+)?\b(?:(?:no|without(?:\s+an?y?)?)\s+reminders?|do\s*n['’]?t\s+remind(?:\s+me)?)\b\)?"
    r"(?!\s+(?:to|about|of|me)\b)",
    re.I,
)
_SAID_BEFORE = re.compile(
    rf"(?:{_CALL}(?:\s+me)?|[,;(]?\s*(?:\b(?:and|with)\s+)?(?:\ba\s+)?\breminders?)\s*:?\s+(?P<phrase>{_SPANS})\b\)?(?:\s+(?:of\s+)?(?=the\b|my\b))?",
    re.I,
)
_SAID_AGAIN = re.compile(
    r"(?:,\s*|\s+)and\s+(?:then\s+)?again\s+(?P<phrase>(?:(?:at|on|in|the)\s+)?\S.*?)(?=\s+(?:to|that|about)\s+\S|[,;]|$)",
    re.I,
)
_NOTHING = re.compile(r"\s{3,}")
_BARE = re.compile(r"(?<=\S)[,;]?\s+(?:and\s+)?(?:please\s+)?remind\s+me[.!]*$", re.I)
"""`Buy milk tomorrow and remind me`: that is what the bot does anyway."""
_SAID_AT = re.compile(rf"(?<=\S){_CALL}\s+me\s+(?:(?:about|of)\s+(?:it|this)\s+)?(?P<phrase>\S.*)$", re.I)


@dataclasses.dataclass(frozen=True, slots=True)
class Reminding:
    """What a phrase comes to; the fields are those of a task."""

    at: dt.datetime | None = None
    also: tuple[dt.datetime, ...] = ()
    before: tuple[int, ...] | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Said:
    """A task's text without what it says of reminders, and that."""

    text: str
    phrase: str | None = None
    """For `reminding`; None when nothing was said."""
    perhaps: bool = False
    """The phrase may be something else: it is one for the reminder only if it is a time, and `text` has another."""


def separated(text: str) -> Said:
    """Take what a text says of reminders out of it. What is quoted is left alone."""
    text = _tight(text)
    if re.search(r"[\"“”«»]", text):
        return Said(text)
    if found := _SAID_NONE.search(text):
        return Said(_without(text, found), "none")
    if found := _SAID_BEFORE.search(text):
        return Said(_without(text, found), found["phrase"])
    if found := _SAID_AT.search(text):
        return Said(_without(text, found), found["phrase"], perhaps=True)
    if found := _SAID_AGAIN.search(text):
        return Said(_without(text, found), f"again {found['phrase']}", perhaps=True)
    return Said(_BARE.sub("", text))


def moments(phrase: str) -> list[str]:
    """The single moments of `at 3 and again at 5`."""
    bare = re.sub(r"^again\s+", "", _bare(phrase), flags=re.I)
    return [one for one in _AGAIN.split(bare) if one.strip()]


def is_lead(phrase: str) -> bool:
    """Whether the phrase is relative to the task's own time, or none at all: `an hour before`, `no reminder`."""
    if len(phrase) > LONGEST:
        return False
    phrase = _bare(phrase)
    return bool(_NONE.fullmatch(phrase) or _USUAL.fullmatch(phrase) or _BEFORE.fullmatch(phrase))


def asked(phrase: str | None, due: Due | None, recurrence: str | None, actor: Actor, now: dt.datetime) -> Reminding:
    """When to remind of a task to be added, of which this was said; nothing where nothing was said.

    Times of day that are said of a series hold for each of its dates. Raises Invalid as `reminding` does.
    """
    if not phrase:
        return Reminding()
    if recurrence and due and due.time and not is_lead(phrase):
        found = [_moment(one, due, actor, now) for one in moments(phrase)]
        if not any(moment.dated for moment in found):
            leads = {round((due.at - moment.at).total_seconds() / 60) for moment in found} | (
                {0} if _adds(phrase) else set()
            )
            return Reminding(before=tuple(sorted(leads, reverse=True)))
    return reminding(phrase, due, actor, now)


def reminding(phrase: str, due: Due | None, actor: Actor, now: dt.datetime) -> Reminding:
    """What a phrase means for a task that is due then.

    Raises:
        Invalid: it can't be understood, or has passed.
    """
    if len(phrase) > LONGEST:
        raise Invalid(
            f"That is too long for a time: {len(phrase):,} characters. Try “an hour before” or “tomorrow 9am”."
        )
    phrase = _bare(phrase)
    if _NONE.fullmatch(phrase):
        return Reminding(before=())
    if _USUAL.fullmatch(phrase):
        return Reminding()
    if _BEFORE.fullmatch(phrase):
        if due is None:
            raise Invalid("It has no date yet, so nothing comes before it. Give it one, or say when: `tomorrow 9am`.")
        return Reminding(before=_minutes(phrase))
    instants = {_moment(one, due, actor, now).at for one in moments(phrase)}
    later = {at for at in instants if at > now}
    if not later:
        raise Invalid("That time has passed already. When shall I remind you instead?")
    if _adds(phrase) and due and due.time and due.at > now:
        later.add(due.at)
    first, *also = sorted(later)
    return Reminding(at=first, also=tuple(also))


def _adds(phrase: str) -> bool:
    """Whether it is one reminder more, beside that at the task's own time."""
    return phrase.lower().startswith("again ")


def _bare(phrase: str) -> str:
    return re.sub(r"^(?:(?:please\s+)?remind\s+me\s+)", "", _tight(phrase).strip(" .,!"), flags=re.I)


def _tight(text: str) -> str:
    """The text without long stretches of nothing, in which the patterns here would look for a word from every place."""
    return _NOTHING.sub(lambda found: "\n" if "\n" in found[0] else " ", text)


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()].rstrip()} {text[found.end() :].lstrip()}".strip(" ,;")


def _minutes(phrase: str) -> tuple[int, ...]:
    """`a day and an hour before` as minutes, the longest first."""
    found = []
    for count, unit in _ONE_SPAN.findall(re.sub(_BEFORE_WORD, "", phrase, flags=re.I)):
        name = unit.lower() if unit.lower() in _UNITS else unit.lower().rstrip("s")
        number = _COUNTS.get(" ".join(count.lower().split()))
        if name in _UNITS and (number is not None or count[0].isdigit()):
            found.append(round((number if number is not None else float(count.replace(",", "."))) * _UNITS[name]))
    if re.search(_ON_TIME, phrase, re.I):
        found.append(0)
    if not found or max(found) > _MOST_MINUTES:
        raise Invalid(f"I can't tell how long before “{phrase[:60]}” is. Try “an hour before” or “2 days before”.")
    return tuple(sorted(set(found), reverse=True))


@dataclasses.dataclass(frozen=True, slots=True)
class _Moment:
    at: dt.datetime
    dated: bool
    """Whether the person named the day."""


def _moment(phrase: str, due: Due | None, actor: Actor, now: dt.datetime) -> _Moment:
    """A time alone is meant on the day the task is due, a day alone in the person's morning."""
    said = resolve(phrase.strip(), now=now, locale=actor.locale, morning=actor.morning)
    if said.due is None or said.recurrence:
        raise Invalid(f"I can't tell when “{phrase[:60]}” is. Try “in 2 hours” or “tomorrow 9am”.")
    found = said.due
    if not said.says_date and due and due.date > found.date:
        found = dataclasses.replace(found, date=due.date)
    return _Moment(found.at if found.time else dataclasses.replace(found, time=actor.morning).at, said.says_date)

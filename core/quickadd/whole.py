"""Whole phrases: a date, or a rule, with nothing else beside it; what tools and commands hand in."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from core.model import Due
from core.quickadd.errors import QuickAddError
from core.quickadd.moments import Phrase, phrase_at
from core.quickadd.recurrence import read_rule
from core.quickadd.resolve import When
from core.quickadd.rules import write
from core.quickadd.tokens import Tokens
from core.quickadd.values import Context

_MONTH_FIRST = frozenset({"US", "PH", "CA", "FM", "GU", "PW", "AS", "UM", "VI", "MH", "MP", "PR"})
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:?\d\d.*)?")
_RRULE = re.compile(r"(?i)^(?:RRULE:)?\s*(?=[A-Z]+=)[^\n]*FREQ=")
_INTRO = frozenset(
    {"in", "on", "at", "@", "by", "due", "before", "around", "about", "for", "from", "starting", "after", "to", "until"}
)
_TRIES = ("", "at ", "in ")
MORNING = dt.time(9)
"""When a morning begins for someone who has not said."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule, and the first time it falls due."""

    due: Due
    rule: str
    """RFC 5545 RRULE value; EXDATE lines may follow it."""
    from_completion: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """A due date, and which half of it was really said: a bare time brings the day along, a bare day no time."""

    due: Due
    says_date: bool
    says_time: bool


def context_of(now: dt.datetime, locale: str, morning: dt.time) -> Context:
    """What phrases are read against. Raises ValueError when `now` is not aware."""
    if now.tzinfo is None:
        raise ValueError("now must be aware")
    language, _, region = locale.replace("_", "-").partition("-")
    region = region.rpartition("-")[2].upper()
    month_first = language.lower() in ("", "en") and (not region or region in _MONTH_FIRST)
    day_first = not month_first and language.lower() not in ("ja", "zh", "ko", "hu", "lt")
    return Context(now, day_first, morning)


def zone_of(cx: Context) -> str:
    """The IANA key of the user's zone."""
    zone = cx.now.tzinfo
    return zone.key if isinstance(zone, ZoneInfo) else "UTC"


def due_of(when: When, cx: Context) -> Due:
    """A resolved moment as a due; a time that the clocks skip that day is moved on by what they skip."""
    if when.time is None:
        return Due(when.date, None, zone_of(cx))
    local = dt.datetime.combine(when.date, when.time.replace(second=0, microsecond=0), cx.now.tzinfo)
    try:
        local = local.astimezone(dt.UTC).astimezone(cx.now.tzinfo)
    except OverflowError:
        return Due(when.date, when.time, zone_of(cx))  # the calendar's last hours have no other zone
    return Due(local.date(), local.time(), zone_of(cx))


def resolve_due(phrase: str, *, now: dt.datetime, locale: str = "en-US", morning: dt.time = MORNING) -> Due:
    """The due that a whole phrase means; see `resolve_moment`."""
    return resolve_moment(phrase, now=now, locale=locale, morning=morning).due


def resolve_moment(phrase: str, *, now: dt.datetime, locale: str = "en-US", morning: dt.time = MORNING) -> Moment:
    """The due that a whole phrase means, and what of it was said: ISO 8601, or any date or time of the grammar.

    An ISO datetime with an offset is shown in the user's zone, that of `now`; `morning` is when the user's begins.
    Raises QuickAddError, whose message is a sentence for the user, for anything else.
    """
    cx = context_of(now, locale, morning)
    text = phrase.strip()
    if _ISO.fullmatch(text) and (iso := _iso(text, cx)):
        return Moment(iso, says_date=True, says_time=iso.time is not None)
    hit = _whole_phrase(text, cx)
    if hit is None:
        raise QuickAddError(f"I can't read {_shown(text)} as a date; try “tomorrow 5pm” or “2027-03-15”.")
    if hit.when.error:
        raise QuickAddError(hit.when.error)
    return Moment(due_of(hit.when, cx), says_date=hit.has_day, says_time=hit.has_time)


def _iso(text: str, cx: Context) -> Due | None:
    try:
        if len(text) == 10:
            return Due(dt.date.fromisoformat(text), None, zone_of(cx))
        when = dt.datetime.fromisoformat(text)
        if when.tzinfo:
            when = when.astimezone(cx.now.tzinfo)
    except (ValueError, OverflowError):
        return None  # the grammar says what is wrong with it
    return due_of(When(when.date(), when.time().replace(tzinfo=None)), cx)


def _whole_phrase(text: str, cx: Context) -> Phrase | None:
    """The moment that takes up all of a text; a bare hour or month may stand alone here."""
    if len(text) > 200:
        return None
    for prefix in _TRIES:
        ts = Tokens(prefix + text)
        start = 0
        while ts.words[start] in _INTRO or (start and ts.words[start] == ":"):
            start += 1
        for i in range(start + 1) if start else (0,):
            phrase = phrase_at(ts, i, cx)
            end = phrase.end if phrase else 0
            while ts.words[end] in (".", "!", ",", "?", ")"):
                end += 1
            if phrase and end >= ts.size:
                return phrase
    return None


def resolve_recurrence(
    phrase: str, *, now: dt.datetime, locale: str = "en-US", morning: dt.time = MORNING
) -> Recurrence:
    """The rule that a whole phrase means: an RRULE value (RFC 5545), or words such as `every weekday at 9:15`.

    The first due is at or after `now`, in its zone; `morning` is when the user's begins. Raises QuickAddError, whose
    message is a sentence for the user.
    """
    cx = context_of(now, locale, morning)
    text = phrase.strip()
    if _RRULE.match(text):
        from core.quickadd.rrules import read_rrule

        written = read_rrule(text, cx)
    else:
        ts = Tokens(text if len(text) <= 300 else "")
        rule = next((r for r in (read_rule(ts, i, cx) for i in range(min(2, ts.size))) if r and r.end >= ts.size), None)
        if rule is None:
            raise QuickAddError(f"I can't read {_shown(text)} as a repetition; try “every weekday at 9:15”.")
        try:
            hit = write(rule.spec, cx)
        except (OverflowError, ValueError):
            hit = None  # no occurrence within the calendar, said below
        if hit is None:
            raise QuickAddError(f"{_shown(text)} never falls on any day; try “every weekday at 9:15”.")
        written = hit
    return Recurrence(Due(written.first, written.time, zone_of(cx)), written.rule, written.from_completion)


def _shown(text: str) -> str:
    """A user's words inside a sentence, not too many of them."""
    plain = " ".join(text.split())
    return f"“{plain[:60]}…”" if len(plain) > 60 else f"“{plain}”"

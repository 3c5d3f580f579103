"""Recurrence rules as text: reading, checking, and what is left of them."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from core.errors import Invalid

LONGEST = 1000

SMALL_STEPS = {"HOURLY": dt.timedelta(hours=1), "MINUTELY": dt.timedelta(minutes=1)}
_FREQUENCIES = {"YEARLY", "MONTHLY", "WEEKLY", "DAILY", *SMALL_STEPS}
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

_DAY = re.compile(r"[+-]?(?:[1-9]|[1-4]\d|5[0-3])?(?:MO|TU|WE|TH|FR|SA|SU)")
_MOMENT = re.compile(r"(\d{8})(?:T(\d{4}(?:\d\d)?)(Z?))?")
_RANGES = {
    "BYMONTH": (1, 12, False),
    "BYMONTHDAY": (1, 31, True),
    "BYYEARDAY": (1, 366, True),
    "BYWEEKNO": (1, 53, True),
    "BYSETPOS": (1, 366, True),
    "BYHOUR": (0, 23, False),
    "BYMINUTE": (0, 59, False),
    "BYSECOND": (0, 59, False),
    "INTERVAL": (1, 10_000, False),
    "COUNT": (1, 10_000, False),
}
_LISTS = {name for name in _RANGES if name.startswith("BY")}
_GAPS_IN_SMALL_STEPS = {"BYMONTH", "BYMONTHDAY", "BYDAY", "BYHOUR", "BYMINUTE"}


@dataclass(frozen=True, slots=True)
class Rule:
    """A checked rule: its parts in the order given, and the moments left out, as written."""

    parts: tuple[tuple[str, str], ...]
    excluded: tuple[str, ...] = ()

    def __str__(self) -> str:
        rule = _joined(self.parts)
        return f"{rule}\nEXDATE:{','.join(self.excluded)}" if self.excluded else rule

    @property
    def bare(self) -> str:
        """The rule without an end."""
        return _joined(tuple(part for part in self.parts if part[0] not in {"COUNT", "UNTIL"}))

    @property
    def small(self) -> bool:
        """Whether it goes by hours or minutes."""
        return self._get("FREQ") in SMALL_STEPS

    @property
    def step(self) -> dt.timedelta:
        """The distance between two occurrences of a small rule."""
        return SMALL_STEPS[self._get("FREQ") or ""] * int(self._get("INTERVAL") or 1)

    @property
    def has_gaps(self) -> bool:
        """Whether a small rule leaves some of its steps out."""
        return any(name in _GAPS_IN_SMALL_STEPS for name, _ in self.parts)

    @property
    def count(self) -> int | None:
        """How many occurrences are left, the one the task stands at included."""
        count = self._get("COUNT")
        return int(count) if count else None

    @property
    def times(self) -> tuple[dt.time, ...]:
        """The times of day the rule names; none for a small rule, where they only leave hours out."""
        hours = self._numbers("BYHOUR")
        if self.small or not hours:
            return ()
        return tuple(sorted(dt.time(hour, minute) for hour in hours for minute in self._numbers("BYMINUTE") or {0}))

    def until(self, zone: ZoneInfo) -> dt.datetime | None:
        """Return the last moment of the series on the wall clock of `zone`; a date includes its whole day."""
        until = self._get("UNTIL")
        if until is None:
            return None
        moment, whole_day = _moment(until, zone)
        return dt.datetime.combine(moment.date(), dt.time.max) if whole_day else moment

    def excludes(self, moment: dt.datetime, zone: ZoneInfo) -> bool:
        """Tell whether an EXDATE names this wall-clock moment, or its day: by a date, or by its midnight."""
        for text in self.excluded:
            out, whole_day = _moment(text, zone)
            if out == moment:
                return True
            if out.date() == moment.date() and (whole_day or (not self.small and out.time() == dt.time())):
                return True
        return False

    def left_out(self, zone: ZoneInfo) -> tuple[dt.datetime, ...]:
        """Return what EXDATE names, on the wall clock of `zone`; a whole day is its midnight."""
        return tuple(_moment(text, zone)[0] for text in self.excluded)

    def allows_day(self, moment: dt.datetime) -> bool:
        """Tell whether the parts of a small rule let anything through on the day of this moment."""
        days = self._get("BYDAY")
        if days is not None and _DAYS[moment.weekday()] not in days:
            return False
        from_the_end = moment.day - calendar.monthrange(moment.year, moment.month)[1] - 1
        in_month = self._has("BYMONTHDAY", moment.day) or self._has("BYMONTHDAY", from_the_end)
        return self._has("BYMONTH", moment.month) and in_month

    def allows_time(self, moment: dt.datetime) -> bool:
        """Tell whether the parts of a small rule let this time of day through."""
        return self._has("BYHOUR", moment.hour) and self._has("BYMINUTE", moment.minute)

    def without(self, *names: str) -> Rule:
        """Return the rule without these parts."""
        return replace(self, parts=tuple(part for part in self.parts if part[0] not in names))

    def counted_down(self, passed: int) -> Rule:
        """Return the rule with `passed` occurrences fewer to come."""
        if self.count is None:
            return self
        left = str(self.count - passed)
        return replace(self, parts=tuple((name, left if name == "COUNT" else value) for name, value in self.parts))

    def _get(self, name: str) -> str | None:
        return dict(self.parts).get(name)

    def _has(self, name: str, number: int) -> bool:
        """Tell whether a part lists the number, or isn't there to say otherwise."""
        return not (numbers := self._numbers(name)) or number in numbers

    def _numbers(self, name: str) -> frozenset[int]:
        value = self._get(name)
        return frozenset(int(number) for number in value.split(",")) if value else frozenset()


def parse(text: str) -> Rule:
    """Read a rule, with or without the name `RRULE:`, and the EXDATE lines that may follow. Raises Invalid."""
    if len(text) > LONGEST:
        raise Invalid(f"A repeat rule may have at most {LONGEST} characters; this one has {len(text)}.")
    head, *rest = [line.strip() for line in text.strip().upper().splitlines()] or [""]
    parts = _parts(text, head.removeprefix("RRULE:"))
    return Rule(parts, tuple(moment for line in rest if line for moment in _exdates(text, line)))


def never(text: str) -> Invalid:
    """Return the error for a rule without any occurrence."""
    return Invalid(f"The repeat rule “{_shown(text)}” never comes: no day fits it.")


def _parts(text: str, head: str) -> tuple[tuple[str, str], ...]:
    parts: dict[str, str] = {}
    for part in head.split(";"):
        name, _, value = part.strip().partition("=")
        if not name and not value:
            continue
        if name in parts:
            raise _unreadable(text, f"{name} stands there twice")
        parts[name] = value
        _check_part(text, name, value)
    if "FREQ" not in parts:
        raise _unreadable(text, "it has to begin with FREQ=, e.g. FREQ=WEEKLY;BYDAY=MO")
    if "COUNT" in parts and "UNTIL" in parts:
        raise _unreadable(text, "COUNT and UNTIL exclude each other")
    if "BYSETPOS" in parts and not (_LISTS | {"BYDAY"}) & (parts.keys() - {"BYSETPOS"}):
        raise _unreadable(text, "BYSETPOS needs something to choose from")
    if parts["FREQ"] in SMALL_STEPS and (out := parts.keys() - _GAPS_IN_SMALL_STEPS - _PLAIN):
        raise _unreadable(text, f"{min(out)} doesn't go with {parts['FREQ']}")
    return tuple(parts.items())


_PLAIN = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"}


def _check_part(text: str, name: str, value: str) -> None:
    match name:
        case "FREQ":
            good = value in _FREQUENCIES
        case "UNTIL":
            good = _is_moment(value)
        case "WKST":
            good = value in _DAYS
        case "BYDAY":
            good = all(_DAY.fullmatch(day) for day in value.split(","))
        case _ if name in _RANGES:
            numbers = value.split(",") if name in _LISTS else [value]
            good = all(_in_range(number, *_RANGES[name]) for number in numbers)
        case _:
            raise _unreadable(text, f"{name or 'an empty name'} is no part of a rule")
    if not good:
        raise _unreadable(text, f"{name} can't be {value[:50] or 'empty'}")


def _in_range(number: str, low: int, high: int, from_the_end: bool) -> bool:
    if not re.fullmatch(r"[+-]?[0-9]{1,5}", number):
        return False
    value = int(number)
    return low <= (abs(value) if from_the_end else value) <= high


def _exdates(text: str, line: str) -> list[str]:
    name, _, value = line.partition(":")
    moments = [moment.strip() for moment in value.split(",")]
    if name.partition(";")[0] != "EXDATE" or not all(_is_moment(moment) for moment in moments):
        raise _unreadable(text, f"“{line[:50]}” is no list of dates to leave out")
    return moments


def _is_moment(text: str) -> bool:
    try:
        _moment(text, ZoneInfo("UTC"))
    except ValueError:
        return False
    return True


def _moment(text: str, zone: ZoneInfo) -> tuple[dt.datetime, bool]:
    """Return the wall-clock moment of a RFC 5545 date or date-time, and whether it is a date alone.

    Raises ValueError.
    """
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise ValueError(text)
    day, time, utc = found.groups()
    date = dt.date(int(day[:4]), int(day[4:6]), int(day[6:]))
    if time is None:
        return dt.datetime.combine(date, dt.time()), True
    clock = dt.time(int(time[:2]), int(time[2:4]), int(time[4:] or 0))
    moment = dt.datetime.combine(date, clock)
    if utc and dt.MINYEAR < date.year < dt.MAXYEAR:
        moment = moment.replace(tzinfo=dt.UTC).astimezone(zone).replace(tzinfo=None)
    return moment, False


def _joined(parts: tuple[tuple[str, str], ...]) -> str:
    return ";".join(f"{name}={value}" for name, value in parts)


def _unreadable(text: str, why: str) -> Invalid:
    return Invalid(f"I can't read the repeat rule “{_shown(text)}”: {why}.")


def _shown(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else f"{line[:79]}…"

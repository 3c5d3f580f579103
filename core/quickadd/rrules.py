"""RRULE values as programs write them, checked and put in the house's order (RFC 5545, section 3.3.10)."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from core.quickadd.errors import QuickAddError
from core.quickadd.rules import Written, write
from core.quickadd.spec import CODES, FREQUENCIES, Exclusion, Spec
from core.quickadd.values import Context

_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_EXDATE = re.compile(r"(?i)EXDATE(?:;[^:]*)?:([0-9T,]{8,20000})")
_LISTS = {
    "BYMONTH": ("months", 1, 12),
    "BYMONTHDAY": ("month_days", 1, 31),
    "BYYEARDAY": ("year_days", 1, 366),
    "BYHOUR": ("hours", 0, 23),
    "BYMINUTE": ("minutes", 0, 59),
    "BYSETPOS": ("positions", 1, 366),
}
_KEPT_OUT = frozenset({"BYSECOND", "BYWEEKNO", "BYEASTER"})
_MESSAGE = "{} is not a repetition rule: {}. Write one like FREQ=WEEKLY;BYDAY=MO, or “every monday”."


def read_rrule(text: str, cx: Context) -> Written:
    """A rule from its RRULE value, with its first occurrence. Raises QuickAddError."""
    value = re.sub(r"(?i)^RRULE:", "", text.strip()).strip().rstrip(";")
    lines = value.splitlines() or [""]
    try:
        spec = _spec(lines[0].strip())
    except ValueError as problem:
        raise QuickAddError(_MESSAGE.format(f"“{lines[0][:80].strip()}”", problem)) from problem
    for line in lines[1:]:
        spec.exclusions += _exclusions(line, timed=spec.timed)
    try:
        written = write(spec, cx)
    except (OverflowError, ValueError):
        written = None  # no occurrence within the calendar, said below
    if written is None:
        raise QuickAddError(f"The rule {value[:80]} never falls on any day from now on; write another one.")
    return written


def _exclusions(line: str, *, timed: bool) -> list[Exclusion]:
    """The dates of an `EXDATE:20260306T090000,…` line; their times count only where the rule has times."""
    match = _EXDATE.fullmatch(line.strip())
    if match is None:
        raise QuickAddError(_MESSAGE.format(f"“{line[:80]}”", "only EXDATE lines may follow the first"))
    hit = []
    for text in match[1].split(","):
        try:
            when = dt.datetime.fromisoformat(text)
        except ValueError as problem:
            raise QuickAddError(_MESSAGE.format(f"“{text[:40]}”", "it is no date")) from problem
        hit.append(Exclusion(date=when.date(), time=when.time() if timed and "T" in text else None))
    return hit


def _spec(value: str) -> Spec:
    spec = Spec()
    seen: set[str] = set()
    for part in value.split(";"):
        name, equals, said = part.partition("=")
        name, said = name.strip().upper(), said.strip().upper()
        if not equals or not said or name in seen:
            raise ValueError(f"“{part}” is no part of a rule")
        seen.add(name)
        spec = _with(spec, name, said)
    if spec.freq is None:
        raise ValueError("it has no FREQ")
    if spec.count and spec.until:
        raise ValueError("COUNT and UNTIL cannot both be given")
    return spec


def _with(spec: Spec, name: str, said: str) -> Spec:
    match name:
        case "FREQ":
            return _known(replace(spec, freq=said), said in FREQUENCIES, f"FREQ={said} is unknown")
        case "INTERVAL":
            return replace(spec, interval=_from_one(name, said))
        case "COUNT":
            return replace(spec, count=_from_one(name, said))
        case "UNTIL":
            digits = re.match(r"(\d{8})(?:T\d{6}Z?)?$", said)
            if digits is None:
                raise ValueError("UNTIL wants a date such as 20271231")
            return replace(spec, until=dt.datetime.strptime(digits[1], "%Y%m%d").date())  # noqa: DTZ007 - a wall date
        case "BYDAY":
            return replace(spec, weekdays=[_weekday(day) for day in said.split(",")])
        case "WKST":
            return _known(spec, said in CODES, f"WKST={said} is unknown")
        case _ if name in _LISTS:
            return _with_list(spec, name, said)
    raise ValueError(f"{name} is not supported" if name in _KEPT_OUT else f"{name} is unknown")


def _known(spec: Spec, known: bool, otherwise: str) -> Spec:
    if not known:
        raise ValueError(otherwise)
    return spec


def _from_one(name: str, said: str) -> int:
    number = int(said) if said.isdecimal() and len(said) < 6 else 0
    if number < 1:
        raise ValueError(f"{name} wants a number from 1")
    return number


def _weekday(said: str) -> tuple[int, int]:
    match = _DAY.fullmatch(said)
    if match is None or (match[1] and not 1 <= abs(int(match[1])) <= 53):
        raise ValueError(f"BYDAY={said} is no weekday")
    return int(match[1] or 0), CODES.index(match[2])


def _with_list(spec: Spec, name: str, said: str) -> Spec:
    field, low, high = _LISTS[name]
    numbers = []
    for text in said.split(","):
        if not re.fullmatch(r"[+-]?\d{1,3}", text):
            raise ValueError(f"{name}={text} is no number")
        number = int(text)
        if not low <= abs(number) <= high or (number < 0 and field in ("months", "hours", "minutes")):
            raise ValueError(f"{name}={text} is out of range")
        numbers.append(number)
    match field:
        case "months":
            return replace(spec, months=numbers)
        case "month_days":
            return replace(spec, month_days=numbers)
        case "year_days":
            return replace(spec, year_days=numbers)
        case "hours":
            return replace(spec, hours=numbers)
        case "minutes":
            return replace(spec, minutes=numbers)
        case _:
            return replace(spec, positions=numbers)

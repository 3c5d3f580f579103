"""Whether a rule ever falls on a day: dateutil itself would look for one until the year 9999."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from core.quickadd.spec import Spec
from core.quickadd.values import month_length, nth_weekday

_YEARS = 41
"""29 February falls on a given weekday at least once in so many years, a century's end included."""


def has_days(spec: Spec, year: int) -> bool:
    """Whether some day of the years from this one on fits the rule's BY parts, its BYSETPOS among them."""
    nth = [n for n, _ in spec.weekdays if n]
    if nth and (len(nth) < len(spec.weekdays) or not _nth_in_range(spec)):
        return False  # dateutil does not join `every Monday` and `the first Friday` in one rule
    if not (spec.month_days or spec.year_days or spec.positions or (spec.weekdays and spec.months)):
        return True
    times = max(1, len(spec.hours)) * max(1, len(spec.minutes))
    wanted = min((abs(place) for place in spec.positions), default=1)
    for later in range(_YEARS):
        if year + later > dt.MAXYEAR:
            return False
        counts: dict[tuple[int, int, int], int] = {}
        for day in _days(spec, year + later):
            key = _period(spec, day)
            counts[key] = counts.get(key, 0) + times
            if counts[key] >= wanted:
                return True
    return False


def _nth_in_range(spec: Spec) -> bool:
    """A month has at most five Fridays, a year 53; a week or a day has no second one."""
    if spec.freq not in ("MONTHLY", "YEARLY"):
        return False
    most = 53 if spec.freq == "YEARLY" and not spec.months else 5
    return all(abs(n) <= most for n, _ in spec.weekdays)


def _period(spec: Spec, day: dt.date) -> tuple[int, int, int]:
    match spec.freq:
        case "YEARLY":
            return day.year, 0, 0
        case "MONTHLY":
            return day.year, day.month, 0
        case "WEEKLY":
            week = day.isocalendar()
            return week.year, 0, week.week
        case _:
            return day.year, day.month, day.day


def _days(spec: Spec, year: int) -> Iterator[dt.date]:
    """The days of a year that fit."""
    first = dt.date(year, 1, 1).toordinal()
    in_year = 337 + month_length(year, 2)
    for month in spec.months or range(1, 13):
        length = month_length(year, month)
        for number in range(1, length + 1):
            day = dt.date(year, month, number)
            if spec.month_days and number not in spec.month_days and number - length - 1 not in spec.month_days:
                continue
            place = day.toordinal() - first + 1
            if spec.year_days and place not in spec.year_days and place - in_year - 1 not in spec.year_days:
                continue
            if spec.weekdays and not any(_fits(spec, day, n, weekday, in_year) for n, weekday in spec.weekdays):
                continue
            yield day


def _fits(spec: Spec, day: dt.date, n: int, weekday: int, in_year: int) -> bool:
    if day.weekday() != weekday:
        return False
    if not n:
        return True
    if spec.freq == "YEARLY" and not spec.months:
        place = day.timetuple().tm_yday
        return n == (place - 1) // 7 + 1 if n > 0 else -n == (in_year - place) // 7 + 1
    return nth_weekday(day.year, day.month, weekday, n) == day

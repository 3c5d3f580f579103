"""A recurrence in words, for people: `every 2 weeks on Tue and Thu, until 1 Jun 2027`."""

from __future__ import annotations

import datetime as dt

_UNITS = {
    "YEARLY": "year", "MONTHLY": "month", "WEEKLY": "week", "DAILY": "day",
    "HOURLY": "hour", "MINUTELY": "minute", "SECONDLY": "second",
}  # fmt: skip
_DAYS = {"MO": "Mon", "TU": "Tue", "WE": "Wed", "TH": "Thu", "FR": "Fri", "SA": "Sat", "SU": "Sun"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SETS = {"MO,TU,WE,TH,FR": "weekday", "SA,SU": "weekend day"}


def spoken(recurrence: str, *, from_completion: bool = False) -> str:
    """The RRULE value (EXDATE lines may follow) in a few English words; an unusual part is quoted as it is.

    Source of the parts: RFC 5545, 3.3.10.
    """
    rule, *exceptions = recurrence.splitlines()
    parts = dict(part.split("=", 1) for part in rule.removeprefix("RRULE:").split(";") if "=" in part)
    words = [_every(parts), *_where(parts)]
    if from_completion:
        words.append("after it is done")
    if count := parts.pop("COUNT", None):
        words.append(f"{count} more time{'' if count == '1' else 's'}")
    if until := parts.pop("UNTIL", None):
        words.append(f"until {_day(until)}")
    for name in ("WKST", "BYHOUR", "BYMINUTE", "BYSECOND"):
        parts.pop(name, None)
    words += [f"{name.lower()} {value}" for name, value in parts.items()]
    left_out = sum(line.count(",") + 1 for line in exceptions)
    if left_out:
        words.append(f"but {left_out} date{'' if left_out == 1 else 's'}")
    return " ".join(words)


def _every(parts: dict[str, str]) -> str:
    frequency, interval = parts.pop("FREQ", "DAILY"), parts.pop("INTERVAL", "1")
    unit = _UNITS.get(frequency, "day")
    if interval == "1" and frequency == "WEEKLY" and parts.get("BYDAY") in _SETS:
        return f"every {_SETS[parts.pop('BYDAY')]}"
    return f"every {unit}" if interval == "1" else f"every {interval} {unit}s"


def _where(parts: dict[str, str]) -> list[str]:
    """The days of the rule, taken out of its parts."""
    words: list[str] = []
    if days := parts.pop("BYDAY", None):
        words.append("on " + _listed([_weekday(day) for day in days.split(",")]))
    if days := parts.pop("BYMONTHDAY", None):
        words.append("on " + _listed([_ordinal(int(day), "last day") for day in days.split(",")]))
    if months := parts.pop("BYMONTH", None):
        words.append("in " + _listed([_MONTHS[int(month) - 1] for month in months.split(",")]))
    return words


def _weekday(day: str) -> str:
    name, which = _DAYS.get(day[-2:], day), day[:-2]
    return f"the {_ordinal(int(which), 'last')} {name}" if which else name


def _ordinal(number: int, last: str) -> str:
    if number < 0:
        return last if number == -1 else f"{_ordinal(-number, last)} to {last}"
    ending = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _day(until: str) -> str:
    day = dt.datetime.strptime(until[:8], "%Y%m%d").date()  # noqa: DTZ007 - a calendar day has no zone
    return f"{day.day} {day:%b %Y}"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

"""A recurrence in words, for people: `every 2 weeks on Tue and Thu until 1 Jun 2027`."""

from __future__ import annotations

import datetime as dt

_UNITS = {
    "YEARLY": "year", "MONTHLY": "month", "WEEKLY": "week", "DAILY": "day",
    "HOURLY": "hour", "MINUTELY": "minute", "SECONDLY": "second",
}  # fmt: skip
_SMALL = frozenset({"HOURLY", "MINUTELY", "SECONDLY"})
_DAYS = {"MO": "Mon", "TU": "Tue", "WE": "Wed", "TH": "Thu", "FR": "Fri", "SA": "Sat", "SU": "Sun"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WORK_WEEK = ("MO", "TU", "WE", "TH", "FR")
_FEW = 3
"""So many days or months are told as left out, where all others are in."""


def spoken(recurrence: str, *, from_completion: bool = False) -> str:
    """The RRULE value (EXDATE lines may follow) in a few English words; an unusual part is quoted as it is.

    One time of day is left out, since it is the due date's; several are told. But for left-out dates, quick add reads
    the words back as the same rule. Source of the parts: RFC 5545, 3.3.10.
    """
    rule, *exceptions = recurrence.splitlines()
    parts = dict(part.split("=", 1) for part in rule.removeprefix("RRULE:").split(";") if "=" in part)
    words = [*_days(parts), *_times(parts)]
    if from_completion:
        words.append("after it is done")
    if count := parts.pop("COUNT", None):
        words.append(f"{count} more time{'' if count == '1' else 's'}")
    if until := parts.pop("UNTIL", None):
        words.append(f"until {_day(until)}")
    parts.pop("WKST", None)
    words += [f"{name.lower()} {value}" for name, value in parts.items()]
    left_out = sum(line.count(",") + 1 for line in exceptions)
    if left_out:
        words.append(f"but {left_out} date{'' if left_out == 1 else 's'}")
    return " ".join(words)


def _days(parts: dict[str, str]) -> list[str]:
    """How often and on which days, taken out of the rule's parts."""
    frequency, interval = parts.pop("FREQ", "DAILY"), parts.pop("INTERVAL", "1")
    unit = _UNITS.get(frequency, "day")
    every = f"every {unit}" if interval == "1" else f"every {interval} {unit}s"
    if frequency in _SMALL:
        return [every, *_hours(parts), *_weekdays(parts, "on "), *_in_months(parts)]
    if frequency in ("WEEKLY", "DAILY") and _named(parts) == _WORK_WEEK and interval == "1":
        parts.pop("BYDAY")
        return ["every weekday", *_in_months(parts)]
    if frequency == "YEARLY" and (on := _in_year(parts)):
        return [every, on]
    if position := _position(parts):
        return [every, position, *_in_months(parts)]
    daily = frequency == "DAILY" and interval == "1"
    weekdays = _weekdays(parts, "on ", whole_week=daily)
    on_days = [*_month_days(parts, "" if weekdays else "on "), *_year_days(parts)]
    return [every, *weekdays, *on_days, *_in_months(parts)]


def _in_year(parts: dict[str, str]) -> str | None:
    """`on 5 Dec`, `on the 4th Thu of Nov`: the days of named months, where the rule has nothing else."""
    months, numbers, days = (parts.get(name) for name in ("BYMONTH", "BYMONTHDAY", "BYDAY"))
    if not months or (numbers is None) == (days is None) or "BYSETPOS" in parts:
        return None
    names = [_MONTHS[int(month) - 1] for month in months.split(",")]
    if numbers:
        if "-" in numbers:
            return None
        told = [f"{_listed(numbers.split(','))} {name}" for name in names]
    elif days and all(len(day) > 2 for day in days.split(",")):
        told = [f"{_listed([_weekday(day) for day in days.split(',')])} of {_listed(names)}"]
    else:
        return None
    for name in ("BYMONTH", "BYMONTHDAY", "BYDAY"):
        parts.pop(name, None)
    return f"on {_listed(told)}"


def _position(parts: dict[str, str]) -> str | None:
    """`on the last weekday`: one of the days of the work week."""
    places = parts.get("BYSETPOS", "")
    if _named(parts) != _WORK_WEEK or not places or "BYMONTHDAY" in parts or _clocks(parts) > 1:
        return None
    parts.pop("BYDAY")
    parts.pop("BYSETPOS")
    return "on " + _listed([f"the {_ordinal(int(place), 'last')} weekday" for place in places.split(",")])


def _named(parts: dict[str, str]) -> tuple[str, ...]:
    return tuple(sorted(parts.get("BYDAY", "").split(","), key=[*_DAYS, ""].index)) if _plain(parts) else ()


def _plain(parts: dict[str, str]) -> bool:
    """Whether weekdays stand without a number."""
    return all(day in _DAYS for day in parts.get("BYDAY", "MO").split(","))


def _weekdays(parts: dict[str, str], on: str, *, whole_week: bool = False) -> list[str]:
    days = parts.pop("BYDAY", None)
    if days is None:
        return []
    chosen = days.split(",")
    missing = [name for day, name in _DAYS.items() if day not in chosen]
    if whole_week and 0 < len(missing) <= _FEW and all(day in _DAYS for day in chosen):
        return [f"except {_listed(missing)}"]
    return [on + _listed([_weekday(day) for day in chosen])]


def _month_days(parts: dict[str, str], on: str) -> list[str]:
    days = parts.pop("BYMONTHDAY", None)
    return [f"{on}the " + _listed([_ordinal(int(day), "last day") for day in days.split(",")])] if days else []


def _year_days(parts: dict[str, str]) -> list[str]:
    days = parts.pop("BYYEARDAY", None)
    if days is None:
        return []
    named = [_ordinal(int(day), "last") for day in days.split(",")]
    return [f"on the {_listed([f'{day} day' for day in named])}"]


def _in_months(parts: dict[str, str]) -> list[str]:
    months = parts.pop("BYMONTH", None)
    if months is None:
        return []
    chosen = [int(month) for month in months.split(",")]
    missing = [name for number, name in enumerate(_MONTHS, 1) if number not in chosen]
    if 0 < len(missing) <= _FEW:
        return [f"except in {_listed(missing)}"]
    return ["in " + _listed([_MONTHS[month - 1] for month in chosen])]


def _hours(parts: dict[str, str]) -> list[str]:
    """The hours of the day that steps of hours or minutes keep to."""
    said = parts.get("BYHOUR")
    if said is None or parts.get("BYMINUTE", "0") != "0":
        return []
    hours = [int(hour) for hour in said.split(",")]
    if len(hours) < 2 or hours != list(range(hours[0], hours[-1] + 1)):
        return []
    parts.pop("BYHOUR")
    parts.pop("BYMINUTE", None)
    return [f"from {hours[0]:02}:00 to {hours[-1]:02}:00"]


def _clocks(parts: dict[str, str]) -> int:
    """How many times a day the rule names."""
    return (parts.get("BYHOUR", "").count(",") + 1) * (parts.get("BYMINUTE", "").count(",") + 1)


def _times(parts: dict[str, str]) -> list[str]:
    """Several times of day; BYSETPOS, where it is left, chooses among them."""
    several = _clocks(parts) > 1
    hours, minutes = parts.pop("BYHOUR", None), parts.pop("BYMINUTE", "0")
    parts.pop("BYSECOND", None)
    if hours is None or not several:
        return []
    clocks = [f"{int(hour):02}:{int(minute):02}" for hour in hours.split(",") for minute in minutes.split(",")]
    if places := parts.pop("BYSETPOS", None):
        # the same times of each day, so that those of the first one tell them all
        clocks = [clocks[int(place) - 1] for place in places.split(",") if 0 < int(place) <= len(clocks)]
    return ["at " + _listed(clocks)]


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

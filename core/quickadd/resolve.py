"""Pieces put together: what date and what time they mean, seen from now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from core.quickadd.periods import period_end
from core.quickadd.values import (
    Clock,
    Context,
    Day,
    DayOfMonth,
    Grain,
    Impossible,
    Item,
    MonthDay,
    Part,
    Shift,
    Weekday,
    add,
    monday,
    month_length,
)

_PART_HOURS: Final = {
    "afternoon": (15, 18),
    "evening": (19, 22),
    "night": (21, 24),
    "tonight": (20, 24),
}
"""The hour a part of the day means when none is said, and the hour it is over; the morning is the user's own."""
_NOON: Final = 12


@dataclass(frozen=True, slots=True)
class When:
    """A resolved moment, local to the user; `error` is a sentence about a date that cannot be."""

    date: dt.date
    time: dt.time | None = None
    past: bool = False
    error: str | None = None
    either: tuple[dt.date, ...] = ()
    """Where a weekday contradicts its date: the date as it was said, and the weekday nearest to it."""
    contradiction: str | None = None
    """Then, what contradicts what, as a sentence without its full stop."""


class _ContradictionError(Exception):
    """A weekday and a date that is another day."""

    def __init__(self, date: dt.date, weekday: int) -> None:
        super().__init__(date, weekday)
        self.date = date
        self.weekday = weekday


@dataclass(slots=True)
class _Pieces:
    day: Day | None = None
    weekday: Weekday | None = None
    month_day: MonthDay | None = None
    day_of_month: DayOfMonth | None = None
    shift: Shift | None = None
    clock: Clock | None = None
    part: Part | None = None
    error: str | None = None


def resolve(items: tuple[Item, ...], cx: Context) -> When | None:
    """The moment the pieces mean. Raises OverflowError or ValueError where the calendar ends."""
    pieces = _sort(items)
    if pieces.error:
        return When(cx.today, error=pieces.error)
    shift = pieces.shift
    if shift and (shift.amount.seconds or shift.amount == type(shift.amount)()):
        return _instant(shift, cx)
    try:
        date = _date(pieces, cx)
    except _ContradictionError as problem:
        return _contradicted(problem, pieces, cx)
    past = bool((pieces.day and pieces.day.past) or (pieces.weekday and pieces.weekday.past))
    if pieces.clock is None and pieces.part is None:
        return When(date, past=past) if date else None
    when = _timed(date, pieces, cx)
    return When(when.date(), when.time(), past=past)


def _contradicted(problem: _ContradictionError, pieces: _Pieces, cx: Context) -> When:
    """What may be meant by a weekday and a date that is another day, with the sentence that says so."""
    date = problem.date
    ahead = (problem.weekday - date.weekday()) % 7
    near = date + dt.timedelta(days=ahead if ahead < 4 else ahead - 7)
    near = near if near >= cx.today else near + dt.timedelta(days=7)
    days = tuple(sorted((date, near)))
    time = None if pieces.clock is None and pieces.part is None else _timed(date, pieces, cx).time()
    contradiction = f"{date.day} {date:%B %Y} is a {date:%A}, not a {near:%A}"
    error = f"{contradiction}. Say which you mean: {_day_name(days[0])} or {_day_name(days[1])}."
    return When(date, time, error=error, either=days, contradiction=contradiction)


def _day_name(day: dt.date) -> str:
    return f"{day:%A} {day.day} {day:%B}"


def _agreed(date: dt.date, weekday: Weekday | None) -> dt.date:
    """A date that is the weekday said with it, if any was. Raises _ContradictionError."""
    if weekday is not None and date.weekday() != weekday.index:
        raise _ContradictionError(date, weekday.index)
    return date


def _sort(items: tuple[Item, ...]) -> _Pieces:
    pieces = _Pieces()
    for item in items:
        match item:
            case Day():
                pieces.day = item
            case Weekday():
                pieces.weekday = item
            case MonthDay():
                pieces.month_day = item
            case DayOfMonth():
                pieces.day_of_month = item
            case Shift():
                pieces.shift = item
            case Clock():
                pieces.clock = item
            case Part():
                pieces.part = item
            case Impossible():
                pieces.error = item.message
    return pieces


def _instant(shift: Shift, cx: Context) -> When:
    """So long from now, reckoned on the instant, so that a change of the clocks does not count."""
    length = shift.amount
    later = cx.now.astimezone(dt.UTC) + dt.timedelta(seconds=length.seconds)
    local = later.astimezone(cx.now.tzinfo)
    if length.months or length.days or length.workdays:
        local = dt.datetime.combine(add(local.date(), length), local.time())
    elif local.fold:
        local = _first_wall(local, later)
    return When(local.date(), local.time().replace(second=0, microsecond=0))


def _first_wall(local: dt.datetime, instant: dt.datetime) -> dt.datetime:
    """The first wall clock, without a fold, that is not before an instant in the hour that the clocks repeat."""
    wall = local.replace(fold=0, second=0, microsecond=0)
    while wall.astimezone(dt.UTC) < instant:
        wall += dt.timedelta(minutes=1)
    return wall


def _date(pieces: _Pieces, cx: Context) -> dt.date | None:
    """The day said, or None where only a time was."""
    weekday, day, today = pieces.weekday, pieces.day, cx.today
    if pieces.month_day:
        return _month_day(pieces.month_day, pieces, today)
    if pieces.day_of_month:
        return _next_day_of_month(pieces.day_of_month.day, weekday, day, today)
    if pieces.shift:
        shifted = add(today, pieces.shift.amount)
        return monday(shifted) + dt.timedelta(days=weekday.index) if weekday else shifted
    if day:
        if weekday is None and day.date < today and not day.past:
            end = day.date if day.grain is Grain.DAY else period_end(day)
            return max(end, today) if day.grain is not Grain.DAY else end  # this week, this month: by its end
        if weekday is None or day.grain is Grain.DAY:
            return _agreed(day.date, weekday)
        if day.grain is Grain.WEEK:
            return monday(day.date) + dt.timedelta(days=weekday.index)
        return day.date + dt.timedelta(days=(weekday.index - day.date.weekday()) % 7)
    if weekday is None:
        return None
    if weekday.week is None:
        return today + dt.timedelta(days=(weekday.index - today.weekday() - 1) % 7 + 1)
    hit = monday(today) + dt.timedelta(days=weekday.index + 7 * weekday.week)
    return hit + dt.timedelta(days=7) if weekday.week == 0 and hit < today else hit


def _month_day(named: MonthDay, pieces: _Pieces, today: dt.date) -> dt.date:
    """A day of a month; where no year was said and the weekday is not that of the next one, the one a year later."""
    years = pieces.shift.years if pieces.shift else 0
    within = pieces.day.date.year if pieces.day else today.year + years if years else None
    year = named.year or within
    if year:
        return _agreed(dt.date(year, named.month, named.day), pieces.weekday)
    date = _next_month_day(named, today)
    if pieces.weekday and date.weekday() != pieces.weekday.index:
        later = _next_month_day(named, dt.date(date.year + 1, 1, 1))
        if later.weekday() == pieces.weekday.index:
            return later
    return _agreed(date, pieces.weekday)


def _next_month_day(named: MonthDay, today: dt.date) -> dt.date:
    """The next such day from a day on; 29 February waits for a leap year."""
    for year in range(today.year, today.year + 9):
        if named.day <= month_length(year, named.month):
            date = dt.date(year, named.month, named.day)
            if date >= today:
                return date
    raise ValueError("no such day")


def _next_day_of_month(number: int, weekday: Weekday | None, month: Day | None, today: dt.date) -> dt.date:
    """The next such day of a month, on such a weekday where one was said."""
    if month:
        return month.date.replace(day=number)
    for ahead in range(12 * 12):
        year, index = divmod(today.year * 12 + today.month - 1 + ahead, 12)
        if number <= month_length(year, index + 1):
            date = dt.date(year, index + 1, number)
            if date >= today and (weekday is None or date.weekday() == weekday.index):
                return date
    raise ValueError("no such day")


def _timed(date: dt.date | None, pieces: _Pieces, cx: Context) -> dt.datetime:
    """The wall clock meant, in the user's zone; a bare time that is over today is tomorrow's."""
    clock, part = pieces.clock, pieces.part
    zone = clock.zone if clock and clock.zone else None
    now = (cx.now.astimezone(zone) if zone else cx.now).replace(tzinfo=None, second=0, microsecond=0)
    base = date or now.date()
    soft = date is None or bool(pieces.day and pieces.day.soft)
    is_today = pieces.day is not None and pieces.day.today
    if clock is None:
        assert part is not None
        when = _part_time(base, part, now, cx, dated=date is not None)
        if soft and date is None and when < now:
            when += dt.timedelta(days=1)
    else:
        when = dt.datetime.combine(base, dt.time(*hour_of(clock, part, base, now if is_today else None)))
        night = part is not None and part.name in ("night", "tonight")
        small = when.hour < 6 and (night or (clock.midnight and is_today))
        if small and not (base == now.date() and when > now and now.hour < 6):
            when += dt.timedelta(days=1)
        when += dt.timedelta(minutes=clock.shift)
        if soft and (when < now or (when == now and when.time() == dt.time())):
            when += dt.timedelta(days=1)  # the midnight to come, at midnight
    if zone:
        when = when.replace(tzinfo=zone).astimezone(cx.now.tzinfo).replace(tzinfo=None)
    return when


def _part_time(base: dt.date, part: Part, now: dt.datetime, cx: Context, *, dated: bool) -> dt.datetime:
    """The usual hour of a part of the day; where its day was said and that hour is over, the next full one."""
    begin, over = _part_hours(part, cx)
    when = dt.datetime.combine(base, begin)
    if dated and when < now and base == now.date():
        if now.hour + 1 < over:
            return dt.datetime.combine(base, dt.time(now.hour + 1))
        if over > _NOON:  # late in the day that was said: what is left of it
            return dt.datetime.combine(base, dt.time(now.hour + 1) if now.hour < 23 else dt.time(23, 59))
    return when


def _part_hours(part: Part, cx: Context) -> tuple[dt.time, int]:
    if part.name == "morning":
        return cx.morning, _NOON
    begin, over = _PART_HOURS[part.name]
    return dt.time(begin), over


def hour_of(clock: Clock, part: Part | None, base: dt.date, now_if_today: dt.datetime | None) -> tuple[int, int]:
    """The hour 0..23 and minute; an unsure hour goes by the part of the day, else by what people mean."""
    hour = clock.hour
    if clock.sure or hour == 0 or hour > 12:
        return hour, clock.minute
    if part:
        match part.name:
            case "morning":
                return hour % 12, clock.minute
            case "afternoon":
                return hour % 12 + 12, clock.minute
            case "evening":
                return (hour % 12 + 12 if hour != 12 else 0), clock.minute
            case _:
                return (hour + 12 if 5 <= hour < 12 else hour % 12), clock.minute
    meant = hour + 12 if hour < 7 else hour
    dated = dt.datetime.combine(base, dt.time(meant, clock.minute)) + dt.timedelta(minutes=clock.shift)
    if now_if_today and meant < 12 and dated < now_if_today:
        meant += 12
    return meant, clock.minute

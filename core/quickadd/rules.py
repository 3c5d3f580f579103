"""A recurrence as its parts, written as an RRULE, and its first occurrence (RFC 5545, section 3.3.10)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Final, Protocol

from core.quickadd.candidates import has_days
from core.quickadd.spec import CODES, FREQUENCIES, Exclusion, Spec
from core.quickadd.values import Amount, Context, add, month_length, nth_weekday

_MANY: Final = 400
_HORIZON: Final = dt.timedelta(days=731)
_LATEST: Final = 9990
_STEPS: Final = {
    "HOURLY": dt.timedelta(hours=1),
    "MINUTELY": dt.timedelta(minutes=1),
    "SECONDLY": dt.timedelta(seconds=1),
}


class Series(Protocol):
    """What is used of dateutil's rrule: occurrences, without a zone, in order."""

    def __iter__(self) -> Iterator[dt.datetime]: ...

    def after(self, dt: datetime, inc: bool = ...) -> datetime | None:
        """The first occurrence after an instant, or at it."""
        ...

    def between(self, after: dt.datetime, before: dt.datetime, inc: bool = ...) -> list[dt.datetime]:
        """The occurrences between two instants."""
        ...


@dataclass(frozen=True, slots=True)
class Written:
    """A finished rule: its RRULE value with EXDATE lines, and its first occurrence, local."""

    rule: str
    first: dt.date
    time: dt.time | None
    from_completion: bool


def write(spec: Spec, cx: Context) -> Written | None:
    """The rule in words of RFC 5545 and its first occurrence at or after now or its start; None if it has none."""
    lasting = _without(spec)
    if lasting is None or not has_days(lasting, (lasting.start or cx.today).year):
        return None
    spec = lasting
    dates, moment = _excluded(spec), _first(spec, cx)
    if moment is None:
        return None
    if spec.length and not spec.until:
        spec = replace(spec, until=_end(spec, spec.length, moment, cx))
        if spec.until and moment.date() > spec.until:
            return None
    exdates: list[dt.datetime] = []
    if dates:
        gone_by_one = [_left_out(spec, moment, exclusion) for exclusion in dates]
        if any(len(hit) >= _MANY for hit in gone_by_one):
            return None  # more than can be written out: none is left out without a word
        exdates = sorted({when for hit in gone_by_one for when in hit})
        gone = set(exdates)
        kept = next((when for when in islice(_series(spec, moment), _MANY) if when not in gone), None)
        if kept is None:
            return None
        moment, exdates = kept, [when for when in exdates if when > kept]
    text = rule_text(spec)
    if exdates:
        text += "\nEXDATE:" + ",".join(f"{when:%Y%m%dT%H%M%S}" for when in exdates)
    return Written(text, moment.date(), moment.time() if spec.timed else None, spec.from_completion)


def _end(spec: Spec, length: Amount, first: dt.datetime, cx: Context) -> dt.date:
    """The last day of `for 5 days`: so long from the start, and short of an occurrence on the very day it is over."""
    begin = spec.start or cx.today
    if begin < first.date() and _on_day(spec, begin, first.date()):
        begin = first.date()  # its time has passed today
    end = add(begin, length)
    return end - dt.timedelta(days=1) if end > begin and _on_day(spec, end, first.date()) else end


def _on_day(spec: Spec, day: dt.date, anchor: dt.date) -> bool:
    """Whether a day has what the rule asks of its occurrences, whatever an interval leaves out."""
    if spec.months and day.month not in spec.months:
        return False
    if spec.month_days or spec.year_days or spec.weekdays:
        return (
            (not spec.month_days or _in_month(day, spec.month_days))
            and (not spec.year_days or day.timetuple().tm_yday in spec.year_days)
            and (not spec.weekdays or any(_is_nth(day, n, weekday) for n, weekday in spec.weekdays))
        )
    match spec.freq:
        case "YEARLY":
            return (day.month, day.day) == (anchor.month, anchor.day)
        case "MONTHLY":
            return day.day == anchor.day
        case "WEEKLY":
            return day.weekday() == anchor.weekday()
        case _:
            return True


def rule_text(spec: Spec) -> str:
    """The RRULE value."""
    parts = [f"FREQ={spec.freq}"]
    if spec.interval != 1:
        parts.append(f"INTERVAL={spec.interval}")
    days = [f"{n or ''}{CODES[weekday]}" for n, weekday in spec.weekdays]
    for name, values in (
        ("BYMONTH", spec.months),
        ("BYMONTHDAY", spec.month_days),
        ("BYYEARDAY", spec.year_days),
        ("BYDAY", days),
        ("BYHOUR", spec.hours),
        ("BYMINUTE", spec.minutes),
        ("BYSETPOS", spec.positions),
    ):
        if values:
            parts.append(f"{name}={','.join(map(str, values))}")
    if spec.count:
        parts.append(f"COUNT={spec.count}")
    if spec.until:
        parts.append(f"UNTIL={spec.until:%Y%m%d}")
    return ";".join(parts)


def _series(spec: Spec, start: dt.datetime, *, every: bool = False) -> Series:
    """The rule as dateutil runs it; with `every`, without interval, count and end."""
    from dateutil.rrule import rrule, weekday  # type: ignore[import-untyped]

    series: Series = rrule(
        FREQUENCIES.index(spec.freq or "DAILY"),
        dtstart=start,
        interval=1 if every else spec.interval,
        bymonth=spec.months or None,
        bymonthday=spec.month_days or None,
        byyearday=spec.year_days or None,
        byweekday=[weekday(index, n or None) for n, index in spec.weekdays] or None,
        byhour=spec.hours or None,
        byminute=spec.minutes or None,
        bysetpos=spec.positions or None,
        count=None if every else spec.count,
        until=None if every or not spec.until else dt.datetime.combine(spec.until, dt.time(23, 59, 59)),
    )
    return series


def _first(spec: Spec, cx: Context) -> dt.datetime | None:
    """The first occurrence. The first one of a series with an interval is its anchor."""
    now = cx.now.replace(tzinfo=None, microsecond=0)
    if now.second:
        now = now.replace(second=0) + dt.timedelta(minutes=1)
    if spec.start is None or spec.start <= now.date():
        earliest = now if spec.timed else dt.datetime.combine(now.date(), dt.time())
        day = now.date()
    else:
        day = spec.start
        earliest = dt.datetime.combine(day, dt.time())
    if spec.freq in ("HOURLY", "MINUTELY", "SECONDLY"):
        begin = (
            earliest.replace(hour=spec.start_time.hour, minute=spec.start_time.minute) if spec.start_time else earliest
        )
        begin = begin + dt.timedelta(minutes=-begin.minute % 60) if spec.hours else begin
    else:
        begin = dt.datetime.combine(day, spec.time or dt.time())
    if begin.year > _LATEST:
        return None
    plain = not (spec.month_days or spec.year_days or spec.weekdays)  # so that any day may be the first
    probe = replace(spec, freq="DAILY") if plain and spec.freq in ("YEARLY", "MONTHLY", "WEEKLY") else spec
    if spec.start_time and spec.interval > 1:
        return _series(spec, begin).after(earliest, inc=True)
    if spec.start and spec.start < now.date() and spec.interval > 1:
        return _anchored(spec, probe, now)
    hit = _series(probe, begin, every=True).after(earliest, inc=True)
    if hit is None or (spec.until and hit.date() > spec.until):
        return None
    return hit


def _anchored(spec: Spec, probe: Spec, now: dt.datetime) -> dt.datetime | None:
    """The first occurrence from now on of a series with an interval that began on a day gone by."""
    assert spec.start is not None
    begin = dt.datetime.combine(spec.start, spec.time or dt.time())
    anchor = _series(probe, begin, every=True).after(begin, inc=True)
    earliest = now if spec.timed else dt.datetime.combine(now.date(), dt.time())
    hit = _series(spec, anchor).after(earliest, inc=True) if anchor else None
    return None if hit is None or (spec.until and hit.date() > spec.until) else hit


def _without(spec: Spec) -> Spec | None:
    """The spec with lasting exclusions (months, weekdays, hours) in its own parts; None if nothing is left."""
    months = {e.month for e in spec.exclusions if e.month}
    if months:
        spec = replace(spec, months=[m for m in spec.months or range(1, 13) if m not in months])
        if not spec.months:
            return None
    weekdays = frozenset().union(*(e.weekdays for e in spec.exclusions)) if spec.exclusions else frozenset()
    if weekdays and not any(n for n, _ in spec.weekdays):
        chosen = spec.weekdays or [(0, day) for day in range(7)]
        if spec.freq != "WEEKLY" or spec.weekdays:
            spec = replace(spec, weekdays=[day for day in chosen if day[1] not in weekdays])
            if not spec.weekdays:
                return None
    for exclusion in spec.exclusions:
        rule = exclusion.rule
        if rule and _daily_hours(rule) and spec.freq == "HOURLY":
            spec = replace(spec, hours=[hour for hour in spec.hours or range(24) if hour not in rule.hours])
            if not spec.hours:
                return None
    return spec


def _daily_hours(rule: Spec) -> bool:
    return bool(
        rule.freq == "DAILY" and rule.interval == 1 and rule.hours and rule.minutes == [0] and not rule.weekdays
    )


def _excluded(spec: Spec) -> list[Exclusion]:
    """The exclusions that have to be written out as dates."""
    return [e for e in spec.exclusions if e.date or (e.rule and not (_daily_hours(e.rule) and spec.freq == "HOURLY"))]


def _left_out(spec: Spec, start: dt.datetime, exclusion: Exclusion) -> list[dt.datetime]:
    """The occurrences one exclusion takes out: those of its day, or two years of those that another rule has too."""
    if exclusion.date:
        begin = dt.datetime.combine(exclusion.date, dt.time.min)
        end = dt.datetime.combine(exclusion.last or exclusion.date, dt.time.max)
        step = _STEPS.get(spec.freq or "")
        if step and not spec.count and begin > start:
            step *= spec.interval
            start += (begin - start) // step * step
    else:
        begin, end = start, start + _HORIZON
    hit: list[dt.datetime] = []
    for when in islice(_series(spec, start), 20 * _MANY):
        if when > end or len(hit) == _MANY:
            break
        if when >= begin and _hits(exclusion, when):
            hit.append(when)
    return hit


def _hits(exclusion: Exclusion, when: dt.datetime) -> bool:
    """Whether an occurrence is one that is left out."""
    if exclusion.date:
        within = exclusion.date <= when.date() <= (exclusion.last or exclusion.date)
        return within and (exclusion.time is None or when.time() == exclusion.time)
    rule = exclusion.rule
    if rule is None:
        return False
    day = when.date()
    return (
        (not rule.months or day.month in rule.months)
        and (not rule.month_days or _in_month(day, rule.month_days))
        and (not rule.weekdays or any(_is_nth(day, n, weekday) for n, weekday in rule.weekdays))
        and (not rule.hours or (when.hour in rule.hours and when.minute in rule.minutes))
    )


def _in_month(day: dt.date, numbers: list[int]) -> bool:
    """Whether a day is one of its month's that are numbered from its beginning, or from its end when negative."""
    return day.day in numbers or day.day - month_length(day.year, day.month) - 1 in numbers


def _is_nth(day: dt.date, n: int, weekday: int) -> bool:
    return day.weekday() == weekday and (not n or nth_weekday(day.year, day.month, weekday, n) == day)

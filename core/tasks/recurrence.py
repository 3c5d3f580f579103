"""Series of tasks: from one due date to the next, on the wall clock.

A rule is the value of an RRULE (RFC 5545, section 3.3.10), lines of EXDATE may follow it. The task's due date is the
DTSTART, so nothing else is kept of the series: the rule counts on from wherever the task stands. All arithmetic is on
local time without a zone, so that 9am stays 9am when the clocks change; `Due.at` says which instant that is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

from core.model import Due
from core.tasks.rules import Rule, never, parse

_CYCLE = 400
"""Years after which the Gregorian calendar repeats, weekdays included."""

_MOST_STEPS = 50_000
"""How far a rule of minutes or hours is followed through days and hours that its other parts leave out."""


def canonical(text: str, due: Due) -> tuple[str, Due]:
    """Return the rule as it is stored, and the due date it goes with.

    A single hour and minute in the rule that the due time says already are left out; a due date without a time takes
    the rule's. Raises Invalid when the rule can't be read or never comes.
    """
    rule = parse(text)
    if due.time is None and rule.times:
        due = Due(due.date, rule.times[0], due.zone)
    if rule.times == (due.time,):
        rule = rule.without("BYHOUR", "BYMINUTE", "BYSECOND")
    if next(_from(rule, _wall(due)), None) is None:
        raise never(text)
    return str(rule), due


def first(text: str, *, now: dt.datetime, zone: ZoneInfo) -> Due:
    """Return the first due date of a series nobody gave a start: today at the earliest, and not in the past.

    Raises Invalid when the rule can't be read or never comes.
    """
    rule = parse(text)
    today = now.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
    timed = rule.small or bool(rule.times)
    for moment in _from(rule, today if rule.small else _midnight(today)):
        due = Due(moment.date(), moment.time() if timed else None, zone.key)
        if not rule.excludes(moment, zone) and not (timed and due.at <= now):
            return due
    raise never(text)


def advance(text: str, due: Due, *, now: dt.datetime, from_completion: bool) -> tuple[Due, str] | None:
    """Return the next due date of a series that stands at `due`, with what is left of its rule; None when it has ended.

    The next date lies after `due` and after `now` (aware): late occurrences don't pile up, but they use up a COUNT.
    `from_completion` counts from today instead of from `due`. Raises Invalid when the rule can't be read.
    """
    rule = parse(text)
    zone = ZoneInfo(due.zone)
    local = now.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
    start = _wall(due)
    if from_completion:
        start = local if rule.small else dt.datetime.combine(local.date(), start.time())
    timed = due.time is not None or rule.small or bool(rule.times)
    until = rule.until(zone)
    passed = 1
    skipped, start = _leap(rule, start, local)
    passed += skipped
    for moment in _from(rule, start):
        if moment <= start:
            continue
        if (until is not None and moment > until) or (rule.count is not None and passed >= rule.count):
            return None
        following = Due(moment.date(), moment.time() if timed else None, due.zone)
        late = following.at <= now if timed else following.date <= local.date()
        if not late and not rule.excludes(moment, zone):
            return following, str(rule.counted_down(passed))
        passed += 1
    return None


def _wall(due: Due) -> dt.datetime:
    return dt.datetime.combine(due.date, due.time or dt.time())


def _midnight(moment: dt.datetime) -> dt.datetime:
    return dt.datetime.combine(moment.date(), dt.time())


def _from(rule: Rule, start: dt.datetime) -> Iterator[dt.datetime]:
    """Yield the rule's moments from `start` on, in order, whatever its COUNT, UNTIL and EXDATE say; it always ends."""
    if rule.small:
        yield from _in_small_steps(rule, start)
        return
    # A rule that never comes is followed to the year 9999. Moved near to it by whole cycles, that isn't far.
    years = (dt.MAXYEAR - start.year) // _CYCLE * _CYCLE
    moved: Iterator[dt.datetime] = iter(rrulestr(rule.bare, dtstart=start.replace(year=start.year + years)))
    for moment in moved:
        yield moment.replace(year=moment.year - years)


def _in_small_steps(rule: Rule, start: dt.datetime) -> Iterator[dt.datetime]:
    """Yield the moments of a rule of minutes or hours; its other parts only leave moments out (RFC 5545, page 44)."""
    moment, step = start, rule.step
    for _ in range(_MOST_STEPS):
        if not rule.allows_day(moment):
            moment += -((moment - _midnight(moment) - dt.timedelta(days=1)) // step) * step
            continue
        if rule.allows_time(moment):
            yield moment
        moment += step


def _leap(rule: Rule, start: dt.datetime, local: dt.datetime) -> tuple[int, dt.datetime]:
    """Go from `start` to the last step of minutes or hours before yesterday at once.

    Returns how many occurrences that passes by (of a rule with gaps it is not known, and matters for a COUNT alone).
    """
    if not rule.small or (rule.has_gaps and rule.count is not None):
        return 0, start
    steps = max(0, (local - dt.timedelta(days=1) - start) // rule.step)
    return steps, start + steps * rule.step

"""At what time: `at 9`, `at 9 and 17`, `in the morning`, `mornings at 7:30`, `from 9 to 5`."""

from __future__ import annotations

from typing import Final

from core.quickadd import times
from core.quickadd.reading import Reading
from core.quickadd.resolve import hour_of
from core.quickadd.values import Clock, Context, Part
from core.quickadd.words import word_set

_PLURALS: Final = word_set("mornings afternoons evenings nights")
_PART_HOURS: Final = {"afternoon": 15, "evening": 19, "night": 21}


def at(r: Reading) -> bool:
    """`at 9`, `at 9 and 17`, `in the morning`, `from 9 to 5`, `mornings at 7:30`."""
    words, i = r.ts.words, r.i
    if r.spec.hours:
        return _late_part(r)
    if words[i] in ("from", "between") and _between(r, i + 1):
        return True
    part, j = _part(r, i)
    clocks, end = _clocks(r, j)
    if not clocks and part is None:
        return False
    if part is None:
        part, end = _part(r, end)
    if part is None and r.part:
        part = Part(r.part)
    if words[j - 1] in _PLURALS and (r.days or clocks):
        r.plural = True
        if not r.days and not r.spec.freq:
            r.spec.freq = "DAILY"  # mornings at 9
    _set_times(r, clocks, part)
    r.clocks = clocks if part is None else []
    r.i = end
    return True


def _late_part(r: Reading) -> bool:
    """The part of the day that is said after its hours: `at 6:30 every morning`."""
    part, end = _part(r, r.i) if r.clocks else (None, r.i)
    if part is None:
        return False
    _set_times(r, r.clocks, part)
    r.clocks, r.i = [], end
    return True


def part_time(name: str, cx: Context) -> tuple[int, int]:
    """The hour and the minute that a part of the day means when none is said."""
    return (cx.morning.hour, cx.morning.minute) if name == "morning" else (_PART_HOURS[name], 0)


def _clocks(r: Reading, i: int) -> tuple[list[Clock], int]:
    """One clock time, or several, and the index after the last; of those whose minutes cannot be said, the first."""
    ts, words = r.ts, r.ts.words
    clocks: list[Clock] = []
    end = k = i
    while len(clocks) < 24:
        k = k + 1 if words[k] in ("at", "@", "around", "by", "about") else k
        hit = times.clock(ts, k) or (times.another(ts, k) if clocks else times.span(ts, k) if r.days else None)
        if hit is None or not isinstance(hit[0], Clock):
            break
        if clocks and hit[0].minute != clocks[0].minute and r.spec.freq not in ("DAILY", "WEEKLY"):
            break
        clocks.append(hit[0])
        end = hit[1]
        if words[end] not in (",", "and", "&"):
            break
        k = end + 2 if words[end] == "," and words[end + 1] == "and" else end + 1
        if ts.nums[k] < 0 and words[k] not in ("at", "@", "noon", "midnight"):
            break
    return clocks, end


def _part(r: Reading, i: int) -> tuple[Part | None, int]:
    words = r.ts.words
    hit = times.part(r.ts, i)
    if hit is None or not isinstance(hit[0], Part):
        return None, i
    if i == hit[1] - 1 and words[i] not in _PLURALS and not (r.spec.freq or r.plural or r.days):
        return None, i
    if words[hit[1] - 1] == "eve":
        return None, i
    return hit[0], hit[1]


def _set_times(r: Reading, clocks: list[Clock], part: Part | None) -> None:
    today = r.cx.today
    said = [hour_of(clock, part, today, None) for clock in clocks]
    said = [_shifted(r, hour, minute, clock) for (hour, minute), clock in zip(said, clocks, strict=True)]
    if not said and part:
        said = [part_time(part.name, r.cx)]
    r.spec.hours = sorted({hour for hour, _ in said})
    r.spec.minutes = sorted({minute for _, minute in said})
    if len(r.spec.minutes) > 1:
        r.times = said


def _shifted(r: Reading, hour: int, minute: int, clock: Clock) -> tuple[int, int]:
    total = (hour * 60 + minute + clock.shift) % 1440
    return divmod(total, 60)


def _between(r: Reading, i: int) -> bool:
    """The hours an hourly rule runs, both ends included."""
    if r.spec.freq not in ("HOURLY", "MINUTELY"):
        return False
    begin = times.simple(r.ts, i)
    if begin is None or r.ts.words[begin[1]] not in ("to", "and", "-", "until", "till", "–"):
        return False
    end = times.simple(r.ts, begin[1] + 1)
    if end is None:
        return False
    low = hour_of(begin[0], None, r.cx.today, None)[0]
    high = hour_of(end[0], None, r.cx.today, None)[0]
    if high <= low and high < 12 and not end[0].sure:
        high += 12
    if high <= low:
        return False
    last = high - 1 if r.spec.freq == "MINUTELY" else high
    r.spec.hours, r.spec.minutes = list(range(low, last + 1)), []
    r.i = end[1]
    return True

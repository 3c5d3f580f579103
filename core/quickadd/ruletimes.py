"""At what time: `at 9`, `at 9 and 17`, `in the morning`, `mornings at 7:30`, `from 9 to 5`."""

from __future__ import annotations

from typing import Final

from core.quickadd import times
from core.quickadd.reading import Reading
from core.quickadd.resolve import hour_of
from core.quickadd.values import Clock, Impossible, Part

_PART_HOURS: Final = {"morning": 9, "afternoon": 15, "evening": 19, "night": 21}


def at(r: Reading) -> bool:
    """`at 9`, `at 9 and 17`, `in the morning`, `from 9 to 5`, `mornings at 7:30`."""
    ts, words, i = r.ts, r.ts.words, r.i
    if r.spec.hours:
        return False
    if words[i] in ("from", "between") and _between(r, i + 1):
        return True
    part, j = _part(r, i)
    k = j + 1 if words[j] in ("at", "@", "around", "by", "about") else j
    clocks: list[Clock] = []
    end = j
    while len(clocks) < 24:
        hit = times.clock(ts, k)
        if hit is None or not isinstance(hit[0], Clock):
            if hit and isinstance(hit[0], Impossible):
                return False
            break
        clocks.append(hit[0])
        end = hit[1]
        if words[end] not in (",", "and", "&") or (words[end] == "and" and ts.nums[end + 1] < 0):
            break
        k = end + 1
    if not clocks and part is None:
        return False
    if part is None:
        part, end = _part(r, end)
    _set_times(r, clocks, part)
    r.i = end
    return True


def _part(r: Reading, i: int) -> tuple[Part | None, int]:
    words = r.ts.words
    hit = times.part(r.ts, i)
    if hit is None or not isinstance(hit[0], Part):
        return None, i
    if i == hit[1] - 1 and not (r.spec.freq or r.plural or r.days):
        return None, i
    if words[hit[1] - 1] == "eve":
        return None, i
    return hit[0], hit[1]


def _set_times(r: Reading, clocks: list[Clock], part: Part | None) -> None:
    today = r.cx.today
    said = [hour_of(clock, part, today, None) for clock in clocks]
    said = [_shifted(r, hour, minute, clock) for (hour, minute), clock in zip(said, clocks, strict=True)]
    if not said and part:
        said = [(_PART_HOURS[part.name], 0)]
    first = [pair for pair in said if pair[1] == said[0][1]]
    r.spec.hours = sorted({hour for hour, _ in first})
    r.spec.minutes = [said[0][1]]


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

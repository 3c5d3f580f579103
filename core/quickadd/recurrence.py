"""The grammar of rules: clauses in any order, one of which says how often.

`every 2 weeks on tue at 9 starting 8 Dec until June`, `2nd and last fri of each month`, `daily except in may`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from core.quickadd import times
from core.quickadd.moments import day_at, phrase_at
from core.quickadd.numbers import cardinal, ordinal, quantity
from core.quickadd.relative import amount, unit
from core.quickadd.resolve import hour_of
from core.quickadd.ruledays import WORK_WEEK, Days, read_days
from core.quickadd.rules import Exclusion, Spec
from core.quickadd.tokens import Tokens
from core.quickadd.values import Amount, Clock, Context, Impossible, Level, Part
from core.quickadd.words import DAY, MONTHS, PARTS, WEEKDAY_PLURALS, WEEKDAYS, WEEKEND, WORKDAY

_ADVERBS: Final[dict[str, tuple[str, int]]] = {
    "daily": ("DAILY", 1),
    "everyday": ("DAILY", 1),
    "nightly": ("DAILY", 1),
    "weekly": ("WEEKLY", 1),
    "biweekly": ("WEEKLY", 2),
    "fortnightly": ("WEEKLY", 2),
    "monthly": ("MONTHLY", 1),
    "bimonthly": ("MONTHLY", 2),
    "quarterly": ("MONTHLY", 3),
    "yearly": ("YEARLY", 1),
    "annually": ("YEARLY", 1),
    "hourly": ("HOURLY", 1),
}
TRIGGERS: Final = frozenset(
    {"every", "each", "ev", "once", "alternate", "bi", "semi", "weekdays", "weekends", "after"}
).union(_ADVERBS, WEEKDAY_PLURALS)
_STARTS: Final = frozenset({"starting", "beginning", "commencing", "start", "starts", "begins", "from", "effective"})
_UNTILS: Final = frozenset({"until", "till", "til", "through", "thru", "ending", "ends", "end"})
_EXCEPTS: Final = frozenset({"except", "excluding", "excepting", "but", "without", "skipping"})
_TIMES: Final = frozenset({"times", "time", "occurrences", "occurrence", "repetitions", "repeats", "x", "×"})
_PART_HOURS: Final = {"morning": 9, "afternoon": 15, "evening": 19, "night": 21}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule found in a text: its parts, and the tokens that say it."""

    start: int
    end: int
    spec: Spec
    certain: bool
    """Whether it said `every` or `each`; `daily` and `mondays` may be words of a title."""


class _Reader:
    """Reads the clauses of one rule. `i` is the next token."""

    def __init__(self, ts: Tokens, i: int, cx: Context) -> None:
        self.ts = ts
        self.cx = cx
        self.i = i
        self.spec = Spec()
        self.days: list[Days] = []
        self.certain = False
        self.plural = False
        self.of_month = False
        self.nth_interval: int | None = None
        self.until_at: int | None = None

    def read(self) -> int | None:
        """Read as many clauses as follow one another; the index after the last, or None if they make no rule."""
        end = None
        for _ in range(16):
            here = self.i
            self._skip_joints()
            at = self.i
            if not any(clause(self) for clause in _CLAUSES) or self.i == at:
                self.i = here
                break
            end = self.i
        if end is None or not self._complete():
            return None
        return end

    def _skip_joints(self) -> None:
        while self.ts.words[self.i] in (",", ";") and self.ts.words[self.i + 1]:
            self.i += 1

    # --- how often ---------------------------------------------------------------------------------------------------

    def every(self) -> bool:
        """`every 2 weeks`, `of each month`, `each friday`, `every other`, `daily`, `once a month`."""
        ts, words, i = self.ts, self.ts.words, self.i
        if self.spec.freq:
            return self._adverbial_unit()
        j = i
        if words[j] in ("of", "in", "for") and words[j + 1] in ("each", "every", "the"):
            j += 1
        if words[j] == "once" and words[j + 1] in ("a", "an", "per", "every", "each", *_ADVERBS):
            j += 1
        if words[j] in _ADVERBS or words[j] in ("bi", "semi"):
            return self._adverb(j)
        if words[j] in ("a", "an", "per") and words[j - 1] == "once":
            return self._unit(j + 1, 1)
        if words[j] == "alternate":
            return self._body(j + 1, 2)
        if words[j] not in ("every", "each", "ev"):
            return False
        j += 1
        if words[j] == "!" and ts.glued(j):
            self.spec.from_completion = True
            j += 1
        if words[j] == "single":
            j += 1
        self.certain = True
        if words[j] in ("other", "alternate") or (words[j] == "second" and self._is_unit_or_day(j + 1)):
            return self._body(j + 1, 2)
        return self._body(j, 1)

    def _is_unit_or_day(self, j: int) -> bool:
        word = self.ts.words[j]
        return (unit(self.ts, j) is not None or word in WEEKDAYS or word in WEEKEND) and not self._of_month(j + 1)

    def _of_month(self, j: int) -> bool:
        words = self.ts.words
        return words[j] in ("of", "in") and words[j + 1] in ("the", "each", "every", "a", *MONTHS)

    def _adverb(self, j: int) -> bool:
        words = self.ts.words
        factor, k = 1, j
        if words[j] in ("bi", "semi"):
            k = j + 2 if words[j + 1] == "-" else j + 1
            if words[k] not in ("weekly", "monthly", "annually", "yearly", "annual"):
                return False
            if words[j] == "semi":
                if words[k] not in ("annually", "yearly"):
                    return False
                self.spec.freq, self.spec.interval = "MONTHLY", 6
                self.i = k + 1
                return True
            factor = 2
        self.spec.freq, self.spec.interval = _ADVERBS[words[k]][0], _ADVERBS[words[k]][1] * factor
        if words[k] == "nightly":
            self.spec.hours, self.spec.minutes = [21], [0]
        self.i = k + 1
        return True

    def _adverbial_unit(self) -> bool:
        """`every friday … of the month`: what a frequency may be narrowed by after it was said."""
        words, i = self.ts.words, self.i
        if (
            words[i] in ("of", "in")
            and words[i + 1] in ("the", "each", "every", "a")
            and words[i + 2] in ("month", "year")
        ):
            self.of_month = True
            self.spec.freq = "MONTHLY" if words[i + 2] == "month" else "YEARLY"
            if self.nth_interval:
                self.spec.interval = 1
            self.i = i + 3
            return True
        if words[i] in ("each", "every") and words[i + 1] in ("week", "month", "year") and self.spec.interval == 1:
            self.spec.freq = {"week": "WEEKLY", "month": "MONTHLY", "year": "YEARLY"}[words[i + 1]]
            self.i = i + 2
            return True
        return False

    def _body(self, j: int, interval: int) -> bool:
        """What follows `every`: a unit, a number of units, days, a part of the day."""
        ts, words = self.ts, self.ts.words
        if self._unit(j, interval) or self._counted(j):
            return True
        if words[j] in PARTS and words[j] != "eve":
            self.spec.freq, self.spec.interval = "DAILY", interval
            self.i = j
            return True
        nth = ordinal(ts, j)
        if nth and self._nth(nth[0], nth[1]):
            return True
        found = read_days(ts, j) if words[j] not in ("on", "of", "every", "each") else None
        if found is None:
            return False
        self.days.append(found[0])
        self.spec.interval = interval
        self.i = found[1]
        self._implied(found[0])
        return True

    def _unit(self, j: int, interval: int) -> bool:
        words = self.ts.words
        if words[j] in WORKDAY or words[j] in WEEKEND or (words[j] in ("business", "working") and words[j + 1] in DAY):
            return False
        if words[j] == "half" and words[j + 1] in ("hour", "year", "day"):
            self._freq(Amount(seconds=1800) if words[j + 1] == "hour" else Amount(months=6), 1)
            if words[j + 1] == "day":
                self.spec.freq, self.spec.interval = "HOURLY", 12
            self.i = j + 2
            return True
        if words[j] in ("night", "nights") or (words[j] == "month" and words[j + 1] in ("end", "-")):
            return False
        one = unit(self.ts, j)
        if one is None or (len(words[j]) == 1 and not self.ts.glued(j)):
            return False
        self._freq(one[0], interval)
        self.i = one[1]
        return True

    def _counted(self, j: int) -> bool:
        """`3 days`, `two weeks`, `couple of months`, `half an hour`, `2 mondays`."""
        count = quantity(self.ts, j)
        if count is None or ordinal(self.ts, j) is not None:
            return False
        number, k = count
        if self.ts.words[k] in WEEKDAYS or self.ts.words[k] in WEEKDAY_PLURALS:
            index = WEEKDAYS.get(self.ts.words[k], WEEKDAY_PLURALS.get(self.ts.words[k], 0))
            self.days.append(Days(weekdays=[index]))
            self.spec.freq, self.spec.interval, self.i = "WEEKLY", max(1, int(number)), k + 1
            return True
        k = k + 1 if self.ts.words[k] == "-" else k
        one = unit(self.ts, k)
        if one is None or not 0 < number <= 9999:
            return False
        if one[0].workdays:
            return False
        if not self._freq(one[0].times(number), 1):
            return False
        self.i = one[1]
        return True

    def _freq(self, length: Amount, interval: int) -> bool:
        """The frequency of a length of time."""
        spec = self.spec
        if length.months and not length.days and not length.seconds:
            spec.freq, count = (
                ("YEARLY", length.months // 12) if length.months % 12 == 0 else ("MONTHLY", length.months)
            )
        elif length.days and not length.months and not length.seconds:
            spec.freq, count = ("WEEKLY", length.days // 7) if length.days % 7 == 0 else ("DAILY", length.days)
        elif length.seconds and not length.months:
            seconds = length.seconds + length.days * 86_400
            step = 3600 if seconds % 3600 == 0 else 60 if seconds % 60 == 0 else 1
            spec.freq, count = {3600: "HOURLY", 60: "MINUTELY", 1: "SECONDLY"}[step], seconds // step
        else:
            return False
        spec.interval = count * interval
        return True

    def _nth(self, n: int, j: int) -> bool:
        """`every 5th fri`, `every 4th day`: an interval, unless `of the month` follows."""
        words = self.ts.words
        if self._of_month(j + 1) or n < 2:
            return False
        if words[j] in WEEKDAYS:
            if words[j + 1] in (",", "and", "&") and ordinal(self.ts, j + 2):
                return False
            self.days.append(Days(weekdays=[WEEKDAYS[words[j]]]))
            self.spec.freq, self.spec.interval, self.i = "WEEKLY", n, j + 1
            return True
        if words[j] in WEEKEND:
            self.days.append(Days(weekdays=[5, 6]))
            self.spec.freq, self.spec.interval, self.i = "WEEKLY", n, j + 1
            return True
        return self._unit(j, n)

    def _implied(self, days: Days) -> None:
        """The frequency of `every` followed by days alone."""
        if days.months:
            self.spec.freq = "YEARLY"
        elif days.nth or days.numbers:
            self.spec.freq = "MONTHLY"
        else:
            self.spec.freq = "WEEKLY"

    # --- which days and times --------------------------------------------------------------------------------------

    def on(self) -> bool:
        """`on mon and wed`, `the 4th`, `mondays`, `last friday`, `on december 21st and 31st`."""
        words, i = self.ts.words, self.i
        if len(self.days) > 1 or (words[i] in ("every", "each", "from") and not self._weekday_range(i)):
            return False
        found = read_days(self.ts, i)
        if found is None or found[1] == i:
            return False
        days, end = found
        if days.months and not days.numbers and not days.nth and words[i] not in ("every", "each"):
            return False
        if self.days and self.days[-1].weekdays and days.weekdays:
            return False
        self.plural |= days.plural
        self.days.append(days)
        self.i = end
        return True

    def _weekday_range(self, i: int) -> bool:
        return self.ts.words[i] == "from" and self.ts.words[i + 1] in WEEKDAYS

    def months(self) -> bool:
        """`in june and july`."""
        words, i = self.ts.words, self.i
        if words[i] not in ("in", "during", "of") or words[i + 1] not in MONTHS or not self.spec.freq:
            return False
        j = i + 1
        while words[j] in MONTHS:
            self.spec.months.append(MONTHS[words[j]])
            self.i = j + 1
            j += 2 if words[j + 1] in (",", "and", "&") else 1
            if words[j] == "and":
                j += 1
        return True

    def at(self) -> bool:
        """`at 9`, `at 9 and 17`, `in the morning`, `from 9 to 5`, `mornings at 7:30`."""
        ts, words, i = self.ts, self.ts.words, self.i
        if self.spec.hours:
            return False
        if words[i] in ("from", "between") and self._between(i + 1):
            return True
        part, j = self._part(i)
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
            part, end = self._part(end)
        self._set_times(clocks, part)
        self.i = end
        return True

    def _part(self, i: int) -> tuple[Part | None, int]:
        words = self.ts.words
        hit = times.part(self.ts, i)
        if hit is None or not isinstance(hit[0], Part):
            return None, i
        if i == hit[1] - 1 and not (self.spec.freq or self.plural or self.days):
            return None, i
        if words[hit[1] - 1] == "eve":
            return None, i
        return hit[0], hit[1]

    def _set_times(self, clocks: list[Clock], part: Part | None) -> None:
        today = self.cx.today
        said = [hour_of(clock, part, today, None) for clock in clocks]
        said = [self._shifted(hour, minute, clock) for (hour, minute), clock in zip(said, clocks, strict=True)]
        if not said and part:
            said = [(_PART_HOURS[part.name], 0)]
        first = [pair for pair in said if pair[1] == said[0][1]]
        self.spec.hours = sorted({hour for hour, _ in first})
        self.spec.minutes = [said[0][1]]

    def _shifted(self, hour: int, minute: int, clock: Clock) -> tuple[int, int]:
        total = (hour * 60 + minute + clock.shift) % 1440
        return divmod(total, 60)

    def _between(self, i: int) -> bool:
        """The hours an hourly rule runs, both ends included."""
        if self.spec.freq not in ("HOURLY", "MINUTELY"):
            return False
        begin = times.simple(self.ts, i)
        if begin is None or self.ts.words[begin[1]] not in ("to", "and", "-", "until", "till", "–"):
            return False
        end = times.simple(self.ts, begin[1] + 1)
        if end is None:
            return False
        low = hour_of(begin[0], None, self.cx.today, None)[0]
        high = hour_of(end[0], None, self.cx.today, None)[0]
        if high <= low and high < 12 and not end[0].sure:
            high += 12
        if high <= low:
            return False
        last = high - 1 if self.spec.freq == "MINUTELY" else high
        self.spec.hours, self.spec.minutes = list(range(low, last + 1)), []
        self.i = end[1]
        return True

    # --- from when, until when, how many times -----------------------------------------------------------------------

    def starting(self) -> bool:
        """`starting next tuesday`, `from 8 Dec at 9`."""
        words, i = self.ts.words, self.i
        j = i
        if words[i] == "as" and words[i + 1] == "of":
            j = i + 2
        elif words[i] in _STARTS and words[i + 1] != "of":
            j = i + 1
        else:
            return False
        j = j + 1 if words[j] in ("on", "in", "from", "at", "by") else j
        if words[j] == "now":
            return False
        if words[j] == "in" and words[j + 1] not in MONTHS:
            j -= 1
        phrase = phrase_at(self.ts, j, self.cx)
        if phrase is None or phrase.when.error or phrase.when.past:
            return False
        if not phrase.has_day and not phrase.has_time:
            return False
        if phrase.has_day:
            self.spec.start = phrase.when.date
        time = phrase.when.time
        if time and not self.spec.hours:
            if self.spec.freq in ("HOURLY", "MINUTELY", "SECONDLY"):
                self.spec.start_time = time
            else:
                self.spec.hours, self.spec.minutes = [time.hour], [time.minute]
        self.i = phrase.end
        return True

    def until(self) -> bool:
        """`until june`, `through friday`, `to March 3`."""
        words, i = self.ts.words, self.i
        if words[i] == "up" and words[i + 1] == "to":
            j = i + 2
        elif words[i] in _UNTILS or (words[i] == "to" and self.spec.start):
            j = i + 1
        else:
            return False
        j = j + 1 if words[j] in ("on", "in", "by", "at") else j
        if words[j] == "after":
            count = cardinal(self.ts, j + 1)
            if count and self.ts.words[count[1]] in _TIMES and count[0]:
                self.spec.count, self.i = count[0], count[1] + 1
                return True
            return False
        found = day_at(self.ts, j, self.cx)
        if found is None:
            return False
        self.until_at = j
        self.i = found[1]
        return True

    def count(self) -> bool:
        """`for 4 times`, `10x`, `for the next 3 years`."""
        ts, words, i = self.ts, self.ts.words, self.i
        j = i + 1 if words[i] in ("for", "x", "×") else i
        if words[i] == "for" and words[j] == "the":
            j += 1
        if words[i] == "for" and words[j] == "next":
            j += 1
        found = cardinal(ts, j)
        if found and found[0] and (words[found[1]] in _TIMES or words[i] in ("x", "×")):
            self.spec.count = found[0]
            self.i = found[1] + (words[found[1]] in _TIMES)
            return True
        if words[i] != "for":
            return False
        if words[j] in ("week", "month", "year") and words[j - 1] == "next":
            self.spec.length = unit(ts, j)[0]  # type: ignore[index]
            self.i = j + 1
            return True
        length = amount(ts, j)
        if length is None or length[0].seconds:
            return False
        self.spec.length, self.i = length
        return True

    def after_completion(self) -> bool:
        """`after I finish`, `after completion`, `from completion`."""
        words, i = self.ts.words, self.i
        if words[i] not in ("after", "from", "since", "when", "once"):
            return False
        j = i + 1
        while words[j] in (
            "i",
            "i'm",
            "i've",
            "it's",
            "it",
            "is",
            "have",
            "am",
            "the",
            "last",
            "been",
            "we",
            "was",
            "get",
            "my",
        ):
            j += 1
        if words[j] not in _DONE:
            return False
        self.spec.from_completion = True
        self.i = j + 1
        while words[self.i] in ("it", "this", "that", "with") and words[self.i - 1] in _DONE | {"with"}:
            self.i += 1
        return True

    # --- except ------------------------------------------------------------------------------------------------------

    def excluding(self) -> bool:
        """`except on june 23rd and in may`, `but not on sundays`, `except daily at 12am`."""
        words, i = self.ts.words, self.i
        if words[i] in ("other", "apart") and words[i + 1] in ("than", "from"):
            j = i + 2
        elif words[i] in _EXCEPTS:
            j = i + 2 if words[i + 1] in ("not", "for", "on") else i + 1
        else:
            return False
        end = None
        month_before = False
        for _ in range(24):
            while words[j] in ("on", "in", "for", "not", "the", "every", "each", "during") and not (
                words[j] in ("every", "each") and words[j + 1] not in WEEKDAYS
            ):
                month_before |= words[j] in ("in", "during")
                j += 1
            stop = self._exclude_one(j, month_before=month_before)
            if stop is None:
                break
            end = j = stop
            while words[j] in (",", "and", "or", "&"):
                j += 1
            if j == end:
                break
        if end is None:
            return False
        self.i = end
        return True

    def _exclude_one(self, j: int, *, month_before: bool) -> int | None:
        ts, words = self.ts, self.ts.words
        exclusions = self.spec.exclusions
        phrase = phrase_at(ts, j, self.cx)
        dated = phrase is not None and any(ts.nums[k] >= 0 for k in range(j, phrase.end))
        if words[j] in MONTHS and (month_before or phrase is None) and not dated:
            exclusions.append(Exclusion(month=MONTHS[words[j]]))
            return j + 1
        days = read_days(ts, j)
        if days and days[0].weekdays and not days[0].nth and (phrase is None or phrase.end <= days[1]):
            exclusions.append(Exclusion(weekdays=frozenset(days[0].weekdays)))
            return days[1]
        if words[j] in TRIGGERS or words[j] == "first" or words[j] == "last":
            inner = read_rule(ts, j, self.cx, nested=True)
            if inner:
                exclusions.append(Exclusion(rule=inner.spec))
                return inner.end
        if phrase and not phrase.when.error and phrase.has_day:
            exclusions.append(Exclusion(date=phrase.when.date, time=phrase.when.time))
            return phrase.end
        return None

    # --- all of it ---------------------------------------------------------------------------------------------------

    def _complete(self) -> bool:
        """Put days, frequency, start and end together; False where they make no rule."""
        spec = self.spec
        if spec.freq is None:
            if not self.plural:
                return False
            spec.freq = "WEEKLY"
        for days in self.days:
            if not self._place(days):
                return False
        if self.until_at is not None:
            cx = self.cx
            if spec.start and spec.start > cx.today:
                cx = Context(dt.datetime.combine(spec.start, dt.time(), cx.now.tzinfo), cx.day_first)
            found = day_at(self.ts, self.until_at, cx)
            spec.until = found[0] if found else None
        return True

    def _place(self, days: Days) -> bool:
        """Which parts of the rule the days are."""
        spec = self.spec
        spec.months += [month for month in days.months if month not in spec.months]
        if (
            spec.months
            and spec.freq in ("MONTHLY", "WEEKLY", "DAILY")
            and (days.numbers or days.nth)
            and spec.interval == 1
        ):
            spec.freq = "YEARLY"
        if days.nth:
            if spec.freq not in ("MONTHLY", "YEARLY"):
                return False
            spec.weekdays += days.nth
        if days.noun == "workday":
            spec.weekdays += [(0, day) for day in days.weekdays]
            spec.positions += days.numbers
            return spec.freq in ("MONTHLY", "YEARLY")
        spec.weekdays += [(0, day) for day in days.weekdays if (0, day) not in spec.weekdays]
        if days.numbers:
            return self._place_numbers(days)
        return True

    def _place_numbers(self, days: Days) -> bool:
        spec = self.spec
        if spec.freq == "YEARLY" and not spec.months:
            spec.year_days += days.numbers
        elif spec.freq == "WEEKLY":
            if days.noun != "day" or len(days.numbers) != 1 or not -1 <= days.numbers[0] <= 7:
                return False
            spec.weekdays.append((0, days.numbers[0] - 1 if days.numbers[0] > 0 else 6))
        elif spec.freq in ("MONTHLY", "YEARLY"):
            if any(not -31 <= number <= 31 for number in days.numbers):
                return False
            spec.month_days += [number for number in days.numbers if number not in spec.month_days]
        else:
            return False
        return True


_DONE: Final = frozenset(
    {"completion", "completing", "complete", "completed", "finish", "finishing", "finished", "done", "doing", "do"}
)
_CLAUSES: Final = (
    _Reader.every,
    _Reader.after_completion,
    _Reader.starting,
    _Reader.until,
    _Reader.excluding,
    _Reader.at,
    _Reader.count,
    _Reader.months,
    _Reader.on,
)


def might_hold_rule(ts: Tokens) -> bool:
    """Whether any word of the line can make a rule, so that the rest need not look."""
    return not TRIGGERS.isdisjoint(ts.words)


def read_rule(ts: Tokens, i: int, cx: Context, *, nested: bool = False) -> Rule | None:
    """The rule that begins at a token, or None. Raises QuickAddError for a day that no month has."""
    reader = _Reader(ts, i, cx)
    try:
        end = reader.read()
    except (OverflowError, ValueError) as problem:
        from core.quickadd.errors import QuickAddError

        if isinstance(problem, QuickAddError):
            raise
        return None  # outside the calendar
    if end is None:
        return None
    return Rule(i, end, reader.spec, reader.certain or nested)


__all__ = ["TRIGGERS", "WORK_WEEK", "Level", "Rule", "might_hold_rule", "read_rule"]

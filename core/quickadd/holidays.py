"""Holidays by name: fixed days, n-th weekdays of a month, and what hangs on Easter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from core.quickadd.numbers import year as year_number
from core.quickadd.relative import year_ahead
from core.quickadd.tokens import Tokens
from core.quickadd.values import Context, Day, Hit, Level, nth_weekday
from core.quickadd.words import NEXT, word_set

Rule = Callable[[int], dt.date]
"""The holiday's date in a year."""


def _easter(days: int) -> Rule:
    def rule(year: int) -> dt.date:
        from dateutil.easter import easter  # type: ignore[import-untyped]

        sunday: dt.date = easter(year)
        return sunday + dt.timedelta(days=days)

    return rule


def _fixed(month: int, day: int) -> Rule:
    return lambda year: dt.date(year, month, day)


def _nth(month: int, weekday: int, n: int, days: int = 0) -> Rule:
    def rule(year: int) -> dt.date:
        hit = nth_weekday(year, month, weekday, n)
        assert hit is not None  # every n used here is 1..4 or counts from the end
        return hit + dt.timedelta(days=days)

    return rule


def _advent(sunday: int) -> Rule:
    def rule(year: int) -> dt.date:
        christmas_eve = dt.date(year, 12, 24)
        fourth = christmas_eve - dt.timedelta(days=(christmas_eve.weekday() + 1) % 7)
        return fourth - dt.timedelta(weeks=4 - sunday)

    return rule


_NAMES: Final[dict[str, Rule]] = {
    "new year|new years|new year day|new years day|new year's day": _fixed(1, 1),
    "new years eve|new year eve|nye|silvester|hogmanay": _fixed(12, 31),
    "epiphany|three kings day|twelfth night": _fixed(1, 6),
    "groundhog day|ground hog day|candlemas": _fixed(2, 2),
    "valentine|valentines|valentines day|valentine day|st valentines day": _fixed(2, 14),
    "womens day|international womens day": _fixed(3, 8),
    "pi day": _fixed(3, 14),
    "st patricks day|saint patricks day|st patrick day|saint patrick day|st paddys day|paddys day": _fixed(3, 17),
    "ides of march": _fixed(3, 15),
    "april fools|april fools day|april fool day|all fools day": _fixed(4, 1),
    "earth day": _fixed(4, 22),
    "anzac day": _fixed(4, 25),
    "st georges day|saint georges day": _fixed(4, 23),
    "may day|workers day|international workers day|international labour day": _fixed(5, 1),
    "star wars day": _fixed(5, 4),
    "cinco de mayo": _fixed(5, 5),
    "childrens day|international childrens day": _fixed(6, 1),
    "flag day": _fixed(6, 14),
    "juneteenth": _fixed(6, 19),
    "midsummer day|midsummers day": _fixed(6, 24),
    "canada day": _fixed(7, 1),
    "independence day|us independence day|fourth of july": _fixed(7, 4),
    "bastille day": _fixed(7, 14),
    "assumption|assumption day": _fixed(8, 15),
    "halloween|hallowe'en|halloween day|all hallows eve": _fixed(10, 31),
    "all saints|all saints day|all hallows day": _fixed(11, 1),
    "all souls|all souls day|day of the dead": _fixed(11, 2),
    "guy fawkes night|guy fawkes day|bonfire night": _fixed(11, 5),
    "veterans day|veteran day|armistice day|remembrance day": _fixed(11, 11),
    "st andrews day|saint andrews day": _fixed(11, 30),
    "st nicholas day|saint nicholas day": _fixed(12, 6),
    "christmas|xmas|christmas day|xmas day|x mas": _fixed(12, 25),
    "christmas eve|xmas eve": _fixed(12, 24),
    "boxing day|st stephens day|saint stephens day": _fixed(12, 26),
    "kwanzaa": _fixed(12, 26),
    "australia day": _fixed(1, 26),
    "st davids day|saint davids day": _fixed(3, 1),
    "mlk day|martin luther king day|martin luther kings day|martin luther king jr day": _nth(1, 0, 3),
    "presidents day|president day|washingtons birthday": _nth(2, 0, 3),
    "mothers day|mother day": _nth(5, 6, 2),
    "memorial day": _nth(5, 0, -1),
    "fathers day|father day": _nth(6, 6, 3),
    "labor day|labour day": _nth(9, 0, 1),
    "canadian thanksgiving|canadian thanksgiving day": _nth(10, 0, 2),
    "columbus day|indigenous peoples day": _nth(10, 0, 2),
    "thanksgiving|thanksgiving day|turkey day": _nth(11, 3, 4),
    "black friday": _nth(11, 3, 4, 1),
    "cyber monday": _nth(11, 3, 4, 4),
    "giving tuesday": _nth(11, 3, 4, 5),
    "super bowl sunday|super bowl": _nth(2, 6, 2),
    "easter|easter day|easter sunday": _easter(0),
    "easter monday": _easter(1),
    "good friday": _easter(-2),
    "maundy thursday|holy thursday": _easter(-3),
    "holy saturday|easter saturday|easter eve": _easter(-1),
    "palm sunday": _easter(-7),
    "ash wednesday": _easter(-46),
    "shrove tuesday|mardi gras|fat tuesday|pancake day|pancake tuesday": _easter(-47),
    "rose monday|shrove monday": _easter(-48),
    "ascension|ascension day": _easter(39),
    "pentecost|whitsun|whit sunday|pentecost sunday": _easter(49),
    "whit monday|pentecost monday": _easter(50),
    "trinity sunday": _easter(56),
    "corpus christi": _easter(60),
    "advent|first advent|advent sunday": _advent(1),
    "earth hour": _nth(3, 5, -1),
}
_BY_FIRST: Final[dict[str, list[tuple[tuple[str, ...], Rule]]]] = {}
for _names, _rule in _NAMES.items():
    for _name in _names.split("|"):
        _words = tuple(_name.replace("'", "").split())
        _BY_FIRST.setdefault(_words[0], []).append((_words, _rule))
for _entries in _BY_FIRST.values():
    _entries.sort(key=lambda entry: -len(entry[0]))

STARTS: Final = frozenset(
    start for word in _BY_FIRST for start in (word, f"{word}'", f"{word}'s", f"{word.removesuffix('s')}'s")
) | {"new"}
"""The words a holiday's name may begin with, however its apostrophe is set (`presidents' day`)."""


_OTHERS: Final = word_set(
    "orthodox greek islamic muslim chinese lunar vietnamese jewish hindu parsi persian iranian tamil thai coptic "
    "ethiopian julian old nepali bengali korean"
)
"""Before a holiday's name, they make another one of it: `chinese new year`."""


def _plain(word: str) -> str:
    return word.replace("'", "") if "'" in word else word


def name(ts: Tokens, i: int) -> tuple[Rule, int] | None:
    """The longest holiday's name here."""
    for words, rule in _BY_FIRST.get(_plain(ts.words[i]), ()):
        j = i
        for word in words:
            if ts.words[j] == "." and ts.glued(j):
                j += 1
            if _plain(ts.words[j]) != word:
                break
            j += 1
        else:
            return rule, j
    return None


def holiday(ts: Tokens, i: int, cx: Context) -> Hit | None:
    """A holiday, of the year named or the next one to come: `christmas 2014`, `following easter`."""
    words = ts.words
    j = i + 1 if words[i] in NEXT or words[i] in ("this", "coming", "upcoming", "the") else i
    if words[i] in ("next", "this") and words[j] in ("coming", "following"):
        j += 1
    hit = name(ts, j)
    if hit is None or ts.words[j - 1] in _OTHERS:
        return None
    rule, end = hit
    k = end + 1 if words[end] in ("of", "in", ",") else end
    year = year_number(ts, k) if ts.nums[k] >= 0 else None
    level = Level.FAIR if j > i or year else Level.WEAK
    if year:
        return Day(rule(year[0]), level=level), year[1]
    if ahead := year_ahead(ts, end, cx):
        return Day(rule(ahead[0]), level=max(level, Level.FAIR)), ahead[1]
    date = rule(cx.today.year)
    return Day(date if date >= cx.today else rule(cx.today.year + 1), level=level), end

"""The words the grammar knows: plain tables, looked up in lower case."""

from __future__ import annotations

from typing import Final


def word_set(words: str) -> frozenset[str]:
    """The words of a space-separated list."""
    return frozenset(words.split())


_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_SHORT = (
    ("mon", "mondy"),
    ("tue", "tues", "teusday"),
    ("wed", "weds", "wensday", "wendsday", "wednsday", "wednesay"),
    ("thu", "thur", "thurs", "thrs", "thrusday", "thurday"),
    ("fri", "firday"),
    ("sat", "saterday", "satuday", "saturdy"),
    ("sun", "sundy"),
)
WEEKDAYS: Final[dict[str, int]] = {
    word: index for index, name in enumerate(_DAYS) for word in (name, *_DAY_SHORT[index])
}
"""Monday is 0."""
WEEKDAY_PLURALS: Final[dict[str, int]] = {name + "s": index for index, name in enumerate(_DAYS)}
WEEKDAY_NAMES: Final = frozenset(_DAYS)

_MONTHS = (
    ("january", "jan", "janurary"),
    ("february", "feb", "febuary", "febr", "feburary"),
    ("march", "mar"),
    ("april", "apr"),
    ("may",),
    ("june", "jun"),
    ("july", "jul"),
    ("august", "aug"),
    ("september", "sep", "sept", "setember"),
    ("october", "oct"),
    ("november", "nov", "novemeber"),
    ("december", "dec"),
)
MONTHS: Final[dict[str, int]] = {word: index for index, names in enumerate(_MONTHS, 1) for word in names}
MONTH_LENGTHS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MONTH_NAMES: Final = tuple(names[0].capitalize() for names in _MONTHS)

TODAY: Final = frozenset({"today", "tod"})
TOMORROW: Final = frozenset(
    {"tomorrow", "tommorow", "tommorrow", "tomorow", "tomorrrow", "tomorro", "tmrw", "tmr", "tmrrw", "tmw", "tmmrw"}
)
TONIGHT: Final = frozenset({"tonight", "tonite", "2night", "tonigh"})

SECOND: Final = frozenset({"second", "seconds", "sec", "secs", "s"})
MINUTE: Final = frozenset({"minute", "minutes", "min", "mins", "m", "mn"})
HOUR: Final = frozenset({"hour", "hours", "hr", "hrs", "h"})
DAY: Final = frozenset({"day", "days", "d"})
WEEK: Final = frozenset({"week", "weeks", "wk", "wks", "w"})
FORTNIGHT: Final = frozenset({"fortnight", "fortnights"})
MONTH: Final = frozenset({"month", "months", "mo", "mos", "mth", "mths"})
QUARTER: Final = frozenset({"quarter", "quarters", "qtr", "qtrs"})
YEAR: Final = frozenset({"year", "years", "yr", "yrs", "y"})
DECADE: Final = frozenset({"decade", "decades"})
WEEKEND: Final = frozenset({"weekend", "weekends"})
WORKDAY: Final = frozenset({"weekday", "weekdays", "workday", "workdays"})

ONES: Final = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
}
TENS: Final = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fourty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
ORDINALS: Final = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
    "eleventh": 11,
    "twelfth": 12,
    "thirteenth": 13,
    "fourteenth": 14,
    "fifteenth": 15,
    "sixteenth": 16,
    "seventeenth": 17,
    "eighteenth": 18,
    "nineteenth": 19,
    "twentieth": 20,
    "thirtieth": 30,
}
SUFFIXES: Final = frozenset({"st", "nd", "rd", "th"})

PARTS: Final[dict[str, str]] = {
    "morning": "morning",
    "mornings": "morning",
    "afternoon": "afternoon",
    "afternoons": "afternoon",
    "evening": "evening",
    "evenings": "evening",
    "eve": "evening",
    "night": "night",
    "nights": "night",
    "nite": "night",
    "dinnertime": "evening",
    "suppertime": "evening",
}

NUMBERED: Final = word_set(
    "no no. nr number num bug bugs issue issues ticket tickets pr task tasks version versions ver v release releases "
    "rev revision python java node nodejs django ruby rails php ubuntu debian fedora postgres postgresql mysql windows "
    "ios android macos firefox chrome angular react vue swift kotlin linux kernel go rust typescript docker kubernetes "
    "chapter chapters section sections page pages room rooms flight gate seat platform route bus train line step steps "
    "figure table item items part parts level unit units apartment apt suite floor building ch sec catch rule article "
    "size model episode season lesson exercise question problem level lot invoice order pin code id psalm verse act "
    "scene score ratio upgrade api sdk build patch dose appendix "
    "message messages mail email msg note entry thing things test tests case job player team group class day"
)
"""What is told apart by numbers, so that a number after it is no date or time: `bug 5.12`, `version 2.10`."""

MEASURES: Final = word_set(
    "percent per cent pct % kg kilo kilos kilogram kilograms g gram grams lb lbs pound pounds oz ounce ounces km "
    "kilometer kilometers kilometre kilometres mile miles meter meters metre metres cm mm inch inches ft feet l liter "
    "liters litre litres ml gb mb tb kb euro euros eur usd dollar dollars cents degrees points million billion k"
)
"""What is measured or paid in numbers, so that a number before it is no date or time: `6.45 percent`."""

NEXT: Final = frozenset({"next", "nxt", "following"})
THIS: Final = frozenset({"this", "coming", "upcoming", "current"})
PAST: Final = frozenset({"last", "past", "previous", "prior"})

_GRAMMAR: Final = word_set(
    "a an the of in on at by to from past after before till til until and half quarter quarters o oh clock noon midday "
    "midnight am pm p t x z h ish sharp day week month year end eom eow eoy eod beginning begin start middle mid early "
    "late now later hence ago couple few dozen hundred thousand every each other daily weekly monthly yearly annually "
    "hourly biweekly bi semi times "
    "fortnightly quarterly except but not last penultimate business working through thru utc gmt q "
    "eve christmas xmas easter halloween thanksgiving new years"
)
VOCABULARY: Final[frozenset[str]] = frozenset().union(
    WEEKDAYS, WEEKDAY_PLURALS, MONTHS, TODAY, TOMORROW, TONIGHT, SECOND, MINUTE, HOUR, DAY, WEEK, FORTNIGHT, MONTH,
    QUARTER, YEAR, DECADE, WEEKEND, WORKDAY, ONES, TENS, ORDINALS, SUFFIXES, PARTS, NEXT, THIS, PAST, _GRAMMAR,
)  # fmt: skip
"""Words that may be joined to others by a hyphen, a slash or a digit and still be read (`five-thirty`, `mid-march`)."""

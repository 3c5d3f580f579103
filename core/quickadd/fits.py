"""Which pieces of a moment go together: a weekday and a time do, two times do not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from core.quickadd.values import Clock, Day, DayOfMonth, Grain, Impossible, Item, MonthDay, Part, Shift, Weekday

Items = tuple[Item, ...]


def fits(items: Items, new: Item) -> bool:
    """Whether one more piece can belong to the same moment."""
    test = _FITS.get(type(new))
    return test is not None and test(items, new)


def _kinds(items: Items) -> set[type]:
    return {type(item) for item in items}


def _day(items: Items) -> Day | None:
    return next((item for item in items if isinstance(item, Day)), None)


def _timed(items: Items) -> bool:
    """Whether it is so many hours or minutes from now."""
    return any(isinstance(item, Shift) and item.amount.seconds for item in items)


def _clock_fits(items: Items, new: Item) -> bool:
    return type(new) not in _kinds(items) and not _timed(items)


def _part_fits(items: Items, new: Item) -> bool:
    assert isinstance(new, Part)
    return not _timed(items) and all(item.name == new.name for item in items if isinstance(item, Part))


def _impossible_fits(items: Items, _: Item) -> bool:
    return not {Clock, MonthDay} & _kinds(items)


def _month_day_fits(items: Items, _: Item) -> bool:
    day = _day(items)
    return not {MonthDay, DayOfMonth, Shift} & _kinds(items) and (day is None or day.grain is Grain.YEAR)


def _day_of_month_fits(items: Items, _: Item) -> bool:
    day = _day(items)
    return not {MonthDay, DayOfMonth, Shift} & _kinds(items) and (day is None or day.grain is Grain.MONTH)


def _shift_fits(items: Items, new: Item) -> bool:
    assert isinstance(new, Shift)
    kinds, day = _kinds(items), _day(items)
    if Shift in kinds:
        return False
    if new.years:
        return day is None and _lacks_year(items)
    if new.amount.seconds:
        return all(isinstance(item, Day) and item.today for item in items)
    return day is None and not {MonthDay, DayOfMonth} & kinds


def _lacks_year(items: Items) -> bool:
    """Whether a day of a month was said without its year, which `in two years` then gives; or no day at all."""
    dates = [item for item in items if isinstance(item, MonthDay | DayOfMonth)]
    return all(isinstance(item, MonthDay) and item.year is None for item in dates)


def _day_fits(items: Items, new: Item) -> bool:
    assert isinstance(new, Day)
    kinds, day = _kinds(items), _day(items)
    if day is not None:
        return day.date == new.date and new.grain is day.grain
    return not _EXCLUDED[new.grain] & kinds and Shift not in kinds


_EXCLUDED: Final[Mapping[Grain, frozenset[type]]] = {
    Grain.DAY: frozenset({MonthDay, DayOfMonth}),
    Grain.WEEK: frozenset({MonthDay, DayOfMonth}),
    Grain.MONTH: frozenset({MonthDay}),
    Grain.QUARTER: frozenset({MonthDay}),
    Grain.YEAR: frozenset({DayOfMonth}),
}
"""Pieces that a day of such a width does not go with."""
_FITS: Final[Mapping[type, Callable[[Items, Item], bool]]] = {
    Clock: _clock_fits,
    Part: _part_fits,
    Weekday: _clock_fits,
    Impossible: _impossible_fits,
    MonthDay: _month_day_fits,
    DayOfMonth: _day_of_month_fits,
    Shift: _shift_fits,
    Day: _day_fits,
}

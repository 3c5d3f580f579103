"""Which pieces of a moment go together: a weekday and a time do, two times do not."""

from __future__ import annotations

from core.quickadd.values import Clock, Day, DayOfMonth, Grain, Impossible, Item, MonthDay, Part, Shift, Weekday


def fits(items: tuple[Item, ...], new: Item) -> bool:
    """Whether one more piece can belong to the same moment."""
    kinds = [type(item) for item in items]
    shift = next((item for item in items if isinstance(item, Shift)), None)
    day = next((item for item in items if isinstance(item, Day)), None)
    timed = shift is not None and shift.amount.seconds != 0
    match new:
        case Clock():
            return Clock not in kinds and not timed
        case Part():
            return Part not in kinds and not timed
        case Impossible():
            return False if Clock in kinds else MonthDay not in kinds
        case Weekday():
            return Weekday not in kinds and not timed
        case MonthDay():
            return not {MonthDay, DayOfMonth, Shift} & set(kinds) and (day is None or day.grain is Grain.YEAR)
        case DayOfMonth():
            fixed = {MonthDay, DayOfMonth, Shift} & set(kinds)
            return not fixed and (day is None or day.grain is Grain.MONTH)
        case Shift() if new.years:
            return shift is None and day is None and _lacks_year(items)
        case Shift():
            if new.amount.seconds:
                return shift is None and all(isinstance(item, Day) and item.today for item in items)
            return shift is None and day is None and not {MonthDay, DayOfMonth} & set(kinds)
        case Day():
            return _day_fits(items, new, day)
    return False


def _lacks_year(items: tuple[Item, ...]) -> bool:
    """Whether a day of a month was said without its year, which `in two years` then gives; or no day at all."""
    dates = [item for item in items if isinstance(item, MonthDay | DayOfMonth)]
    return all(isinstance(item, MonthDay) and item.year is None for item in dates)


def _day_fits(items: tuple[Item, ...], new: Day, day: Day | None) -> bool:
    kinds = {type(item) for item in items}
    if day is not None:
        return day.date == new.date and new.grain is day.grain
    if Shift in kinds:
        return False
    if new.grain is Grain.WEEK:
        return not {MonthDay, DayOfMonth} & kinds
    if new.grain is Grain.YEAR:
        return DayOfMonth not in kinds
    if new.grain in (Grain.MONTH, Grain.QUARTER):
        return MonthDay not in kinds
    return not {MonthDay, DayOfMonth} & kinds

"""Spans of days that people list tasks of: `friday`, `next week`, `december`, `the next 3 days`. Pure."""

from __future__ import annotations

import calendar
import datetime as dt
import re

from core import quickadd

_DAYS = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
_MONTHS = (
    r"(?:january|february|march|april|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|may(?=\s*[?.!]*$|\s+\d))"
)
_UNITS = r"(?:days?|weeks?|months?|years?)"
PHRASE = (
    rf"(?:the\s+day\s+(?:after\s+tomorrow|before\s+yesterday)|yesterday|(?:the\s+|this\s+|next\s+|last\s+)?weekend"
    rf"|this\s+(?:{_DAYS}|month|year)|(?:next|last|coming)\s+(?:{_DAYS}|week|month|year)|(?:the\s+)?(?:next|coming|last|past)\s+\d{{1,3}}\s+{_UNITS}"
    rf"|in\s+\d{{1,3}}\s+{_UNITS}|(?:next|last|this)\s+{_MONTHS}|\d{{4}}-\d\d-\d\d"
    rf"|(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTHS}|{_MONTHS}(?:\s+\d{{1,2}}(?:st|nd|rd|th)?\b|\s+\d{{4}})?"
    rf"|{_DAYS})"
)
"""What may be a span, as a pattern for `core.commands.lists`; `today`, `tomorrow` and `this week` are filters."""
_COUNTED = re.compile(
    rf"(?:in\s+)?(?:the\s+)?(?P<way>next|coming|last|past)\s+(?P<count>\d{{1,3}})\s+(?P<unit>{_UNITS})"
)
_PERIOD = re.compile(r"(?P<way>this|next|last|coming)\s+(?P<unit>week|month|year)")
_WEEKEND = re.compile(r"(?:(?P<way>the|this|next|last)\s+)?weekend")
_MONTH = re.compile(rf"(?:(?P<way>this|next|last)\s+)?(?P<name>{_MONTHS})(?:\s+(?P<year>\d{{4}}))?")
_NAMES = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}

Span = tuple[dt.date, dt.date]
"""The first and the last day."""


def span(phrase: str, *, now: dt.datetime, locale: str) -> Span | None:
    """The days that a phrase means, on the calendar of `now`; None where it means none."""
    text, today = " ".join(phrase.lower().split()), now.date()
    if text == "yesterday":
        return today - dt.timedelta(days=1), today - dt.timedelta(days=1)
    if found := _COUNTED.fullmatch(text):
        return _counted(found, today)
    if found := _PERIOD.fullmatch(text):
        return _period(found["unit"], {"next": 1, "coming": 1, "last": -1}.get(found["way"], 0), today)
    if found := _WEEKEND.fullmatch(text):
        saturday = today + dt.timedelta(days=(5 - today.weekday()) if today.weekday() < 6 else -1)
        saturday += dt.timedelta(days={"next": 7, "last": -7}.get(found["way"] or "", 0))
        return saturday, saturday + dt.timedelta(days=1)
    if found := _MONTH.fullmatch(text):
        return _month(found, today)
    try:
        moment = quickadd.resolve_moment(text, now=now, locale=locale)
    except quickadd.QuickAddError:
        return None
    return (moment.due.date, moment.due.date) if moment.due else None


def _counted(found: re.Match[str], today: dt.date) -> Span:
    days = int(found["count"]) * {"d": 1, "w": 7, "m": 30, "y": 365}[found["unit"][0]]
    if found["way"] in ("last", "past"):
        return today - dt.timedelta(days=days), today
    return today, today + dt.timedelta(days=days)


def _period(unit: str, steps: int, today: dt.date) -> Span:
    """A week from Monday to Sunday, a month, or a year, so many steps from the present one."""
    if unit == "week":
        monday = today + dt.timedelta(days=7 * steps - today.weekday())
        return monday, monday + dt.timedelta(days=6)
    if unit == "year":
        return dt.date(today.year + steps, 1, 1), dt.date(today.year + steps, 12, 31)
    months = today.year * 12 + today.month - 1 + steps
    return _whole(months // 12, months % 12 + 1)


def _month(found: re.Match[str], today: dt.date) -> Span:
    month = _NAMES[found["name"][:3]]
    year = int(found["year"]) if found["year"] else today.year + (month < today.month)
    if found["way"] == "last" and not found["year"]:
        year = today.year - (month >= today.month)
    return _whole(year, month)


def _whole(year: int, month: int) -> Span:
    return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])

"""Due dates as people say them: `today 17:00`, `Fri 27 Nov`, and under which heading a list has them."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_skeleton, format_time

from core.model import Due, DueGroup
from core.users.actor import Actor

_NEAR = {-1: "yesterday", 0: "today", 1: "tomorrow"}
_WEEK = 7
_USUAL = "en_150"
"""English as it is written in Europe: where nobody has told where they live, 24 hours and the day before the month."""


def in_words(due: Due, actor: Actor, now: dt.datetime) -> str:
    """The date in English, with the hours and the order of day and month that the actor's locale has.

    The year is left out in the same year, the zone where the actor is known to be in it. `now` is any aware instant.
    """
    today = now.astimezone(actor.timezone).date()
    words = [_NEAR.get((due.date - today).days) or _day(due.date, today, actor.locale)]
    if due.time:
        words.append(_clock(due.time, actor.locale))
    if due.zone != actor.timezone.key or (due.time and not actor.timezone_known):
        words.append(due.zone)
    return " ".join(words)


def group(due: Due | None, actor: Actor, now: dt.datetime, *, overdue: bool) -> DueGroup:
    """The heading that an open task stands under, by the actor's calendar; `now` is any aware instant."""
    if due is None:
        return DueGroup.NONE
    if overdue:
        return DueGroup.OVERDUE
    local = now.astimezone(actor.timezone)
    day = due.at.astimezone(actor.timezone).date() if due.time else due.date
    ahead = (day - local.date()).days
    if ahead <= 1:
        return DueGroup.TOMORROW if ahead == 1 else DueGroup.TODAY
    return DueGroup.WEEK if ahead < _WEEK else DueGroup.LATER


def _day(day: dt.date, today: dt.date, locale: str) -> str:
    skeleton = "MMMEd" if day.year == today.year else "yMMMEd"
    return _plain(format_skeleton(skeleton, day, locale=english(locale))).replace(",", "")


def _clock(time: dt.time, locale: str) -> str:
    return _plain(format_time(time, "short", locale=english(locale)))


def _plain(text: str) -> str:
    """CLDR joins the time and its `PM` by a narrow space that some terminals and fonts don't have."""
    return text.replace("\u202f", " ")


@lru_cache(maxsize=256)
def english(locale: str) -> Locale:
    """English as it is written where a BCP 47 locale is at home."""
    if locale == "en":
        return Locale.parse(_USUAL)
    try:
        its = Locale.parse(locale, sep="-")
        territory = its.territory or get_global("likely_subtags").get(its.language, "").rpartition("_")[2]
        return Locale("en", territory)
    except (UnknownLocaleError, ValueError):
        return Locale.parse(_USUAL)

"""Time zones by the names people give them."""

from __future__ import annotations

import datetime as dt
import difflib
import functools
import unicodedata
import zoneinfo
from zoneinfo import ZoneInfo

from core.errors import Invalid
from core.text import clean_line

_LONGEST = 64
_NOT_PLACES = {"Factory", "localtime", "posixrules", "build"}


def known_zone(name: str | None) -> ZoneInfo | None:
    """Return the zone of that exact IANA name, None when there is none."""
    if name is None or _by_lower_name().get(name.lower()) != name:
        return None
    return ZoneInfo(name)


def resolve_zone(text: str) -> ZoneInfo:
    """Return the zone a person means: an IANA name in any case (`europe/berlin`) or a city (`Berlin`, `new york`).

    Raises Invalid, with the closest names, when it is unknown or several zones have such a city.
    """
    plain = unicodedata.normalize("NFKD", clean_line(text)[:_LONGEST]).encode("ascii", "ignore").decode()
    wanted = plain.lower().replace(" ", "_").strip("._")
    exact = _by_lower_name().get(wanted)
    if exact is not None:
        return ZoneInfo(exact)
    places = _by_city().get(wanted, ())
    if places and _same_clock(places):
        return ZoneInfo(max(places, key=len))
    close = places or _close(wanted)
    shown = clean_line(text)[:_LONGEST]
    if close:
        raise Invalid(f"I don't know the time zone “{shown}”. Did you mean {_either(close)}?")
    raise Invalid(f"I don't know the time zone “{shown}”. A name looks like Europe/Berlin or America/New_York.")


@functools.cache
def _by_lower_name() -> dict[str, str]:
    names = zoneinfo.available_timezones() - _NOT_PLACES
    return {name.lower(): name for name in sorted(names) if not name.startswith(("posix/", "right/", "SystemV/"))}


@functools.cache
def _by_city() -> dict[str, tuple[str, ...]]:
    """Return the zones of each city; the old names that only repeat a region's (`US/…`, `Canada/…`) don't count."""
    cities: dict[str, tuple[str, ...]] = {}
    for lower, name in _by_lower_name().items():
        region, _, rest = lower.partition("/")
        if rest and region not in {"us", "canada", "brazil", "mexico", "chile", "etc"}:
            city = rest.rpartition("/")[2]
            cities[city] = (*cities.get(city, ()), name)
    return cities


def _same_clock(names: tuple[str, ...]) -> bool:
    """Tell whether these are names of one zone: a city that was moved within the list keeps its old name too."""
    moments = [dt.datetime(year, month, 1, tzinfo=dt.UTC) for year in (1990, 2010, 2026) for month in (1, 4, 7, 10)]
    return len({tuple(moment.astimezone(ZoneInfo(name)).utcoffset() for moment in moments) for name in names}) == 1


def _close(wanted: str) -> tuple[str, ...]:
    names = difflib.get_close_matches(wanted, _by_lower_name(), n=3, cutoff=0.75)
    cities = difflib.get_close_matches(wanted, _by_city(), n=3, cutoff=0.75)
    found = [_by_lower_name()[name] for name in names] + [zone for city in cities for zone in _by_city()[city]]
    return tuple(dict.fromkeys(found))[:3]


def _either(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"

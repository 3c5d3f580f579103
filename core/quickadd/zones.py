"""Time zones as people write them after a time: `ist`, `PT`, `UTC+2`."""

from __future__ import annotations

import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo

from core.quickadd.tokens import Tokens

ZONES: Final[dict[str, int | str]] = {
    "utc": 0,
    "gmt": 0,
    "z": 0,
    "bst": 60,
    "ist": 330,
    "wet": 0,
    "west": 60,
    "cet": 60,
    "cest": 120,
    "eet": 120,
    "eest": 180,
    "msk": 180,
    "est": -300,
    "edt": -240,
    "cst": -360,
    "cdt": -300,
    "mst": -420,
    "mdt": -360,
    "pst": -480,
    "pdt": -420,
    "akst": -540,
    "hst": -600,
    "jst": 540,
    "kst": 540,
    "sgt": 480,
    "hkt": 480,
    "pkt": 300,
    "aest": 600,
    "aedt": 660,
    "acst": 570,
    "awst": 480,
    "nzst": 720,
    "nzdt": 780,
    "sast": 120,
    "brt": -180,
    "art": -180,
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
}
"""Abbreviation -> minutes east of UTC, or an IANA zone. IST is India's, CST America's."""

_NAMES: Final = {
    "eastern": "America/New_York",
    "central": "America/Chicago",
    "mountain": "America/Denver",
    "pacific": "America/Los_Angeles",
    "london": "Europe/London",
    "paris": "Europe/Paris",
    "berlin": "Europe/Berlin",
    "tokyo": "Asia/Tokyo",
    "sydney": "Australia/Sydney",
}
"""Zones named after a place, before the word `time` or at the end."""


def zone_at(ts: Tokens, j: int) -> tuple[dt.tzinfo, int] | None:
    """An abbreviation of a time zone, or `UTC+2`."""
    words = ts.words
    k = j + 1 if words[j] == "(" else j
    named = _NAMES.get(words[k])
    if named and (words[k + 1] == "time" or (words[k + 1] in ("standard", "daylight") and words[k + 2] == "time")):
        return ZoneInfo(named), k + 2 if words[k + 1] == "time" else k + 3
    if named and named.startswith("America") and not words[k + 1]:
        return ZoneInfo(named), k + 1
    known = ZONES.get(words[k])
    if known is None or (words[k] in ("et", "ct", "mt", "pt", "art", "west", "wet") and not ts.raw(k).isupper()):
        return None
    end = k + 2 if k > j and words[k + 1] == ")" else k + 1
    if isinstance(known, str):
        return ZoneInfo(known), end
    if words[k] in ("utc", "gmt") and words[k + 1] in ("+", "-") and 0 <= ts.nums[k + 2] <= 14 and ts.glued(k + 2):
        known = ts.nums[k + 2] * (60 if words[k + 1] == "+" else -60)
        end = k + 3
    return dt.timezone(dt.timedelta(minutes=known)), end

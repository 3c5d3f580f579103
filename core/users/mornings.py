"""The digest's time, which moves with a person's preferences, in the SQL of the statements that change them.

`:zone` is the IANA zone that stands in where nobody told one.
"""

from __future__ import annotations

SAME_CLOCK = """timezone(COALESCE(CAST(:timezone AS text), users.timezone, :zone),
                         timezone(COALESCE(users.timezone, :zone), {at}))"""
"""The instant at which the clock of the zone to come shows what the present one shows at `at`."""

NEXT_MORNING = """timezone(COALESCE(wanted.timezone, :zone),
                CAST(wanted.local AS date) + CAST(CAST(wanted.local AS time) >= wanted.morning AS integer)
                + wanted.morning)"""
"""The next time that a person's morning begins."""

"""Quick add: one text -> title, due, recurrence, priority, tags and notes. Pure; no model, no I/O, no clock."""

from core.quickadd.doubts import Doubt
from core.quickadd.draft import Draft, parse
from core.quickadd.errors import QuickAddError
from core.quickadd.offsets import Offset, resolve_offset
from core.quickadd.whole import Moment, Recurrence, resolve_due, resolve_moment, resolve_recurrence

__all__ = [
    "Doubt",
    "Draft",
    "Moment",
    "Offset",
    "QuickAddError",
    "Recurrence",
    "parse",
    "resolve_due",
    "resolve_moment",
    "resolve_offset",
    "resolve_recurrence",
]

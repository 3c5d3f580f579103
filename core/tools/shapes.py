"""JSON Schemas of what tools return, for callers that want one. Short, as each is told with every list of tools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final


def _shape(**properties: Mapping[str, object]) -> Mapping[str, object]:
    return {"type": "object", "properties": properties}


_TEXT: Final = {"type": "string"}
_NUMBER: Final = {"type": "integer"}
_ROWS: Final = {"type": "array", "items": {"type": "object"}}

CHANGE: Final = _shape(result=_TEXT, tasks=_ROWS, change=_NUMBER)
"""A change: what was done, the tasks as they are now, and the number that undo takes."""
PAGE: Final = _shape(total=_NUMBER, tasks=_ROWS)
"""A page of tasks."""
WEEK: Final = _shape(done={"type": "object"}, added=_NUMBER, overdue=_NUMBER, due_in_seven_days=_NUMBER)
PREFERENCES: Final = _shape(timezone=_TEXT, morning=_TEXT, digest={"type": "boolean"}, lead=_NUMBER, now=_TEXT)

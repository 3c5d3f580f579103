"""How a card names its task: by the number that people read, and by the id that never comes to mean another one."""

from __future__ import annotations

import string
from dataclasses import dataclass

from core.chat import Task

_DIGITS = string.digits + string.ascii_lowercase
_LONGEST = 13
"""Characters of the largest id there can be."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A task as a card names it."""

    number: int
    id: int
    """`Task.id`; 0 for one that isn't kept."""

    @classmethod
    def of(cls, task: Task) -> Ref:
        """How the task is named from now on."""
        return cls(task.number, task.id)

    @property
    def token(self) -> str:
        """Both in few characters: `12.5k`."""
        return f"{self.number}.{_in_36(self.id)}"

    @classmethod
    def parse(cls, token: str) -> Ref | None:
        """Read a token; None for what is none, a number alone included."""
        number, dot, id_ = token.partition(".")
        plain = number.isdecimal() and number.isascii() and len(number) < 11
        if not dot or not plain or not id_ or len(id_) > _LONGEST or not set(id_) <= set(_DIGITS):
            return None
        return cls(int(number), int(id_, 36))


def _in_36(value: int) -> str:
    digits = ""
    while value:
        value, rest = divmod(value, 36)
        digits = _DIGITS[rest] + digits
    return digits or "0"

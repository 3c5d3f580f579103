"""What can be made to go wrong, for so many requests or until it is cleared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["status", "hang", "drop", "cut", "bad_json", "busy"]
"""An error status; silence; a closed connection; a stream cut in the middle; an answer that is no JSON; a response that
says for ever that it is in progress."""


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong."""

    kind: Kind
    times: int = 1_000_000
    status: int = 500
    code: str | None = None
    message: str = "The server had an error while processing your request."
    headers: Mapping[str, str] = field(default_factory=dict)
    after: int = 0
    """For `cut`: so many events are sent before."""
    path: str = "/responses"
    """Which requests it befalls: those whose path contains this."""
    method: str = ""
    """And whose method is this one; any without."""
    words: str = ""
    """And whose body contains this."""


class Faults:
    """The faults in force, in the order they were set."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """From now on."""
        self._waiting.append(fault)

    def clear(self) -> None:
        """All is well again."""
        self._waiting.clear()

    def end(self, kind: Kind) -> None:
        """Nothing of that kind goes wrong any more."""
        self._waiting = [fault for fault in self._waiting if fault.kind != kind]

    def take(self, path: str, method: str, raw: bytes) -> Fault | None:
        """The fault that befalls a request, if any."""
        for fault in self._waiting:
            if fault.path in path and fault.method in ("", method) and fault.words.encode() in raw:
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None

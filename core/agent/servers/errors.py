"""What can go wrong with a server: a sentence for the model and the person, never the server's own words."""

from __future__ import annotations


class ServerError(Exception):
    """A server didn't do what it was asked. `str(error)` is a sentence with what to do next."""

    def __init__(self, sentence: str, *, unknown: bool = False, silent: bool = False) -> None:
        """`unknown`: the call may have taken effect. `silent`: it took too long, and so would the next one."""
        super().__init__(sentence)
        self.unknown = unknown
        self.silent = silent

"""What an operation of the REST API is asked, and what it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.fakes.discord.errors import Form
from tests.fakes.discord.model import Attachment, Json
from tests.fakes.discord.world import World


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, read."""

    args: Mapping[str, str]
    """The ids in the path."""
    query: Mapping[str, str] = field(default_factory=dict)
    body: Json = field(default_factory=dict)
    listed: list[Json] = field(default_factory=list)
    """The body, where it is a list."""
    files: list[Attachment] = field(default_factory=list)

    def id(self, name: str) -> int:
        """A snowflake of the path; raises ApiError 50035."""
        return snowflake(self.args[name], name)

    def id_of(self, name: str) -> int | None:
        """A snowflake of the query, if it is there."""
        return snowflake(self.query[name], name) if name in self.query else None

    def limit(self, usual: int, most: int) -> int:
        """How many are wanted; raises ApiError 50035."""
        given = self.query.get("limit", str(usual))
        form = Form()
        if not given.isdecimal() or not 1 <= int(given) <= most:
            form.wrong(("limit",), "NUMBER_TYPE_MAX", f"int value should be between 1 and {most}.")
        form.done()
        return int(given)


Answer = Json | list[Json] | None


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, named as the API description names it."""

    name: str
    method: str
    path: str
    run: Callable[[World, Asked], Answer]
    """Does it; None is an answer without a body. Raises ApiError."""
    status: int = 200
    open: bool = False
    """Whether it takes no token, as the path holds one, and doesn't count against the global limit."""


def snowflake(value: str, name: str) -> int:
    """The id; raises ApiError 50035 when it is none."""
    form = Form()
    if not value.isdecimal():
        form.wrong((name,), "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
    form.done()
    return int(value)

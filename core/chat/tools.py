"""What a client of another kind, over MCP say, may call for a person, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from core.chat.events import Author
from core.chat.reply import Part
from core.model import TaskPage, TaskQuery


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """One tool, as a client is told of it."""

    name: str
    description: str
    """What it does, for a model that has read nothing else."""
    schema: Mapping[str, object]
    """JSON Schema of the arguments, an object."""
    result: Mapping[str, object]
    """JSON Schema of the result, an object; what failed has another (`ToolResult.failed`)."""
    read_only: bool = False
    destructive: bool = False
    """Whether it overwrites or deletes; `undo` takes that back, too."""
    idempotent: bool = False
    """Whether a second call with the same arguments changes nothing more."""


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What one call did."""

    content: Mapping[str, object]
    """JSON by `ToolSpec.result`; of a failure `{"error": sentence}`, with what to do next."""
    parts: tuple[Part, ...] = ()
    """What a person would be shown of it: receipts, lists, words."""

    @property
    def failed(self) -> bool:
        """Whether nothing was done."""
        return "error" in self.content


@dataclass(frozen=True, slots=True)
class Grant:
    """What a client that acts for a person holds: an identity, and until when."""

    user: int
    """The identity's row."""
    epoch: int
    """Void as soon as the person ends their connections, which counts this up."""
    client: str
    """What the client calls itself, and where it is at home; a change remembers it."""
    locale: str = "en"
    """BCP 47, of the person."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a person pastes into a client to connect it."""

    address: str
    """Of the MCP endpoint, a URL."""
    code: str
    """Works once."""
    minutes: int
    """For how long."""


class Caller(Protocol):
    """A person for whom a client acts, for one request."""

    @property
    def account(self) -> int:
        """Whose tasks these are: for counting calls, and for nothing else."""
        ...

    @property
    def who(self) -> Author:
        """The identity as its platform names it."""
        ...

    @property
    def allowed(self) -> bool:
        """Whether this request is within what an account may ask; each was counted as the caller was made."""
        ...

    async def call(self, tool: str, arguments: str) -> ToolResult:
        """Run a tool with its arguments as JSON; whatever goes wrong is a result. Raises KeyError for no such tool."""
        ...

    async def find(self, query: TaskQuery) -> TaskPage:
        """One page of the person's tasks. Raises RefusedError."""
        ...


class Toolbox(Protocol):
    """What an adapter may ask of the core that brings no messages, but calls of tools."""

    def tools(self) -> Sequence[ToolSpec]:
        """All there are; the same for everybody and at any time."""
        ...

    async def local(self, who: Author) -> Caller:
        """The person who sits at this machine. Raises RefusedError."""
        ...

    async def granted(self, grant: Grant) -> Caller | None:
        """The person a client acts for; `None` where they have ended that, or are forgotten. One statement.

        Raises RefusedError.
        """
        ...

    async def spend(self, user: int, state: int, *, connects: bool) -> int | None:
        """Use up what was signed for this `state` of the identity's counter, and give the state that follows.

        `None` where it is used up already: of any number of processes that try at once, one succeeds. `connects`: a
        client is connected by it. Raises RefusedError.
        """
        ...


class Inviter(Protocol):
    """Makes what a person pastes into a client."""

    def invite(self, user: int, state: int, locale: str) -> Invitation:
        """Sign a code for this identity, good for this state of its counter alone."""
        ...


EPOCH_BITS = 36
"""An identity's counter of connections, one integer: how often all were ended in its high bits (`epoch_of`), below that
how many codes were used up since, and in the lowest `MADE_BITS` how many clients that has connected."""
MADE_BITS = 16


def epoch_of(state: int) -> int:
    """How often the person has ended all connections, in this state of their counter."""
    return state >> EPOCH_BITS


def made_of(state: int) -> int:
    """How many clients were connected since."""
    return state & ((1 << MADE_BITS) - 1)

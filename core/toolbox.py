"""The tools as other programs call them for a person: no words, no thread, no model of ours."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import structlog

from core.allowance import Allowance
from core.chat import Author, Grant, Receipt, TaskPage, TaskQuery, ToolResult, ToolSpec
from core.coming import announce
from core.database import Database
from core.preferences import acting
from core.refusal import refusing
from core.tasks import THROUGH, find
from core.tools import discover
from core.tools.context import TurnContext
from core.tools.tool import Tool
from core.users import Actor, connections

log = structlog.get_logger()

Changed = Callable[[Receipt, Author], None]


@dataclass(frozen=True, slots=True)
class Tools:
    """Implements `core.chat.Toolbox`."""

    database: Database
    default_zone: str
    """IANA, for people whose zone nobody told."""
    changed: Changed = lambda receipt, who: None
    """Told of each committed change, and of whose it is."""
    clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    allowance: Allowance | None = None
    """How many requests of clients an account gets, in this process."""
    known: dict[str, Tool] = field(default_factory=lambda: {tool.name: tool for tool in discover()})

    def tools(self) -> Sequence[ToolSpec]:
        """All there are, by name."""
        return [_spec(tool) for tool in self.known.values()]

    async def local(self, who: Author) -> Calling:
        """The person who sits at this machine. Raises RefusedError."""
        now = self.clock()
        with refusing():
            actor = await self.database.read(lambda session: acting(session, who, self.default_zone, now=now))
        return self._calling(actor, who, now, "")

    async def granted(self, grant: Grant) -> Calling | None:
        """The person a client acts for, if they still let it. Raises RefusedError."""
        with refusing():
            found = await self.database.read(lambda session: connections.granted(session, grant, self.default_zone))
        if found is None:
            return None
        caller = self._calling(*found, self.clock(), grant.client)
        caller.allowed = self.allowance is None or self.allowance.take(caller.account)
        return caller

    async def spend(self, user: int, state: int, *, connects: bool) -> int | None:
        """Use up what was signed for this state. Raises RefusedError."""
        with refusing():
            async with self.database.transaction() as session:
                return await connections.spend(session, user, state, connects=connects)

    def _calling(self, actor: Actor, who: Author, now: dt.datetime, client: str) -> Calling:
        by = f"{THROUGH}{client}" if client else ""
        return Calling(self, replace(actor, by=by), who, now.astimezone(actor.timezone))


@dataclass(slots=True)
class Calling:
    """Implements `core.chat.Caller`."""

    box: Tools
    actor: Actor
    who: Author
    now: dt.datetime
    allowed: bool = True

    @property
    def account(self) -> int:
        """Whose tasks these are."""
        return self.actor.account_id

    async def call(self, tool: str, arguments: str) -> ToolResult:
        """Run a tool within the bounds of one turn. Raises KeyError for one that isn't there."""
        turn = TurnContext(self.box.database, self.actor, self.now, translates=True, client_confirms=True)
        raw = await self.box.known[tool].call(turn, arguments)
        for part in turn.parts:
            if isinstance(part, Receipt):
                self.box.changed(part, self.who)
                await announce(self.box.database, part)
        result = ToolResult(json.loads(raw), tuple(turn.parts))
        log.info("tool.called", tool=tool, failed=result.failed)
        return result

    async def find(self, query: TaskQuery) -> TaskPage:
        """One page of the person's tasks. Raises RefusedError."""
        with refusing():
            return await self.box.database.read(lambda session: find(session, self.actor, query, now=self.now))


def _spec(tool: Tool) -> ToolSpec:
    facts = tool.facts
    return ToolSpec(
        tool.name,
        facts.guide,
        tool.schema,
        facts.result,
        read_only=facts.read_only,
        destructive=facts.destructive,
        idempotent=facts.idempotent,
    )

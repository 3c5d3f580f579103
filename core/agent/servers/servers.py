"""All servers, and their tools in a run: behind our own, in the order of the settings, so that the prompt stays alike.

A server whose tools were never told (it was down when the process began) has one tool in their place, which fetches
them: only a turn that needs it waits.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from uuid import uuid4

import structlog
from agents import FunctionTool, Tool
from agents.tool_context import ToolContext

from core.agent.servers.approvals import ask
from core.agent.servers.catalogue import BETWEEN, ServerTool, label_of
from core.agent.servers.config import ServerConfig
from core.agent.servers.errors import ServerError
from core.agent.servers.results import data, failed
from core.agent.servers.server import Pace, Server
from core.tools.context import TurnContext

log = structlog.get_logger()

MOST_CALLS = 20
"""Calls of servers in one turn."""
MOST_IN_ALL = 100
"""Tools of all servers: OpenAI takes 128 in a request."""
_FETCH = f"{BETWEEN}tools"
_LIMIT = "That is more than one message may do at other services. Nothing was done by this call; tell the person so."
_AGAIN = "This service didn't answer a moment ago, and is not asked again for this message. Tell the person so."
_NO_OBJECT = "The arguments have to be a JSON object. Nothing was done; mend them and call again."


class Servers:
    """What the operator has connected."""

    def __init__(self, configs: Sequence[ServerConfig], *, secret: str, pace: Pace | None = None) -> None:
        """`secret` keys the references of calls that are to be approved; all processes of a bot have the same one."""
        self._servers = {config.label: Server(config, pace or Pace()) for config in configs}
        self._secret = secret
        self._refused: set[str] = set()
        """Names of tools that OpenAI doesn't take; all are where it is no name of theirs."""
        self._seconds = (pace or Pace()).call + (pace or Pace()).connect

    def refuse(self, function: str) -> None:
        """Leave this tool out from now on; all of them, where it is none of theirs."""
        log.error("mcp.tool_refused", server=label_of(function) or "all")
        self._refused.add(function if label_of(function) in self._servers else "")

    def refresh(self) -> None:
        """Ask each for its tools where that is due; nobody waits."""
        for server in self._servers.values():
            server.refresh()

    def append(self, tools: list[Tool]) -> None:
        """Add what is known of the servers' tools to those of a run; what it fetches meanwhile is added later."""
        self.refresh()
        if "" in self._refused:
            return
        for server in self._servers.values():
            if server.tools is None:
                tools.append(self._fetching(server, tools))
            else:
                self._add(tools, server)

    async def examined(self) -> dict[str, tuple[ServerTool, ...] | ServerError]:
        """The tools of each server, asked for now if they never were, or why they can't be had; by labels."""
        return dict(await asyncio.gather(*(_examined(server) for server in self._servers.values())))

    async def find(self, function: str) -> tuple[Server, ServerTool]:
        """The server and its tool that the model calls by that name. Raises ServerError."""
        server = self._servers.get(label_of(function))
        for tool in await server.loaded() if server else ():
            if server and tool.function == function:
                return server, tool
        raise ServerError("There is no such service, or no such tool of it, any more. Nothing was done.")

    async def close(self) -> None:
        """Hang up."""
        for server in self._servers.values():
            await server.close()

    def _add(self, tools: list[Tool], server: Server) -> None:
        there = {tool.name for tool in tools}
        room = MOST_IN_ALL - sum(BETWEEN in name for name in there)
        fresh = [tool for tool in server.tools or () if tool.function not in there | self._refused]
        tools.extend(self._tool(server, tool) for tool in fresh[: max(0, room)])

    def _tool(self, server: Server, tool: ServerTool) -> FunctionTool:
        async def invoke(context: ToolContext[TurnContext], raw: str) -> str:
            return await self._invoked(server, tool, context, raw)

        first = " The person is asked first." if tool.asks else ""
        return FunctionTool(
            name=tool.function,
            description=f"({server.label}) {tool.description}{first}",
            params_json_schema=dict(tool.schema),
            on_invoke_tool=invoke,
            strict_json_schema=False,
        )

    def _fetching(self, server: Server, tools: list[Tool]) -> FunctionTool:
        async def invoke(context: ToolContext[TurnContext], raw: str) -> str:
            if refusal := _refusal(context.context, server):
                return failed(server.label, refusal)
            context.context.wait(self._seconds)
            try:
                await server.loaded()
            except ServerError as error:
                context.context.silent.add(server.label)
                return failed(server.label, str(error))
            self._add(tools, server)
            names = [tool.function for tool in server.tools or ()]
            return json.dumps({"from": server.label, "tools": names, "next": "Call them now."})

        return FunctionTool(
            name=f"{server.label}{_FETCH}",
            description=f"({server.label}) Fetches this service's tools. Call it first for whatever concerns it.",
            params_json_schema={"type": "object", "properties": {}},
            on_invoke_tool=invoke,
            strict_json_schema=False,
        )

    async def _invoked(self, server: Server, tool: ServerTool, context: ToolContext[TurnContext], raw: str) -> str:
        """A call in a turn. Whatever goes wrong is its result: an exception would leave the call without any."""
        turn = context.context
        if refusal := _refusal(turn, server):
            return failed(server.label, refusal)
        try:
            arguments = json.loads(raw or "{}")
        except ValueError:
            arguments = None
        if not isinstance(arguments, dict):
            return failed(server.label, _NO_OBJECT)
        # a message that comes again may have done it already
        if tool.asks or (turn.again and not tool.reads):
            return ask(turn, tool, arguments, context.tool_call_id, self._secret)
        turn.wait(self._seconds)
        turn.acted = turn.acted or not tool.reads
        try:
            return data(server.label, await server.call(tool, arguments))
        except ServerError as error:
            if error.silent:
                turn.silent.add(server.label)
            return failed(server.label, str(error))
        except Exception:
            error_id = uuid4().hex[:8]
            log.exception("mcp.call_failed", server=server.label, error_id=error_id)
            return failed(server.label, f"Something went wrong on my side (error id {error_id}).")


async def _examined(server: Server) -> tuple[str, tuple[ServerTool, ...] | ServerError]:
    try:
        return server.label, await server.loaded()
    except ServerError as error:
        return server.label, error


def _refusal(turn: TurnContext, server: Server) -> str:
    """Why a server is not asked in this turn any more; empty where it is."""
    turn.server_calls += 1
    if turn.server_calls > MOST_CALLS:
        return _LIMIT
    return _AGAIN if server.label in turn.silent else ""

"""What happens when a person has answered the question before a call: it is made at most once, or not at all."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass

import structlog
from openai import AsyncOpenAI

from core.agent import failures
from core.agent.conversations import INTERRUPTED
from core.agent.servers.approvals import EXPIRY, Decision, asked_at
from core.agent.servers.catalogue import ServerTool
from core.agent.servers.errors import ServerError
from core.agent.servers.ledger import Earlier, Ledger, Pending
from core.agent.servers.results import data, failed
from core.agent.servers.server import Server
from core.agent.servers.servers import Servers
from core.chat import Part, Settled, Step, Text
from core.tools.context import TurnContext

log = structlog.get_logger()

_DENIED = "The person said no: this call was not made, and is not to be made."
_GONE = (
    "I no longer have that call here: its conversation has ended, or it isn't yours to decide. Nothing was done; ask "
    "me again if you still want it."
)
_OLD = "That question is more than a day old, so nothing was done. Ask me again if you still want it."
_UNREAD = "{}, and so I can't look up that call right now. Nothing was done; please answer again in a minute."
_DONE = "That was decided already, and happens only once."
_REFUSED = "You have said no to that already. Nothing was done; ask me again if you want it after all."
_UNKNOWN = (
    "I had begun that call, and can't tell whether it took effect: I was interrupted, or it is still on its way. "
    "Please look at “{}” before you ask for it again."
)
_NO = "All right, I leave that."
_MADE = "_“{}” of “{}” was called._\n\n"
_TRIES = 3


@dataclass(slots=True)
class Result:
    """What a decision has led to."""

    go_on: bool = False
    """Whether the model is to be told, and to go on."""


class Decisions:
    """Carries decisions out."""

    def __init__(self, client: AsyncOpenAI, servers: Servers, secret: str) -> None:
        self._ledger = Ledger(client, secret)
        self._servers = servers

    async def carry_out(
        self, turn: TurnContext, decision: Decision, conversation: str | None, result: Result
    ) -> AsyncGenerator[Part, None]:
        """Do what the person has decided, and say what came of it. Raises nothing of the model's or the servers'."""
        if turn.author is None or conversation is None:
            yield Settled()
            yield Text(_GONE)
            return
        try:
            pending, earlier = await self._ledger.find(conversation, decision.reference, turn.author)
            if sentence := _closed(turn, decision, pending, earlier):
                yield Settled()
                yield Text(sentence)
                return
            assert pending
            # what is not there any more is said before the decision is written down
            server, tool = await self._servers.find(pending.function) if decision.approved else (None, None)
            call = await self._ledger.first(conversation, decision, pending, None if server else _denied(pending))
        except ServerError as error:
            yield Text(str(error))
            return
        except failures.ANY as error:
            log.warning("approval.unread", error=type(error).__name__)
            yield Text(_UNREAD.format(failures.classify(error).value))
            return
        yield Settled()
        if call is None or server is None or tool is None:
            yield Text(_NO if call else _DONE)
            return
        turn.acted = True
        yield Step(call, f"{server.label}: {tool.name}", "running")
        output, sentence = await _made(server, tool, pending)
        yield Step(call, "", "done")
        result.go_on = await self._settled(conversation, call, output)
        yield Text(sentence)

    async def _settled(self, conversation: str, call: str, output: str) -> bool:
        """Note what became of it; what can't be noted, the next turn takes for unknown."""
        for _ in range(_TRIES):
            try:
                await self._ledger.settle(conversation, call, output)
            except failures.ANY as error:
                log.warning("approval.unsettled", error=type(error).__name__)
            else:
                return True
        return False


async def _made(server: Server, tool: ServerTool, pending: Pending) -> tuple[str, str]:
    """Make the call; returns what the model is told of it, and the person."""
    try:
        answer = await server.call(tool, pending.arguments)
    except ServerError as error:
        return failed(server.label, str(error)), f"{error}\n\n"
    if answer.is_error:
        return data(server.label, answer), f"“{server.label}” refused to do “{tool.name}”.\n\n"
    return data(server.label, answer), _MADE.format(tool.name, server.label)


def _closed(turn: TurnContext, decision: Decision, pending: Pending | None, earlier: Earlier | None) -> str:
    """Why there is nothing to decide any more; empty where there is."""
    if pending is None:
        return _GONE
    if earlier is None:
        return _OLD if turn.now - asked_at(decision.reference) > EXPIRY else ""
    if earlier.output is None or earlier.output == INTERRUPTED:
        return _UNKNOWN.format(pending.function.partition("__")[0])
    return _REFUSED if _DENIED in earlier.output else _DONE


def _denied(pending: Pending) -> str:
    return failed(pending.function.partition("__")[0], _DENIED)

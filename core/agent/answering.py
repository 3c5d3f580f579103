"""OpenAI's part of a turn: run the agent in the thread's conversation, and mend what can be mended."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing

import structlog

from core.agent import failures
from core.agent.failure import Failure
from core.agent.servers.approvals import Decision, decision
from core.attempt import Attempt, Online
from core.chat import Message, Recall, Reply, Said, Settled, Stamp, Step, Text
from core.tools.context import TurnContext

log = structlog.get_logger()

UNREAD = (
    "I can't read this thread right now, and so can't look up that call. Nothing was done; please answer again in a "
    "minute."
)
LOCK_WAITS = 2
"""Extra tries at a locked conversation, each some seconds long inside the SDK, with a sign for the person between."""
OPENING_SHARE = 0.4
"""Part of the patience that opening or mending a conversation may take, so that nobody waits 30 s without a sign."""
MOST_REFUSALS = 4
"""Tools of other services that a turn leaves out one by one, then all of them."""
ASIDE = "_I can't read what was said in this thread right now, so I answer this message alone._\n\n"


class Answering:
    """Answers messages with a model."""

    def __init__(
        self,
        online: Online,
        stamp: Callable[[Message, Attempt], Stamp],
        recalled: Callable[[Message, Attempt], Awaitable[Recall]],
        *,
        context_messages: int,
    ) -> None:
        """`stamp` is what a reply is to keep; `recalled` reads what was said in the thread before, once a turn."""
        self._online = online
        self._stamp = stamp
        self._recalled = recalled
        self._context_messages = context_messages

    def mark(self, message: Message) -> str:
        """What the message's item in a conversation is found by."""
        return self._online.conversations.mark(message.thread, message.id)

    def decision(self, text: str, asks: str) -> Decision | None:
        """What a message decides about a call of another service; None for any other message."""
        return decision(text, asks) if self._online.decisions else None

    async def decide(self, turn: TurnContext, message: Message, decision: Decision, attempt: Attempt) -> Reply:
        """Carry out what the person has decided about a call of another service, and let the model go on from there."""
        from core.agent.servers.decisions import Result

        assert self._online.decisions
        result = Result()
        yield self._stamp(message, attempt)
        # what can't be decided yet is still asked
        turn.asks = "" if turn.shared else decision.line
        if attempt.aside:
            yield Text(UNREAD)
            return
        carrying_out = self._online.decisions.carry_out(turn, decision, attempt.conversation, result)
        async with aclosing(carrying_out) as parts:
            async for part in parts:
                if isinstance(part, Settled):
                    turn.asks = ""
                attempt.spoke = attempt.spoke or isinstance(part, Text)
                yield part
        if result.go_on:
            async with aclosing(self.answer(turn, message, None, attempt)) as more:
                async for part in more:
                    yield part

    async def answer(self, turn: TurnContext, message: Message, said: str | None, attempt: Attempt) -> Reply:
        """Run the agent in the thread's conversation, mending what can be mended; leaves the failure in `attempt`.

        Without anything `said` it goes on from what the conversation holds.
        """
        if attempt.aside:
            yield Text(ASIDE)
        while True:
            try:
                if attempt.conversation is None and not attempt.aside:
                    attempt.conversation = await self._open(message, attempt)
                yield self._stamp(message, attempt)
                async with aclosing(self._online.assistant.run(turn, said, attempt.conversation)) as parts:
                    async for part in parts:
                        attempt.spoke = attempt.spoke or isinstance(part, Text)
                        yield part
                attempt.failure = None
                return
            except failures.ANY as error:
                attempt.failure = failures.classify(error)
                log.warning("turn.model_failed", failure=attempt.failure.name, error=type(error).__name__)
                if attempt.failure is Failure.TOOLS:
                    self._online.assistant.refused(turn, _parameter(error, attempt))
            if attempt.spoke or turn.acted:
                yield Text(await self._cut_short(attempt))
                return
            async with aclosing(self._mended(attempt)) as signs:
                async for part in signs:
                    yield part
            if attempt.failure:
                return

    async def _mended(self, attempt: Attempt) -> Reply:
        """Mend what made the attempt fail and clear its failure, once for each kind; otherwise leave it."""
        failure = attempt.failure
        if failure is Failure.LOCKED and attempt.waits < LOCK_WAITS:
            attempt.waits += 1
            attempt.failure = None
            yield Step(f"locked-{attempt.waits}", "Waiting for the other reply in this thread", "running")
        elif failure is Failure.TOOLS and attempt.refusals < MOST_REFUSALS:
            attempt.refusals += 1
            attempt.failure = None
        elif failure in (Failure.ORPHANED, Failure.GONE) and failure not in attempt.healed:
            attempt.healed.add(failure)
            attempt.failure = None
            if failure is Failure.GONE:
                attempt.conversation = None
                attempt.recall = None
                yield Text("_The memory of this thread was gone, so I started afresh from its last messages._\n\n")
            else:
                attempt.failure = await self._repair(attempt.conversation)

    async def _open(self, message: Message, attempt: Attempt) -> str:
        """Open a conversation seeded with the thread's last messages."""
        recent = _earlier(await self._recalled(message, attempt), message, self._context_messages)
        async with asyncio.timeout(self._online.patience * OPENING_SHARE):
            return await self._online.conversations.open(message.thread, recent)

    async def _repair(self, conversation: str | None) -> Failure | None:
        """Answer what was left unanswered; returns the failure when that fails too."""
        if conversation is None:
            return Failure.BROKEN
        try:
            async with asyncio.timeout(self._online.patience * OPENING_SHARE):
                repaired = await self._online.conversations.repair(conversation)
        except failures.ANY as error:
            return failures.classify(error)
        log.info("turn.repaired", calls=repaired)
        return None

    async def _cut_short(self, attempt: Attempt) -> str:
        """What to say when a reply ends early, after something was shown; what tools did stays."""
        if attempt.failure is Failure.LOOPING:
            await self._repair(attempt.conversation)
            return (
                "\n\nI stopped, as I was going in circles. What is shown above is done. Please say it in other words."
            )
        reason = attempt.failure.value if attempt.failure else "OpenAI stopped"
        return f"\n\n_{reason}, so this reply ends early. What is shown as done above is done; ask again for the rest._"


def _parameter(error: BaseException, attempt: Attempt) -> str:
    """What OpenAI names as wrong; nothing after a few of them, so that all such tools go."""
    return str(getattr(error, "param", "") or "") if attempt.refusals < MOST_REFUSALS - 1 else ""


def _earlier(recall: Recall, message: Message, most: int) -> Sequence[Said]:
    """The newest messages before this one, oldest first."""
    if not most:
        return ()
    return [said for said in recall.recent if said.id != message.id][-most:]

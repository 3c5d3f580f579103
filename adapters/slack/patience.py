"""Work that may take long: the person gets a sign within a second, and an end in every case."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from adapters.slack.desk import Desk
from adapters.slack.gather import Gathered, gather
from core.chat import Author, Reply

log = structlog.get_logger()

UNTIL_SIGN = 0.7
"""Seconds after which a sign is given: Slack itself shows nothing of what was typed or pressed."""
_AT_MOST = 90.0
"""Seconds that a command or a press may take; what the core waits for itself is shorter."""
ONE_MOMENT = "One moment: this takes longer than usual. The answer follows here."
_NO_ANSWER = (
    "I got no answer in time and can't tell whether that was done: please look with `/task list` before you try again."
)


async def answered(
    desk: Desk, user: str, wanted: Callable[[Author], Reply], sign: Callable[[], Awaitable[object]]
) -> Gathered:
    """All of a reply to that person; `sign` is given where it doesn't come at once."""

    async def coming() -> Gathered:
        return await gather(wanted(await desk.people.author(user)), user)

    doing = asyncio.create_task(coming())
    try:
        done, _ = await asyncio.wait([doing], timeout=UNTIL_SIGN)
        if not done:
            await sign()
            done, _ = await asyncio.wait([doing], timeout=_AT_MOST)
        if done:
            return doing.result()
        log.error("slack.no_answer")
        late = Gathered(user)
        late.problem = _NO_ANSWER
        return late
    finally:
        doing.cancel()

"""How a talk begins: somebody opens the Messages tab, and is greeted with what to ask, once in a while.

Apps made before the tab was the place of talks have a pane instead, each opening of which begins a thread: what differs
is the place. See https://docs.slack.dev/ai/migrating-to-agent-messaging.
"""

from __future__ import annotations

import asyncio
from typing import TypeVar

import structlog
from cachetools import TTLCache

from adapters.slack.api import REFUSED, code
from adapters.slack.desk import Desk
from adapters.slack.inbound import Place
from adapters.slack.render.markdown import clean
from adapters.slack.render.prompts import greeting, suggested
from adapters.slack.stamps import metadata
from core.chat import Author, DueFilter, RefusedError, Stamp, StampKind, TaskPage, TaskQuery

log = structlog.get_logger()

Result = TypeVar("Result")
Pages = tuple[TaskPage, TaskPage]
"""What is overdue, and what is due today."""
Known = tuple[Author, Pages | None]

_PEOPLE = 10_000
_AGAIN = 6 * 3600.0
"""Seconds after which a person who opens the tab is shown anew what to ask."""
_IN_TIME = 0.5
"""Seconds that the greeting waits for the person's name and tasks, so that it is there within one."""


class Openings:
    """Who was greeted lately, by this process."""

    def __init__(self) -> None:
        self._greeted: TTLCache[str, bool] = TTLCache(_PEOPLE, _AGAIN)

    async def tab(self, desk: Desk, user: str, channel: str) -> None:
        """The Messages tab was opened: say hello in an empty one, and suggest what to ask; not at every opening."""
        if not user or not channel or user in self._greeted:
            return
        self._greeted[user] = True
        known = asyncio.ensure_future(_known(desk, user))
        hello = await _empty(desk, channel)
        if not await _greet(desk, known, Place(channel, "", private=True), hello=hello):
            self._greeted.pop(user, None)

    async def pane(self, desk: Desk, user: str, thread: Place) -> None:
        """A new thread was begun in an older app's pane, which is empty by its nature."""
        self._greeted[user] = True
        await _greet(desk, asyncio.ensure_future(_known(desk, user)), thread, hello=True)


async def _greet(desk: Desk, known: asyncio.Task[Known], at: Place, *, hello: bool) -> bool:
    """Say hello if wanted, and suggest prompts that fit the person's tasks; tells whether Slack took it.

    Where the tasks don't come in time there are prompts for everybody first, and the fitting ones once they come.
    """
    author, pages = await _within(_IN_TIME, known) or (None, None)
    try:
        if hello:
            await desk.api.write.chat_postMessage(
                channel=at.channel,
                thread_ts=at.ts or None,
                text=clean(greeting(author.name if author else "", pages)),
                metadata=metadata(Stamp(kind=StampKind.UNASKED)),
            )
        await _suggest(desk, at, pages)
        if author is None:
            await _suggest(desk, at, (await known)[1])
    except REFUSED as error:
        log.warning("slack.greeting_refused", error=code(error) or type(error).__name__)
        return False
    finally:
        known.cancel()
    return True


async def _suggest(desk: Desk, at: Place, pages: Pages | None) -> None:
    """Where the talk is in the tab itself, Slack ignores prompts that name a thread."""
    await desk.api.now.assistant_threads_setSuggestedPrompts(
        channel_id=at.channel, prompts=suggested(pages), **({"thread_ts": at.ts} if at.ts else {})
    )


async def _known(desk: Desk, user: str) -> Known:
    author = await desk.people.author(user)
    try:
        overdue, today = await asyncio.gather(
            *(desk.core.find(author, TaskQuery(due=due, size=1)) for due in (DueFilter.OVERDUE, DueFilter.TODAY))
        )
    except RefusedError as error:
        log.info("slack.greeting_without_tasks", reason=str(error))
        return author, None
    return author, (overdue, today)


async def _empty(desk: Desk, channel: str) -> bool:
    """Whether nothing was ever said there. In doubt it is not: nobody is to be greeted twice because of a restart."""
    try:
        page = await desk.api.now.conversations_history(channel=channel, limit=1)
    except REFUSED as error:
        log.info("slack.tab_unread", error=code(error) or type(error).__name__)
        return False
    return not page.get("messages")


async def _within(seconds: float, coming: asyncio.Task[Result]) -> Result | None:
    """What comes, if it comes so soon; it goes on coming."""
    done, _ = await asyncio.wait([coming], timeout=seconds)
    return coming.result() if done else None

"""A check mark on one's own card completes its task; on what shows several, it asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import structlog
from slack_bolt.app.async_app import AsyncApp

from adapters.shared.refs import Ref
from adapters.slack.api import REFUSED, code
from adapters.slack.desk import Desk
from adapters.slack.gather import gather
from adapters.slack.inbound import Event, text_of
from adapters.slack.render import cards, stored
from adapters.slack.render.blocks import Block
from adapters.slack.surface import Surface, show, tasks_now
from core.chat import Action, ActionName

log = structlog.get_logger()

_DONE = frozenset({"white_check_mark", "heavy_check_mark", "ballot_box_with_check"})


def register(app: AsyncApp) -> None:
    """Listen to `reaction_added`."""

    @app.event("reaction_added")
    async def reacted(event: Event, desk: Desk) -> None:
        # of a reaction to somebody else's message nothing has to be read
        if text_of(event, "reaction") in _DONE and event.get("item_user") == desk.me.user:
            async with desk.running.counted():
                await complete(desk, event)


async def complete(desk: Desk, event: Event) -> None:
    """Complete the task of the card, if it is the person's own; of a list, ask which."""
    item = event.get("item")
    channel, ts = (text_of(item, "channel"), text_of(item, "ts")) if isinstance(item, Mapping) else ("", "")
    user = text_of(event, "user")
    message = await desk.threads.message(channel, ts)
    blocks = message.get("blocks") if message else None
    if not message or not isinstance(blocks, list) or stored.owner(blocks) != user:
        return
    shown = stored.refs(blocks)
    at = Surface("", channel, ts, text_of(message), blocks, thread=text_of(message, "thread_ts"))
    if not shown:
        return
    if not stored.single(blocks):
        await _ask(desk, user, at, shown)
        return
    (ref,) = shown
    author = await desk.people.author(user)
    done = Action(author, ActionName.DONE, (ref.number,), ids=(ref.id,) if ref.id else ())
    await show(desk, author, at, await gather(desk.core.act(done), user))


async def _ask(desk: Desk, user: str, at: Surface, shown: Sequence[Ref]) -> None:
    """Which of them is done, as only the person sees it: a mark on twelve tasks may mean one."""
    now = await tasks_now(desk, await desk.people.author(user), shown)
    still_open = {ref: task for ref, task in now.items() if not task.done} if now is not None else {}
    question: list[Block] = cards.which(list(still_open.values()), user)
    try:
        await desk.api.write.chat_postEphemeral(
            channel=at.channel,
            user=user,
            text="Which of these tasks is done?",
            blocks=question,
            thread_ts=at.thread or None,
        )
    except REFUSED as error:
        log.warning("slack.question_refused", error=code(error) or type(error).__name__)

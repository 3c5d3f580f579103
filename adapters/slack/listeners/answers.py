"""Answers to the question before another service is called: pressing one says its line in the thread."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.slack.desk import Desk
from adapters.slack.inbound import Place, instant, text_of
from adapters.slack.listeners.messages import answer
from adapters.slack.render.actions import Pressed
from adapters.slack.render.blocks import context
from adapters.slack.render.identity import unique
from adapters.slack.surface import Surface, update
from core.chat import Message

ANSWERED = "Answered."


async def say(desk: Desk, user: str, at: Surface, pressed: Pressed, action: Mapping[str, object]) -> None:
    """Answer as if the person had typed the line, after all that was said earlier; then take the buttons away.

    They stay where nothing is decided yet, so that they can be pressed again.
    """
    place = Place(at.channel, at.thread or at.ts, private=at.channel.startswith("D"))
    thread, ts = place.thread(desk.me.team), text_of(action, "action_ts")
    async with desk.core.claim(thread, ts, instant(ts).timestamp()) as claim, desk.running.in_order(place):
        if not await claim.granted():
            return
        author = await desk.people.author(user)
        said = Message(ts, thread, author, pressed.fields.get("line", ""), instant(ts))
        shown = await answer(desk, place, said, begins=False)
        if not shown.lost:
            claim.answered()
    if shown.settled:
        gone = text_of(action, "block_id")
        blocks = [context(ANSWERED) if block.get("block_id") == gone else dict(block) for block in at.blocks]
        await update(desk, at, unique(blocks))

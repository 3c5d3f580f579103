"""Slash commands: `/task` for everything that needs no model, `/ask` for the agent. Only the person sees the answer."""

from __future__ import annotations

import re
from collections.abc import Mapping

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.async_app import AsyncAck

from adapters.shared.admission import Verdict
from adapters.slack import admission, forgetting, whisper
from adapters.slack.api import REFUSED, code
from adapters.slack.desk import Desk
from adapters.slack.inbound import Place, instant, text_of
from adapters.slack.listeners.messages import answer
from adapters.slack.patience import ONE_MOMENT, answered
from core.chat import Command, Message

log = structlog.get_logger()

Body = Mapping[str, object]

_OF_A_THREAD = re.compile(r"forget(?:\s+(?:this|the)\s+(?:conversation|thread))?", re.IGNORECASE)
_HOW_TO_ASK = "Ask me something, for example `/ask what did I promise Ana this week?`"


def register(app: AsyncApp) -> None:
    """Listen to `/task` and `/ask`."""

    @app.command("/task")
    async def task(ack: AsyncAck, body: Body, desk: Desk) -> None:
        await ack()
        await run(desk, body)

    @app.command("/ask")
    async def ask(ack: AsyncAck, body: Body, desk: Desk) -> None:
        await ack()
        await question(desk, body)


async def run(desk: Desk, body: Body) -> None:
    """Do what was typed, and answer to the person alone."""
    url, user = text_of(body, "response_url"), text_of(body, "user_id")
    text = text_of(body).strip()
    desk.contexts.channel(text_of(body, "channel_id"), text_of(body, "channel_name"))
    if _OF_A_THREAD.fullmatch(text):
        # Slack tells a command's channel and never its thread
        await forgetting.offer(desk, user, text_of(body, "channel_id"), url)
        return
    async with desk.running.counted():
        said = await answered(
            desk,
            user,
            lambda author: desk.core.command(Command(author, text or "help")),
            lambda: whisper.say(desk, url, ONE_MOMENT),
        )
        await whisper.tell(desk, url, said, channel=text_of(body, "channel_id"))
    if said.receipts:
        desk.homes.changed(desk, user)


async def question(desk: Desk, body: Body) -> None:
    """Ask the agent, in a thread of the person's direct messages, as a command has none of its own."""
    url, user = text_of(body, "response_url"), text_of(body, "user_id")
    text = text_of(body).strip()
    asked_in = desk.contexts.channel(text_of(body, "channel_id"), text_of(body, "channel_name"))
    if not text:
        await whisper.say(desk, url, _HOW_TO_ASK)
        return
    verdict = await admission.verdict(desk, user, text_of(body, "channel_id"))
    if verdict is not Verdict.ALL:
        await whisper.say(desk, url, verdict.value)
        return
    try:
        asked = await desk.api.write.chat_postMessage(channel=user, text=f"You asked: {text}"[:3000])
    except REFUSED as error:
        log.warning("slack.question_refused", error=code(error) or type(error).__name__)
        await whisper.say(desk, url, "Slack didn't let me write to you. Please try again, or mention me in a channel.")
        return
    place = Place(asked["channel"], asked["ts"], private=True)
    link = desk.me.permalink(place.channel, place.ts)
    await whisper.say(desk, url, f"I answer in <{link}|our direct messages>.")
    desk.threads.called(place, begun=True)
    async with desk.running.in_order(place):
        author = await desk.people.author(user)
        said = Message(
            place.ts,
            place.thread(desk.me.team),
            author,
            text,
            instant(place.ts),
            link,
            looking_at=asked_in or desk.contexts.of(user),
        )
        await answer(desk, place, said, begins=True)

"""What people say: mentions, the bot's own threads, direct messages, and the Stop button of a reply."""

from __future__ import annotations

import re

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from adapters.shared.admission import Verdict
from adapters.shared.meant import meant
from adapters.slack import admission
from adapters.slack.answer import Answer
from adapters.slack.attachments import attachments, passed_on
from adapters.slack.desk import Desk
from adapters.slack.inbound import Event, Place, instant, mentions, readable, spoken, text_of, where
from adapters.slack.status import Status
from core.chat import Command, Message

log = structlog.get_logger()

_OF_THE_THREAD = re.compile(
    r"/?(?:task )?(?:(forget)(?: (?:this|the) (?:conversation|thread))?|(new)(?: conversation)?)[.!]?", re.IGNORECASE
)
"""Slash commands can't be used in threads, so what is about the thread itself can be said there."""


def register(app: AsyncApp) -> None:
    """Listen to `app_mention`, `message` and `agent_session_stopped`."""

    @app.event("app_mention")
    async def mentioned(event: Event, request: AsyncBoltRequest, desk: Desk) -> None:
        # In direct messages the `message` event says the same.
        async with desk.confirming.doing(request.body.get("event_id")):
            if spoken(event) and not where(event).private:
                await hear(desk, event, called=True, again=redelivered(request))

    @app.event("message")
    async def said(event: Event, request: AsyncBoltRequest, desk: Desk) -> None:
        async with desk.confirming.doing(request.body.get("event_id")):
            if not spoken(event):
                return
            if where(event).private:
                await hear(desk, event, called=True, again=redelivered(request))
            elif desk.me.user not in mentions(text_of(event)):
                # With a mention it comes as `app_mention` too, to one process of several: only that one is answered.
                await hear(desk, event, called=False, again=redelivered(request))

    @app.event("agent_session_stopped")
    async def stopped(event: Event, desk: Desk) -> None:
        desk.running.stop(where(event))


def redelivered(request: AsyncBoltRequest) -> bool:
    """Whether Slack sends an event again, as nobody confirmed it in time."""
    return any(number not in ("", "0") for number in request.headers.get("x-slack-retry-num", []))


async def hear(desk: Desk, event: Event, *, called: bool, again: bool) -> None:
    """Answer what was said, if it was said to the bot, after all that was said earlier in the thread."""
    place = where(event)
    begins = place.ts == text_of(event, "ts")
    if begins and not called:
        desk.threads.begun_by_others(place)
        return
    several = desk.talkers.several(place, text_of(event, "user"))
    if not called and not meant(text_of(event), desk.me.user, several=several):
        log.debug("slack.not_meant")
        return
    ts = text_of(event, "ts")
    desk.heard[place.channel, ts] = True
    thread = place.thread(desk.me.team)
    async with desk.core.claim(thread, ts, instant(ts).timestamp()) as claim, desk.running.in_order(place):
        if not await claim.granted():
            return
        again = again or claim.doubtful
        if called or text_of(event, "parent_user_id") == desk.me.user:
            desk.threads.called(place, begun=begins and not again)
        elif not await desk.threads.ours(place, desk.core.written_elsewhere(thread)):
            desk.heard.pop((place.channel, ts), None)
            return
        verdict = await admission.of_message(desk, event, place)
        if verdict.refused:
            return
        said = await message(desk, event, place, again=again, model=verdict is Verdict.ALL)
        if not claim.stands():
            return
        if not (await answer(desk, place, said, begins=begins)).lost:
            claim.answered()
        else:
            desk.heard.pop((place.channel, ts), None)
        if desk.threads.remains.pop(place, False):
            desk.erasing.go_on(desk, place)


async def hear_late(desk: Desk, event: Event, *, called: bool) -> None:
    """Answer what was said while nobody listened, unless it has come by itself meanwhile."""
    if (text_of(event, "channel"), text_of(event, "ts")) not in desk.heard:
        await hear(desk, event, called=called, again=True)


async def message(desk: Desk, event: Event, place: Place, *, again: bool, model: bool = True) -> Message:
    """The event as the core takes it, with names in place of ids."""
    text, ts = text_of(event), text_of(event, "ts")
    author = await desk.people.author(text_of(event, "user"))
    names = await desk.people.names(mentions(f"{text} {passed_on(event)}") - {desk.me.user})
    return Message(
        id=ts,
        thread=place.thread(desk.me.team),
        author=author,
        text=readable(text, names, desk.me.user),
        at=instant(ts),
        link=desk.me.permalink(place.channel, ts, place.ts),
        redelivered=again,
        model=model,
        attachments=attachments(event, names),
        # where others read the answer, it is nobody's business what its author looks at
        looking_at=desk.contexts.of(author.external_id) if place.private else None,
    )


async def answer(desk: Desk, place: Place, said: Message, *, begins: bool) -> Answer:
    """Run the turn and show its reply as it comes; what was shown tells whether all of it is said."""
    if verb := _of_the_thread(said.text):
        reply = desk.core.command(Command(said.author, verb, said.thread, message=said.id))
    else:
        reply = desk.core.respond(said)
    status = Status(desk.api, desk.pace, desk.sessions, place, said.author.external_id, said.text, begins=begins)
    shown = Answer(desk, place, said.author.external_id, status)
    async with desk.running.turn(place) as turn:
        await shown.show(reply, turn)
    if shown.changed:
        desk.homes.changed(desk, said.author.external_id)
    return shown


def _of_the_thread(text: str) -> str | None:
    """`forget` or `new`, when the whole message says nothing else."""
    found = _OF_THE_THREAD.fullmatch(text.strip())
    return (found[1] or found[2]).lower() if found else None

"""Shortcuts: a task from any message, a new task from anywhere, forgetting a thread's conversation."""

from __future__ import annotations

from collections.abc import Mapping

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.async_app import AsyncAck

from adapters.slack import forgetting, forms
from adapters.slack.desk import Desk
from adapters.slack.inbound import Place, mentions, readable, text_of
from adapters.slack.render.blocks import Block
from adapters.slack.render.task_form import task_form
from core.chat import Task

Body = Mapping[str, object]


def register(app: AsyncApp) -> None:
    """Listen to the three shortcuts of the manifest."""

    @app.shortcut("new_task")
    async def new_task(ack: AsyncAck, body: Body, desk: Desk) -> None:
        await ack()
        await forms.open_form(desk, text_of(body, "trigger_id"), _empty(), "New task", "")

    @app.shortcut("add_message")
    async def add_message(ack: AsyncAck, body: Body, desk: Desk) -> None:
        await ack()
        await forms.open_form(
            desk, text_of(body, "trigger_id"), _of_message(desk, body), "New task", text_of(body, "response_url")
        )

    @app.shortcut("forget_thread")
    async def forget_thread(ack: AsyncAck, body: Body, desk: Desk) -> None:
        await ack()
        message, channel = _part(body, "message"), text_of(_part(body, "channel"), "id")
        place = Place(channel, text_of(message, "thread_ts") or text_of(message, "ts"), channel.startswith("D"))
        url = text_of(body, "response_url")
        await forgetting.forget(desk, text_of(_part(body, "user"), "id"), place, url, instead=False)


async def _empty() -> Block:
    return task_form(Task(number=0, title=""), {}, new=True)


async def _of_message(desk: Desk, body: Body) -> Block:
    """The form filled in with what quick add reads in the message."""
    message, channel = _part(body, "message"), text_of(_part(body, "channel"), "id")
    text = text_of(message)
    names = await desk.people.names(mentions(text) - {desk.me.user})
    author = await desk.people.author(text_of(_part(body, "user"), "id"))
    draft = await desk.core.draft(author, readable(text, names, desk.me.user))
    link = desk.me.permalink(channel, text_of(message, "ts"), text_of(message, "thread_ts") or None)
    return task_form(draft, {"link": link, "url": text_of(body, "response_url")}, new=True)


def _part(body: Body, name: str) -> Mapping[str, object]:
    part = body.get(name)
    return part if isinstance(part, Mapping) else {}

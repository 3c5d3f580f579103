"""Submitted forms: a task's and the preferences'. What is refused is told in the form, which stays open."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.async_app import AsyncAck

from adapters.slack import whisper
from adapters.slack.api import REFUSED, code
from adapters.slack.desk import Desk
from adapters.slack.gather import Gathered, gather
from adapters.slack.inbound import Place, text_of
from adapters.slack.post import Post
from adapters.slack.render import modals
from adapters.slack.render.blocks import Block
from adapters.slack.surface import Surface, show
from core.chat import Action, ActionName, Author

log = structlog.get_logger()

Body = Mapping[str, object]

_IN_TIME = 2.0
"""Seconds after which the form says that it is still saving; Slack wants an answer within three."""


def register(app: AsyncApp, desk: Desk) -> None:
    """Listen to the submissions of both forms."""

    @app.view(modals.TASK_FORM)
    async def task(ack: AsyncAck, body: Body) -> None:
        view = _view(body)
        kept, fields = modals.private(view), modals.task_fields(view)
        author = await desk.people.author(_user(body))
        number = kept.get("n")
        wanted = (
            Action(author, ActionName.EDIT, (number,), fields=fields)
            if isinstance(number, int)
            else Action(author, ActionName.ADD, fields=fields, link=_text(kept, "link") or None)
        )
        said = await _answered(desk, ack, view, wanted)
        if said and not said.problem:
            await _shown(desk, author, kept, said)

    @app.view(modals.PREFERENCES_FORM)
    async def preferences(ack: AsyncAck, body: Body) -> None:
        view = _view(body)
        author = await desk.people.author(_user(body))
        wanted = Action(author, ActionName.PREFERENCES, fields=modals.preferences_fields(view))
        said = await _answered(desk, ack, view, wanted)
        if said and not said.problem:
            await desk.homes.show(desk, author.external_id)


async def _answered(desk: Desk, ack: AsyncAck, view: Body, wanted: Action) -> Gathered | None:
    """Do it, and close the form; what is refused is told in it, and what takes long is told later."""
    async with desk.running.counted():
        doing = asyncio.ensure_future(gather(desk.core.act(wanted), wanted.author.external_id))
        done, _ = await asyncio.wait([doing], timeout=_IN_TIME)
        if not done:
            title = "Saving"
            await ack(response_action="update", view=modals.waiting(title))
            said = await doing
            sentence = said.problem or "Saved."
            await _update(desk, text_of(view, "id"), modals.notice(title, sentence))
            return said
        said = doing.result()
        if said.problem:
            await ack(response_action="update", view=modals.with_problem(view, said.problem))
        else:
            await ack()
        return said


async def _update(desk: Desk, view_id: str, view: Block) -> None:
    try:
        await desk.api.write.views_update(view_id=view_id, view=view)
    except REFUSED as error:
        # the person has closed it meanwhile
        log.info("slack.form_gone", error=code(error) or type(error).__name__)


async def _shown(desk: Desk, author: Author, kept: Mapping[str, object], said: Gathered) -> None:
    """Bring up to date what the form was opened from; show a new task where the person was, or in their messages."""
    if isinstance(kept.get("n"), int):
        await show(desk, author, await _source(desk, kept), said)
        return
    desk.homes.changed(desk, author.external_id)
    if url := _text(kept, "url"):
        await whisper.tell(desk, url, said)
    elif not kept.get("home"):
        await Post(desk, Place(author.external_id, "", private=True), author.external_id).end(
            said.text, stamp=None, blocks=said.cards
        )


async def _source(desk: Desk, kept: Mapping[str, object]) -> Surface:
    """What the form was opened from, read again: it may have changed since."""
    at = Surface(
        url=_text(kept, "url"),
        channel=_text(kept, "channel"),
        ts=_text(kept, "ts"),
        ephemeral=kept.get("eph") is True,
        home=kept.get("home") is True,
    )
    if at.home or at.ephemeral or not at.ts:
        return at
    told = await desk.threads.message(at.channel, at.ts)
    blocks = told.get("blocks") if told else None
    return Surface(at.url, at.channel, at.ts, text_of(told or {}), blocks if isinstance(blocks, list) else ())


def _view(body: Body) -> Mapping[str, object]:
    view = body.get("view")
    return view if isinstance(view, Mapping) else {}


def _user(body: Body) -> str:
    user = body.get("user")
    return text_of(user, "id") if isinstance(user, Mapping) else ""


def _text(kept: Mapping[str, object], name: str) -> str:
    value = kept.get(name)
    return value if isinstance(value, str) else ""

"""Submitted forms: a task's and the preferences'. What is refused is told in the form, which stays open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.async_app import AsyncAck

from adapters.shared.refs import Ref
from adapters.slack import forms, whisper
from adapters.slack.api import REFUSED, code
from adapters.slack.desk import Desk
from adapters.slack.gather import Gathered, gather
from adapters.slack.inbound import Place, text_of
from adapters.slack.post import Post
from adapters.slack.render import modals
from adapters.slack.render.blocks import Block
from adapters.slack.render.inputs import private
from adapters.slack.render.task_form import TASK_FORM, conflicting, task_before, task_fields
from adapters.slack.surface import Surface, show
from core.chat import Action, ActionName, Author, RefusedError

log = structlog.get_logger()

Body = Mapping[str, object]
Wanted = Callable[[Author], Action]

_IN_TIME = 0.7
"""Seconds after which the form says that it is still saving: Slack wants an answer within three, people within one."""
_OVERWRITES = "Save again to keep what you typed instead."
_LOST = "What you typed was not saved: {problem}"


def register(app: AsyncApp) -> None:
    """Listen to the submissions of both forms."""

    @app.view(TASK_FORM)
    async def task(ack: AsyncAck, body: Body, desk: Desk) -> None:
        view = _view(body)
        kept = private(view)
        ref = _ref(kept)
        fields = task_fields(view)
        if ref and not fields:
            await ack()  # nothing was touched
            return

        def wanted(author: Author) -> Action:
            if ref is None:
                return Action(author, ActionName.ADD, fields=fields, link=_text(kept, "link") or None)
            ids = (ref.id,) if ref.id else ()
            return Action(author, ActionName.EDIT, (ref.number,), fields=fields, ids=ids, before=task_before(view))

        async with desk.running.counted():
            said = await _Submitted(desk, ack, view, _user(body)).answered(wanted, ref)
            if not said.problem:
                await _shown(desk, await desk.people.author(_user(body)), kept, said)

    @app.view(modals.PREFERENCES_FORM)
    async def preferences(ack: AsyncAck, body: Body, desk: Desk) -> None:
        view = _view(body)

        def wanted(author: Author) -> Action:
            return Action(author, ActionName.PREFERENCES, fields=modals.preferences_fields(view))

        async with desk.running.counted():
            said = await _Submitted(desk, ack, view, _user(body)).answered(wanted, None)
            if not said.problem:
                await desk.homes.show(desk, _user(body))


class _Submitted:
    """A form that waits for its answer."""

    def __init__(self, desk: Desk, ack: AsyncAck, view: Body, user: str) -> None:
        self._desk = desk
        self._ack = ack
        self._view = view
        self._user = user

    async def answered(self, wanted: Wanted, ref: Ref | None) -> Gathered:
        """Do it, and close the form; what is refused is told in it, with all that was typed, however late."""
        doing = asyncio.ensure_future(self._done(wanted, ref))
        done, _ = await asyncio.wait([doing], timeout=_IN_TIME)
        if not done:
            await self._ack(response_action="update", view=modals.waiting("Saving"))
        said, form = await doing
        if done:
            await (self._ack(response_action="update", view=form) if said.problem else self._ack())
        elif not await self._update(form) and said.problem:
            # the person has closed it meanwhile
            url = _text(private(self._view), "url")
            await whisper.say(self._desk, url, _LOST.format(problem=said.problem), user=self._user)
        return said

    async def _done(self, wanted: Wanted, ref: Ref | None) -> tuple[Gathered, Block]:
        """What came of it, and the form to show where it is still open."""
        author = await self._desk.people.author(self._user)
        said = await gather(self._desk.core.act(wanted(author)), self._user)
        if not said.problem:
            return said, modals.notice("Saved", "Saved.")
        view = await self._with_news(author, ref) if ref else self._view
        sentence = said.problem if view is self._view else f"{said.problem} {_OVERWRITES}"
        return said, modals.with_problem(view, sentence)

    async def _with_news(self, author: Author, ref: Ref) -> Body:
        try:
            now = await forms.task_now(self._desk, author, [ref])
        except RefusedError as error:
            log.info("slack.conflict_unread", reason=str(error))
            return self._view
        return conflicting(self._view, now) if now else self._view

    async def _update(self, view: Block) -> bool:
        try:
            await self._desk.api.read.views_update(view_id=text_of(self._view, "id"), view=view)
        except REFUSED as error:
            log.info("slack.form_gone", error=code(error) or type(error).__name__)
            return False
        return True


async def _shown(desk: Desk, author: Author, kept: Mapping[str, object], said: Gathered) -> None:
    """Bring up to date what the form was opened from; show a new task where the person was, or in their messages."""
    if _ref(kept):
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


def _ref(kept: Mapping[str, object]) -> Ref | None:
    """The task that is edited; none for a new one."""
    number, task_id = kept.get("n"), kept.get("i")
    return Ref(number, task_id if isinstance(task_id, int) else 0) if isinstance(number, int) else None


def _view(body: Body) -> Mapping[str, object]:
    view = body.get("view")
    return view if isinstance(view, Mapping) else {}


def _user(body: Body) -> str:
    user = body.get("user")
    return text_of(user, "id") if isinstance(user, Mapping) else ""


def _text(kept: Mapping[str, object], name: str) -> str:
    value = kept.get(name)
    return value if isinstance(value, str) else ""

"""Where something was pressed, and bringing it up to date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from adapters.shared.refs import Ref
from adapters.shared.wording import heading as worded
from adapters.slack import whisper
from adapters.slack.api import REFUSED, code
from adapters.slack.desk import Desk
from adapters.slack.gather import Gathered
from adapters.slack.inbound import text_of
from adapters.slack.post import fallback
from adapters.slack.render import actions as press
from adapters.slack.render import cards, stored
from adapters.slack.render.blocks import Block
from adapters.slack.sending import spoken
from core.chat import Author, Outcome, RefusedError, Status, Task, TaskList, TaskQuery

log = structlog.get_logger()

_STALE = "It is done, but Slack doesn't let me change the card up there. This is how it is now:"


@dataclass(frozen=True, slots=True)
class Surface:
    """Where something was pressed."""

    url: str
    """For answers that only the person sees; empty in Home."""
    channel: str = ""
    ts: str = ""
    text: str = ""
    blocks: Sequence[Block] = ()
    thread: str = ""
    ephemeral: bool = False
    home: bool = False
    query: TaskQuery | None = None
    """Of the list whose row was pressed."""


def surface(body: Mapping[str, object], block_id: str = "") -> Surface:
    """Where the payload says that something was pressed."""
    container, message, channel = body.get("container"), body.get("message"), body.get("channel")
    held = container if isinstance(container, Mapping) else {}
    told = message if isinstance(message, Mapping) else {}
    blocks = told.get("blocks")
    return Surface(
        url=text_of(body, "response_url"),
        channel=text_of(held, "channel_id") or (text_of(channel, "id") if isinstance(channel, Mapping) else ""),
        ts=text_of(held, "message_ts"),
        text=text_of(told),
        blocks=blocks if isinstance(blocks, list) else (),
        thread=text_of(held, "thread_ts"),
        ephemeral=held.get("is_ephemeral") is True,
        home=held.get("type") == "view",
        query=press.query_of(block_id),
    )


async def show(desk: Desk, author: Author, at: Surface, said: Gathered) -> None:
    """Bring what was pressed up to date, and say beside it what it can't show."""
    user = author.external_id
    if said.receipts:
        desk.homes.changed(desk, user)
    if at.home:
        await desk.homes.show(desk, user)
    elif at.ephemeral:
        await _instead(desk, author, at, said)
    elif at.blocks:
        await _refresh(desk, author, at, said)
    beside = said.problem or (said.text if not at.ephemeral else "") or _detail(said)
    if beside and not (at.ephemeral and not said.problem):
        await whisper.say(desk, at.url, beside, user=user, channel=at.channel, thread=at.thread)


async def _refresh(desk: Desk, author: Author, at: Surface, said: Gathered) -> None:
    """Tell every card of the message anew, whatever has changed since it was posted."""
    shown = stored.refs(at.blocks)
    changed = {Ref.of(task): task for receipt in said.receipts for task in receipt.tasks}
    others = await tasks_now(desk, author, [ref for ref in shown if ref not in changed])
    if others is None:
        return
    tasks = others | changed
    blocks = stored.refresh(at.blocks, tasks, _news(said, changed))
    blocks = stored.gone(blocks, {ref for ref in shown if ref.id and ref not in tasks})
    if not await update(desk, at, blocks) and said.receipts:
        await _beside(desk, at, said)


async def update(desk: Desk, at: Surface, blocks: Sequence[Block]) -> bool:
    """Show these blocks in place of the message's own; tells whether Slack took them.

    Done twice it is the same, so that a lost answer is asked for again.
    """
    try:
        await desk.api.read.chat_update(
            channel=at.channel, ts=at.ts, text=fallback(at.text) or spoken(list(blocks)), blocks=blocks
        )
    except REFUSED as error:
        log.warning("slack.card_refused", error=code(error) or type(error).__name__)
        return False
    return True


async def _beside(desk: Desk, at: Surface, said: Gathered) -> None:
    """What was done, for the person alone: the card itself couldn't be told anew."""
    await whisper.tell(desk, at.url, said, channel=at.channel, text=_STALE)


def _news(said: Gathered, changed: Mapping[Ref, Task]) -> stored.News:
    change = next((receipt.change for receipt in said.receipts if receipt.change is not None), None)
    undone = any(receipt.action == Outcome.UNDONE for receipt in said.receipts)
    heading = worded(said.receipts[0].action) if said.receipts else ""
    return stored.News(frozenset(changed), heading, None if undone else change)


async def tasks_now(desk: Desk, author: Author, refs: Sequence[Ref]) -> dict[Ref, Task] | None:
    """Tasks as they are now, without those that are deleted; asked for by what never comes to mean another one."""
    ids = tuple(ref.id for ref in refs if ref.id)
    if not ids:
        return {}
    try:
        page = await desk.core.find(author, TaskQuery(status=Status.ALL, ids=ids, size=len(ids)))
    except RefusedError as error:
        log.info("slack.card_unread", reason=str(error))
        return None
    # a number may have changed since the card was posted, where two accounts became one
    found = {task.id: task for task in page.tasks}
    return {ref: found[ref.id] for ref in refs if ref.id in found}


async def _instead(desk: Desk, author: Author, at: Surface, said: Gathered) -> None:
    """An ephemeral message can't be read back: its place takes what was done, and the list that was there."""
    if said.problem:
        return
    groups = list(said.cards)
    if at.query is not None:
        try:
            groups.append(cards.task_list(TaskList(await desk.core.find(author, at.query)), author.external_id))
        except RefusedError as error:
            log.info("slack.list_unread", reason=str(error))
    await whisper.replace(desk, at.url, said.text, groups)


def _detail(said: Gathered) -> str:
    """What was not done, of receipts that have nothing else to show."""
    return " ".join(receipt.detail for receipt in said.receipts if receipt.detail)

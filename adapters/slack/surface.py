"""Where something was pressed, and bringing it up to date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from adapters.shared.wording import heading as worded
from adapters.slack import whisper
from adapters.slack.api import REFUSED, code
from adapters.slack.desk import Desk
from adapters.slack.gather import Gathered
from adapters.slack.inbound import text_of
from adapters.slack.render import actions as press
from adapters.slack.render import cards
from adapters.slack.render.blocks import Block
from core.chat import Author, RefusedError, Status, Task, TaskList, TaskQuery

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Surface:
    """Where something was pressed."""

    url: str
    """For answers that only the person sees; empty in Home."""
    channel: str = ""
    ts: str = ""
    text: str = ""
    blocks: Sequence[Block] = ()
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
        await whisper.say(desk, at.url, beside)


async def _refresh(desk: Desk, author: Author, at: Surface, said: Gathered) -> None:
    """Tell every card of the message anew, whatever has changed since it was posted."""
    shown = cards.numbers(at.blocks)
    tasks = await _now(desk, author, shown, said)
    if tasks is None:
        return
    change = next((receipt.change for receipt in said.receipts if receipt.change is not None), None)
    undone = any(receipt.action == "undone" for receipt in said.receipts)
    heading = worded(said.receipts[0].action) if said.receipts else ""
    blocks = cards.refresh(at.blocks, tasks, change=None if undone else change, heading=heading)
    blocks = cards.gone(blocks, set(shown) - set(tasks))
    try:
        await desk.api.write.chat_update(channel=at.channel, ts=at.ts, text=at.text or "Tasks", blocks=blocks)
    except REFUSED as error:
        log.warning("slack.card_refused", error=code(error) or type(error).__name__)


async def _now(desk: Desk, author: Author, shown: Sequence[int], said: Gathered) -> dict[int, Task] | None:
    """The tasks of a message as they are now; deleted ones only when this very press deleted them."""
    changed = {task.number: task for receipt in said.receipts for task in receipt.tasks}
    others = tuple(number for number in shown if number not in changed)
    if not others:
        return changed
    query = TaskQuery(status=Status.ALL, numbers=others, size=len(others))
    try:
        page = await desk.core.find(author, query)
    except RefusedError as error:
        log.info("slack.card_unread", reason=str(error))
        return None
    return {task.number: task for task in page.tasks} | changed


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

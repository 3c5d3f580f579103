"""A stored message of the bot's: what it shows, and its blocks told anew."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from adapters.shared.refs import Ref
from adapters.slack.render.blocks import Block, context
from adapters.slack.render.identity import CARD, GROUP, PAGES, ROW, UNDO, identity, unique
from adapters.slack.render.tasks import card, row
from core.chat import Task


@dataclass(frozen=True, slots=True)
class News:
    """What was just done to some tasks of a stored message."""

    refs: frozenset[Ref] = frozenset()
    heading: str = ""
    change: int | None = None
    """What the undo button of their cards takes back from now on."""


def refresh(blocks: Sequence[Block], tasks: Mapping[Ref, Task], news: News) -> list[Block]:
    """A stored message's blocks with every card of these tasks told anew; all else stays as it is."""
    fresh: list[Block] = []
    for block in blocks:
        shown = identity(block)
        task = tasks.get(shown.ref) if shown.ref else None
        if shown.kind == UNDO and news.change is None:
            continue  # what it took back is taken back
        if task is None:
            fresh.append(dict(block))
        elif shown.kind == ROW:
            fresh.append(row(task, shown.owner, str(block["block_id"])))
        elif shown.kind == CARD:
            # the card's three blocks follow one another, and are told together
            new = shown.ref in news.refs
            heading, change = (news.heading, news.change) if new else ("", None)
            fresh += card(task, shown.owner, heading, change, dated=False)
    return unique(fresh)


def refs(blocks: Sequence[Block]) -> tuple[Ref, ...]:
    """The tasks that a stored message shows."""
    return tuple(dict.fromkeys(ref for block in blocks if (ref := identity(block).ref)))


def single(blocks: Sequence[Block]) -> bool:
    """Whether a stored message shows one task on a card, and nothing else that is somebody's."""
    return len(refs(blocks)) == 1 and not any(identity(block).kind in (ROW, PAGES) for block in blocks)


def owner(blocks: Sequence[Block]) -> str | None:
    """Whose tasks a stored message shows."""
    return next((who for block in blocks if (who := identity(block).owner)), None)


def beside_list(blocks: Sequence[Block]) -> list[Block]:
    """What of a stored message is not its list: the text before it."""
    ours = [index for index, block in enumerate(blocks) if identity(block).kind in (ROW, PAGES, GROUP)]
    return [dict(block) for block in blocks[: ours[0] if ours else len(blocks)]]


def gone(blocks: Sequence[Block], missing: Container[Ref]) -> list[Block]:
    """The blocks with what is said of tasks that no longer exist in place of their cards."""
    left: list[Block] = []
    for block in blocks:
        shown = identity(block)
        if shown.ref is None or shown.ref not in missing:
            left.append(block)
        elif shown.kind in (CARD, ROW):
            left.append(context(f"#{shown.ref.number} is deleted."))
    return left

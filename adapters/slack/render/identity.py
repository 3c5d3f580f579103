"""Which task a block shows, whose it is: kept in its id, which names a task for ever and no block twice.

A block's id is `kind:number:owner:task`, for a list's row with the list's query behind it. `task` is the task's id,
which is never used again as numbers are after `forget me`, and a count from the second block that would be called
alike: Slack refuses a message with two of a name. See https://docs.slack.dev/reference/block-kit/blocks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters.shared.refs import Ref
from adapters.slack.render.blocks import Block

CARD, FACTS, BUTTONS, ROW = "card", "facts", "buttons", "row"
UNDO, PAGES, CONFIRM, OFFER, GROUP = "undo", "pages", "confirm", "offer", "group"
_OF_TASKS = frozenset({CARD, FACTS, BUTTONS, ROW})
_OURS = _OF_TASKS | {UNDO, PAGES, CONFIRM, OFFER, GROUP}
_LONGEST = 255
_ROOM = 6
"""Characters for a count."""
_PARTS = 3
"""What follows the kind, without the query."""
_COUNT = "."


@dataclass(frozen=True, slots=True)
class Identity:
    """What a block shows."""

    kind: str
    """Empty for a block that is none of ours."""
    ref: Ref | None = None
    owner: str = ""
    """The person whose tasks they are."""


_NOTHING = Identity("")


def block_id(kind: str, owner: str, ref: Ref | None = None, *, query: str = "") -> str:
    """The id of a block of ours; what is too long of the query is left out, as it can be read no more."""
    shown = ref or Ref(0, 0)
    name = f"{kind}:{shown.number}:{owner}:{shown.id}"
    whole = f"{name}:{query}"
    return whole if query and len(whole) <= _LONGEST - _ROOM else name


def identity(block: Mapping[str, object]) -> Identity:
    """What a block of a stored message shows."""
    kind, *rest = str(block.get("block_id", "")).split(":", 4)
    if kind not in _OURS or len(rest) < _PARTS:
        # cards of before had numbers alone, which may be another task's by now
        return _NOTHING
    number, owner, task = rest[0], rest[1], rest[2].partition(_COUNT)[0]
    if kind not in _OF_TASKS:
        return Identity(kind, None, owner)
    known = number.isdecimal() and task.isdecimal()
    return Identity(kind, Ref(int(number), int(task)), owner) if known else _NOTHING


def query_part(block_id: str) -> str:
    """What a row's id says of the list that it belongs to."""
    return (block_id.split(":", 4) + [""] * 5)[4]


def unique(blocks: Sequence[Block]) -> list[Block]:
    """The blocks of one message, with a count in the id of each that another one has already."""
    taken: set[str] = set()
    renamed: list[Block] = []
    for block in blocks:
        name = str(block.get("block_id") or "")
        if not name:
            renamed.append(dict(block))
            continue
        count, free = 1, _counted(name, 1)
        while free in taken:
            count += 1
            free = _counted(name, count)
        taken.add(free)
        renamed.append({**block, "block_id": free})
    return renamed


def _counted(name: str, count: int) -> str:
    """The id with a count behind the task's, in place of one that it may have."""
    parts = name.split(":", 4)
    suffix = f"{_COUNT}{count}" if count > 1 else ""
    if parts[0] not in _OURS or len(parts) <= _PARTS:
        return name if count == 1 else f"{name[: _LONGEST - _ROOM]}{suffix}"
    parts[_PARTS] = parts[_PARTS].partition(_COUNT)[0] + suffix
    return ":".join(parts)[:_LONGEST]

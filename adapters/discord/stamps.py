"""How Discord keeps a conversation's id: in the `custom_id` of a button on the bot's own messages.

Only the bot can write it, people don't see it, and it comes back with the thread's history. So only messages that the
bot itself wrote count.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import structlog

from adapters.discord.render.actions import STAMP, STOP
from adapters.discord.render.components import CUSTOM_ID, plain_id
from core.chat import Stamp, StampKind

log = structlog.get_logger()

_PREFIX = "conv_"

Raw = Mapping[str, Any]


def stamp_id(stamp: Stamp, part: int = 0) -> str:
    """A stamp as the id of a button; `part` counts the messages of one reply. What doesn't fit is left out."""
    conversation = _packed(stamp.conversation or "")
    head = [STAMP, conversation, stamp.answers or "", str(part), _KINDS[stamp.kind]]
    tail = [".".join(map(str, stamp.about)), stamp.asks]
    for fits in ([*head, *tail], [*head, tail[0], ""], [*head, "", ""], [STAMP, "", *head[2:], "", ""]):
        told = ":".join(fits)
        if len(told) <= CUSTOM_ID - 3:
            return told
        log.warning("discord.stamp_too_long", characters=len(told))
    return told


def stamp_of(custom_id: str) -> Stamp | None:
    """The stamp that an id holds; None for one that holds none."""
    kind, *rest = plain_id(custom_id).split(":", 6)
    if kind != STAMP or len(rest) != 6:
        return None
    conversation, answers, _, letter, about, asks = rest
    return Stamp(
        conversation=_unpacked(conversation) or None,
        answers=answers or None,
        about=tuple(int(number) for number in about.split(".") if number.isdecimal()),
        asks=asks,
        kind=next((kind for kind, one in _KINDS.items() if one == letter), StampKind.ANSWER),
    )


def stamp_part(custom_id: str) -> int:
    """Which message of its reply the stamp with this id stands on."""
    part = (custom_id.split(":") + [""] * 4)[3]
    return int(part) if part.isdecimal() else 0


_KINDS = {
    StampKind.ANSWER: "",
    StampKind.UNASKED: "u",
    StampKind.END: "e",
    StampKind.FORGOTTEN: "f",
    StampKind.ASIDE: "a",
}
_HEX = re.compile(r"(?:[0-9a-f]{2}){8,}")


def _packed(conversation: str) -> str:
    """An id without its prefix; OpenAI's 48 hexadecimal digits in 32 characters, as a button's id has little room."""
    bare = conversation.removeprefix(_PREFIX)
    if not _HEX.fullmatch(bare):
        return "" if ":" in bare or bare.startswith("=") else bare
    return "=" + base64.urlsafe_b64encode(bytes.fromhex(bare)).decode().rstrip("=")


def _unpacked(text: str) -> str:
    if not text.startswith("="):
        return f"{_PREFIX}{text}" if text else ""
    packed = text[1:]
    try:
        return _PREFIX + base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).hex()
    except ValueError:
        return ""


def custom_ids(message: Raw) -> list[str]:
    """The ids of what can be pressed in a message."""
    return [str(part["custom_id"]) for part in parts(message.get("components") or ()) if part.get("custom_id")]


def parts(components: Sequence[Raw]) -> list[Raw]:
    """All components of a message, those within others too."""
    found = []
    for component in components:
        inner = [component["accessory"]] if component.get("accessory") else []
        found += [component, *parts([*(component.get("components") or ()), *inner])]
    return found


def stop_id(owner: str, answers: str | None, conversation: str | None = None) -> str:
    """The id of the button that stops a reply: a stamp as well, which is there with the first words.

    What is left of it after a crash says which message it was to answer, and which conversation was opened for it.
    """
    told = f"{STOP}:{owner}:{answers or ''}:{_packed(conversation or '')}"
    return told if len(told) <= CUSTOM_ID - 3 else f"{STOP}:{owner}:{answers or ''}"


def begun_of(custom_id: str) -> Stamp | None:
    """What the button that stops a reply tells of it; None for any other id."""
    kind, *rest = plain_id(custom_id).split(":")
    if kind != STOP or len(rest) not in (2, 3):
        return None
    return Stamp(_unpacked("".join(rest[2:])) or None, answers=rest[1] or None, kind=StampKind.BEGUN)


def without_conversation(custom_id: str) -> str | None:
    """The id that says the same but for the conversation; None for one that names none."""
    stamp = stamp_of(custom_id) or begun_of(custom_id)
    if stamp is None or not stamp.conversation:
        return None
    if stamp.kind is StampKind.BEGUN:
        return stop_id(plain_id(custom_id).split(":")[1], stamp.answers)
    return stamp_id(replace(stamp, conversation=None), stamp_part(plain_id(custom_id)))

"""What can be pressed: the ids of buttons and menus, of at most 100 characters, which hold all that a press needs.

They come back with the press, after a restart too, so that nothing about a message has to be remembered.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from adapters.discord.render.components import CUSTOM_ID, plain_id
from adapters.shared import queries
from adapters.shared.refs import Ref
from core.chat import ActionName, TaskQuery

ACT = "do"
SNOOZE = "snooze"
EDIT = "edit"
PAGE = "page"
OPEN = "open"
CONFIRM = "yes"
DISMISS = "no"
STOP = "stop"
STAMP = "stamp"
ZONE = "zone"
FORM = "form"
OFFER = "set"
SAY = "say"

SNOOZES = (
    ("In 1 hour", "in 1 hour"),
    ("This evening", "today 18:00"),
    ("Tomorrow", "tomorrow"),
    ("Next week", "next monday"),
)
"""What a menu shows, and the phrase that quick add reads."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """What was pressed, from the id that the bot itself put there."""

    kind: str
    """One of the constants above."""
    owner: str
    """Whose card it is; only they may press."""
    name: str = ""
    """For `ACT` and `CONFIRM`, an `ActionName`'s value."""
    ref: Ref | None = None
    change: int | None = None
    query: TaskQuery | None = None
    way: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    """For `OFFER`."""
    line: str = ""
    """For `SAY`: what whoever presses says."""

    @classmethod
    def parse(cls, custom_id: str) -> Pressed | None:
        """Read an id; None for what is not ours to read."""
        kind, _, rest = plain_id(custom_id).partition(":")
        match kind, rest.split(":", 3):
            case "do", [name, owner, "0", change] if name in set(ActionName) and _number(change):
                return cls(kind, owner, name, None, _number(change))
            case "do", [name, owner, token, change] if name in set(ActionName) and Ref.parse(token):
                return cls(kind, owner, name, Ref.parse(token), _number(change) or None)
            case "set", [name, owner, *told] if name in set(ActionName):
                return cls(kind, owner, name, fields=_fields(":".join(told)))
            case "say", [owner, line]:
                return cls(kind, owner, line=line)
            case "yes", [name, owner] if name in set(ActionName):
                return cls(kind, owner, name)
            case (("snooze" | "edit"), [owner, token]) if Ref.parse(token):
                return cls(kind, owner, ref=Ref.parse(token))
            case (("open" | "no" | "zone" | "stop"), [owner, *_]):
                return cls(kind, owner)
            case "page", [owner, *_]:
                return cls(kind, owner, query=_query(rest.partition(":")[2]))
            case "stamp", [*_]:
                return cls(kind, "")
        return None


def act(name: ActionName, owner: str, ref: Ref | None = None, change: int | None = None) -> str:
    """The id of a card's button; without a task, of the undo of a change to several."""
    return f"{ACT}:{name}:{owner}:{ref.token if ref else 0}:{change or 0}"


def confirm(name: ActionName, owner: str) -> str:
    """The id of the button that says yes."""
    return f"{CONFIRM}:{name}:{owner}"


def offer(name: ActionName, owner: str, fields: Mapping[str, str]) -> str:
    """The id of a button for what was offered."""
    return f"{OFFER}:{name}:{owner}:{'&'.join(f'{name}={value}' for name, value in fields.items())}"


def say(owner: str, line: str) -> str:
    """The id of a button that says a line for whoever presses it."""
    return f"{SAY}:{owner}:{line}"


def of(kind: str, owner: str, ref: Ref | None = None) -> str:
    """The id of anything else of a person's, about a task or about none."""
    return f"{kind}:{owner}:{ref.token if ref else 0}"


def page(owner: str, query: TaskQuery) -> str | None:
    """The id of a button to a page; None for a query that is too long to be kept there."""
    told = json.dumps(queries.told(query), separators=(",", ":"), ensure_ascii=False)
    custom_id = f"{PAGE}:{owner}:{told}"
    # leave room for a mark, and for none of the query's own
    return custom_id if len(custom_id) <= CUSTOM_ID - 3 and "~" not in told else None


def refs(custom_ids: Sequence[str]) -> tuple[Ref, ...]:
    """The tasks whose cards have these ids."""
    pressed = (Pressed.parse(custom_id) for custom_id in custom_ids)
    return tuple(dict.fromkeys(one.ref for one in pressed if one and one.ref))


def _fields(text: str) -> dict[str, str]:
    return dict(one.split("=", 1) for one in text.split("&") if "=" in one)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and text.isascii() else 0


def _query(text: str) -> TaskQuery | None:
    try:
        told = json.loads(text)
    except ValueError:
        return None
    return queries.read(told) if isinstance(told, dict) else None

"""What can be pressed: the identifiers of buttons and menus, and what their values say."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from adapters.shared import queries
from adapters.shared.refs import Ref
from adapters.slack.render.identity import query_part
from core.chat import ActionName, TaskQuery

ACT = "task_act"
"""A button of a card; its value says which."""
MENU = "task_menu"
"""The three dots of a row or a card."""
SNOOZE = "task_snooze"
"""The menu of times."""
PAGE = "list_page"
CONFIRM = "confirm_yes"
DISMISS = "confirm_no"
OFFER = "task_offer"
ANSWER = "service_answer"
"""An answer to a question before another service is called; its value has the line that it says."""
SAY = "say"
EDIT = "edit"
"""Opens a form; what the person leaves in it becomes `ActionName.EDIT`."""

SNOOZES = (
    ("In 1 hour", "in 1 hour"),
    ("This evening", "today 18:00"),
    ("Tomorrow", "tomorrow"),
    ("Next week", "next monday"),
)
"""What a menu shows, and the phrase that quick add reads."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """What was pressed, from the value that the bot itself put there."""

    name: str
    """An `ActionName`'s value, or `page`."""
    owner: str
    """Whose card it is."""
    refs: tuple[Ref, ...] = ()
    change: int | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    query: TaskQuery | None = None
    outdated: bool = False
    """Whether it names tasks by their numbers alone, as cards of before did: those may be other tasks' by now."""

    @property
    def numbers(self) -> tuple[int, ...]:
        """How people call the tasks."""
        return tuple(ref.number for ref in self.refs)

    @property
    def ids(self) -> tuple[int, ...]:
        """Which tasks they are, whatever has come to have their numbers."""
        return tuple(ref.id for ref in self.refs if ref.id)

    @classmethod
    def parse(cls, action: Mapping[str, object]) -> Pressed | None:
        """Read one action of a `block_actions` payload; `None` for what is not ours to read.

        See https://docs.slack.dev/reference/interaction-payloads/block_actions-payload.
        """
        chosen = action.get("selected_option")
        value = chosen.get("value") if isinstance(chosen, Mapping) else action.get("value")
        try:
            told = json.loads(value) if isinstance(value, str) else None
        except ValueError:
            return None
        if not isinstance(told, dict) or not isinstance(told.get("a"), str):
            return None
        change, until, fields, query = (told.get(key) for key in ("c", "u", "f", "q"))
        said = {str(name): str(value) for name, value in fields.items()} if isinstance(fields, dict) else {}
        return cls(
            name=told["a"],
            owner=str(told.get("o", "")),
            refs=_refs(told.get("t")),
            change=change if isinstance(change, int) else None,
            fields=said | ({"until": until} if isinstance(until, str) else {}),
            query=queries.read(query) if isinstance(query, dict) else None,
            outdated="n" in told,
        )


def value(
    name: ActionName | str,
    owner: str,
    refs: Sequence[Ref] = (),
    *,
    change: int | None = None,
    until: str | None = None,
    fields: Mapping[str, str] | None = None,
    query: TaskQuery | None = None,
) -> str:
    """The value of a button or a menu's entry."""
    told: dict[str, object] = {"a": str(name), "o": owner}
    if refs:
        told["t"] = [[ref.number, ref.id] for ref in refs]
    if change is not None:
        told["c"] = change
    if until is not None:
        told["u"] = until
    if fields:
        told["f"] = dict(fields)
    if query is not None:
        told["q"] = queries.told(query)
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False)


def query_text(query: TaskQuery) -> str:
    """A query in short, for a block's id."""
    return json.dumps(queries.told(query), separators=(",", ":"), ensure_ascii=False)


def query_of(block_id: str) -> TaskQuery | None:
    """The query that a row's block id carries, if it fitted in."""
    try:
        told = json.loads(query_part(block_id))
    except ValueError:
        return None
    return queries.read(told) if isinstance(told, dict) else None


def _refs(told: object) -> tuple[Ref, ...]:
    pairs = told if isinstance(told, list) else []
    return tuple(
        Ref(pair[0], pair[1])
        for pair in pairs
        if isinstance(pair, list) and len(pair) == 2 and all(isinstance(one, int) for one in pair)
    )

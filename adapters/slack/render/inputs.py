"""Inputs of forms: built, and read from a submission (https://docs.slack.dev/reference/block-kit/blocks/input-block)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from adapters.slack.render.blocks import Block, plain

VALUE = "value"
"""The action id of every input: its block's id says which field it is."""
LONGEST = 3000
"""Characters of a text input."""


def field_block(name: str, label: str, element: Block, *, hint: str = "", optional: bool = True) -> Block:
    """One labelled input."""
    block: Block = {"type": "input", "block_id": name, "label": plain(label), "element": element, "optional": optional}
    if hint:
        block["hint"] = plain(hint, 150)
    return block


def text_input(filled: str, *, most: int = LONGEST, multiline: bool = False) -> Block:
    """A text input with what it holds at first, which must fit in."""
    block: Block = {"type": "plain_text_input", "action_id": VALUE, "max_length": most, "multiline": multiline}
    if filled:
        block["initial_value"] = filled
    return block


def picker(kind: str, field: str, filled: str) -> Block:
    """A date or time picker; `field` is the name of its initial value."""
    block: Block = {"type": kind, "action_id": VALUE}
    if filled:
        block[field] = filled
    return block


def private(view: Mapping[str, object]) -> dict[str, object]:
    """What the bot gave the form to bring back; nothing for a form that isn't its own."""
    try:
        told = json.loads(str(view.get("private_metadata") or "{}"))
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def values(view: Mapping[str, object]) -> dict[str, str]:
    """What a person typed or chose, by field; an empty input is an empty text."""
    return {name: _value(element) for name, element in state(view).items()}


def state(view: Mapping[str, object]) -> dict[str, Mapping[str, object]]:
    """The elements' states by field; see `view.state.values` of a submission's payload."""
    told = view.get("state")
    held = told.get("values") if isinstance(told, Mapping) else None
    if not isinstance(held, Mapping):
        return {}
    return {
        str(block): element
        for block, elements in held.items()
        if isinstance(elements, Mapping)
        for element in elements.values()
        if isinstance(element, Mapping)
    }


def refilled(view: Mapping[str, object]) -> list[Block]:
    """A submitted form's blocks with what was typed as what they hold at first: Slack has forgotten it meanwhile."""
    typed = state(view)
    blocks = view.get("blocks")
    filled: list[Block] = []
    for block in blocks if isinstance(blocks, list) else []:
        element, given = block.get("element"), typed.get(str(block.get("block_id")))
        if not isinstance(element, Mapping) or given is None:
            filled.append(block)
            continue
        bare = {name: value for name, value in element.items() if not name.startswith("initial_")}
        filled.append({**block, "element": {**bare, **_initial(given)}})
    return filled


def _initial(given: Mapping[str, object]) -> dict[str, object]:
    kinds = (
        ("value", "initial_value"),
        ("selected_date", "initial_date"),
        ("selected_time", "initial_time"),
        ("selected_option", "initial_option"),
    )
    return {initial: given[name] for name, initial in kinds if given.get(name)}


def _value(element: Mapping[str, object]) -> str:
    chosen = element.get("selected_option")
    told: Sequence[object] = (
        element.get("value"),
        element.get("selected_date"),
        element.get("selected_time"),
        chosen.get("value") if isinstance(chosen, Mapping) else None,
    )
    return next((one for one in told if isinstance(one, str)), "")

"""Block Kit as plain values (https://docs.slack.dev/reference/block-kit), kept within its limits."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.shared.wording import short

Block = dict[str, object]

SECTION = 3000
BUTTON = 75
OPTION = 75
HEADER = 150


def plain(text: str, most: int = BUTTON) -> Block:
    """A plain_text object; Slack refuses an empty one."""
    return {"type": "plain_text", "text": short(text, most) or " ", "emoji": True}


def mrkdwn(text: str) -> Block:
    """A mrkdwn object; what people wrote in it has to be escaped."""
    return {"type": "mrkdwn", "text": short(text, SECTION) or " ", "verbatim": True}


def section(text: str, *, block_id: str | None = None, accessory: Block | None = None) -> Block:
    """Text, with something to press beside it."""
    block: Block = {"type": "section", "text": mrkdwn(text)}
    if block_id:
        block["block_id"] = block_id
    if accessory:
        block["accessory"] = accessory
    return block


def context(text: str, *, block_id: str | None = None) -> Block:
    """Small grey text."""
    block: Block = {"type": "context", "elements": [mrkdwn(text)]}
    if block_id:
        block["block_id"] = block_id
    return block


def verbatim(text: str) -> Block:
    """Text as it is: nothing in it is markup (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block)."""
    block = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [block]}


def header(text: str) -> Block:
    """A heading."""
    return {"type": "header", "text": plain(text, HEADER)}


def actions(elements: Sequence[Block], *, block_id: str | None = None) -> Block:
    """A row of things to press."""
    block: Block = {"type": "actions", "elements": list(elements)}
    if block_id:
        block["block_id"] = block_id
    return block


def button(text: str, action_id: str, value: str, *, style: str | None = None) -> Block:
    """A button; `style` is primary, danger or nothing."""
    block: Block = {"type": "button", "text": plain(text), "action_id": action_id, "value": value}
    if style:
        block["style"] = style
    return block


def option(text: str, value: str) -> Block:
    """One entry of a menu."""
    return {"text": plain(text, OPTION), "value": value}


def select(placeholder: str, action_id: str, options: Sequence[Block], chosen: Block | None = None) -> Block:
    """A menu of which one is chosen."""
    block: Block = {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": plain(placeholder),
        "options": list(options),
    }
    if chosen:
        block["initial_option"] = chosen
    return block


def overflow(action_id: str, options: Sequence[Block]) -> Block:
    """The three dots, with two to five entries."""
    return {"type": "overflow", "action_id": action_id, "options": list(options)}

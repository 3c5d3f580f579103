"""Block Kit's limits and required fields, for what the bot may send (https://docs.slack.dev/reference/block-kit)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from tests.fakes.slack.errors import SlackError

Json = Mapping[str, object]
_MESSAGE, _VIEW = 50, 100
_MARKDOWN = 12_000


def check(blocks: object, *, view: bool = False) -> list[dict[str, object]]:
    """The blocks, when they are good. Raises SlackError `invalid_blocks` with the paths of what is not."""
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks", "must be an array [json-pointer:/blocks]")
    problems = list(_problems(blocks, _VIEW if view else _MESSAGE))
    if problems:
        raise SlackError("invalid_blocks", *problems)
    if sum(len(str(block.get("text", ""))) for block in blocks if block.get("type") == "markdown") > _MARKDOWN:
        raise SlackError("msg_blocks_too_long")
    return blocks


def _problems(blocks: Sequence[object], most: int) -> Iterator[str]:
    if len(blocks) > most:
        yield f"no more than {most} items allowed [json-pointer:/blocks]"
    ids: set[str] = set()
    for index, block in enumerate(blocks):
        path = f"/blocks/{index}"
        if not isinstance(block, dict):
            yield f"must be an object [json-pointer:{path}]"
            continue
        block_id = block.get("block_id")
        if block_id is not None:
            if not isinstance(block_id, str) or not 0 < len(block_id) <= 255:
                yield f"must be between 1 and 255 characters [json-pointer:{path}/block_id]"
            elif block_id in ids:
                yield f"block_id {block_id} already exists [json-pointer:{path}/block_id]"
            else:
                ids.add(block_id)
        checker = _BLOCKS.get(str(block.get("type")))
        if checker is None:
            yield f"unsupported type: {block.get('type')} [json-pointer:{path}/type]"
        else:
            yield from checker(block, path)


def _text(value: object, path: str, most: int, *, plain: bool = False) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"missing required field: text object [json-pointer:{path}]"
        return
    if value.get("type") not in (("plain_text",) if plain else ("plain_text", "mrkdwn")):
        yield f"unsupported type: {value.get('type')} [json-pointer:{path}/type]"
    said = value.get("text")
    if not isinstance(said, str) or not 0 < len(said) <= most:
        yield f"must be between 1 and {most} characters [json-pointer:{path}/text]"


def _section(block: Json, path: str) -> Iterator[str]:
    if "fields" not in block or "text" in block:
        yield from _text(block.get("text"), f"{path}/text", 3000)
    if "accessory" in block:
        yield from _element(block["accessory"], f"{path}/accessory")


def _context(block: Json, path: str) -> Iterator[str]:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 0 < len(elements) <= 10:
        yield f"must have between 1 and 10 items [json-pointer:{path}/elements]"
        return
    for index, element in enumerate(elements):
        yield from _text(element, f"{path}/elements/{index}", 3000)


def _actions(block: Json, path: str) -> Iterator[str]:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 0 < len(elements) <= 25:
        yield f"must have between 1 and 25 items [json-pointer:{path}/elements]"
        return
    ids = [element.get("action_id") for element in elements if isinstance(element, dict)]
    if len(set(ids)) != len(ids):
        yield f"action_id must be unique [json-pointer:{path}/elements]"
    for index, element in enumerate(elements):
        yield from _element(element, f"{path}/elements/{index}")


def _input(block: Json, path: str) -> Iterator[str]:
    yield from _text(block.get("label"), f"{path}/label", 2000, plain=True)
    if "hint" in block:
        yield from _text(block["hint"], f"{path}/hint", 2000, plain=True)
    yield from _element(block.get("element"), f"{path}/element")


def _markdown(block: Json, path: str) -> Iterator[str]:
    said = block.get("text")
    if not isinstance(said, str) or not 0 < len(said) <= _MARKDOWN:
        yield f"must be between 1 and {_MARKDOWN} characters [json-pointer:{path}/text]"


def _header(block: Json, path: str) -> Iterator[str]:
    yield from _text(block.get("text"), f"{path}/text", 150, plain=True)


def _nothing(block: Json, path: str) -> Iterator[str]:
    yield from ()


def _element(element: object, path: str) -> Iterator[str]:
    if not isinstance(element, dict):
        yield f"must be an object [json-pointer:{path}]"
        return
    action_id = element.get("action_id")
    if not isinstance(action_id, str) or not 0 < len(action_id) <= 255:
        yield f"must be between 1 and 255 characters [json-pointer:{path}/action_id]"
    checker = _ELEMENTS.get(str(element.get("type")))
    if checker is None:
        yield f"unsupported type: {element.get('type')} [json-pointer:{path}/type]"
    else:
        yield from checker(element, path)


def _button(element: Json, path: str) -> Iterator[str]:
    yield from _text(element.get("text"), f"{path}/text", 75, plain=True)
    value = element.get("value", "")
    if not isinstance(value, str) or len(value) > 2000:
        yield f"must be less than 2001 characters [json-pointer:{path}/value]"
    if element.get("style") not in (None, "primary", "danger"):
        yield f"unsupported style [json-pointer:{path}/style]"


def _menu(least: int, most: int) -> Callable[[Json, str], Iterator[str]]:
    def checked(element: Json, path: str) -> Iterator[str]:
        options = element.get("options")
        if not isinstance(options, list) or not least <= len(options) <= most:
            yield f"must have between {least} and {most} options [json-pointer:{path}/options]"
            return
        for index, option in enumerate(options):
            yield from _text(option.get("text"), f"{path}/options/{index}/text", 75)
            value = option.get("value")
            if not isinstance(value, str) or not 0 < len(value) <= 150:
                yield f"must be between 1 and 150 characters [json-pointer:{path}/options/{index}/value]"
        chosen = element.get("initial_option")
        if chosen is not None and chosen not in options:
            yield f"must be one of the options [json-pointer:{path}/initial_option]"

    return checked


def _typed(element: Json, path: str) -> Iterator[str]:
    most = element.get("max_length", 3000)
    if not isinstance(most, int) or not 1 <= most <= 3000:
        yield f"must be between 1 and 3000 [json-pointer:{path}/max_length]"
    elif len(str(element.get("initial_value", ""))) > most:
        yield f"must be less than {most + 1} characters [json-pointer:{path}/initial_value]"


_BLOCKS: Mapping[str, Callable[[Json, str], Iterator[str]]] = {
    "section": _section,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "markdown": _markdown,
    "header": _header,
    "divider": _nothing,
    "rich_text": _nothing,
}
_ELEMENTS: Mapping[str, Callable[[Json, str], Iterator[str]]] = {
    "button": _button,
    "overflow": _menu(2, 5),
    "static_select": _menu(1, 100),
    "datepicker": _nothing,
    "timepicker": _nothing,
    "plain_text_input": _typed,
}

"""What the service takes as components of a message, and how it shows them.

Source: https://docs.discord.com/developers/components/reference.
"""

from __future__ import annotations

import itertools
from typing import Any

from tests.fakes.discord.errors import Form
from tests.fakes.discord.flags import SELECTS, Component
from tests.fakes.discord.model import Json, walk

MOST_COMPONENTS = 40
MOST_TEXT = 4000
ROWS = 5
LAYOUT = frozenset({1, 9, 10, 12, 13, 14, 17})
"""What a message of components may hold at its top."""
INSIDE = LAYOUT - {Component.CONTAINER}
"""What a container may hold."""

Path = tuple[str | int, ...]


def check_components(form: Form, components: list[Json], *, v2: bool) -> None:
    """Find what is wrong with a message's components."""
    if not v2 and len(components) > ROWS:
        form.between(("components",), components, 1, ROWS)
    _children(form, ("components",), components, LAYOUT if v2 else frozenset({1}))
    parts = list(walk(components))
    if len(parts) > MOST_COMPONENTS:
        form.between(("components",), parts, 1, MOST_COMPONENTS)
    if sum(len(part.get("content", "")) for part in parts) > MOST_TEXT:
        form.wrong(("components",), "BASE_TYPE_MAX_LENGTH", f"Must be {MOST_TEXT} or fewer in length.")


def _children(form: Form, path: Path, components: list[Json], taken: frozenset[int]) -> None:
    """A list of components, of which these types are taken here."""
    seen: set[str] = set()
    for index, component in enumerate(components):
        here = (*path, index)
        if component.get("type") not in taken:
            types = ", ".join(str(int(one)) for one in sorted(taken))
            form.wrong((*here, "type"), "UNION_TYPE_CHOICES", f'Value of field "type" must be one of ({types},).')
            continue
        _one(form, here, component)
    if path == ("components",):
        for where, custom_id in _named(path, components):
            if custom_id in seen:
                message = "Component custom id cannot be duplicated"
                form.wrong((*where, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", message)
            seen.add(custom_id)


def _named(path: Path, components: list[Json]) -> list[tuple[Path, str]]:
    """Where each custom id stands."""
    found: list[tuple[Path, str]] = []
    for index, component in enumerate(components):
        here = (*path, index)
        if component.get("custom_id"):
            found.append((here, component["custom_id"]))
        found += _named((*here, "components"), component.get("components") or [])
        if component.get("accessory", {}).get("custom_id"):
            found.append(((*here, "accessory"), component["accessory"]["custom_id"]))
    return found


def _one(form: Form, here: Path, component: Json) -> None:
    """One component of a message."""
    match component["type"]:
        case Component.ACTION_ROW:
            _row(form, here, component.get("components") or [])
        case Component.BUTTON:
            check_button(form, here, component)
        case Component.SECTION:
            texts = component.get("components") or []
            form.between((*here, "components"), texts, 1, 3)
            _children(form, (*here, "components"), texts, frozenset({Component.TEXT_DISPLAY}))
            if "accessory" not in component:
                form.required((*here, "accessory"))
            elif component["accessory"].get("type") == Component.BUTTON:
                check_button(form, (*here, "accessory"), component["accessory"])
        case Component.TEXT_DISPLAY:
            form.between((*here, "content"), component.get("content") or "", 1, MOST_TEXT)
        case Component.CONTAINER:
            inner = component.get("components") or []
            form.between((*here, "components"), inner, 1, MOST_COMPONENTS)
            _children(form, (*here, "components"), inner, INSIDE)
        case kind if kind in SELECTS:
            check_select(form, here, component)
        case _:
            pass


def _row(form: Form, here: Path, held: list[Json]) -> None:
    """Up to five buttons, or one menu."""
    form.between((*here, "components"), held, 1, 5)
    _children(form, (*here, "components"), held, frozenset({Component.BUTTON, *SELECTS}))
    if any(one.get("type") in SELECTS for one in held) and len(held) > 1:
        wide = "The specified component exceeds the maximum width"
        form.wrong((*here, "components", 1), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", wide)


def check_button(form: Form, here: Path, button: Json) -> None:
    """A link has an address, any other button an id; each has a label or an emoji."""
    if button.get("style") == 5:
        if not button.get("url"):
            form.required((*here, "url"))
        if button.get("custom_id"):
            form.wrong(here, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "A custom id and url are exclusive")
    elif not button.get("custom_id"):
        form.required((*here, "custom_id"))
    else:
        form.at_most((*here, "custom_id"), button["custom_id"], 100)
    if not button.get("label") and not button.get("emoji"):
        form.wrong(here, "BUTTON_COMPONENT_INVALID_LABEL_EMOJI", "A button must have a label or emoji")
    form.at_most((*here, "label"), button.get("label") or "", 80)


def check_select(form: Form, here: Path, menu: Json) -> None:
    """A menu: its id, its placeholder, its options and how many may be chosen."""
    form.between((*here, "custom_id"), menu.get("custom_id") or "", 1, 100)
    form.at_most((*here, "placeholder"), menu.get("placeholder") or "", 150)
    least, most = menu.get("min_values", 1), menu.get("max_values", 1)
    if least > most:
        form.wrong((*here, "min_values"), "NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.")
    if menu["type"] == Component.STRING_SELECT:
        _options(form, (*here, "options"), menu.get("options") or [], most)


def _options(form: Form, path: Path, options: list[Json], most: int) -> None:
    form.between(path, options, 1, 25)
    if most > len(options):
        form.wrong(path, "BASE_TYPE_MIN_LENGTH", f"Must be {most} or more in length.")
    if sum(bool(option.get("default")) for option in options) > most:
        form.wrong(path, "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", "Default values exceed max_values")
    seen: set[str] = set()
    for index, option in enumerate(options):
        here = (*path, index)
        form.between((*here, "label"), option.get("label") or "", 1, 100)
        form.between((*here, "value"), option.get("value") or "", 1, 100)
        form.at_most((*here, "description"), option.get("description") or "", 100)
        if option.get("value") in seen:
            used = "The specified option value is already used"
            form.wrong((*here, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", used)
        seen.add(option.get("value", ""))


def shown(components: list[Json]) -> list[Json]:
    """Components as they are answered: with ids, and what was left out filled in."""
    given = {part["id"] for part in walk(components) if part.get("id")}
    numbers = (number for number in itertools.count(1) if number not in given)
    return [_shown(component, numbers) for component in components]


def _shown(component: Json, numbers: Any) -> Json:
    kept: Json = {key: value for key, value in component.items() if value is not None and value != {}}
    kept["id"] = component.get("id") or next(numbers)
    match component["type"]:
        case Component.CONTAINER:
            kept = {"accent_color": None, "spoiler": False} | kept
        case Component.SEPARATOR:
            kept = {"spacing": 1, "divider": True} | kept
        case Component.THUMBNAIL:
            media = {"id": "0", "proxy_url": component["media"]["url"], **component["media"]}
            kept = {"description": None, "spoiler": False} | kept | {"media": media}
        case kind if kind in SELECTS:
            kept = {"min_values": 1, "max_values": 1} | kept
        case _:
            pass
    if "components" in kept:
        kept["components"] = [_shown(inner, numbers) for inner in component["components"]]
    if "accessory" in kept:
        kept["accessory"] = _shown(component["accessory"], numbers)
    return kept

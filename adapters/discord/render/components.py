"""Components as plain values (https://docs.discord.com/developers/components/reference), kept within their limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adapters.shared.wording import short

Component = dict[str, object]

ROW, BUTTON, SELECT, INPUT, TEXT, SEPARATOR, CONTAINER, LABEL = 1, 2, 3, 4, 10, 14, 17, 18
PRIMARY, SECONDARY, SUCCESS, DANGER = 1, 2, 3, 4
"""Styles of a button."""
MOST = 40
"""Components of a message, those inside others counted."""
MOST_TEXT = 4000
"""Characters of all text in a message of components."""
MOST_OPTIONS = 25
CUSTOM_ID = 100
_LABEL = 80
_OPTION = 100


def text(markdown: str) -> Component:
    """A piece of text."""
    return {"type": TEXT, "content": short(markdown, MOST_TEXT) or "\u200b"}


def container(children: Sequence[Component], colour: int | None = None) -> Component:
    """A card."""
    return {"type": CONTAINER, "components": list(children), "accent_color": colour}


def row(held: Sequence[Component]) -> Component:
    """Up to five buttons, or one menu."""
    return {"type": ROW, "components": list(held)}


def button(label: str, custom_id: str, style: int = SECONDARY, *, disabled: bool = False) -> Component:
    """A button."""
    told: Component = {"type": BUTTON, "label": short(label, _LABEL), "custom_id": custom_id, "style": style}
    return {**told, "disabled": True} if disabled else told


def select(custom_id: str, placeholder: str, options: Sequence[tuple[str, str]]) -> Component:
    """A menu of which one is chosen: what is shown, and its value."""
    entries = [{"label": short(label, _OPTION) or "…", "value": value} for label, value in options[:MOST_OPTIONS]]
    return {"type": SELECT, "custom_id": custom_id, "placeholder": short(placeholder, 150), "options": entries}


def walk(components: Sequence[Component]) -> Iterator[Component]:
    """All components, those inside others too."""
    for component in components:
        yield component
        inner = component.get("components")
        if isinstance(inner, list):
            yield from walk(inner)


def size(components: Sequence[Component]) -> tuple[int, int]:
    """How many components there are, and how many characters of text."""
    parts = list(walk(components))
    return len(parts), sum(len(str(part.get("content", ""))) for part in parts)


def distinct(components: Sequence[Component]) -> list[Component]:
    """The same components; an id that stands there twice gets a mark, as Discord takes each but once."""
    seen: dict[str, int] = {}
    return [_distinct(component, seen) for component in components]


def plain_id(custom_id: str) -> str:
    """The id without such a mark."""
    return custom_id.partition("~")[0]


def _distinct(component: Component, seen: dict[str, int]) -> Component:
    told = dict(component)
    if isinstance(custom_id := told.get("custom_id"), str):
        bare = plain_id(custom_id)
        count = seen[bare] = seen.get(bare, 0) + 1
        told["custom_id"] = bare if count == 1 else f"{bare}~{count}"
    if isinstance(inner := told.get("components"), list):
        told["components"] = [_distinct(one, seen) for one in inner]
    return told

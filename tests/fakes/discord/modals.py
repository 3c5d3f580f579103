"""What the service takes as a form. Source: https://docs.discord.com/developers/components/using-modal-components."""

from __future__ import annotations

from tests.fakes.discord.components import check_select
from tests.fakes.discord.errors import Form
from tests.fakes.discord.flags import SELECTS, Component
from tests.fakes.discord.model import Json, walk

MOST = 5
_TOP = (Component.ACTION_ROW, Component.TEXT_DISPLAY, Component.LABEL)


def check_modal(data: Json) -> None:
    """A title, an id, and up to five rows or labels; raises ApiError 50035."""
    form = Form()
    form.between(("data", "custom_id"), data.get("custom_id") or "", 1, 100)
    form.between(("data", "title"), data.get("title") or "", 1, 45)
    components = data.get("components") or []
    form.between(("data", "components"), components, 1, MOST)
    seen: set[str] = set()
    for index, component in enumerate(components):
        here = ("data", "components", index)
        _top(form, here, component)
        for part in walk([component]):
            if part.get("custom_id") in seen:
                words = "Component custom id cannot be duplicated"
                form.wrong(here, "COMPONENT_CUSTOM_ID_DUPLICATED", words)
            if part.get("custom_id"):
                seen.add(part["custom_id"])
    form.done()


def _top(form: Form, here: tuple[str | int, ...], component: Json) -> None:
    """A row holds one text input, which has its own label there; a label holds one field, which has none."""
    match component.get("type"):
        case Component.ACTION_ROW:
            held = component.get("components") or []
            form.between((*here, "components"), held, 1, 1)
            for field in held:
                if field.get("type") != Component.TEXT_INPUT:
                    types = 'Value of field "type" must be one of (4,).'
                    form.wrong((*here, "components", 0, "type"), "UNION_TYPE_CHOICES", types)
                else:
                    form.between((*here, "components", 0, "label"), field.get("label") or "", 1, 45)
                    _text(form, (*here, "components", 0), field)
        case Component.LABEL:
            form.between((*here, "label"), component.get("label") or "", 1, 45)
            form.at_most((*here, "description"), component.get("description") or "", 100)
            field = component.get("component") or {}
            if field.get("type") == Component.TEXT_INPUT:
                _text(form, (*here, "component"), field)
            elif field.get("type") in SELECTS:
                check_select(form, (*here, "component"), field)
        case Component.TEXT_DISPLAY:
            form.between((*here, "content"), component.get("content") or "", 1, 4000)
        case _:
            types = ", ".join(str(int(one)) for one in _TOP)
            form.wrong((*here, "type"), "UNION_TYPE_CHOICES", f'Value of field "type" must be one of ({types}).')


def _text(form: Form, here: tuple[str | int, ...], field: Json) -> None:
    """A text input: how long its text is and may be."""
    form.between((*here, "custom_id"), field.get("custom_id") or "", 1, 100)
    form.at_most((*here, "placeholder"), field.get("placeholder") or "", 100)
    least, most = field.get("min_length") or 0, field.get("max_length") or 4000
    if least > most or most > 4000:
        form.wrong((*here, "min_length"), "NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.")
    if field.get("value"):
        form.between((*here, "value"), field["value"], 0, most)

"""How a filled form becomes the data of an interaction. Source: https://docs.discord.com/developers/components/reference."""

from __future__ import annotations

from collections.abc import Mapping

from tests.fakes.discord.flags import Component
from tests.fakes.discord.interaction import Modal, prefilled
from tests.fakes.discord.model import Json
from tests.fakes.discord.places import ImpossibleError

Given = str | list[str]


def filled(modal: Modal, values: Mapping[str, Given]) -> list[Json]:
    """The form's components with what stands in them; raises ImpossibleError for what the client wouldn't let pass."""
    if unknown := values.keys() - modal.fields.keys():
        raise ImpossibleError(f"the form has no fields {sorted(unknown)}: there are {list(modal.fields)}")
    sent: list[Json] = []
    for component in modal.components:
        shell: Json = {"type": component["type"], "id": component["id"]}
        match component["type"]:
            case Component.ACTION_ROW:
                shell["components"] = [_field(field, values) for field in component["components"]]
            case Component.LABEL:
                shell["component"] = _field(component["component"], values)
            case _:
                pass
        sent.append(shell)
    return sent


def _field(field: Json, values: Mapping[str, Given]) -> Json:
    """One field; raises ImpossibleError where it is empty but required, too long, or nothing that is offered."""
    name = field["custom_id"]
    given = values.get(name, prefilled(field))
    base: Json = {"type": field["type"], "id": field.get("id", 0), "custom_id": name}
    if isinstance(given, str):
        if not given and not field.get("required", True):
            return base | {"value": ""}
        least, most = field.get("min_length") or 1, field.get("max_length") or 4000
        if not least <= len(given) <= most:
            raise ImpossibleError(f"{name} takes {least} to {most} characters")
        return base | {"value": given}
    options = [option["value"] for option in field.get("options", [])]
    if field["type"] == Component.STRING_SELECT and set(given) - set(options):
        raise ImpossibleError(f"{name} offers {options}")
    least = field.get("min_values", 1) if field.get("required", True) else 0
    if not least <= len(given) <= field.get("max_values", 1):
        raise ImpossibleError(f"{name} takes {least} to {field.get('max_values', 1)}")
    return base | {"values": given}

"""Application commands over REST. Source: https://docs.discord.com/developers/interactions/application-commands."""

from __future__ import annotations

import re

from tests.fakes.discord.errors import ApiError, Form, refusal
from tests.fakes.discord.model import Json
from tests.fakes.discord.rest.operation import Asked, Operation
from tests.fakes.discord.world import World

_NAME = re.compile(r"[-_'\w]{1,32}")
MOST = {1: 100, 2: 15, 3: 15}
"""How many commands of each type an application may have."""
SUBCOMMAND, GROUP = 1, 2


def _scope(world: World, asked: Asked) -> list[Json]:
    """The commands of everywhere, or of one server; raises ApiError 50001 for another application or server."""
    guild_id = asked.id("guild_id") if "guild_id" in asked.args else 0
    elsewhere = guild_id and (guild_id not in world.guilds or not world.guilds[guild_id].installed)
    if asked.id("application_id") != world.bot.id or elsewhere:
        raise refusal(50001)
    return world.commands.setdefault(guild_id, [])


def _one(world: World, asked: Asked) -> Json:
    """Raises ApiError 10063."""
    for command in _scope(world, asked):
        if command["id"] == asked.args["command_id"]:
            return command
    raise refusal(10063)


def list_commands(world: World, asked: Asked) -> list[Json]:
    return _scope(world, asked)


def get_command(world: World, asked: Asked) -> Json:
    return _one(world, asked)


def create_command(world: World, asked: Asked) -> Json:
    """A new one; one of the same name and type is replaced."""
    scope = _scope(world, asked)
    _check([asked.body])
    made = _made(world, asked, asked.body, scope)
    scope[:] = [command for command in scope if command["id"] != made["id"]] + [made]
    return made


def update_command(world: World, asked: Asked) -> Json:
    command = _one(world, asked)
    body = {"name": command["name"], "description": command["description"], "type": command["type"]} | asked.body
    _check([body])
    command |= _made(world, asked, body, [command]) | {"id": command["id"]}
    return command


def delete_command(world: World, asked: Asked) -> None:
    _scope(world, asked).remove(_one(world, asked))


def overwrite_commands(world: World, asked: Asked) -> list[Json]:
    """These, and no others; ids of those that stay are kept."""
    scope = _scope(world, asked)
    _check(asked.listed)
    scope[:] = [_made(world, asked, body, scope) for body in asked.listed]
    return scope


def _made(world: World, asked: Asked, body: Json, scope: list[Json]) -> Json:
    """A command as it is kept and shown."""
    kind = body.get("type") or 1
    before = next((one for one in scope if (one["type"], one["name"]) == (kind, body["name"])), {})
    permissions = body.get("default_member_permissions")
    made: Json = {
        "application_id": str(world.bot.id),
        "default_member_permissions": None if permissions is None else str(permissions),
        "type": kind,
        "name": body["name"],
        "description": body.get("description") or "",
        "dm_permission": body.get("dm_permission", True) is not False,
        "contexts": body.get("contexts"),
        "integration_types": body.get("integration_types") or [0],
        "nsfw": bool(body.get("nsfw")),
        "options": [_option(option) for option in body.get("options") or []],
    }
    made |= {key: body[key] for key in ("name_localizations", "description_localizations") if body.get(key)}
    if "guild_id" in asked.args:
        made["guild_id"] = asked.args["guild_id"]
    if all(before.get(key) == value for key, value in made.items()) and before:
        return before
    return {"id": before.get("id") or str(world.ids.fresh()), "version": str(world.ids.fresh())} | made


def _option(option: Json) -> Json:
    kept = {key: value for key, value in option.items() if value is not None}
    if "options" in kept:
        kept["options"] = [_option(inner) for inner in kept["options"]]
    return kept


def _check(commands: list[Json]) -> None:
    """Raises ApiError 50035, or 30032 for too many."""
    form = Form()
    seen: set[tuple[int, str]] = set()
    for index, command in enumerate(commands):
        here: tuple[str | int, ...] = (index,) if len(commands) > 1 else ()
        kind, name = command.get("type") or 1, command.get("name", "")
        if (kind, name) in seen:
            form.wrong((index,), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
        seen.add((kind, name))
        if kind == 1:
            _check_name(form, here, command)
            _check_options(form, here, command.get("options") or [])
            if _length(command) > 8000:
                form.wrong(here, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)")
            continue
        form.between((*here, "name"), name, 1, 32)
        if command.get("description"):
            words = "Context menu commands cannot have description"
            form.wrong((*here, "description"), "APPLICATION_COMMAND_DESCRIPTION_CANNOT_BE_DEFINED", words)
    form.done()
    for kind, most in MOST.items():
        if sum(1 for one, _ in seen if one == kind) > most:
            raise ApiError(400, 30032, f"Maximum number of application commands reached ({most}).")


def _check_name(form: Form, here: tuple[str | int, ...], one: Json) -> None:
    """Names are short and lower case; a description is needed."""
    name = one.get("name", "")
    if not _NAME.fullmatch(name) or name != name.lower():
        words = f'String value did not match validation regex: "{name}"'
        form.wrong((*here, "name"), "APPLICATION_COMMAND_INVALID_NAME", words)
    if not one.get("description"):
        form.required((*here, "description"))
    else:
        form.between((*here, "description"), one["description"], 1, 100)


def _check_options(form: Form, here: tuple[str | int, ...], options: list[Json], depth: int = 0) -> None:
    form.between((*here, "options"), options, 0, 25)
    optional, names = False, set()
    for index, option in enumerate(options):
        path = (*here, "options", index)
        _check_name(form, path, option)
        if option.get("name") in names:
            words = "Application command option names must be unique"
            form.wrong(path, "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", words)
        names.add(option.get("name"))
        if option["type"] in (SUBCOMMAND, GROUP):
            if depth > (option["type"] == SUBCOMMAND):
                form.wrong(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command option types are invalid")
            _check_options(form, path, option.get("options") or [], depth + 1)
            continue
        if option.get("required") and optional:
            words = "Required options must be placed before non-required options"
            form.wrong(path, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", words)
        optional = optional or not option.get("required")
        choices = option.get("choices") or []
        form.between((*path, "choices"), choices, 0, 25)
        if choices and option.get("autocomplete"):
            words = "Options with choices can't have autocomplete"
            form.wrong((*path, "autocomplete"), "APPLICATION_COMMAND_OPTIONS_CHOICES_AND_AUTOCOMPLETE", words)


def _length(one: Json) -> int:
    """Characters of names, descriptions and values, all the way down."""
    own = len(one.get("name", "")) + len(one.get("description") or "")
    chosen = sum(len(choice["name"]) + len(str(choice["value"])) for choice in one.get("choices") or [])
    return own + chosen + sum(_length(option) for option in one.get("options") or [])


_EVERYWHERE = "/applications/{application_id}/commands"
_HERE = "/applications/{application_id}/guilds/{guild_id}/commands"

OPERATIONS = tuple(
    Operation(name, method, path, run)
    for path, word in ((_EVERYWHERE, ""), (_HERE, "guild_"))
    for name, method, path, run in (
        (f"list_{word}application_commands", "GET", path, list_commands),
        (f"create_{word}application_command", "POST", path, create_command),
        (f"bulk_set_{word}application_commands", "PUT", path, overwrite_commands),
        (f"get_{word}application_command", "GET", f"{path}/{{command_id}}", get_command),
        (f"update_{word}application_command", "PATCH", f"{path}/{{command_id}}", update_command),
        (f"delete_{word}application_command", "DELETE", f"{path}/{{command_id}}", delete_command),
    )
)

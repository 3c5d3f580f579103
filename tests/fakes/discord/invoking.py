"""How a typed command becomes the data of an interaction, as the client makes it from what the app has registered.

Source: https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.fakes.discord.flags import ChannelType
from tests.fakes.discord.model import Channel, Json, User
from tests.fakes.discord.persons import member_json, user_json
from tests.fakes.discord.places import ImpossibleError
from tests.fakes.discord.rest.commands import GROUP, SUBCOMMAND
from tests.fakes.discord.rooms import channel_json
from tests.fakes.discord.world import World

Value = str | int | float | bool | User | Channel
_KINDS: Mapping[int, tuple[type, ...]] = {
    3: (str,),
    4: (int,),
    5: (bool,),
    6: (User,),
    7: (Channel,),
    9: (User,),
    10: (int, float),
}
"""What each type of option takes."""


def offered(world: World, channel: Channel, kind: int, name: str) -> Json:
    """The command of that name and type, as offered in the channel; raises ImpossibleError."""
    here = world.commands.get(channel.guild.id, []) if channel.guild else []
    for command in (*here, *world.commands.get(0, [])):
        if (command["type"], command["name"]) == (kind, name):
            return command
    raise ImpossibleError(f"no command {name} is registered")


def owners(world: World, channel: Channel, user: User, command: Json | None) -> dict[str, str]:
    """Who added the app, of those the command is for; raises ImpossibleError where it can't be used there."""
    taken = command["integration_types"] if command else [0, 1]
    contexts = command.get("contexts") if command else None
    if contexts is not None and context(world, channel) not in contexts:
        raise ImpossibleError(f"the command is not for this place: {contexts}")
    found: dict[str, str] = {}
    if 0 in taken and channel.guild and channel.guild.installed:
        found["0"] = str(channel.guild.id)
    elif 0 in taken and world.bot in channel.recipients:
        found["0"] = "0"
    if 1 in taken and user.installed:
        found["1"] = str(user.id)
    if not found:
        raise ImpossibleError("neither the server nor the person has the app for this")
    return found


def context(world: World, channel: Channel) -> int:
    """Whether it is a server (0), direct messages with the bot (1), or others (2)."""
    if channel.guild:
        return 0
    return 1 if channel.type is ChannelType.DM and world.bot in channel.recipients else 2


def typed(command: Json, path: list[str], values: Mapping[str, Value], *, focused: str | None = None) -> Json:
    """The data of a slash command; with `focused`, while that option is still being typed. Raises ImpossibleError."""
    leaf, chain = command, []
    for name in path:
        inner = next((one for one in leaf["options"] if one["name"] == name), None)
        if inner is None or inner["type"] not in (SUBCOMMAND, GROUP):
            raise ImpossibleError(f"{command['name']} has no subcommand {name}")
        leaf = inner
        chain.append(inner)
    known = {option["name"]: option for option in leaf.get("options", [])}
    if any(option["type"] in (SUBCOMMAND, GROUP) for option in known.values()):
        raise ImpossibleError(f"{command['name']} needs one of {list(known)}")
    if unknown := values.keys() - known.keys():
        raise ImpossibleError(f"there are no options {sorted(unknown)}")
    if focused and not known[focused].get("autocomplete"):
        raise ImpossibleError(f"{focused} has no autocomplete")
    for name, option in known.items():
        if option.get("required") and name not in values and not focused:
            raise ImpossibleError(f"{name} is required")
    options = [_given(known[name], value, focused=name == focused) for name, value in values.items()]
    for step in reversed(chain):
        options = [{"name": step["name"], "type": step["type"], "options": options}]
    data = {"id": command["id"], "name": command["name"], "type": command["type"], "options": options}
    return data | ({"guild_id": command["guild_id"]} if "guild_id" in command else {})


def _given(option: Json, value: Value, *, focused: bool) -> Json:
    """One option with its value; what is still being typed is not checked yet."""
    name, kind = option["name"], option["type"]
    if focused:
        return {"name": name, "type": kind, "value": value, "focused": True}
    if not isinstance(value, _KINDS[kind]) or (isinstance(value, bool) and kind != 5):
        raise ImpossibleError(f"{name} takes another kind of value than {value!r}")
    choices = option.get("choices") or []
    if choices and value not in [choice["value"] for choice in choices]:
        raise ImpossibleError(f"{name} is one of {[choice['name'] for choice in choices]}")
    if isinstance(value, str) and not option.get("min_length", 0) <= len(value) <= option.get("max_length", 6000):
        raise ImpossibleError(f"{name} is too short or too long")
    if isinstance(value, int | float) and not isinstance(value, bool):
        least, most = option.get("min_value", value), option.get("max_value", value)
        if not least <= value <= most:
            raise ImpossibleError(f"{name} is not between {least} and {most}")
    return {"name": name, "type": kind, "value": str(value.id) if isinstance(value, User | Channel) else value}


def resolved(world: World, channel: Channel, values: Mapping[str, Value]) -> Json:
    """The people and channels among the values, as the interaction brings them along."""
    users = [value for value in values.values() if isinstance(value, User)]
    rooms = [value for value in values.values() if isinstance(value, Channel)]
    found: Json = {}
    if users:
        found["users"] = {str(user.id): user_json(user) for user in users}
        members = channel.guild.members if channel.guild else {}
        found["members"] = {
            str(user.id): member_json(members[user.id], user=False) for user in users if user.id in members
        }
    if rooms:
        found["channels"] = {str(room.id): channel_json(room, world.bot) | {"permissions": "0"} for room in rooms}
    return found

"""Channels over REST. Source: https://docs.discord.com/developers/resources/channel."""

from __future__ import annotations

from tests.fakes.discord.errors import Form, refusal
from tests.fakes.discord.flags import Permission
from tests.fakes.discord.model import Channel, Json
from tests.fakes.discord.rest.operation import Asked, Operation
from tests.fakes.discord.rooms import channel_json, may
from tests.fakes.discord.threads import remove, update
from tests.fakes.discord.world import World


def get_channel(world: World, asked: Asked) -> Json:
    return channel_json(world.channel_of(asked.id("channel_id")), world.bot)


def update_channel(world: World, asked: Asked) -> Json:
    channel = world.channel_of(asked.id("channel_id"))
    if channel.thread is None:
        raise refusal(50013 if channel.guild else 50024)
    form = Form()
    if asked.body.get("name") is not None:
        form.between(("name",), asked.body["name"], 1, 100)
    form.done()
    _may_change(world, channel, asked.body)
    update(world, channel, asked.body)
    return channel_json(channel, world.bot)


def _may_change(world: World, channel: Channel, fields: Json) -> None:
    """Raises ApiError 50013 for what only the owner or a moderator may do, 50083 for what no archived thread allows."""
    thread = channel.thread
    assert thread, "threads only"
    moderates = bool(may(channel) & Permission.MANAGE_THREADS)
    owns = thread.owner is world.bot
    wakes = set(fields) == {"archived"} and fields["archived"] is False
    if "locked" in fields and not moderates:
        raise refusal(50013)
    if not moderates and not owns and not (wakes and world.bot.id in thread.members):
        raise refusal(50013)
    if thread.locked and not moderates and not (wakes and owns):
        raise refusal(50013)
    if thread.archived and fields.get("archived") is not False:
        raise refusal(50083)


def delete_channel(world: World, asked: Asked) -> Json:
    needed = Permission.MANAGE_THREADS
    channel = world.channel_of(asked.id("channel_id"))
    if channel.guild and not may(channel) & (needed if channel.thread else Permission.MANAGE_CHANNELS):
        raise refusal(50013)
    shown = channel_json(channel, world.bot)
    remove(world, channel)
    return shown


OPERATIONS = (
    Operation("get_channel", "GET", "/channels/{channel_id}", get_channel),
    Operation("update_channel", "PATCH", "/channels/{channel_id}", update_channel),
    Operation("delete_channel", "DELETE", "/channels/{channel_id}", delete_channel),
)

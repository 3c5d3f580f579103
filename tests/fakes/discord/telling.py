"""What the gateway is told of messages, and of what else happens in a channel."""

from __future__ import annotations

from tests.fakes.discord.flags import ChannelType, Intent
from tests.fakes.discord.model import Channel, Json, Message
from tests.fakes.discord.shapes import event_json
from tests.fakes.discord.world import Event, World


def tell(world: World, name: str, message: Message) -> None:
    """Tell the gateway of a message; what one person alone sees is told to nobody."""
    if message.ephemeral or not world.seen(message.channel):
        world.accounts.changed()
        return
    channel = message.channel
    shown = event_json(message, world.bot)
    if channel.guild is None:
        shown["channel_type"] = int(ChannelType.DM)
    world.publish(Event(name, shown, channel.guild, heard_by(channel), message))


def tell_of(world: World, name: str, channel: Channel, data: Json, intent: Intent) -> None:
    """Tell the gateway of something in a channel, if the bot sees the channel."""
    if world.seen(channel):
        world.publish(Event(name, data, channel.guild, intent))
    else:
        world.accounts.changed()


def heard_by(channel: Channel) -> Intent:
    """What a session must have asked for to be told of messages there."""
    return Intent.GUILD_MESSAGES if channel.guild else Intent.DIRECT_MESSAGES

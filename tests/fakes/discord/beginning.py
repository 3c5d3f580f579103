"""How threads begin: from a message, or by themselves. Source: https://docs.discord.com/developers/topics/threads."""

from __future__ import annotations

from tests.fakes.discord import threads
from tests.fakes.discord.errors import refusal
from tests.fakes.discord.flags import ChannelType, MessageFlag, MessageType
from tests.fakes.discord.messages import blank, place
from tests.fakes.discord.model import Channel, Message, Thread, User
from tests.fakes.discord.telling import tell
from tests.fakes.discord.world import World


def begin(
    world: World,
    parent: Channel,
    owner: User,
    name: str,
    *,
    starter: Message | None = None,
    minutes: int | None = None,
    private: bool = False,
) -> Channel:
    """A thread in a channel, from a message or by itself; raises ApiError 50024, 160004 or 160006."""
    guild = parent.guild
    if guild is None or parent.thread or (starter and parent.type is ChannelType.FORUM):
        raise refusal(50024)
    if starter and starter.id in world.channels:
        raise refusal(160004)
    if sum(1 for one in guild.channels.values() if one.thread and not one.thread.archived) >= world.most_active_threads:
        raise refusal(160006)
    kind = ChannelType.PRIVATE_THREAD if private else ChannelType.PUBLIC_THREAD
    channel = Channel(starter.id if starter else world.ids.fresh(), kind, name, guild, parent)
    channel.thread = Thread(owner, world.now(), world.now(), minutes=minutes or 4320)
    channel.thread.members[owner.id] = channel.thread.created
    world.channels[channel.id] = guild.channels[channel.id] = channel
    threads.tell_thread(world, "THREAD_CREATE", channel, {"newly_created": True})
    threads.tell_joined(world, channel, owner)
    if starter:
        _from(world, channel, starter)
    elif not private and parent.type is ChannelType.TEXT:
        notice = blank(world, parent, owner)
        notice.type, notice.content, notice.about = MessageType.THREAD_CREATED, name, channel
        place(world, notice)
    return channel


def _from(world: World, channel: Channel, starter: Message) -> None:
    """Tie the thread to its message, which becomes the first thing seen in it."""
    starter.thread = channel
    starter.flags |= MessageFlag.HAS_THREAD
    tell(world, "MESSAGE_UPDATE", starter)
    first = blank(world, channel, channel.thread.owner if channel.thread else starter.author)
    first.type, first.reference = MessageType.THREAD_STARTER_MESSAGE, starter
    place(world, first)

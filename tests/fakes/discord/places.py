"""People, servers, channels and direct messages, as a test makes them."""

from __future__ import annotations

from collections.abc import Iterable

from tests.fakes.discord import threads
from tests.fakes.discord.beginning import begin
from tests.fakes.discord.errors import ApiError
from tests.fakes.discord.flags import ChannelType, Intent, Permission
from tests.fakes.discord.model import Channel, Guild, Json, Member, Message, User
from tests.fakes.discord.ready import server_json
from tests.fakes.discord.rest.identity import direct
from tests.fakes.discord.rooms import channel_json
from tests.fakes.discord.world import Event, World


class ImpossibleError(Exception):
    """A person can't do this on Discord: the button isn't there, the command isn't offered, the place is closed."""


class Places:
    """Where people are. There is one server with the bot from the start: `guild`."""

    def __init__(self) -> None:
        self.world = World()
        self.guild = self.new_guild("Acme")

    @property
    def bot_user(self) -> User:
        """The bot."""
        return self.world.bot

    def user(self, name: str, *, locale: str = "en-US", installed: bool = False, bot: bool = False) -> User:
        """Someone new, in the first server already. `installed`: has added the app to their own account."""
        made = User(self.world.ids.fresh(), name, locale, bot, installed)
        self.world.users[made.id] = made
        self.join(made, self.guild)
        return made

    def join(self, user: User, guild: Guild) -> None:
        """Come into a server."""
        guild.members[user.id] = Member(user, self.world.now())

    def depart(self, user: User, guild: Guild) -> None:
        """Leave a server, or be thrown out of it, and of its threads."""
        guild.members.pop(user.id, None)
        for channel in guild.channels.values():
            if channel.thread:
                channel.thread.members.pop(user.id, None)

    def new_guild(
        self,
        name: str,
        *,
        members: Iterable[User] = (),
        bot: bool = True,
        number: int | None = None,
        locale: str = "en-US",
    ) -> Guild:
        """A server, with the bot in it or without; its id decides the shard that is told of it."""
        world = self.world
        guild = Guild(number or world.ids.fresh(), name, world.owner, locale, bot)
        world.guilds[guild.id] = guild
        for user in (world.owner, *([world.bot] if bot else []), *members):
            self.join(user, guild)
        if bot:
            world.publish(Event("GUILD_CREATE", server_json(world, guild), guild, Intent.GUILDS))
        return guild

    def leave(self, guild: Guild) -> None:
        """The bot is thrown out of a server."""
        data: Json = {"id": str(guild.id)}
        self.world.publish(Event("GUILD_DELETE", data, guild, Intent.GUILDS))
        guild.installed = False
        guild.members.pop(self.world.bot.id, None)

    def channel(self, name: str, *, guild: Guild | None = None) -> Channel:
        """A text channel."""
        return self._channel(name, ChannelType.TEXT, guild or self.guild)

    def forum(self, name: str, *, guild: Guild | None = None) -> Channel:
        """A forum: a channel of posts, each of which is a thread."""
        return self._channel(name, ChannelType.FORUM, guild or self.guild)

    def _channel(self, name: str, kind: ChannelType, guild: Guild) -> Channel:
        channel = Channel(self.world.ids.fresh(), kind, name, guild)
        self.world.channels[channel.id] = guild.channels[channel.id] = channel
        self._tell("CHANNEL_CREATE", channel)
        return channel

    def dm(self, user: User) -> Channel:
        """The direct messages of the bot and a person."""
        return direct(self.world, user)

    def private(self, *people: User) -> Channel:
        """Direct messages of people without the bot, where only an app of their own can be used."""
        kind = ChannelType.DM if len(people) == 2 else ChannelType.GROUP_DM
        channel = Channel(self.world.ids.fresh(), kind, recipients=list(people))
        self.world.channels[channel.id] = channel
        return channel

    def thread(
        self,
        user: User,
        place: Channel | Message,
        name: str,
        *,
        private: bool = False,
    ) -> Channel:
        """A person begins a thread, in a channel or from a message. Raises ImpossibleError."""
        starter = place if isinstance(place, Message) else None
        parent = place.channel if isinstance(place, Message) else place
        try:
            return begin(self.world, parent, user, name, starter=starter, private=private)
        except ApiError as error:
            raise ImpossibleError(str(error)) from None

    def archive(self, thread: Channel, *, locked: bool = False) -> None:
        """Put a thread into the archive; locked, nobody but a moderator gets it out."""
        threads.update(self.world, thread, {"archived": True, "locked": locked})

    def lock(self, thread: Channel) -> None:
        """Lock a thread that stays alive."""
        threads.update(self.world, thread, {"locked": True})

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel with its threads, or a thread."""
        threads.remove(self.world, channel)

    def allow(self, channel: Channel, permission: Permission) -> None:
        """Let the bot do something in a channel and its threads."""
        channel.allowed |= permission
        channel.denied &= ~permission
        self._tell("CHANNEL_UPDATE", channel)

    def deny(self, channel: Channel, permission: Permission) -> None:
        """Forbid the bot something in a channel and its threads."""
        channel.denied |= permission
        channel.allowed &= ~permission
        self._tell("CHANNEL_UPDATE", channel)

    def _tell(self, name: str, channel: Channel) -> None:
        """Tell of a channel that the bot sees, or no longer sees."""
        seen = self.world.seen(channel) or name == "CHANNEL_UPDATE"
        if seen and channel.guild and channel.guild.installed:
            data = channel_json(channel, self.world.bot)
            self.world.publish(Event(name, data, channel.guild, Intent.GUILDS))

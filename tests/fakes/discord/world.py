"""The service's state, and the events that its changes make."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from tests.fakes.discord.accounts import Accounts
from tests.fakes.discord.errors import refusal
from tests.fakes.discord.flags import NO_INTENT, NO_PERMISSION, ChannelType, Intent, Permission
from tests.fakes.discord.ids import Snowflakes
from tests.fakes.discord.interaction import Interaction
from tests.fakes.discord.model import Attachment, Channel, Guild, Json, Message, User
from tests.fakes.discord.rooms import may


@dataclass(frozen=True, slots=True)
class Event:
    """Something the gateway tells."""

    name: str
    data: Json
    guild: Guild | None = None
    """None in direct messages, which the first shard alone is told of."""
    intent: Intent = NO_INTENT
    """What a session must have asked for to be told; nothing where every session is."""
    message: Message | None = None
    """The message it shows, whose content not every app may read."""


class World:
    """Everything the service knows. One bot, one application; the ids of both are the same, as on the real one."""

    def __init__(self) -> None:
        self.ids = Snowflakes()
        self.token = f"token.{secrets.token_hex(8)}"
        self.revoked = False
        self.granted = Intent.MESSAGE_CONTENT | Intent.GUILD_MEMBERS
        """The privileged intents turned on in the portal."""
        self.bot = User(self.ids.fresh(), "Task bot", bot=True)
        self.owner = User(self.ids.fresh(), "Owner")
        self.users: dict[int, User] = {user.id: user for user in (self.bot, self.owner)}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.commands: dict[int, list[Json]] = {}
        """Application commands by server; under 0, those for everywhere."""
        self.interactions: dict[int, Interaction] = {}
        self.tokens: dict[str, Interaction] = {}
        self.patience = 3.0
        """Seconds in which an interaction must be acknowledged."""
        self.token_seconds = 900.0
        """How long after that its webhook can be used."""
        self.nonce_seconds = 300.0
        """How long a nonce is remembered."""
        self.previews = True
        """Whether links get a preview, unless the message suppresses them."""
        self.most_participants = 1000
        self.most_active_threads = 1000
        self.files: dict[int, Attachment] = {}
        self.files_url = ""
        self.gateway_url = ""
        self.shards = 1
        """How many shards are recommended."""
        self.max_concurrency = 16
        """How many shards may identify at once."""
        self.accounts = Accounts()
        self.tell: Callable[[Event], None] = lambda _: None
        """Where events go: the gateway."""

    def now(self) -> dt.datetime:
        """The time (UTC)."""
        return dt.datetime.now(dt.UTC)

    def publish(self, event: Event) -> None:
        """Tell the gateway, and whoever waits for a change."""
        self.tell(event)
        self.accounts.changed()

    def seen(self, channel: Channel) -> bool:
        """Whether the bot can see the channel at all."""
        if channel.guild is None:
            return self.bot in channel.recipients
        if not channel.guild.installed or channel.id not in self.channels:
            return False
        private = channel.type is ChannelType.PRIVATE_THREAD
        member = not private or (channel.thread is not None and self.bot.id in channel.thread.members)
        return bool(may(channel) & Permission.VIEW_CHANNEL) and (member or bool(may(channel) & _MANAGE))

    def channel_of(self, channel_id: int, *, needs: Permission = NO_PERMISSION) -> Channel:
        """The channel; raises ApiError 10003, 50001 where the bot can't see it, 50013 where it lacks a permission."""
        channel = self.channels.get(channel_id)
        if channel is None:
            raise refusal(10003)
        if not self.seen(channel):
            raise refusal(50001)
        if channel.guild and needs & ~may(channel):
            raise refusal(50013)
        return channel

    def message_of(self, channel: Channel, message_id: int) -> Message:
        """The message; raises ApiError 10008."""
        try:
            return channel.messages[message_id]
        except KeyError:
            raise refusal(10008) from None


_MANAGE = Permission.MANAGE_THREADS

"""What people write, change, delete and react with."""

from __future__ import annotations

import datetime as dt

from tests.fakes.discord import messages, threads
from tests.fakes.discord.beginning import begin
from tests.fakes.discord.bodies import Draft
from tests.fakes.discord.flags import ChannelType, MessageType
from tests.fakes.discord.model import Attachment, Channel, Message, User
from tests.fakes.discord.places import ImpossibleError, Places


class Talk(Places):
    """People in channels. What they do is told to the bot at once."""

    async def say(
        self,
        user: User,
        channel: Channel,
        text: str,
        *,
        reply_to: Message | None = None,
        mention: bool = False,
        files: list[tuple[str, bytes]] | None = None,
        at: dt.datetime | None = None,
    ) -> Message:
        """Write a message; `mention` puts the bot before it, `at` makes it an older one. Raises ImpossibleError."""
        if channel.guild and user.id not in channel.guild.members:
            raise ImpossibleError(f"{user.name} is not in {channel.guild.name}")
        if channel.thread and channel.thread.locked:
            raise ImpossibleError("the thread is locked")
        if channel.type is ChannelType.FORUM:
            raise ImpossibleError("a forum takes posts: use post")
        message = messages.blank(self.world, channel, user, at)
        if reply_to:
            message.type, message.reference = MessageType.REPLY, reply_to
        written = f"{self.bot_user.mention} {text}" if mention else text
        return messages.write(self.world, message, Draft(written, attachments=self._files(files)))

    async def post(self, user: User, forum: Channel, name: str, text: str) -> Channel:
        """A post in a forum: a thread with its first message."""
        channel = begin(self.world, forum, user, name)
        first = Message(channel.id, channel, user, self.world.now())
        messages.write(self.world, first, Draft(text))
        return channel

    async def edit(self, user: User, message: Message, text: str) -> Message:
        """Change one's own message. Raises ImpossibleError."""
        self._own(user, message)
        return messages.change(self.world, message, Draft(text))

    async def delete(self, message: Message) -> None:
        """Delete a message, as its author or a moderator; an ephemeral one is dismissed."""
        messages.delete(self.world, message)

    async def react(self, user: User, message: Message, emoji: str) -> None:
        """Put an emoji under a message."""
        messages.react(self.world, message, user, emoji)

    async def unreact(self, user: User, message: Message, emoji: str) -> None:
        """Take one's emoji back."""
        messages.react(self.world, message, user, emoji, gone=True)

    async def add_to_thread(self, user: User, thread: Channel) -> None:
        """Bring someone into a thread, the bot perhaps."""
        threads.join(self.world, thread, user)

    def messages(self, channel: Channel) -> list[Message]:
        """What everyone sees in a channel, oldest first."""
        return list(channel.messages.values())

    def ephemerals(self, user: User, channel: Channel) -> list[Message]:
        """What that person alone sees in a channel, oldest first."""
        return [message for message in channel.hidden if message.seen_by is user]

    def thread_of(self, message: Message) -> Channel | None:
        """The thread begun from a message."""
        return message.thread

    def _own(self, user: User, message: Message) -> None:
        if message.author is not user:
            raise ImpossibleError("the message is someone else's")

    def _files(self, files: list[tuple[str, bytes]] | None) -> list[Attachment]:
        made = [
            Attachment(self.world.ids.fresh(), name, content, "application/octet-stream", self.world.files_url)
            for name, content in files or []
        ]
        self.world.files |= {one.id: one for one in made}
        return made

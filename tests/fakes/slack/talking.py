"""What people say in a workspace, change and delete, and the events that Slack makes of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tests.fakes.slack.envelopes import Delivery, Envelopes
from tests.fakes.slack.store import Channel, Json, Message, Store, User
from tests.fakes.slack.teams import Team, Teams

if TYPE_CHECKING:
    from tests.fakes.slack.surfaces import View, Whisper


class OtherApp:
    """Another app of the workspace."""

    bot_id, bot_user, app_id = "B0OTHER", "U0OTHERBOT", "A0OTHER"

    def __init__(self, slack: Talking) -> None:
        self._slack = slack

    async def post(self, channel: Channel, thread: str | None, text: str, metadata: Json | None = None) -> str:
        """Say something, with any metadata."""
        store = self._slack.store
        message = Message(
            store.new_ts(), channel.id, text, self.bot_user, self.bot_id, thread, metadata=metadata, app_id=self.app_id
        )
        store.add(message)
        await self._slack.tell(message)
        return message.ts


class Talking:
    """The words of people, and who and where they are."""

    store: Store
    teams: Teams
    envelopes: Envelopes
    views: dict[str, View]
    homes: dict[str, View]
    whispers: list[Whisper]
    team: str
    app_id: str
    bot_id: str
    bot_user: str
    agent_view: bool

    if TYPE_CHECKING:

        def hand_over(self, kind: str, payload: Json) -> Delivery: ...
        def new_trigger(self, user: str) -> str: ...
        def new_response_url(
            self, user: str, channel: str, ts: str | None = None, *, ephemeral: bool = False
        ) -> str: ...
        def _touch(self) -> None: ...

    @property
    def other_app(self) -> OtherApp:
        """An app that may want to be taken for the bot."""
        return OtherApp(self)

    def user(
        self,
        name: str,
        *,
        timezone: str = "Europe/Berlin",
        locale: str = "en-GB",
        team: Team | None = None,
        guest: bool = False,
    ) -> User:
        """A new person."""
        home = (team or self.teams.home).id
        user = User(self.store.new_id("U"), name, timezone, locale, team=home, guest=guest)
        self.store.users[user.id] = user
        return user

    def channel(
        self,
        name: str,
        *,
        members: list[User],
        bot: bool = True,
        private: bool = False,
        team: Team | None = None,
        shared: Sequence[Team] = (),
    ) -> Channel:
        """A new channel, which may be shared with other workspaces."""
        channel = Channel(
            self.store.new_id("C"),
            name,
            {user.id for user in members},
            bot=bot,
            private=private,
            team=(team or self.teams.home).id,
            shared=frozenset(one.id for one in shared),
        )
        self.store.channels[channel.id] = channel
        return channel

    def dm(self, user: User) -> Channel:
        """The person's direct messages with the bot."""
        return self.store.dm(user.id)

    async def say(
        self,
        who: User,
        channel: Channel,
        text: str,
        *,
        thread: str | None = None,
        subtype: str | None = None,
        **extra: object,
    ) -> str:
        """Write a message, with `files` and `attachments`; the bot is told by the events that Slack sends of it."""
        message = Message(self.store.new_ts(), channel.id, text, who.id, thread_ts=thread, subtype=subtype, extra=extra)
        self.store.add(message)
        await self.tell(message)
        return message.ts

    async def tell(self, message: Message) -> None:
        """Send the events of a new message: `message`, and `app_mention` when the bot is mentioned in a channel."""
        channel = self.store.channels[message.channel]
        if not channel.bot:
            return
        event = self._event(message, channel)
        self.event({**event, "type": "message"})
        bots = [self.teams.of(one).bot_user for one in (channel.team, *channel.shared)]
        if any(f"<@{bot}>" in message.text for bot in bots) and channel.kind != "im":
            mention = {key: value for key, value in event.items() if key != "channel_type"}
            self.event({**mention, "type": "app_mention"})
        self._touch()

    def event(self, event: Json, *, team: Team | None = None) -> Delivery:
        """Any event, in the wrapper that Slack puts around it, which names one of the workspaces that it is told to."""
        now = time.time()
        channel = self.store.channels.get(str(event.get("channel")))
        team = team or self._whose(event, channel)
        organisation = next((one for one in self.teams.all.values() if team in one.workspaces), None)
        wide = organisation is not None and organisation.installed
        return self.hand_over(
            "events_api",
            {
                "token": "verification",
                "team_id": team.id,
                "api_app_id": self.app_id,
                "event": {"event_ts": self.store.new_ts(), **event},
                "type": "event_callback",
                "event_id": self.store.new_id("Ev"),
                "event_time": int(now),
                "authorizations": [
                    {
                        "enterprise_id": team.enterprise,
                        "team_id": team.id,
                        "user_id": team.bot_user,
                        "is_bot": True,
                        "is_enterprise_install": wide,
                    }
                ],
                "is_ext_shared_channel": bool(channel and channel.shared),
            },
        )

    def _whose(self, event: Json, channel: Channel | None) -> Team:
        """The workspace that an event is told of."""
        user = self.store.users.get(str(event.get("user")))
        return self.teams.of(channel.team if channel else user.team if user else self.team)

    def redeliver(self, containing: str = "") -> None:
        """Send events of messages again, as if nobody had acknowledged them: all with that text or timestamp."""
        for delivery in list(self.envelopes.delivered):
            event = delivery.payload.get("event")
            if isinstance(event, dict) and event.get("type") in ("message", "app_mention") and containing in str(event):
                self.envelopes.again(delivery)

    async def edit(self, who: User, channel: Channel, ts: str, text: str) -> None:
        """Edit a message."""
        message = self.store.message(channel.id, ts)
        before = self._inside(message, channel)
        message.text, message.edited = text, True
        told = {**self._inside(message, channel), "edited": {"user": who.id, "ts": self.store.new_ts()}}
        self._changed("message_changed", channel, message=told, previous_message=before)

    async def unfurl(self, channel: Channel, ts: str) -> None:
        """Show what a message's link leads to, as Slack does a moment later: the message is changed by nobody."""
        message = self.store.message(channel.id, ts)
        before = self._inside(message, channel)
        told = {**before, "attachments": [{"title": "A page", "from_url": "https://a.example"}]}
        self._changed("message_changed", channel, message=told, previous_message=before)

    async def delete(self, channel: Channel, ts: str) -> None:
        """Delete a message, as its author or an admin; of one that begins a thread a tombstone stays."""
        message = self.store.message(channel.id, ts)
        before = self._inside(message, channel)
        if len(self.store.thread(channel.id, ts)) > 1:
            message.text, message.subtype, message.user = "This message was deleted.", "tombstone", "USLACKBOT"
            told = {**self._inside(message, channel), "hidden": True, "thread_ts": ts}
            self._changed("message_changed", channel, message=told, previous_message=before)
            return
        self.store.remove(message)
        self._changed("message_deleted", channel, deleted_ts=ts, previous_message=before)

    def _inside(self, message: Message, channel: Channel) -> Json:
        """A message as the events of its change tell it."""
        outside = ("channel", "channel_type", "event_ts")
        told = {name: value for name, value in self._event(message, channel).items() if name not in outside}
        replies = len(self.store.thread(channel.id, message.ts)) - 1
        return {**told, "thread_ts": message.ts, "reply_count": replies} if replies > 0 else told

    def _changed(self, subtype: str, channel: Channel, **told: object) -> None:
        ts = self.store.new_ts()
        about: Json = {"channel": channel.id, "channel_type": channel.kind, "hidden": True, "ts": ts, "event_ts": ts}
        self.event({"type": "message", "subtype": subtype, **about, **told})

    async def react(self, who: User, channel: Channel, ts: str, name: str) -> Delivery:
        """React to a message."""
        message = self.store.message(channel.id, ts)
        message.reactions.add((who.id, name))
        item = {"type": "message", "channel": channel.id, "ts": ts}
        return self.event(
            {"type": "reaction_added", "user": who.id, "reaction": name, "item": item, "item_user": message.user}
        )

    async def stop(self, who: User, channel: Channel, thread: str) -> None:
        """Press Stop in a thread: streams end at once, and the bot is told."""
        ended = []
        for message in self.store.thread(channel.id, thread):
            if message.streaming:
                message.streaming = False
                ended.append(message.ts)
        told: Json = {"type": "agent_session_stopped", "channel": channel.id, "thread_ts": thread, "user": who.id}
        self.event({**told, "streaming_message_ts": ended})

    def _event(self, message: Message, channel: Channel) -> Json:
        told = message.told(metadata=True)
        told |= {"channel": channel.id, "channel_type": channel.kind, "event_ts": message.ts}
        if message.thread_ts:
            root = self.store.thread(channel.id, message.thread_ts)
            told["parent_user_id"] = root[0].user if root else ""
        if not message.bot_id:
            told["client_msg_id"] = f"c-{message.ts}"
            author = self.store.users.get(message.user)
            told["team"] = author.team if author else self.team
            if channel.shared:
                told |= {"user_team": told["team"], "source_team": told["team"]}
        if message.subtype == "thread_broadcast":
            for name in ("team", "parent_user_id"):
                told.pop(name, None)
        return told

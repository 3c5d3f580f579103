"""What people do in the workspace, and the events and interactions that Slack makes of it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from tests.fakes.slack.envelopes import Delivery, Envelopes
from tests.fakes.slack.store import Channel, Json, Message, Store, User
from tests.fakes.slack.teams import Team, Teams

if TYPE_CHECKING:
    from tests.fakes.slack.surfaces import View, Whisper


class OtherApp:
    """Another app of the workspace."""

    bot_id, bot_user, app_id = "B0OTHER", "U0OTHERBOT", "A0OTHER"

    def __init__(self, slack: People) -> None:
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


class People:
    """The half of the stand-in that people use."""

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

    async def slash(self, who: User, channel: Channel, command: str, text: str = "") -> Delivery:
        """Type a slash command, and wait until it is acknowledged."""
        return await self._acknowledged(
            "slash_commands",
            {
                "command": command,
                "text": text,
                "user_id": who.id,
                "user_name": who.name.lower(),
                "team_id": who.team,
                "team_domain": self.teams.of(who.team).domain,
                **self._organisation(who),
                "channel_id": channel.id,
                "channel_name": channel.name,
                "api_app_id": self.app_id,
                "response_url": self.new_response_url(who.id, channel.id),
                "trigger_id": self.new_trigger(who.id),
            },
        )

    async def press(
        self, who: User, channel: Channel, ts: str, action_id: str, *, block_id: str = "", choice: str = ""
    ) -> Delivery:
        """Press a button of a message, or choose an entry of its menu by a part of its text. It has to be there."""
        whisper = next((one for one in self.whispers if one.ts == ts), None)
        message = whisper or self.store.message(channel.id, ts)
        container: Json = {"type": "message", "message_ts": ts, "channel_id": channel.id, "is_ephemeral": bool(whisper)}
        told: Json = {"channel": {"id": channel.id, "name": channel.name}, "container": container}
        told["response_url"] = self.new_response_url(who.id, channel.id, ts, ephemeral=bool(whisper))
        if isinstance(message, Message):
            told["message"] = message.told(metadata=True)
            if message.thread_ts:
                container["thread_ts"] = message.thread_ts
        return await self._pressed(who, _element(message.blocks, action_id, block_id, choice), told)

    async def press_view(self, who: User, view: View, action_id: str, *, choice: str = "") -> Delivery:
        """Press something in Home or a modal."""
        told: Json = {"container": {"type": "view", "view_id": view.id}, "view": view.payload()}
        blocks = view.told["blocks"]
        return await self._pressed(
            who, _element(blocks if isinstance(blocks, list) else [], action_id, "", choice), told
        )

    async def submit(self, who: User, view: View, **fields: str) -> Delivery:
        """Submit a modal with these fields; the others stay as they were filled in."""
        payload = {**view.payload(), "state": {"values": dict(_state(view, fields))}}
        delivery = await self._acknowledged("interactive", self._interaction(who, "view_submission", {"view": payload}))
        answer = delivery.response or {}
        match answer.get("response_action"):
            case "update":
                told = answer["view"]
                view.told = told if isinstance(told, dict) else {}
            case "errors":
                view.answered.append(answer)
            case _:
                self.views.pop(view.id, None)
        self._touch()
        return delivery

    async def shortcut(self, who: User, callback_id: str) -> Delivery:
        """Use a global shortcut."""
        told: Json = {"callback_id": callback_id, "action_ts": self.store.new_ts()}
        return await self._acknowledged("interactive", self._interaction(who, "shortcut", told))

    async def message_shortcut(self, who: User, channel: Channel, ts: str, callback_id: str) -> Delivery:
        """Use a shortcut from a message's menu."""
        message = self.store.message(channel.id, ts)
        told: Json = {
            "callback_id": callback_id,
            "action_ts": self.store.new_ts(),
            "message_ts": ts,
            "message": message.told(metadata=True),
            "channel": {"id": channel.id, "name": channel.name},
            "response_url": self.new_response_url(who.id, channel.id),
        }
        return await self._acknowledged("interactive", self._interaction(who, "message_action", told))

    async def open_home(self, who: User) -> Delivery:
        """Open the bot's Home."""
        view = self.homes.get(who.id)
        told: Json = {"view": view.payload()} if view else {}
        return self.event(
            {"type": "app_home_opened", "user": who.id, "channel": self.dm(who).id, "tab": "home", **told}
        )

    async def open_tab(self, who: User, *, context: Json | None = None) -> Delivery:
        """Open the bot's Messages tab, where each message begins a thread."""
        told: Json = {"type": "app_home_opened", "user": who.id, "channel": self.dm(who).id, "tab": "messages"}
        return self.event({**told, **({} if context is None else {"context": context})})

    async def look_at(self, who: User, *entities: Json) -> Delivery:
        """Look at something beside the bot; at nothing that Slack has a name for without any."""
        context: Json = {"entities": list(entities)} if entities else {}
        return self.event(
            {"type": "app_context_changed", "user": who.id, "channel": self.dm(who).id, "context": context}
        )

    async def open_assistant(self, who: User) -> str:
        """Open the pane of an app with `assistant_view`: the thread it begins."""
        if self.agent_view:
            raise LookupError("apps with agent_view have no pane")
        channel = self.dm(who)
        root = self.store.add(
            Message(
                self.store.new_ts(), channel.id, "New Assistant Thread", self.bot_user, self.bot_id, app_id=self.app_id
            )
        )
        thread = {"user_id": who.id, "channel_id": channel.id, "thread_ts": root.ts, "context": {}}
        self.event({"type": "assistant_thread_started", "assistant_thread": thread})
        return root.ts

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

    def _organisation(self, who: User) -> Json:
        """What commands and interactions tell of an organisation."""
        found = next((one for one in self.teams.all.values() if self.teams.of(who.team) in one.workspaces), None)
        return {"enterprise_id": found.id, "is_enterprise_install": found.installed} if found else {}

    def _interaction(self, who: User, kind: str, told: Json) -> Json:
        return {
            "type": kind,
            "user": {"id": who.id, "username": who.name.lower(), "team_id": who.team},
            "team": {"id": who.team, "domain": self.teams.of(who.team).domain},
            "api_app_id": self.app_id,
            "token": "verification",
            "trigger_id": self.new_trigger(who.id),
            **self._organisation(who),
            **told,
        }

    async def _pressed(self, who: User, action: Json, told: Json) -> Delivery:
        payload = self._interaction(who, "block_actions", {**told, "actions": [action]})
        return await self._acknowledged("interactive", payload)

    async def _acknowledged(self, kind: str, payload: Json) -> Delivery:
        delivery = self.hand_over(kind, payload)
        await delivery.done.wait()
        return delivery


def _elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every block with each thing in it that can be pressed."""
    for block in blocks:
        inside = block.get("elements") if block.get("type") == "actions" else [block.get("accessory")]
        for element in inside if isinstance(inside, list) else ():
            if isinstance(element, dict):
                yield block, element


def _element(blocks: list[Json], action_id: str, block_id: str, choice: str) -> Json:
    """The action as a payload tells it. Raises LookupError when nothing of the kind can be pressed there."""
    for block, element in _elements(blocks):
        if element.get("action_id") != action_id or block_id not in str(block.get("block_id", "")):
            continue
        action: Json = {
            "action_id": action_id,
            "block_id": block.get("block_id", ""),
            "type": element["type"],
            "action_ts": f"{time.time():.6f}",
        }
        if "options" not in element:
            return {**action, "value": element.get("value", "")}
        options = element["options"]
        for option in options if isinstance(options, list) else ():
            if choice in str(option["text"]["text"]):
                return {**action, "selected_option": option}
    raise LookupError(f"nothing to press: {action_id} {block_id} {choice}")


def _state(view: View, fields: Mapping[str, str]) -> Iterator[tuple[str, Json]]:
    """The state of a form's inputs: what is given, else what was filled in."""
    blocks = view.told["blocks"]
    for block in blocks if isinstance(blocks, list) else ():
        if block.get("type") != "input":
            continue
        element, name = block["element"], block["block_id"]
        given = fields.get(name)
        state: Json = {"type": element["type"]}
        match element["type"]:
            case "datepicker":
                state["selected_date"] = (given or None) if given is not None else element.get("initial_date")
            case "timepicker":
                state["selected_time"] = (given or None) if given is not None else element.get("initial_time")
            case "static_select":
                chosen = [option for option in element["options"] if option["value"] == given]
                state["selected_option"] = chosen[0] if chosen else element.get("initial_option")
            case _:
                state["value"] = (given or None) if given is not None else element.get("initial_value")
        yield name, {element["action_id"]: state}

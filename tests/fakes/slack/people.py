"""What people press, type and open in the workspace, and the interactions that Slack makes of it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from tests.fakes.slack.envelopes import Delivery
from tests.fakes.slack.store import Channel, Json, Message, User
from tests.fakes.slack.talking import Talking

if TYPE_CHECKING:
    from tests.fakes.slack.surfaces import View


class People(Talking):
    """The half of the stand-in that people use."""

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

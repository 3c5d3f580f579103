"""What people do with the app: commands, buttons, menus and forms."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from tests.fakes.discord.flags import SELECTS, Component, InteractionType
from tests.fakes.discord.interaction import Interaction, Modal
from tests.fakes.discord.invoking import Value, context, offered, owners, resolved, typed
from tests.fakes.discord.model import Channel, Json, Message, User
from tests.fakes.discord.persons import member_json, user_json
from tests.fakes.discord.places import ImpossibleError
from tests.fakes.discord.rooms import channel_json, may
from tests.fakes.discord.sending import filled
from tests.fakes.discord.shapes import message_json
from tests.fakes.discord.talk import Talk
from tests.fakes.discord.world import Event


class Acts(Talk):
    """Each act waits until the bot has acknowledged it, or the person is told that the application did not respond."""

    async def slash(self, user: User, channel: Channel, command: str, /, **values: Value) -> Interaction:
        """A slash command, like `"task add"`, with its options. Raises ImpossibleError."""
        return await self._typed(user, channel, command, values, None)

    async def autocomplete(self, user: User, channel: Channel, command: str, /, **values: Value) -> Interaction:
        """Type a slash command up to its last option, and see what is offered for it. Raises ImpossibleError."""
        return await self._typed(user, channel, command, values, next(reversed(values)))

    async def _typed(
        self, user: User, channel: Channel, text: str, values: Mapping[str, Value], focused: str | None
    ) -> Interaction:
        name, *path = text.split()
        command = offered(self.world, channel, 1, name)
        data = typed(command, path, values, focused=focused)
        if brought := resolved(self.world, channel, values):
            data["resolved"] = brought
        kind = InteractionType.AUTOCOMPLETE if focused else InteractionType.COMMAND
        return await self._act(kind, user, channel, data, owners(self.world, channel, user, command))

    async def message_menu(self, user: User, message: Message, name: str) -> Interaction:
        """A command from a message's menu. Raises ImpossibleError."""
        channel = message.channel
        command = offered(self.world, channel, 3, name)
        found = {"messages": {str(message.id): message_json(message, self.bot_user)}}
        data: Json = {"id": command["id"], "name": name, "type": 3, "target_id": str(message.id), "resolved": found}
        granted = owners(self.world, channel, user, command)
        return await self._act(InteractionType.COMMAND, user, channel, data, granted)

    async def user_menu(self, user: User, channel: Channel, target: User, name: str) -> Interaction:
        """A command from a person's menu. Raises ImpossibleError."""
        command = offered(self.world, channel, 2, name)
        found = resolved(self.world, channel, {"target": target})
        data: Json = {"id": command["id"], "name": name, "type": 2, "target_id": str(target.id), "resolved": found}
        granted = owners(self.world, channel, user, command)
        return await self._act(InteractionType.COMMAND, user, channel, data, granted)

    async def press(self, user: User, message: Message, custom_id: str, *, stale: bool = False) -> Interaction:
        """Press a button; a stale one stood there before, and the person still sees it. Raises ImpossibleError."""
        button = self._component(user, message, custom_id, stale=stale)
        if not stale and button["type"] != Component.BUTTON:
            raise ImpossibleError(f"{custom_id} is no button")
        data: Json = {"custom_id": custom_id, "component_type": int(Component.BUTTON), "id": button.get("id", 1)}
        return await self._on(user, message, data)

    async def press_label(self, user: User, message: Message, label: str) -> Interaction:
        """Press the button that has this written on it. Raises ImpossibleError."""
        for custom_id in message.custom_ids:
            component = message.component(custom_id)
            if component and component.get("label") == label:
                return await self.press(user, message, custom_id)
        raise ImpossibleError(f"no button says {label}: there are {message.labels}")

    async def select(self, user: User, message: Message, custom_id: str, *values: str | User | Channel) -> Interaction:
        """Choose in a menu. Raises ImpossibleError."""
        menu = self._component(user, message, custom_id, stale=False)
        if menu["type"] not in SELECTS:
            raise ImpossibleError(f"{custom_id} is no menu")
        chosen = [str(value.id) if isinstance(value, User | Channel) else value for value in values]
        options = [option["value"] for option in menu.get("options", [])]
        if menu["type"] == Component.STRING_SELECT and set(chosen) - set(options):
            raise ImpossibleError(f"{custom_id} offers {options}")
        if not menu["min_values"] <= len(chosen) <= menu["max_values"]:
            raise ImpossibleError(f"{custom_id} takes {menu['min_values']} to {menu['max_values']}")
        data: Json = {"custom_id": custom_id, "component_type": menu["type"], "values": chosen, "id": menu["id"]}
        things = {str(number): value for number, value in enumerate(values) if not isinstance(value, str)}
        if things:
            data["resolved"] = resolved(self.world, message.channel, things)
        return await self._on(user, message, data)

    async def submit(self, user: User, modal: Modal, values: Mapping[str, str | list[str]]) -> Interaction:
        """Send a form; fields that aren't named stay as they stand in it. Raises ImpossibleError."""
        trigger = modal.interaction
        if trigger.user is not user:
            raise ImpossibleError("the form was opened for someone else")
        data: Json = {"custom_id": modal.custom_id, "components": filled(modal, values)}
        made = self._made(InteractionType.MODAL_SUBMIT, user, trigger.channel, data, trigger.owners)
        made.message, made.trigger = trigger.message, trigger
        return await self._send(made)

    def _component(self, user: User, message: Message, custom_id: str, *, stale: bool) -> Json:
        """What is pressed; raises ImpossibleError where the person can't."""
        if message.seen_by not in (None, user):
            raise ImpossibleError("the message is for someone else alone")
        found = message.component(custom_id)
        if stale:
            return found or {}
        if found is None:
            raise ImpossibleError(f"nothing in the message has the id {custom_id}: there are {message.custom_ids}")
        if found.get("disabled"):
            raise ImpossibleError(f"{custom_id} is disabled")
        return found

    async def _on(self, user: User, message: Message, data: Json) -> Interaction:
        """Press or choose something in a message."""
        granted = self._granted(user, message)
        made = self._made(InteractionType.COMPONENT, user, message.channel, data, granted)
        made.message = message
        return await self._send(made)

    def _granted(self, user: User, message: Message) -> dict[str, str]:
        """Who added the app: for a message that answered an interaction, the owners of that one."""
        if message.interaction:
            return dict(message.interaction["authorizing_integration_owners"])
        return owners(self.world, message.channel, user, None)

    async def _act(
        self, kind: InteractionType, user: User, channel: Channel, data: Json, granted: dict[str, str]
    ) -> Interaction:
        return await self._send(self._made(kind, user, channel, data, granted))

    def _made(
        self, kind: InteractionType, user: User, channel: Channel, data: Json, granted: dict[str, str]
    ) -> Interaction:
        if channel.guild and user.id not in channel.guild.members:
            raise ImpossibleError(f"{user.name} is not in {channel.guild.name}")
        if channel.thread and channel.thread.archived:
            raise ImpossibleError("nothing can be used in an archived thread")
        world = self.world
        made = Interaction(world.ids.fresh(), secrets.token_urlsafe(32), kind, user, channel, data, granted)
        world.interactions[made.id] = world.tokens[made.token] = made
        return made

    async def _send(self, interaction: Interaction) -> Interaction:
        """Deliver it, and wait until it is acknowledged or the patience is over."""
        world = self.world
        world.publish(Event("INTERACTION_CREATE", self._event(interaction), interaction.channel.guild))
        try:
            await world.accounts.until(lambda: interaction.answer, world.patience)
        except TimeoutError:
            interaction.failed = True
            world.accounts.changed()
        return interaction

    def _event(self, interaction: Interaction) -> Json:
        """The interaction as the gateway tells it."""
        world, channel, user = self.world, interaction.channel, interaction.user
        rights = str(int(may(channel)))
        event: Json = {
            "id": str(interaction.id),
            "application_id": str(world.bot.id),
            "type": int(interaction.type),
            "data": interaction.data,
            "token": interaction.token,
            "version": 1,
            "channel_id": str(channel.id),
            "channel": channel_json(channel, world.bot) | {"permissions": rights},
            "app_permissions": rights,
            "locale": user.locale,
            "entitlements": [],
            "authorizing_integration_owners": interaction.owners,
            "context": context(world, channel),
            "attachment_size_limit": 10_485_760,
        }
        if interaction.message:
            event["message"] = message_json(interaction.message, world.bot)
        if channel.guild is None:
            return event | {"user": user_json(user)}
        guild = channel.guild
        member = member_json(guild.members[user.id]) | {"permissions": str(int(guild.permissions))}
        place = {"id": str(guild.id), "locale": guild.locale, "features": []}
        return event | {"guild_id": str(guild.id), "guild": place, "guild_locale": guild.locale, "member": member}

    async def settled(self, interaction: Interaction, timeout: float = 10.0) -> Interaction:  # noqa: ASYNC109
        """Wait until a deferred answer is there; raises TimeoutError."""
        await self.world.accounts.until(
            lambda: interaction.failed or (interaction.original and not interaction.original.loading), timeout
        )
        return interaction

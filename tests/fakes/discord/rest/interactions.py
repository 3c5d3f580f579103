"""How the bot acknowledges an interaction.

Source: https://docs.discord.com/developers/interactions/receiving-and-responding#create-interaction-response.
"""

from __future__ import annotations

import time

from tests.fakes.discord.bodies import edit_draft, new_draft
from tests.fakes.discord.components import shown
from tests.fakes.discord.errors import Form, refusal
from tests.fakes.discord.flags import Callback, InteractionType, MessageFlag, MessageType
from tests.fakes.discord.interaction import Interaction, Modal
from tests.fakes.discord.messages import blank, change, place, write
from tests.fakes.discord.modals import check_modal
from tests.fakes.discord.model import Json, Message
from tests.fakes.discord.persons import user_json
from tests.fakes.discord.rest.operation import Asked, Operation
from tests.fakes.discord.shapes import message_json
from tests.fakes.discord.world import World

_SETTABLE = (
    MessageFlag.SUPPRESS_EMBEDS
    | MessageFlag.EPHEMERAL
    | MessageFlag.SUPPRESS_NOTIFICATIONS
    | MessageFlag.IS_COMPONENTS_V2
)


def create_interaction_response(world: World, asked: Asked) -> Json | None:
    interaction = world.interactions.get(asked.id("interaction_id"))
    if interaction is None or interaction.token != asked.args["interaction_token"] or interaction.failed:
        raise refusal(10062)
    if interaction.answer:
        raise refusal(40060)
    if time.monotonic() - interaction.created > world.patience:
        raise refusal(10062)
    kind = _kind(interaction, asked.body)
    _respond(world, interaction, kind, asked)
    interaction.take(kind)
    world.accounts.changed()
    wanted = asked.query.get("with_response", "").lower() in ("1", "true")
    return _response(world, interaction) if wanted else None


def _kind(interaction: Interaction, body: Json) -> Callback:
    """The kind of answer, where it fits the interaction; raises ApiError 50035."""
    if interaction.type is InteractionType.AUTOCOMPLETE:
        taken = {Callback.AUTOCOMPLETE}
    else:
        taken = {Callback.MESSAGE, Callback.DEFERRED_MESSAGE}
        if interaction.message:
            taken |= {Callback.UPDATE, Callback.DEFERRED_UPDATE}
        if interaction.type is not InteractionType.MODAL_SUBMIT:
            taken.add(Callback.MODAL)
    form = Form()
    if body.get("type") not in taken:
        kinds = ", ".join(str(int(kind)) for kind in sorted(taken))
        form.wrong(("type",), "BASE_TYPE_CHOICES", f"Value must be one of ({kinds}).")
    form.done()
    return Callback(body["type"])


def _respond(world: World, interaction: Interaction, kind: Callback, asked: Asked) -> None:
    data = asked.body.get("data") or {}
    match kind:
        case Callback.MESSAGE:
            draft = new_draft(data, asked.files)
            draft.flags &= _SETTABLE
            message = answer_message(world, interaction, alone=bool(draft.flags & MessageFlag.EPHEMERAL))
            interaction.original = write(world, message, draft)
        case Callback.DEFERRED_MESSAGE:
            alone = MessageFlag(data.get("flags") or 0) & MessageFlag.EPHEMERAL
            message = answer_message(world, interaction, alone=bool(alone))
            message.flags |= alone | MessageFlag.LOADING
            interaction.original = place(world, message)
        case Callback.UPDATE:
            assert interaction.message, "checked before"
            interaction.original = interaction.message
            if data:
                change(world, interaction.message, edit_draft(data, asked.files, interaction.message))
        case Callback.DEFERRED_UPDATE:
            interaction.original = interaction.message
        case Callback.AUTOCOMPLETE:
            interaction.choices = _choices(data)
        case Callback.MODAL:
            check_modal(data)
            interaction.modal = Modal(interaction, data["custom_id"], data["title"], shown(data["components"]))


def _choices(data: Json) -> list[Json]:
    """What is offered; raises ApiError 50035."""
    form, choices = Form(), data.get("choices") or []
    if len(choices) > 25:
        form.wrong(("data", "choices"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    for index, choice in enumerate(choices):
        here = ("data", "choices", index)
        form.between((*here, "name"), choice.get("name") or "", 1, 100)
        if isinstance(choice.get("value"), str):
            form.between((*here, "value"), choice["value"], 1, 100)
    form.done()
    return list(choices)


def answer_message(world: World, interaction: Interaction, *, alone: bool) -> Message:
    """An empty message that answers the interaction."""
    message = blank(world, interaction.channel, world.bot)
    message.application = True
    message.interaction = metadata(interaction)
    message.seen_by = interaction.user if alone else None
    if interaction.type is InteractionType.COMMAND:
        menu = "target_id" in interaction.data
        message.type = MessageType.CONTEXT_MENU_COMMAND if menu else MessageType.CHAT_INPUT_COMMAND
    elif interaction.message:
        message.type, message.reference = MessageType.REPLY, interaction.message
    return message


def metadata(interaction: Interaction) -> Json:
    """What a message tells of the interaction that it answers."""
    told: Json = {
        "id": str(interaction.id),
        "type": int(interaction.type),
        "user": user_json(interaction.user),
        "authorizing_integration_owners": interaction.owners,
    }
    match interaction.type:
        case InteractionType.COMPONENT if interaction.message:
            told["interacted_message_id"] = str(interaction.message.id)
        case InteractionType.MODAL_SUBMIT if interaction.trigger:
            told["triggering_interaction_metadata"] = metadata(interaction.trigger)
        case _ if interaction.data.get("type") == 3:
            told["target_message_id"] = interaction.data["target_id"]
    return told


def _response(world: World, interaction: Interaction) -> Json:
    """What the bot is told of its own answer."""
    told: Json = {"id": str(interaction.id), "type": int(interaction.type), "channel_id": str(interaction.channel.id)}
    if interaction.channel.guild:
        told["guild_id"] = str(interaction.channel.guild.id)
    kind, message = interaction.answer, interaction.original
    if kind in (Callback.MESSAGE, Callback.DEFERRED_MESSAGE) and message:
        told["response_message_id"] = str(message.id)
        told["response_message_loading"] = message.loading
        told["response_message_ephemeral"] = message.ephemeral
    answer: Json = {"interaction": told}
    if kind in (Callback.MESSAGE, Callback.UPDATE) and message:
        answer["resource"] = {"type": int(kind), "message": message_json(message, world.bot)}
    return answer


_PATH = "/interactions/{interaction_id}/{interaction_token}/callback"

OPERATIONS = (Operation("create_interaction_response", "POST", _PATH, create_interaction_response, open=True),)

"""Followups: what the bot says after it acknowledged an interaction, for as long as its token lives.

Source: https://docs.discord.com/developers/interactions/receiving-and-responding#followup-messages.
"""

from __future__ import annotations

import time

from tests.fakes.discord.bodies import edit_draft, new_draft
from tests.fakes.discord.errors import refusal
from tests.fakes.discord.flags import Callback, MessageFlag, MessageType
from tests.fakes.discord.interaction import Interaction
from tests.fakes.discord.messages import change, delete, write
from tests.fakes.discord.model import Json, Message
from tests.fakes.discord.rest.interactions import answer_message
from tests.fakes.discord.rest.operation import Asked, Operation
from tests.fakes.discord.shapes import message_json
from tests.fakes.discord.world import World

MOST_FOLLOWUPS = 5
"""For an app that the person added and the server did not."""


def _interaction(world: World, asked: Asked) -> Interaction:
    """Raises ApiError 10015 before it was acknowledged, 50027 when its token has run out."""
    interaction = world.tokens.get(asked.args["webhook_token"])
    if interaction is None or asked.id("webhook_id") != world.bot.id or interaction.answer is None:
        raise refusal(10015)
    if time.monotonic() - interaction.created > world.token_seconds:
        raise refusal(50027)
    return interaction


def _message(world: World, asked: Asked) -> Message:
    """A message sent with the token; raises ApiError 10008."""
    interaction = _interaction(world, asked)
    wanted, original = asked.args.get("message_id", "@original"), interaction.original
    if wanted == "@original":
        found = original
    else:
        sent = [*([original] if original else []), *interaction.followups]
        found = next((message for message in sent if str(message.id) == wanted), None)
    if found is None or not _there(found):
        raise refusal(10008)
    return found


def _there(message: Message) -> bool:
    """Whether it has not been deleted."""
    return message in message.channel.hidden if message.ephemeral else message.id in message.channel.messages


def execute_webhook(world: World, asked: Asked) -> Json:
    """A followup; the first one after a deferral fills the message that shows the bot thinking."""
    interaction = _interaction(world, asked)
    draft = new_draft(asked.body, asked.files)
    waiting = interaction.original
    if interaction.answer is Callback.DEFERRED_MESSAGE and waiting and waiting.loading and _there(waiting):
        return _shown(world, change(world, waiting, draft, edited=False))
    if interaction.alone and len(interaction.followups) >= MOST_FOLLOWUPS:
        raise refusal(40094)
    alone = bool(draft.flags & MessageFlag.EPHEMERAL)
    message = answer_message(world, interaction, alone=alone)
    message.type, message.reference = MessageType.DEFAULT, None
    if interaction.original:
        message.type, message.reference = MessageType.REPLY, interaction.original
    interaction.followups.append(write(world, message, draft))
    return _shown(world, message)


def get_message(world: World, asked: Asked) -> Json:
    return _shown(world, _message(world, asked))


def update_message(world: World, asked: Asked) -> Json:
    message = _message(world, asked)
    draft = edit_draft(asked.body, asked.files, message)
    return _shown(world, change(world, message, draft, edited=not message.loading))


def delete_message(world: World, asked: Asked) -> None:
    delete(world, _message(world, asked))


def _shown(world: World, message: Message) -> Json:
    return message_json(message, world.bot)


_HOOK = "/webhooks/{webhook_id}/{webhook_token}"
_ORIGINAL = f"{_HOOK}/messages/@original"
_MESSAGE = f"{_HOOK}/messages/{{message_id}}"

OPERATIONS = (
    Operation("execute_webhook", "POST", _HOOK, execute_webhook, open=True),
    Operation("get_original_webhook_message", "GET", _ORIGINAL, get_message, open=True),
    Operation("update_original_webhook_message", "PATCH", _ORIGINAL, update_message, open=True),
    Operation("delete_original_webhook_message", "DELETE", _ORIGINAL, delete_message, open=True),
    Operation("get_webhook_message", "GET", _MESSAGE, get_message, open=True),
    Operation("update_webhook_message", "PATCH", _MESSAGE, update_message, open=True),
    Operation("delete_webhook_message", "DELETE", _MESSAGE, delete_message, open=True),
)

"""Messages over REST. Source: https://docs.discord.com/developers/resources/message."""

from __future__ import annotations

from tests.fakes.discord.bodies import edit_draft, new_draft
from tests.fakes.discord.errors import Form, refusal
from tests.fakes.discord.flags import NO_PERMISSION, Intent, MessageFlag, MessageType, Permission
from tests.fakes.discord.messages import blank, change, delete, earlier, react, write
from tests.fakes.discord.model import Channel, Json, Message
from tests.fakes.discord.persons import user_json
from tests.fakes.discord.rest.operation import Asked, Operation, snowflake
from tests.fakes.discord.rooms import may
from tests.fakes.discord.shapes import message_json, reads, without_content
from tests.fakes.discord.threads import may_touch, may_write
from tests.fakes.discord.world import World


def answered(world: World, message: Message) -> Json:
    """A message as REST shows it: without content where the app may not read messages."""
    shown = message_json(message, world.bot)
    if world.granted & Intent.MESSAGE_CONTENT or reads(message, world.bot):
        return shown
    return without_content(shown)


def create_message(world: World, asked: Asked) -> Json:
    channel = world.channel_of(asked.id("channel_id"))
    may_write(world, channel)
    body, nonce = asked.body, asked.body.get("nonce")
    if nonce is not None and body.get("enforce_nonce") and (said := earlier(world, channel, world.bot, nonce)):
        return answered(world, said)
    message = blank(world, channel, world.bot)
    _refer(world, message, body.get("message_reference"))
    draft = new_draft(body, asked.files)
    if draft.attachments and not may(channel) & Permission.ATTACH_FILES:
        raise refusal(50013)
    draft.flags &= MessageFlag.SUPPRESS_EMBEDS | MessageFlag.SUPPRESS_NOTIFICATIONS | MessageFlag.IS_COMPONENTS_V2
    return answered(world, write(world, message, draft, nonce=nonce))


def _refer(world: World, message: Message, reference: Json | None) -> None:
    """Make it a reply; raises ApiError 50035 for a message that is gone, 160002 where history can't be read."""
    if not reference:
        return
    if not may(message.channel) & Permission.READ_MESSAGE_HISTORY:
        raise refusal(160002)
    meant = message.channel.messages.get(snowflake(str(reference["message_id"]), "message_id"))
    if meant:
        message.type, message.reference = MessageType.REPLY, meant
    elif reference.get("fail_if_not_exists", True):
        form = Form()
        form.wrong(("message_reference",), "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message")
        form.done()


def _found(world: World, asked: Asked, *, needs: Permission = NO_PERMISSION) -> Message:
    channel = world.channel_of(asked.id("channel_id"), needs=needs)
    return world.message_of(channel, asked.id("message_id"))


def update_message(world: World, asked: Asked) -> Json:
    message = _found(world, asked)
    own = message.author is world.bot
    if not own and set(asked.body) - {"flags"}:
        raise refusal(50005)
    if not own and not may(message.channel) & Permission.MANAGE_MESSAGES:
        raise refusal(50013)
    if message.type not in _WRITTEN:
        raise refusal(50021)
    may_touch(message.channel)
    draft = edit_draft(asked.body, asked.files, message)
    if "flags" not in asked.body:
        draft.flags |= message.flags & MessageFlag.SUPPRESS_EMBEDS
    return answered(world, change(world, message, draft))


_WRITTEN = (
    MessageType.DEFAULT,
    MessageType.REPLY,
    MessageType.CHAT_INPUT_COMMAND,
    MessageType.CONTEXT_MENU_COMMAND,
)


def delete_message(world: World, asked: Asked) -> None:
    message = _found(world, asked)
    if message.author is not world.bot and not may(message.channel) & Permission.MANAGE_MESSAGES:
        raise refusal(50013)
    if message.type is MessageType.THREAD_STARTER_MESSAGE:
        raise refusal(50021)
    delete(world, message)


def get_message(world: World, asked: Asked) -> Json:
    return answered(world, _found(world, asked, needs=Permission.READ_MESSAGE_HISTORY))


def list_messages(world: World, asked: Asked) -> list[Json]:
    channel = world.channel_of(asked.id("channel_id"))
    if not may(channel) & Permission.READ_MESSAGE_HISTORY:
        return []
    return [answered(world, message) for message in page(channel, asked)]


def page(channel: Channel, asked: Asked) -> list[Message]:
    """The messages wanted, newest first; raises ApiError 50035."""
    limit = asked.limit(50, 100)
    before, after, around = (asked.id_of(name) for name in ("before", "after", "around"))
    if around is not None:
        older = _before(channel, around + 1, limit // 2 + 1)
        return sorted({*older, *_after(channel, around, limit - len(older))}, key=lambda one: -one.id)
    if after is not None:
        return _after(channel, after, limit)[::-1]
    return _before(channel, before, limit)


def _before(channel: Channel, bound: int | None, limit: int) -> list[Message]:
    found: list[Message] = []
    for message in reversed(channel.messages.values()):
        if len(found) == limit:
            break
        if bound is None or message.id < bound:
            found.append(message)
    return found


def _after(channel: Channel, bound: int, limit: int) -> list[Message]:
    """The oldest ones after that id, oldest first."""
    newer: list[Message] = []
    for message in reversed(channel.messages.values()):
        if message.id <= bound:
            break
        newer.append(message)
    return newer[::-1][:limit]


def trigger_typing_indicator(world: World, asked: Asked) -> None:
    channel = world.channel_of(asked.id("channel_id"))
    may_write(world, channel)
    channel.typed += 1
    world.accounts.changed()


def add_my_message_reaction(world: World, asked: Asked) -> None:
    message = _found(world, asked, needs=Permission.ADD_REACTIONS | Permission.READ_MESSAGE_HISTORY)
    if asked.args["emoji_name"].isascii() and ":" not in asked.args["emoji_name"]:
        raise refusal(10014)
    may_touch(message.channel)
    react(world, message, world.bot, asked.args["emoji_name"])


def delete_my_message_reaction(world: World, asked: Asked) -> None:
    react(world, _found(world, asked), world.bot, asked.args["emoji_name"], gone=True)


def list_message_reactions_by_emoji(world: World, asked: Asked) -> list[Json]:
    users = _found(world, asked).reactions.get(asked.args["emoji_name"], [])
    return [user_json(user) for user in users[: asked.limit(25, 100)]]


_ALL = "/channels/{channel_id}/messages"
_ONE = _ALL + "/{message_id}"
_REACTION = _ONE + "/reactions/{emoji_name}"

OPERATIONS = (
    Operation("create_message", "POST", _ALL, create_message),
    Operation("list_messages", "GET", _ALL, list_messages),
    Operation("get_message", "GET", _ONE, get_message),
    Operation("update_message", "PATCH", _ONE, update_message),
    Operation("delete_message", "DELETE", _ONE, delete_message),
    Operation("trigger_typing_indicator", "POST", "/channels/{channel_id}/typing", trigger_typing_indicator),
    Operation("add_my_message_reaction", "PUT", f"{_REACTION}/@me", add_my_message_reaction),
    Operation("delete_my_message_reaction", "DELETE", f"{_REACTION}/@me", delete_my_message_reaction),
    Operation("list_message_reactions_by_emoji", "GET", _REACTION, list_message_reactions_by_emoji),
)

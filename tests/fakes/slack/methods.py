"""Methods of the Web API about messages and threads; each takes the arguments and gives what goes beside `ok`."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from tests.fakes.slack.blocks import check
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.manifests import problems
from tests.fakes.slack.store import Channel, Json, Message

if TYPE_CHECKING:
    from tests.fakes.slack.server import SlackServer

TEXT, MARKDOWN = 40_000, 12_000
UPDATED = 4_000
"""Characters of text that `chat.update` takes, though a stream may have brought more into the message."""
STREAM_SECONDS = 300.0


def _text(args: Json, name: str) -> str:
    value = args.get(name)
    return value if isinstance(value, str) else ""


def _required(args: Json, *names: str) -> None:
    for name in names:
        if not args.get(name):
            raise SlackError("invalid_arguments", f"missing required field: {name}")


def _open(slack: SlackServer, args: Json) -> Channel:
    """The channel, where the bot may write."""
    channel = slack.store.channel(args.get("channel"))
    if channel.archived:
        raise SlackError("is_archived")
    if not channel.bot:
        raise SlackError("not_in_channel")
    return channel


def _metadata(args: Json) -> Json | None:
    kept = args.get("metadata")
    if kept is None:
        return None
    if not isinstance(kept, dict) or not kept.get("event_type") or not isinstance(kept.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    if len(str(kept)) > 8000:
        raise SlackError("metadata_too_large")
    return kept if kept["event_payload"] or kept["event_type"] else None


def _checked(args: Json) -> tuple[str, list[Json]]:
    """Text and blocks of a message."""
    text = _text(args, "text") or _text(args, "markdown_text")
    if len(_text(args, "markdown_text")) > MARKDOWN or len(_text(args, "text")) > TEXT:
        raise SlackError("msg_too_long")
    blocks = check(args["blocks"]) if args.get("blocks") else []
    if not text and not blocks:
        raise SlackError("no_text")
    return text, blocks


def auth_test(slack: SlackServer, args: Json) -> Json:
    return {
        "url": slack.caller.url,
        "team": slack.caller.name,
        "user": "taskbot",
        "team_id": slack.caller.id,
        "user_id": slack.caller.bot_user,
        "bot_id": slack.caller.bot_id,
        "is_enterprise_install": bool(slack.caller.workspaces),
    }


def apps_connections_open(slack: SlackServer, args: Json) -> Json:
    return {"url": f"{slack.base_url.replace('http', 'ws', 1)}/socket"}


def chat_post_message(slack: SlackServer, args: Json) -> Json:
    channel = _open(slack, args)
    text, blocks = _checked(args)
    thread = _text(args, "thread_ts") or None
    if thread and not slack.store.thread(channel.id, thread):
        raise SlackError("thread_not_found")
    message = slack.posted(channel, text, blocks, thread, _metadata(args))
    return {"channel": channel.id, "ts": message.ts, "message": message.told(metadata=True)}


def chat_post_ephemeral(slack: SlackServer, args: Json) -> Json:
    channel = _open(slack, args)
    _required(args, "user")
    text, blocks = _checked(args)
    ts = slack.store.new_ts()
    slack.whispered(str(args["user"]), channel.id, ts, text, blocks)
    return {"message_ts": ts}


def chat_update(slack: SlackServer, args: Json) -> Json:
    channel = _open(slack, args)
    message = slack.store.message(channel.id, args.get("ts"))
    _mine(slack, message)
    if message.streaming:
        raise SlackError("streaming_state_conflict")
    if len(_text(args, "text")) > UPDATED:
        raise SlackError("msg_too_long")
    text, blocks = _checked(args)
    message.text = text or message.text
    # A text without blocks takes the blocks away.
    message.blocks = blocks if "blocks" in args or args.get("text") else message.blocks
    if "metadata" in args:
        message.metadata = _metadata(args)
    slack.grew(message)
    told = {name: value for name, value in message.told(metadata=True).items() if name not in ("ts", "thread_ts")}
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": told}


def chat_delete(slack: SlackServer, args: Json) -> Json:
    channel = _open(slack, args)
    message = slack.store.message(channel.id, args.get("ts"))
    _mine(slack, message)
    slack.store.remove(message)
    return {"channel": channel.id, "ts": message.ts}


def chat_get_permalink(slack: SlackServer, args: Json) -> Json:
    channel = slack.store.channel(args.get("channel"))
    message = slack.store.message(channel.id, args.get("message_ts"))
    link = f"{slack.caller.url}archives/{channel.id}/p{message.ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": link}


def chat_start_stream(slack: SlackServer, args: Json) -> Json:
    channel = _open(slack, args)
    _required(args, "thread_ts")
    if "metadata" in args or "blocks" in args:
        raise SlackError("invalid_arguments", "metadata and blocks come with chat.stopStream")
    if channel.kind != "im":
        for name in ("recipient_user_id", "recipient_team_id"):
            if not args.get(name):
                raise SlackError(f"missing_{name}")
    thread = _text(args, "thread_ts")
    if not slack.store.thread(channel.id, thread):
        raise SlackError("thread_not_found")
    text = _words(args)
    message = slack.posted(channel, text, [], thread, None, streaming=True)
    message.expires = time.monotonic() + slack.stream_seconds
    return {"channel": channel.id, "ts": message.ts}


def chat_append_stream(slack: SlackServer, args: Json) -> Json:
    message = _streaming(slack, args)
    message.text += _words(args)
    _short_enough(message)
    slack.grew(message)
    return {"channel": message.channel, "ts": message.ts}


def chat_stop_stream(slack: SlackServer, args: Json) -> Json:
    message = _streaming(slack, args)
    blocks = check(args["blocks"]) if args.get("blocks") else []
    metadata = _metadata(args)
    message.text += _words(args)
    _short_enough(message)
    words: list[Json] = [{"type": "markdown", "text": message.text}] if message.text else []
    message.blocks = [*words, *blocks]
    message.metadata = metadata
    message.streaming = False
    if args.get("session_status"):
        slack.sessions[message.channel, str(message.thread_ts)] = str(args["session_status"])
    slack.statuses.pop((message.channel, str(message.thread_ts)), None)
    slack.grew(message)
    return {"channel": message.channel, "ts": message.ts, "message": message.told(metadata=True)}


def reactions_add(slack: SlackServer, args: Json) -> Json:
    message = slack.store.message(str(args.get("channel")), args.get("timestamp"))
    message.reactions.add((slack.caller.bot_user, str(args.get("name"))))
    return {}


def threads_set_status(slack: SlackServer, args: Json) -> Json:
    _required(args, "channel_id", "thread_ts")
    slack.store.channel(args["channel_id"])
    slack.statuses[str(args["channel_id"]), str(args["thread_ts"])] = str(args.get("status") or "")
    return {}


def threads_set_title(slack: SlackServer, args: Json) -> Json:
    _required(args, "channel_id", "thread_ts", "title")
    slack.titles[str(args["channel_id"]), str(args["thread_ts"])] = str(args["title"])
    return {}


def manifest_validate(slack: SlackServer, args: Json) -> Json:
    try:
        manifest = json.loads(_text(args, "manifest"))
    except ValueError:
        raise SlackError("invalid_manifest", "not JSON") from None
    if refused := problems(manifest):
        raise SlackError("invalid_manifest", *refused)
    return {"errors": []}


def threads_set_prompts(slack: SlackServer, args: Json) -> Json:
    """Of an app with `agent_view`, prompts for a thread are taken without a word and shown nowhere."""
    _required(args, "channel_id", "prompts", *(() if slack.agent_view else ("thread_ts",)))
    prompts = args["prompts"]
    if not isinstance(prompts, list) or len(prompts) > 4:
        raise SlackError("invalid_arguments", "prompts")
    if not (slack.agent_view and args.get("thread_ts")):
        slack.prompts[str(args["channel_id"])] = prompts
    return {}


def sessions_set_status(slack: SlackServer, args: Json) -> Json:
    if not slack.has_sessions:
        raise SlackError("unknown_method")
    _required(args, "status", "channel_id", "thread_ts")
    if args["status"] not in ("active", "processing", "suspended", "closed"):
        raise SlackError("invalid_arguments", "status")
    place = str(args["channel_id"]), str(args["thread_ts"])
    if args.get("title"):
        slack.titles.setdefault(place, str(args["title"]))
    slack.sessions[place] = str(args["status"])
    return {"status": "ok", "agent_status": args["status"], "title": slack.titles.get(place, "")}


def _mine(slack: SlackServer, message: Message) -> None:
    if message.bot_id != slack.caller.bot_id:
        raise SlackError("cant_update_message")


def _words(args: Json) -> str:
    """The Markdown of a stream's call, from `markdown_text` or from chunks of it."""
    text = _text(args, "markdown_text")
    chunks = args.get("chunks")
    for chunk in chunks if isinstance(chunks, list) else ():
        text += str(chunk.get("text", "")) if chunk.get("type") == "markdown_text" else ""
    if len(text) > MARKDOWN:
        raise SlackError("msg_too_long")
    return text


def _short_enough(message: Message) -> None:
    if len(message.text) > MARKDOWN:
        message.text = message.text[:MARKDOWN]
        raise SlackError("msg_too_long")


def _streaming(slack: SlackServer, args: Json) -> Message:
    message = slack.store.message(_open(slack, args).id, args.get("ts"))
    _mine(slack, message)
    if message.streaming and message.expires < time.monotonic():
        message.streaming = False
    if not message.streaming:
        raise SlackError("message_not_in_streaming_state")
    return message


METHODS = {
    "agents.sessions.setStatus": sessions_set_status,
    "apps.connections.open": apps_connections_open,
    "apps.manifest.validate": manifest_validate,
    "assistant.threads.setStatus": threads_set_status,
    "assistant.threads.setSuggestedPrompts": threads_set_prompts,
    "assistant.threads.setTitle": threads_set_title,
    "auth.test": auth_test,
    "chat.appendStream": chat_append_stream,
    "chat.delete": chat_delete,
    "chat.getPermalink": chat_get_permalink,
    "chat.postEphemeral": chat_post_ephemeral,
    "chat.postMessage": chat_post_message,
    "chat.startStream": chat_start_stream,
    "chat.stopStream": chat_stop_stream,
    "chat.update": chat_update,
    "reactions.add": reactions_add,
}

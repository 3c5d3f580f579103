"""The methods of Slack's that the bot calls, as they are counted."""

from __future__ import annotations

from adapters.shared.requests import Requests
from adapters.slack.settings import PLATFORM

_METHODS = frozenset(
    {
        "agents.sessions.rename",
        "agents.sessions.setStatus",
        "apps.connections.open",
        "assistant.threads.setStatus",
        "assistant.threads.setSuggestedPrompts",
        "assistant.threads.setTitle",
        "auth.test",
        "bots.info",
        "chat.appendStream",
        "chat.delete",
        "chat.postEphemeral",
        "chat.postMessage",
        "chat.startStream",
        "chat.stopStream",
        "chat.update",
        "conversations.history",
        "conversations.info",
        "conversations.list",
        "conversations.members",
        "conversations.open",
        "conversations.replies",
        "files.completeUploadExternal",
        "files.getUploadURLExternal",
        "reactions.add",
        "users.conversations",
        "users.info",
        "users.list",
        "views.open",
        "views.publish",
        "views.push",
        "views.update",
    }
)
_REASONS = frozenset(
    {
        "account_inactive",
        "cannot_dm_bot",
        "channel_not_found",
        "invalid_auth",
        "invalid_blocks",
        "is_archived",
        "message_not_found",
        "message_not_in_streaming_state",
        "missing_scope",
        "msg_too_long",
        "not_in_channel",
        "restricted_action",
        "thread_not_found",
        "token_revoked",
        "user_not_found",
    }
)
"""Slack's words for a refusal (https://docs.slack.dev/reference/methods) that tell an operator something."""

REQUESTS = Requests(PLATFORM, _METHODS, _REASONS)


def operation(method: str, path: str) -> str:
    """`chat.postMessage` of `/api/chat.postMessage`; what isn't the Web API is none of its methods."""
    return path.rpartition("/")[2]

"""What the bot asks of Discord's REST API, as it is counted."""

from __future__ import annotations

import re

from adapters.discord.settings import PLATFORM
from adapters.shared.requests import Requests
from core.chat.telemetry import OTHER

_MESSAGES = r"/channels/\d+/messages"
_OPERATIONS = {
    "create_message": ("POST", rf"{_MESSAGES}"),
    "list_messages": ("GET", rf"{_MESSAGES}"),
    "get_message": ("GET", rf"{_MESSAGES}/\d+"),
    "edit_message": ("PATCH", rf"{_MESSAGES}/\d+"),
    "delete_message": ("DELETE", rf"{_MESSAGES}/\d+"),
    "create_thread": ("POST", rf"{_MESSAGES}/\d+/threads"),
    "show_typing": ("POST", r"/channels/\d+/typing"),
    "get_channel": ("GET", r"/channels/\d+"),
    "list_threads": ("GET", r"/(channels|guilds)/\d+/(users/@me/)?threads/.+"),
    "get_member": ("GET", r"/guilds/\d+/members/\d+"),
    "create_dm": ("POST", r"/users/@me/channels"),
    "answer_interaction": ("POST", r"/interactions/\d+/[^/]+/callback"),
    "edit_answer": ("PATCH", r"/webhooks/\d+/[^/]+/messages/@original"),
    "follow_up": ("POST", r"/webhooks/\d+/[^/]+"),
    "register_commands": ("PUT", r"/applications/\d+/commands"),
    "list_commands": ("GET", r"/applications/\d+/commands"),
    "get_application": ("GET", r"/(oauth2/)?applications/@me"),
    "get_self": ("GET", r"/users/@me"),
    "get_gateway": ("GET", r"/gateway/bot"),
    "connect": ("GET", r"/gateway|/"),
}
"""Source: https://docs.discord.com/developers/reference."""
_PATTERNS = tuple(
    (method, re.compile(rf"(?:/api(?:/v\d+)?)?(?:{path})"), name) for name, (method, path) in _OPERATIONS.items()
)

REQUESTS = Requests(PLATFORM, frozenset(_OPERATIONS))


def operation(method: str, path: str) -> str:
    """`create_message` of `POST /api/v10/channels/1/messages`; nothing of the path, which holds ids and tokens."""
    return next((name for verb, pattern, name in _PATTERNS if verb == method and pattern.fullmatch(path)), OTHER)

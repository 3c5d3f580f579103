"""Which item of a conversation is which message of the chat: by a mark behind its words.

OpenAI's items carry nothing of ours but their text. So a person's message is an item of two parts: the words, and a
mark, a hash keyed with the API key, of which nobody can read the platform's ids. Nothing that a person writes is ever a
part of its own, and so nobody can write another message's mark. Some ten tokens a message.
"""

from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

from core.chat import Thread

_BYTES = 6
_MARK = re.compile(r"\[m:[\w-]{8}\]")


def mark(secret: str, thread: Thread, message: str) -> str:
    """The mark of a message of that thread, such as `[m:3fKx9Qab]`."""
    words = "\0".join((thread.platform, thread.workspace, thread.id, message))
    key = hashlib.sha256(secret.encode()).digest()
    digest = hashlib.blake2b(words.encode(errors="surrogatepass"), key=key, digest_size=_BYTES).digest()
    return f"[m:{urlsafe_b64encode(digest).decode()}]"


def marked(text: str, its: str, *, breakpoint_: bool = False) -> dict[str, Any]:
    """A person's message as an input item; with `breakpoint_` the prompt cache reads up to its end."""
    parts: list[dict[str, Any]] = [{"type": "input_text", "text": one} for one in (text, its) if one]
    if breakpoint_:
        parts[-1]["prompt_cache_breakpoint"] = {"mode": "explicit"}
    return {"type": "message", "role": "user", "content": parts}


def mark_of(item: Mapping[str, Any]) -> str | None:
    """The mark of a conversation's item, as the API lists it; None where it has none."""
    content = item.get("content")
    if item.get("role") != "user" or not isinstance(content, list) or len(content) < 2:
        return None
    last = content[-1].get("text")
    return last if isinstance(last, str) and _MARK.fullmatch(last) else None

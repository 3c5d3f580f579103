"""What Slack says when it refuses."""

from __future__ import annotations


class SlackError(Exception):
    """`{"ok": false, "error": code}`, with explanations of blocks in `response_metadata.messages`."""

    def __init__(self, code: str, *messages: str) -> None:
        super().__init__(code)
        self.code = code
        self.messages = messages

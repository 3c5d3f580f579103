"""What is left of something that was to be deleted at OpenAI, without a word of the SDK."""

from __future__ import annotations

from dataclasses import dataclass

from core.agent.failure import Failure


@dataclass(frozen=True, slots=True)
class Left:
    """What could not be deleted; nothing where all of it is gone."""

    messages: int = 0
    """How many items of a conversation: messages, tool calls and their outputs."""
    responses: tuple[str, ...] = ()
    """The ids of stored ones."""
    conversations: int = 0
    reason: Failure | None = None

    def __bool__(self) -> bool:
        return bool(self.messages or self.responses or self.conversations)

    def __add__(self, other: Left) -> Left:
        return Left(
            self.messages + other.messages,
            self.responses + other.responses,
            self.conversations + other.conversations,
            self.reason or other.reason,
        )

    def __str__(self) -> str:
        """In words, such as `2 messages and one stored response`."""
        things = [
            _counted(number, word)
            for number, word in (
                (self.messages, "message"),
                (len(self.responses), "stored response"),
                (self.conversations, "conversation"),
            )
            if number
        ]
        return " and ".join([", ".join(things[:-1]), things[-1]] if len(things) > 1 else things)


def _counted(number: int, word: str) -> str:
    return f"one {word}" if number == 1 else f"{number} {word}s"

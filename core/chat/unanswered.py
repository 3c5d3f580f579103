"""Which messages nobody has answered: the one rule for every platform's catching up."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of a thread, as far as it matters whether it was answered."""

    id: str
    at: float
    """Seconds since 1970."""
    mine: bool = False
    """Whether the bot said it: what comes after it is said to the bot."""
    spoken: bool = True
    """Whether a person says something with it."""
    calls: bool = False
    """Whether it mentions the bot: it is said to it, and so is what comes after it."""


def missed(messages: Iterable[Heard], answered: Collection[str], *, since: float, meant: bool) -> list[str]:
    """The ids of messages to the bot that no stamp calls answered, oldest first, as `messages` are to be given.

    What is older than `since` is left alone. `meant`: whether all of them are said to the bot, as direct messages are.
    """
    found = []
    for message in messages:
        meant = meant or message.mine or message.calls
        if meant and message.spoken and not message.mine and message.at >= since and message.id not in answered:
            found.append(message.id)
    return found

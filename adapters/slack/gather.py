"""A reply as Slack shows it once it is whole: private answers, and what the bot says unasked."""

from __future__ import annotations

from adapters.shared.gathering import Gathering
from adapters.slack.render import cards
from adapters.slack.render.blocks import Block
from core.chat import Reply


class Gathered(Gathering[Block]):
    """All of a reply, in blocks."""

    def __init__(self, owner: str) -> None:
        super().__init__(cards, owner)


async def gather(reply: Reply, owner: str) -> Gathered:
    """Pull the reply to its end."""
    return await Gathered(owner).pull(reply)

"""A reply pulled to its end before any of it is shown: private answers, and what the bot says unasked."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass, field

from adapters.slack.render import cards
from adapters.slack.render.blocks import Block
from core.chat import Choices, Confirm, File, Offer, Part, Problem, Receipt, Reply, Stamp, TaskList, Text


@dataclass(slots=True)
class Gathered:
    """All of a reply, as Slack shows it to one person."""

    owner: str
    """Whose tasks the cards show: only they may press."""
    text: str = ""
    problem: str | None = None
    """What was refused; nothing was changed."""
    cards: list[list[Block]] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    stamp: Stamp | None = None

    def take(self, part: Part) -> None:
        """Add one part."""
        match part:
            case Text(markdown):
                self.text += markdown
            case Problem(sentence):
                self.problem = sentence
            case Receipt():
                self.receipts.append(part)
                self.cards.append(cards.receipt(part, self.owner))
            case TaskList():
                self.cards.append(cards.task_list(part, self.owner))
            case Choices():
                self.cards.append(cards.choices(part, self.owner))
            case Confirm():
                self.cards.append(cards.confirm(part, self.owner))
            case Offer():
                self.cards.append(cards.offer(part, self.owner))
            case File():
                self.files.append(part)
            case Stamp():
                self.stamp = part


async def gather(reply: Reply, owner: str) -> Gathered:
    """Pull the reply to its end."""
    gathered = Gathered(owner)
    async with aclosing(reply) as parts:
        async for part in parts:
            gathered.take(part)
    return gathered

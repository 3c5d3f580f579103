"""A reply pulled to its end before any of it is shown: private answers, and what the bot says unasked."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass, field

from adapters.discord.api import body
from adapters.discord.render import cards
from adapters.discord.render.cards import Component
from adapters.discord.render.markdown import clean, split
from core.chat import Choices, Confirm, File, Offer, Part, Problem, Receipt, Reply, Stamp, TaskList, Text


@dataclass(slots=True)
class Gathered:
    """All of a reply, as Discord shows it to one person."""

    owner: str
    """Whose tasks the cards show: only they may press."""
    text: str = ""
    problem: str | None = None
    """What was refused; nothing was changed."""
    cards: list[list[Component]] = field(default_factory=list)
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

    @property
    def timed(self) -> bool:
        """Whether a receipt shows a time, which is only as good as the person's zone."""
        return any(task.due and task.due.time for receipt in self.receipts for task in receipt.tasks)

    def bodies(self) -> list[dict[str, object]]:
        """The messages it takes, at least one."""
        said = self.text if self.problem is None else f"{self.text}\n\n{self.problem}".strip()
        *before, last = split(clean(said))
        first, *rest = cards.batches(self.cards, last)
        told = [body(words, []) for words in before]
        if last.strip() or first:
            told.append(body(last, first))
        told += [body("", batch) for batch in rest]
        return told or [body("Done.", [])]


async def gather(reply: Reply, owner: str) -> Gathered:
    """Pull the reply to its end."""
    gathered = Gathered(owner)
    async with aclosing(reply) as parts:
        async for part in parts:
            gathered.take(part)
    return gathered

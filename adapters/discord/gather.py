"""A reply as Discord shows it once it is whole: private answers, and what the bot says unasked."""

from __future__ import annotations

from adapters.discord.api import body
from adapters.discord.render import cards
from adapters.discord.render.cards import Component
from adapters.discord.render.markdown import clean, split
from adapters.shared.gathering import Gathering
from core.chat import Reply


class Gathered(Gathering[Component]):
    """All of a reply, in components."""

    def __init__(self, owner: str) -> None:
        super().__init__(cards, owner)

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
    return await Gathered(owner).pull(reply)

"""A reply pulled to its end before any of it is shown: the same parts on every platform, each drawn its own way."""

from __future__ import annotations

from contextlib import aclosing
from typing import Generic, Protocol, Self, TypeVar

from core.chat import (
    Approval,
    Choices,
    Confirm,
    Erasure,
    File,
    Offer,
    Part,
    Problem,
    Receipt,
    Reply,
    Settled,
    Stamp,
    Step,
    TaskList,
    Text,
)

Card = TypeVar("Card")


class Draws(Protocol[Card]):
    """A platform's `render/cards.py`. `who` is the person whose tasks they are: only they may press."""

    def receipt(self, part: Receipt, who: str) -> list[Card]:
        """What was done."""
        ...

    def task_list(self, part: TaskList, who: str) -> list[Card]:
        """A page of tasks."""
        ...

    def choices(self, part: Choices, who: str) -> list[Card]:
        """A question, and the tasks that could answer it."""
        ...

    def confirm(self, part: Confirm, who: str) -> list[Card]:
        """A question before what can't be undone."""
        ...

    def offer(self, part: Offer, who: str) -> list[Card]:
        """A button for what the person may want to do."""
        ...

    def approval(self, part: Approval, who: str) -> list[Card]:
        """A question before another service is called, with all that is to be sent."""
        ...


class Gathering(Generic[Card]):
    """All of a reply, as a platform shows it to one person."""

    def __init__(self, draws: Draws[Card], owner: str) -> None:
        """`owner` is the person whose tasks the cards show: only they may press."""
        self._draws = draws
        self.owner = owner
        self.text = ""
        self.problem: str | None = None
        """What was refused; nothing was changed."""
        self.cards: list[list[Card]] = []
        self.receipts: list[Receipt] = []
        self.files: list[File] = []
        self.stamp: Stamp | None = None
        self.settled = False
        """Whether the question that was answered by a button needs its buttons no more."""

    def take(self, part: Part) -> None:
        """Add one part."""
        match part:
            case Text(markdown):
                self.text += markdown
            case Problem(sentence):
                self.problem = sentence
            case Receipt():
                self.receipts.append(part)
                self.cards.append(self._draws.receipt(part, self.owner))
            case TaskList():
                self.cards.append(self._draws.task_list(part, self.owner))
            case Choices():
                self.cards.append(self._draws.choices(part, self.owner))
            case Confirm():
                self.cards.append(self._draws.confirm(part, self.owner))
            case Offer():
                self.cards.append(self._draws.offer(part, self.owner))
            case Approval():
                self.cards.append(self._draws.approval(part, self.owner))
            case Settled():
                self.settled = True
            case File():
                self.files.append(part)
            case Stamp():
                self.stamp = part
            case Step() | Erasure():
                pass

    async def pull(self, reply: Reply) -> Self:
        """Take all of the reply."""
        async with aclosing(reply) as parts:
            async for part in parts:
                self.take(part)
        return self

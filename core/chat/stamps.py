"""What the bot notes on its own messages, and how a thread's notes add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from core.chat.memory import Past, Recall, Said

MOST_ABOUT = 6
LONGEST_ASKS = 30


class StampKind(StrEnum):
    """What a stamp says of the thread's conversation."""

    ANSWER = "answer"
    """It is this one from now on, or none."""
    BEGUN = "begun"
    """As `ANSWER`, on the first words of a reply: the message it names has no answer before the last are there."""
    UNASKED = "unasked"
    """It stays what it was: the message answers nobody."""
    ASIDE = "aside"
    """All stays what it was, but that a message was answered: the thread couldn't be read then."""
    END = "end"
    """It is over: nothing before this message is told to a model again. What was answered stays answered."""
    FORGOTTEN = "forgotten"
    """As `END`, and nothing of it is to be left: the platform takes its id off the earlier messages as well."""

    @property
    def ends(self) -> bool:
        """Whether nothing before is told to a model again."""
        return self in (StampKind.END, StampKind.FORGOTTEN)


@dataclass(frozen=True, slots=True)
class Stamp:
    """For the adapter to keep on the message it posts."""

    conversation: str | None = None
    answers: str | None = None
    """The id of the message this reply answers."""
    about: tuple[int, ...] = ()
    """The tasks the thread is about, at most `MOST_ABOUT`, until a further stamp says otherwise."""
    asks: str = ""
    """What a mere `yes` stands for: a line of the grammar, of at most `LONGEST_ASKS` characters."""
    kind: StampKind = StampKind.ANSWER


@dataclass(slots=True)
class Notes:
    """What a thread's stamps add up to, read oldest first: the one rule for all platforms."""

    ours: bool = False
    """Whether the bot has spoken here at all."""
    conversation: str | None = None
    conversations: dict[str, None] = field(default_factory=dict)
    """All that were ever named here, in order, forks and ended ones included."""
    answered: set[str] = field(default_factory=set)
    about: tuple[int, ...] = ()
    asks: str = ""

    def take(self, stamp: Stamp) -> bool:
        """Read the next stamp; tells whether everything before it is to be forgotten."""
        self.ours = True
        if stamp.conversation:
            self.conversations[stamp.conversation] = None
        if stamp.kind is StampKind.BEGUN:
            self.conversation = stamp.conversation or self.conversation
            return False
        if stamp.answers:
            self.answered.add(stamp.answers)
        if stamp.kind is StampKind.ASIDE:
            return False
        self.about, self.asks = stamp.about, stamp.asks
        if stamp.kind is not StampKind.UNASKED:
            self.conversation = stamp.conversation
        return stamp.kind.ends

    def past(self, authors: Mapping[str, str]) -> Past:
        """All of it, where the whole thread was read."""
        return Past(tuple(self.conversations), frozenset(self.answered), dict(authors))

    def recall(self, recent: Sequence[Said] = ()) -> Recall:
        """All of it as the core takes it; `recent` are the messages since the last end."""
        return Recall(
            conversation=self.conversation,
            conversations=tuple(self.conversations),
            answered=frozenset(self.answered),
            about=self.about,
            asks=self.asks,
            recent=tuple(recent),
        )

"""All that is measured in the core, with the values its labels may have. What a platform counts stands with it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from core.chat.telemetry import OK, Counter, Histogram

PLATFORMS = frozenset({"slack", "discord", "console", "check"})
"""Whatever else there may be is told as `other`."""

_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60)
_TURN = (0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 13, 20, 30, 60, 120, 300)
_LATE = (0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1800, 7200, 43_200, 86_400)


class Kind(StrEnum):
    """What is answered."""

    MESSAGE = "message"
    COMMAND = "command"
    ACTION = "action"


class TurnOutcome(StrEnum):
    """How a turn ended, as whoever looks after the bot sees it."""

    ANSWERED = "answered"
    FELL_BACK = "fell_back"
    """The model failed, and the offline assistant answered."""
    CUT_SHORT = "cut_short"
    """The model failed in the middle of its answer."""
    OVER_ALLOWANCE = "over_allowance"
    DUPLICATE = "duplicate"
    """It was answered already."""
    REFUSED = "refused"
    """With a sentence that says why: the task isn't there, the database is away."""
    FAILED = "failed"
    """A mistake of ours; its error id is in the log."""
    STOPPED = "stopped"
    """By the person, or by the process's end."""


class Queue(StrEnum):
    """What is waited for."""

    ORDER = "order"
    """What came earlier in the thread, in this process."""
    THREAD = "thread"
    """The thread's lock in the core."""
    CLAIM = "claim"
    """Another process that has the message, or one before it, in hand."""
    BEGIN = "begin"
    """A place among the turns that begin."""
    MODEL = "model"
    """A place among the turns that ask the model."""
    DATABASE = "database"
    """A connection of the pool."""


class Notice(StrEnum):
    """What is said unasked."""

    REMINDER = "reminder"
    DIGEST = "digest"


class Delivery(StrEnum):
    """What became of something said unasked."""

    SENT = "sent"
    SENT_LATE = "sent_late"
    """More than a minute after its time."""
    KEPT = "kept"
    """Nobody would take it: shown at the next contact."""
    DELAYED = "delayed"
    """The platform asks to wait; tried again."""
    UNCERTAIN = "uncertain"
    """Nobody knows whether it was posted; tried again under the same key."""
    NOTHING = "nothing"
    """There was nothing to say after all."""


LATE_SECONDS = 60.0
"""From here on a notice counts as late."""
AWAY, ROLLED_BACK = "unavailable", "rolled_back"


def _set(kind: type[StrEnum]) -> frozenset[str]:
    return frozenset(one.value for one in kind)


TURNS = Counter(
    "task_bot.turns",
    "Messages, commands and presses, by how their answer ended.",
    {"platform": PLATFORMS, "kind": _set(Kind), "outcome": _set(TurnOutcome)},
    unit="{turn}",
)
TURN_SECONDS = Histogram(
    "task_bot.turn.duration",
    "Seconds from a message, command or press to the end of its answer.",
    {"platform": PLATFORMS, "kind": _set(Kind)},
    buckets=_TURN,
    span="turn",
    counter=TURNS,
)
FIRST_WORDS = Histogram(
    "task_bot.turn.first_word",
    "Seconds until a message's answer has its first words.",
    {"platform": PLATFORMS, "kind": _set(Kind)},
    buckets=_TURN,
)
WAITS = Histogram(
    "task_bot.queue.wait",
    "Seconds waited for a queue or a lock.",
    {"queue": _set(Queue)},
    buckets=_QUICK,
)
TAKEN_OVER = Counter(
    "task_bot.claims.taken_over",
    "Claims on what another process had in hand before: it died, or didn't know how its try ended.",
    {"kind": frozenset({Kind.MESSAGE, Notice.REMINDER, Notice.DIGEST})},
)
TRANSACTIONS = Counter(
    "task_bot.database.transactions",
    "Transactions, by how they ended.",
    {"outcome": frozenset({OK, ROLLED_BACK, AWAY})},
    unit="{transaction}",
)
TRANSACTION_TIMES = Histogram(
    "task_bot.database.transaction.duration",
    "Seconds that a transaction has its connection.",
    buckets=_QUICK,
    span="database",
    counter=TRANSACTIONS,
)
NOTICES_DUE = Counter(
    "task_bot.reminders.due",
    "Reminders and digests that were due and claimed.",
    {"platform": PLATFORMS, "kind": _set(Notice)},
    unit="{message}",
)
NOTICES = Counter(
    "task_bot.reminders.delivered",
    "What became of reminders and digests.",
    {"platform": PLATFORMS, "kind": _set(Notice), "outcome": _set(Delivery)},
    unit="{message}",
)
LATENESS = Histogram(
    "task_bot.reminder.lateness",
    "Seconds between a reminder's time and its message.",
    {"platform": PLATFORMS, "kind": _set(Notice)},
    buckets=_LATE,
)


def begin_at_zero(platforms: Iterable[str]) -> None:
    """Tell of all that may come on these platforms, before it does."""
    TRANSACTIONS.zero()
    TAKEN_OVER.zero()
    for platform in platforms:
        for counter in (TURNS, NOTICES_DUE, NOTICES):
            counter.zero(platform=platform)

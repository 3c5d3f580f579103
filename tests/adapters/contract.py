"""What every adapter must do with a reply. Each adapter's tests subclass `AdapterContract` and give it a harness."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Protocol
from zoneinfo import ZoneInfo

from core.chat import (
    Action,
    ActionName,
    Approval,
    Author,
    Choices,
    Claim,
    Command,
    Confirm,
    Due,
    Message,
    Offer,
    Outcome,
    Part,
    Preferences,
    Problem,
    Recall,
    Receipt,
    Reply,
    Revision,
    Stamp,
    StampKind,
    Status,
    Step,
    Task,
    TaskList,
    TaskPage,
    TaskQuery,
    Text,
    Thread,
)

BERLIN = ZoneInfo("Europe/Berlin")
RENT = Task(
    number=12,
    title="Pay rent",
    notes="Account 7",
    due=Due(dt.date(2026, 12, 1), dt.time(9), "Europe/Berlin"),
    recurrence="FREQ=MONTHLY;BYMONTHDAY=1",
    repeats="every month on 1st",
    priority=1,
    tags=("home",),
)
MILK = Task(number=13, title="Buy milk", completed_at=dt.datetime(2026, 11, 23, 9, tzinfo=BERLIN))


class Unclaimed:
    """A message in hand where there is but one process."""

    doubtful = False

    def stands(self) -> bool:
        """Nobody else answers."""
        return True

    async def granted(self) -> bool:
        """At once."""
        return True

    def answered(self) -> None:
        """Nobody asks."""


class ScriptedCore:
    """A core that answers with the parts it was given, and remembers what it was asked."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.asked: list[Message | Command | Action] = []
        self.revised: list[Revision] = []

    async def _reply(self, event: Message | Command | Action) -> AsyncGenerator[Part, None]:
        self.asked.append(event)
        for part in self.parts:
            yield part

    @asynccontextmanager
    async def claim(self, thread: Thread, message: str, at: float) -> AsyncIterator[Claim]:
        """There is nobody else."""
        yield Unclaimed()

    def written_elsewhere(self, thread: Thread) -> float:
        """Never."""
        return -math.inf

    def posted(self, thread: Thread) -> None:
        """Nothing is remembered."""

    def respond(self, message: Message) -> Reply:
        """A turn."""
        return self._reply(message)

    async def revise(self, revision: Revision) -> None:
        """Remembered, too."""
        self.revised.append(revision)

    def command(self, command: Command) -> Reply:
        """A command."""
        return self._reply(command)

    def act(self, action: Action) -> Reply:
        """A button."""
        return self._reply(action)

    async def find(self, who: Author, query: TaskQuery) -> TaskPage:
        """One page with everything."""
        return TaskPage(query, (RENT, MILK), 2)

    async def draft(self, who: Author, text: str) -> Task:
        """The text as a title."""
        return Task(number=0, title=text)

    async def preferences(self, who: Author) -> Preferences:
        """Berlin, nine o'clock, no digest."""
        return Preferences("Europe/Berlin", timezone_known=True, morning=dt.time(9), digest=False, lead=0)


async def saying(parts: Sequence[Part]) -> Reply:
    """A reply of these parts."""
    for part in parts:
        yield part


class Harness(Protocol):
    """One adapter over its stand-in platform."""

    async def seen(self, text: str, parts: Sequence[Part]) -> str:
        """Say `text` on the platform, let the core answer with `parts`, and return all that the person then sees."""
        ...

    async def recalled(self) -> str | None:
        """The conversation that a fresh process recalls for the same thread."""
        ...

    async def told(self, parts: Sequence[Part], *, key: str, again: bool = False) -> Recall:
        """Say something to the person unasked; what a fresh process recalls for the thread it is in."""
        ...

    def unasked(self) -> str:
        """All that the person was told unasked."""
        ...


class AdapterContract:
    """The contract. A subclass has a fixture `harness`."""

    async def test_text_arrives_whole_and_in_order(self, harness: Harness) -> None:
        """Deltas are joined without a separator, however many there are."""
        words = [f"word{number} " for number in range(200)]
        seen = await harness.seen("hello", [Text(word) for word in words])
        assert "".join(seen.split()) == "".join("".join(words).split())

    async def test_a_long_answer_loses_nothing(self, harness: Harness) -> None:
        """Ten thousand characters in paragraphs arrive, in as many messages as the platform needs."""
        paragraphs = [f"Paragraph {number}: " + "lorem ipsum " * 15 for number in range(55)]
        seen = await harness.seen("hello", [Text("\n\n".join(paragraphs))])
        assert [f"Paragraph {number}:" in seen for number in range(55)] == [True] * 55

    async def test_a_receipt_tells_what_the_database_holds(self, harness: Harness) -> None:
        """Number, title, date with weekday, time and zone, repetition, tags, and how to take it back."""
        seen = await harness.seen("add rent", [Receipt(Outcome.ADDED, (RENT,), change=41, detail="One more thing.")])
        for fact in (
            "12",
            "Pay rent",
            "Tue",
            "1 Dec",
            "09:00",
            "Berlin",
            "every month",
            "home",
            "41",
            "One more thing.",
        ):
            assert fact in seen, fact

    async def test_a_list_shows_its_tasks_and_how_many_there_are(self, harness: Harness) -> None:
        """Every task of the page by number and title, and the total."""
        page = TaskPage(TaskQuery(status=Status.ALL, size=2), (RENT, MILK), 5)
        seen = await harness.seen("list", [TaskList(page)])
        for fact in ("12", "Pay rent", "13", "Buy milk", "5 tasks", "page 1 of 3"):
            assert fact in seen, fact

    async def test_an_empty_list_says_so(self, harness: Harness) -> None:
        """No table without rows."""
        assert "No tasks" in await harness.seen("list", [TaskList(TaskPage(TaskQuery(), (), 0))])

    async def test_choices_ask(self, harness: Harness) -> None:
        """The question and what could answer it."""
        seen = await harness.seen("done", [Choices("Which one?", (RENT, MILK))])
        for fact in ("Which one?", "Pay rent", "Buy milk"):
            assert fact in seen

    async def test_a_problem_is_told(self, harness: Harness) -> None:
        """What was refused, as a sentence."""
        assert "no time zone" in await harness.seen("x", [Problem("There is no time zone “Mars”.")])

    async def test_a_question_before_what_cannot_be_undone(self, harness: Harness) -> None:
        """It is asked, and can be answered."""
        asked = Confirm("Delete all of it?", ActionName.FORGET_ME, "forget me for good")
        seen = await harness.seen("forget me", [asked])
        assert "Delete all of it?" in seen
        assert "forget me for good" in seen or "forget_me" in seen

    async def test_a_question_before_another_service_is_called(self, harness: Harness) -> None:
        """All of what is to be sent is in sight, as it is, and each answer says its own line."""
        shown = '{\n  "title": "Lunch <Ben> & *all* @everyone _x_",\n  "day": "\\u202efriday"\n}'
        question = Approval("May I call “create”?", shown, "approve AAAA_BBBB-CCCC00", "deny AAAA_BBBB-CCCC00")
        seen = await harness.seen("lunch", [Text("It waits."), question])
        for fact in ("May I call “create”?", "approve AAAA_BBBB-CCCC00", "deny AAAA_BBBB-CCCC00"):
            assert fact in seen, fact
        for line in shown.splitlines():
            assert line in seen or json.dumps(line, ensure_ascii=False)[1:-1] in seen, line

    async def test_the_stamp_is_recalled_by_another_process(self, harness: Harness) -> None:
        """The newest stamp counts; one that ends the conversation removes it."""
        assert await harness.recalled() is None
        await harness.seen("one", [Stamp("conv_a", answers="m1"), Text("a")])
        await harness.seen("two", [Stamp("conv_b", answers="m2"), Text("b")])
        assert await harness.recalled() == "conv_b"
        await harness.seen("three", [Stamp(answers="m3", kind=StampKind.END), Text("c")])
        assert await harness.recalled() is None

    async def test_a_reminder_arrives_and_its_thread_is_about_the_task(self, harness: Harness) -> None:
        """In private, with all that a card tells; a conversation that is there already stays."""
        before = await harness.told([Stamp("conv_a", answers="m1"), Text("Hello.")], key="d1-261123")
        recall = await harness.told(
            [Stamp(about=(12,), kind=StampKind.UNASKED), Receipt(Outcome.REMINDER, (RENT,), detail="2 hours late.")],
            key="r7",
        )
        seen = harness.unasked()
        for fact in ("Reminder", "12", "Pay rent", "Tue", "09:00", "every month", "2 hours late."):
            assert fact in seen, fact
        assert recall.about == (12,)
        assert recall.conversation in (None, before.conversation)

    async def test_a_digest_offers_to_end_it(self, harness: Harness) -> None:
        """Lists under their titles, and what can be done about it."""
        page = TaskPage(TaskQuery(), (RENT,), 1)
        offer = Offer("Turn the digest off", ActionName.PREFERENCES, {"digest": "off"}, words="digest off")
        await harness.told([Text("Good morning."), TaskList(page, title="Overdue"), offer], key="d1-261123")
        seen = harness.unasked()
        for fact in ("Good morning.", "Overdue", "Pay rent", "Turn the digest off"):
            assert fact in seen, fact

    async def test_when_reminders_come_is_shown(self, harness: Harness) -> None:
        """Where it is something other than usual."""
        for number, (lead, words) in enumerate((((60,), "1 hour before"), ((), "no reminder"))):
            task = dataclasses.replace(RENT, number=number + 1, remind_before=lead)
            seen = await harness.seen("add", [Receipt(Outcome.ADDED, (task,), change=41 + number)])
            assert words in " ".join(seen.split())

    async def test_steps_leave_no_litter(self, harness: Harness) -> None:
        """What went on meanwhile may be shown while it goes on; the answer stands at the end."""
        parts: list[Part] = [Step("1", "Looking", "running"), Step("1", "Looking", "done"), Text("Found.")]
        assert "Found." in await harness.seen("find", parts)

    async def test_control_characters_steer_nothing(self, harness: Harness) -> None:
        """A title or an answer with escape sequences is shown without them."""
        task = Task(number=1, title="red\x1b[31m\x07 al\u202eert")
        seen = await harness.seen("x", [Text("a\x1b[2Jb"), Receipt(Outcome.ADDED, (task,))])
        assert "\x1b[31m" not in seen
        assert "\x1b[2J" not in seen
        assert "\x07" not in seen
        assert "\u202e" not in seen

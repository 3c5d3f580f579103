"""Everything that can happen to a talk, in any order: said, said twice, killed, refused, forgotten, by two processes.

Seeded and replayable: hypothesis prints the steps that lead to a failure as a program.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Coroutine
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

import psycopg
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from core.chat import Command, Message, Stamp, StampKind, Thread
from core.database import Database
from core.service import Service
from tests.conversations.conftest import CLIENTS, online_for
from tests.fakes.chat import ANA, BEN, Answer, Chat
from tests.fakes.openai import Fault, OpenAIServer
from tests.fakes.openai.brain import text_of

THREADS = ("shared", "private")
PEOPLE = {"ana": ANA, "ben": BEN}
LONG = 20.0


@dataclass(slots=True)
class Process:
    """One process of the bot."""

    core: Service
    database: Database


class Talks(RuleBasedStateMachine):
    """Two people, a thread they share and one that Ana has alone with the bot; one or two processes."""

    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.chat = Chat()
        self.openai = OpenAIServer()
        self.processes: list[Process] = []
        self.count = 0
        self.messages: list[Message] = []
        self.acknowledged: dict[str, int] = {}
        """How often a task's title was told as added."""
        self.words: dict[str, list[str]] = {name: [] for name in THREADS}
        """Said in each thread since its conversation was last ended."""
        self.forgotten: list[tuple[str, int]] = []
        """Words that must not be sent any more, and how many requests there were when they were forgotten."""
        self.shown: list[str] = []
        """What the bot said in the shared thread."""

    def run(self, what: Coroutine[Any, Any, Any]) -> Any:
        """Run it to its end."""
        return self.loop.run_until_complete(asyncio.wait_for(what, LONG))

    @initialize()
    def begin(self) -> None:
        """An empty database, and one process."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("TRUNCATE users CASCADE")
        self.run(self.openai.start())
        self.run(self._start())

    def teardown(self) -> None:
        """End it all."""
        for process in list(self.processes):
            self.run(self._end(process))
        while CLIENTS:
            self.run(CLIENTS.pop().close())
        self.run(self.openai.stop())
        self.loop.run_until_complete(_everything_ended())
        self.loop.close()

    async def _start(self) -> None:
        database = Database(self.url)
        clock = lambda: dt.datetime.now(dt.UTC)  # noqa: E731
        core = Service(database, {self.chat.name: self.chat}, online_for(self.openai), default_zone="UTC", clock=clock)
        await core.join()
        self.processes.append(Process(core, database))

    async def _end(self, process: Process) -> None:
        self.processes.remove(process)
        await process.core.close()
        await process.database.close()

    def _thread(self, name: str) -> Thread:
        return self.chat.thread(name, shared=name == "shared")

    def _message(self, thread: str, person: str, text: str) -> Message:
        author = PEOPLE[person] if thread == "shared" else ANA
        message = self.chat.message(text, author=author, thread=self._thread(thread))
        self.messages.append(message)
        return message

    async def _deliver(self, process: Process, message: Message) -> Answer | None:
        """As an adapter does it: claimed, and marked as one that may have come before where nobody can tell."""
        async with process.core.claim(message.thread, message.id, time.time()) as claim:
            if not await claim.granted():
                return None
            told = replace(message, redelivered=message.redelivered or claim.doubtful)
            answer = await self.chat.deliver(process.core, told)
            claim.answered()
        for receipt in answer.receipts:
            if receipt.action == "added":
                for task in receipt.tasks:
                    self.acknowledged[task.title] = self.acknowledged.get(task.title, 0) + 1
        if message.thread.shared:
            self.shown.append(answer.text)
        return answer

    @rule(
        thread=st.sampled_from(THREADS),
        person=st.sampled_from(sorted(PEOPLE)),
        adds=st.booleans(),
        which=st.integers(0, 1),
    )
    def say(self, thread: str, person: str, adds: bool, which: int) -> None:
        """Something is said, to whichever process."""
        self.count += 1
        word = f"{thread}word{self.count}x"
        text = f'tool:add_task {{"tasks": [{{"title": "{word}"}}]}}' if adds else f"remember {word}"
        self.words[thread].append(word)
        self.run(self._deliver(self.processes[which % len(self.processes)], self._message(thread, person, text)))

    @rule(thread=st.sampled_from(THREADS), which=st.integers(0, 1))
    def comes_again(self, thread: str, which: int) -> None:
        """The platform delivers an answered message once more: nothing is said or done."""
        mine = [one for one in self.messages if one.thread.id == thread]
        if mine:
            again = replace(mine[-1], redelivered=True)
            answer = self.run(self._deliver(self.processes[which % len(self.processes)], again))
            assert answer is None or not answer.parts

    @rule(thread=st.sampled_from(THREADS), after=st.integers(1, 2))
    def killed(self, thread: str, after: int) -> None:
        """A process dies in the middle of a turn; the message comes to the next one."""
        self.count += 1
        word = f"{thread}word{self.count}x"
        self.words[thread].append(word)
        message = self._message(thread, "ana", f'tool:add_task {{"tasks": [{{"title": "{word}"}}]}}')
        self.run(self._die(self.processes[-1], message, after))

    async def _die(self, process: Process, message: Message, after: int) -> None:
        """Kill it once it has asked the model so often; what it has said by then is a half answer, with a stamp."""
        self.openai.faults.clear()
        self.openai.slow(first_token_seconds=0.2)
        asked, stamps = len(self.openai.requests), list[Stamp]()
        turn = asyncio.create_task(self._half(process, message, stamps))
        waiting = asyncio.create_task(self.openai.wait_for_requests(asked + 1 + after))
        await asyncio.wait([turn, waiting], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        turn.cancel()
        await asyncio.gather(turn, waiting, return_exceptions=True)
        self.openai.slow()
        await self._end(process)
        await self.openai.settled()
        kept = [replace(one, kind=StampKind.BEGUN) for one in stamps]
        self.chat.stamps.setdefault(message.thread, []).extend(kept)
        if not self.processes:
            await self._start()
        await self._deliver(self.processes[0], replace(message, redelivered=True))

    async def _half(self, process: Process, message: Message, stamps: list[Stamp]) -> None:
        async with process.core.claim(message.thread, message.id, time.time()) as claim:
            assert await claim.granted()
            async with aclosing(process.core.respond(message)) as parts:
                async for part in parts:
                    if isinstance(part, Stamp):
                        stamps.append(part)
            await asyncio.Event().wait()  # all said, and nothing of it has arrived

    @rule()
    def second_process(self) -> None:
        """Another one on the same database."""
        if len(self.processes) < 2:
            self.run(self._start())

    @rule()
    def restart(self) -> None:
        """All end, and one begins that knows nothing."""
        for process in list(self.processes):
            self.run(self._end(process))
        self.run(self._start())

    @rule(path=st.sampled_from(["/responses", "/items", "/conversations"]), status=st.sampled_from([500, 503]))
    def refused(self, path: str, status: int) -> None:
        """OpenAI's next answer to something is an error."""
        self.openai.fail(Fault("status", status=status, times=1, path=path))

    @rule(thread=st.sampled_from(THREADS), forget=st.booleans(), which=st.integers(0, 1))
    def ended(self, thread: str, forget: bool, which: int) -> None:
        """Ana has the conversation ended, where she has said something."""
        if not any(one.thread.id == thread and one.author == ANA for one in self.messages):
            return
        self.openai.faults.clear()
        process = self.processes[which % len(self.processes)]
        message = self._message(thread, "ana", "forget" if forget else "new")

        async def end() -> None:
            async with process.core.claim(message.thread, message.id, time.time()) as claim:
                assert await claim.granted()
                command = Command(ANA, message.text, message.thread, message=message.id)
                await self.chat.collect(process.core.command(command), message.thread)
                claim.answered()

        self.run(end())
        self.forgotten += [(word, len(self.openai.requests)) for word in self.words[thread]]
        self.words[thread] = []

    @invariant()
    def every_message_is_answered_once(self) -> None:
        """A stamp says so, whatever has happened since."""
        for message in self.messages:
            stamps = self.chat.stamps.get(message.thread, [])
            assert any(one.answers == message.id and one.kind is not StampKind.BEGUN for one in stamps), message.text

    @invariant()
    def tasks_are_what_was_acknowledged(self) -> None:
        """Each once, and none that nobody was told of."""
        with psycopg.connect(self.url) as connection:
            titles = [title for (title,) in connection.execute("SELECT title FROM tasks")]
        assert sorted(titles) == sorted(set(titles))
        assert set(titles) == set(self.acknowledged)

    @invariant()
    def every_conversation_is_stamped_or_deleted(self) -> None:
        """Nobody leaves one behind that can't be found."""
        named = {stamp.conversation for stamps in self.chat.stamps.values() for stamp in stamps}
        assert set(self.openai.store.conversations) <= named

    @invariant()
    def nothing_forgotten_is_sent_again(self) -> None:
        """To no conversation, by no process."""
        for word, since in self.forgotten:
            for request in self.openai.requests[since:]:
                items = request.body.get("input") or request.body.get("items") or []
                told = (
                    " ".join(text_of(item) for item in items if isinstance(item, dict))
                    if isinstance(items, list)
                    else items
                )
                assert word not in told or "Their open tasks" in told, word

    @invariant()
    def no_private_word_is_said_openly(self) -> None:
        """Of the thread that Ana has alone nothing is told where Ben reads."""
        assert not [text for text in self.shown if "privateword" in text]


async def _everything_ended() -> None:
    """What goes on behind turns ends with its process."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_asyncgens()


def test_whatever_happens_to_a_talk(database_url: str) -> None:
    """A hundred and more random orders of a dozen events each."""
    machine = type("Here", (Talks,), {"url": database_url})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12, stateful_step_count=14, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip

"""What it takes to speak up: statements, lateness, and a day of 100,000 tasks with processes that die."""

from __future__ import annotations

import asyncio
import collections
import datetime as dt
import random
import statistics
import time
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass

import psycopg

from core.database import Database
from core.reminders import Reminders
from tests.benchmarks.table import Figure, Goal
from tests.core.statements import counted
from tests.fakes.chat import Chat
from tests.fakes.office import Letter, Office, opened, process

ROW = "reminders"
NONE_LOST = Goal(0)
A_SECOND = 5.0
"""Messages a second that Slack takes of a bot in a workspace, all direct messages together."""
LEASE = 6.0
LONE = 100
PUNCTUAL = Goal(100)
BURST = 300
SLOWER = Goal(1.1)
KILLS = 12
_MINUTE = 0.003
"""Seconds that a minute takes in which nothing is due."""


@dataclass(frozen=True, slots=True)
class Day:
    """How many tasks, of how many people, and how many seconds the day lasts."""

    tasks: int
    people: int
    seconds: float


WHOLE = Day(100_000, 10_000, 720.0)
QUICK = Day(5_000, 500, 60.0)


def measure(url: str, *, quick: bool) -> list[Figure]:
    """All figures; each begins with empty tables."""
    return [
        *asyncio.run(_statements(url)),
        *asyncio.run(_lone(url)),
        *asyncio.run(_burst(url)),
        *asyncio.run(_day(url, QUICK if quick else WHOLE)),
    ]


async def _statements(url: str) -> list[Figure]:
    """What is sent to the database for a reminder, and in an hour without any."""
    chat, at, database = Chat(), dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC), Database(url)

    def clock() -> dt.datetime:
        return at

    reminders = Reminders(
        database, chat, default_zone="UTC", clock=clock, posted=lambda thread: None, nap=0.001
    )  # fmt: skip
    figures = []
    for people, what in ((1, "statements of a reminder alone"), (200, "statements of each of 200 at the same time")):
        soon = at + dt.timedelta(minutes=1)
        _fill(url, people, [(person, 1, soon) for person in range(1, people + 1)], platform="chat")
        running = asyncio.create_task(reminders.run())
        await asyncio.sleep(0)
        await reminders.asleep.wait()
        with counted(database) as statements:
            at, before = soon, len(chat.posts)
            await chat.posted(before + people)
            await reminders.asleep.wait()
        await _ended(running)
        figures.append(Figure(ROW, what, len(statements) / people, "statements", Goal(3) if people == 1 else None))
    running = asyncio.create_task(reminders.run())
    await asyncio.sleep(0)
    await reminders.asleep.wait()
    with counted(database) as statements:
        hours = 24
        for _ in range(hours * 60):
            await reminders.asleep.wait()
            at += dt.timedelta(minutes=1)
            await asyncio.sleep(_MINUTE)
        await reminders.asleep.wait()
    await _ended(running)
    figures.append(
        Figure(ROW, "statements an hour when nothing is due", len(statements) / hours, "statements", Goal(0))
    )
    await database.close()
    return figures


async def _ended(running: asyncio.Task[None]) -> None:
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def _lone(url: str) -> list[Figure]:
    """How late reminders are of which each is alone."""
    begin = time.time() + 4
    due = {person: begin + person * 0.25 for person in range(1, LONE + 1)}
    _fill(url, LONE, [(person, 1, _instant(at)) for person, at in due.items()])
    async with opened() as office, process(url, office, lease=LEASE):
        await _in(office, LONE, 60)
    late = sorted((letter.at - due[_person(letter)]) * 1000 for letter in office.letters)
    return [
        Figure(ROW, f"lateness of a reminder alone, {name} of {LONE}", value, "ms", PUNCTUAL)
        for name, value in (("median", statistics.median(late)), ("99th percentile", _percentile(late, 99)))
    ]


async def _burst(url: str) -> list[Figure]:
    """How late they are when hundreds are due at once, against a queue that is as fast as the platform."""
    begin = time.time() + 4
    _fill(url, BURST, [(person, 1, _instant(begin)) for person in range(1, BURST + 1)])
    async with opened(A_SECOND) as office, AsyncExitStack() as both:
        for _ in range(2):
            await both.enter_async_context(process(url, office, lease=LEASE, pace=A_SECOND))
        await _in(office, BURST, 60 + 2 * BURST / A_SECOND)
    late = sorted(letter.at - begin for letter in office.letters)
    best = [index / A_SECOND for index in range(BURST)]
    note = f"two processes, a platform that takes {A_SECOND:g} a second; {office.refused} refusals"
    return [
        Figure(
            ROW,
            f"lateness of {BURST} at once against the platform's limit, {name}",
            _percentile(late, percent) / _percentile(best, percent),
            "×",
            SLOWER,
            f"{_percentile(late, percent):.0f} s, {note}",
        )
        for name, percent in (("median", 50), ("99th percentile", 99))
    ]


async def _day(url: str, day: Day) -> list[Figure]:
    """A day of tasks in some minutes, told by two processes of which one is killed again and again."""
    speed = 86_400 / day.seconds
    begin = time.time() + 4
    chance = random.Random(5)
    due = [(1 + index % day.people, 1 + index // day.people, begin + _moment(chance)) for index in range(day.tasks)]
    _fill(url, day.people, [(person, number, _instant(at)) for person, number, at in due])
    async with opened(A_SECOND * speed) as office, AsyncExitStack() as everything:
        slots = [await everything.enter_async_context(AsyncExitStack()) for _ in range(2)]
        for slot in slots:
            await slot.enter_async_context(process(url, office, lease=LEASE, pace=A_SECOND, speed=speed, begin=begin))
        for kill in range(KILLS):
            await asyncio.sleep(begin + (kill + 1) * day.seconds / (KILLS + 1) - time.time())
            await slots[kill % 2].aclose()
            await slots[kill % 2].enter_async_context(
                process(url, office, lease=LEASE, pace=A_SECOND, speed=speed, begin=begin)
            )
        await _told(url, 300)
        statements = sum(office.statements.values())
    told = collections.Counter((_person(letter), number) for letter in office.letters for number in letter.numbers)
    at = {(person, number): (when - begin) / speed + begin for person, number, when in due}
    late = sorted(letter.at - at[_person(letter), number] for letter in office.letters for number in letter.numbers)
    note = f"{len(office.letters):,} messages in {day.seconds / 60:.0f} minutes, {KILLS} kills"
    return [
        Figure(ROW, f"of {day.tasks:,} tasks due over a day lost", day.tasks - len(told), "tasks", NONE_LOST, note),
        Figure(ROW, "told twice", sum(count - 1 for count in told.values()), "tasks", NONE_LOST, note),
        Figure(ROW, "statements of each of these messages", statements / len(office.letters), "statements"),
        Figure(
            ROW,
            "lateness on that day, median",
            statistics.median(late),
            "s",
            None,
            f"while a second lasts {1 / speed:.3f} s",
        ),
        Figure(
            ROW, "lateness on that day, 99th percentile", _percentile(late, 99), "s", None, "kills and leases included"
        ),
    ]


def _moment(chance: random.Random) -> float:
    """Seconds after midnight: many at nine, many at full hours of the day, the others at any minute."""
    kind = chance.random()
    if kind < 0.05:
        return 9 * 3600.0
    if kind < 0.3:
        return chance.randint(8, 19) * 3600.0
    return chance.randrange(24 * 60) * 60.0


def _fill(url: str, people: int, due: Iterable[tuple[int, int, dt.datetime]], platform: str = "office") -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("TRUNCATE users, tasks RESTART IDENTITY")
        connection.execute(
            f"""INSERT INTO users (id, account_id, platform, workspace, external_id, name, next_number)
                OVERRIDING SYSTEM VALUE
                SELECT i, i, '{platform}', '', 'P' || i, 'Somebody', 1000 FROM generate_series(1, {people}) i"""
        )
        with connection.cursor().copy(
            "COPY tasks (account_id, number, title, remind_at, next_reminder_at) FROM STDIN"
        ) as copy:
            for person, number, at in due:
                copy.write_row((person, number, f"Task {number}", at, at))
        connection.execute("VACUUM (ANALYZE) users, tasks")


async def _in(office: Office, count: int, seconds: float) -> None:
    """Wait until so many letters are in."""
    async with asyncio.timeout(seconds):
        while len(office.letters) < count:
            with suppress(TimeoutError):
                await office.hold(count)


async def _told(url: str, seconds: float) -> None:
    """Wait until nothing is left to be told."""

    def wait() -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            for _ in range(int(seconds)):
                row = connection.execute("SELECT count(*) FROM tasks WHERE next_reminder_at IS NOT NULL").fetchone()
                if row == (0,):
                    return
                time.sleep(1)
        raise TimeoutError

    await asyncio.to_thread(wait)


def _person(letter: Letter) -> int:
    return int(letter.who.removeprefix("P"))


def _instant(at: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(at, dt.UTC)


def _percentile(values: Sequence[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, round(len(values) * percent / 100))]

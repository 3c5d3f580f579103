"""Lists: filters that combine, orders, pages, and the reader's own calendar."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from core import tasks
from core.chat import Due, DueFilter, Sort, Status
from core.errors import Invalid
from core.tasks import NewTask
from core.users import Actor
from tests.core.statements import counted
from tests.core.tasks.conftest import Hand

BERLIN = "Europe/Berlin"


def on(day: str, time: str | None = None, zone: str = BERLIN) -> Due:
    return Due(dt.date.fromisoformat(day), dt.time.fromisoformat(time) if time else None, zone)


@pytest.fixture
async def full(ana: Hand, ben: Hand) -> Hand:
    """Monday, 23 November 2026, 09:00 in Berlin."""
    await ben.add(*[NewTask(f"Ben's {index}", due=on("2026-11-23")) for index in range(3)])
    await ana.add(
        NewTask("Friday last week", due=on("2026-11-20"), priority=2),  # 1
        NewTask("Today at eight", due=on("2026-11-23", "08:00"), tags=("home",)),  # 2
        NewTask("Today", due=on("2026-11-23")),  # 3
        NewTask("today at ten", due=on("2026-11-23", "10:00"), tags=("home", "ana"), priority=1),  # 4
        NewTask("Tomorrow", due=on("2026-11-24"), tags=("home",)),  # 5
        NewTask("Sunday", due=on("2026-11-29", "23:59")),  # 6
        NewTask("Next Monday", due=on("2026-11-30")),  # 7
        NewTask("Some day", notes="about the boat"),  # 8
        NewTask("Über den Fluss", tags=("boat",)),  # 9
        NewTask("Done first", due=on("2026-11-20")),  # 10
        NewTask("Done last"),  # 11
        NewTask("Deleted", due=on("2026-11-23"), tags=("home",)),  # 12
    )
    await ana.do(tasks.complete, [10], now=ana.now)
    await ana.do(tasks.complete, [11], now=ana.later(minutes=1).now)
    await ana.do(tasks.delete, [12], now=ana.now)
    return ana


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [1, 3, 2, 4, 5, 6, 7, 8, 9]),
        ({"status": Status.ALL}, [1, 10, 3, 2, 4, 5, 6, 7, 8, 9, 11]),
        ({"status": Status.DONE}, [11, 10]),
        ({"status": Status.DONE, "sort": Sort.CREATED}, [10, 11]),
        ({"due": DueFilter.OVERDUE}, [1, 2]),
        ({"due": DueFilter.OVERDUE, "status": Status.ALL}, [1, 2]),
        ({"due": DueFilter.OVERDUE, "status": Status.DONE}, []),
        ({"due": DueFilter.TODAY}, [3, 2, 4]),
        ({"due": DueFilter.TOMORROW}, [5]),
        ({"due": DueFilter.WEEK}, [3, 2, 4, 5, 6]),
        ({"due": DueFilter.NONE}, [8, 9]),
        ({"priority": 1}, [4]),
        ({"priority": 4, "due": DueFilter.TODAY}, [3, 2]),
        ({"tag": "home"}, [2, 4, 5]),
        ({"tag": "#HOME", "due": DueFilter.TODAY}, [2, 4]),
        ({"tag": "nowhere"}, []),
        ({"text": "today"}, [3, 2, 4]),
        ({"text": "boat"}, [8]),
        ({"text": "  "}, [1, 3, 2, 4, 5, 6, 7, 8, 9]),
        ({"text": "today", "tag": "home", "priority": 1, "due": DueFilter.TODAY}, [4]),
        ({"sort": Sort.PRIORITY}, [4, 1, 2, 3, 5, 6, 7, 8, 9]),
        ({"sort": Sort.CREATED}, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ({"sort": Sort.TITLE}, [1, 7, 8, 6, 3, 2, 4, 5, 9]),
        ({"page": 2, "size": 4}, [5, 6, 7, 8]),
    ],
)
async def test_all_filters_hold_at_once(full: Hand, query: dict[str, object], expected: list[int]) -> None:
    """In the order asked for; ties go by number, and nothing deleted or of someone else is there."""
    assert await full.numbers(**query) == expected


async def test_a_list_is_one_statement_and_tells_the_total(full: Hand) -> None:
    """Also beyond its end, where nothing is on the page, and for pages nobody could mean."""
    with counted(full.database) as statements:
        page = await full.find(size=4, page=3)
    assert ([task.number for task in page.tasks], page.total, page.pages) == ([9], 9, 3)
    assert len(statements) == 1
    beyond = await full.find(size=4, page=4)
    assert (beyond.tasks, beyond.total, beyond.pages) == ((), 9, 3)
    assert (await full.find(page=10**15)).total == 9
    nonsense = await full.find(page=-3, size=-1)
    assert (nonsense.query.page, nonsense.query.size, len(nonsense.tasks)) == (1, 1, 1)
    assert (await full.find(size=10**6)).query.size == 100
    assert (await full.find(tag="nothing")).total == 0


@pytest.mark.parametrize(("query", "sentence"), [({"priority": 7}, "A priority goes"), ({"tag": "#"}, "A tag needs")])
async def test_a_filter_nothing_can_match_is_a_sentence(full: Hand, query: dict[str, object], sentence: str) -> None:
    """Rather than an empty list."""
    with pytest.raises(Invalid, match=sentence):
        await full.find(**query)


async def test_overdue_tasks_say_so(full: Hand) -> None:
    """What is timed is overdue from its minute on, an all-day task from the next day on, and what is done never."""
    found = await full.all()
    assert [task.number for task in found if task.overdue] == [1, 2]
    tomorrow = await full.later(hours=15).all()
    assert [task.number for task in tomorrow if task.overdue] == [1, 3, 2, 4]


def _reading(hand: Hand, zone: str) -> Hand:
    actor: Actor = replace(hand.actor, timezone=ZoneInfo(zone))
    return replace(hand, actor=actor)


async def test_days_are_those_of_the_readers_calendar(ana: Hand) -> None:
    """One moment, 22:00 in New York: that evening there, in Berlin the next morning at four."""
    await ana.add(
        NewTask("Call", due=on("2026-11-23", "22:00", "America/New_York")), NewTask("Rent", due=on("2026-11-23"))
    )
    assert await ana.numbers(due=DueFilter.TODAY) == [2]
    assert await ana.numbers(due=DueFilter.TOMORROW) == [1]
    assert await _reading(ana, "America/New_York").numbers(due=DueFilter.TODAY) == [2, 1]
    kiritimati = _reading(ana, "Pacific/Kiritimati")
    assert await kiritimati.numbers(due=DueFilter.TODAY) == [2]
    assert await kiritimati.later(hours=14).numbers(due=DueFilter.OVERDUE) == [2]
    assert await _reading(ana, "Pacific/Pago_Pago").numbers(due=DueFilter.TOMORROW) == [2, 1]


async def test_an_all_day_task_is_due_on_its_date_wherever_it_is_read(ana: Hand) -> None:
    """Even where its day begins, in its own zone, on the reader's day before."""
    await ana.add(NewTask("Far ahead", due=on("2026-11-24", zone="Pacific/Kiritimati")))
    await ana.add(NewTask("Far behind", due=on("2026-11-22", zone="Pacific/Pago_Pago")))
    assert await ana.numbers(due=DueFilter.TODAY) == []
    assert await ana.numbers(due=DueFilter.TOMORROW) == [1]
    assert await ana.numbers(due=DueFilter.OVERDUE) == [2]


async def test_a_day_of_a_clock_change_has_all_its_hours(ana: Hand) -> None:
    """The twenty-five hours of 25 October 2026 in Berlin."""
    evening = replace(ana, now=dt.datetime(2026, 10, 25, 12, tzinfo=ZoneInfo(BERLIN)))
    await evening.add(
        NewTask("First minute", due=on("2026-10-25", "00:00")),
        NewTask("Last minute", due=on("2026-10-25", "23:59")),
        NewTask("Next day", due=on("2026-10-26", "00:00")),
    )
    assert await evening.numbers(due=DueFilter.TODAY) == [1, 2]
    assert await evening.numbers(due=DueFilter.TOMORROW) == [3]


async def test_tasks_are_got_by_number_in_the_order_asked_for(full: Hand) -> None:
    """Each once; what the account has not, or not any more, is not there."""
    got = await full.do(tasks.get, [5, 1, 5, 12, 99, 0, -3, 10**12, 2], now=full.now)
    assert [task.number for task in got] == [5, 1, 2]
    assert await full.do(tasks.get, [], now=full.now) == ()
    with pytest.raises(Invalid, match="at most 100"):
        await full.do(tasks.get, range(101), now=full.now)

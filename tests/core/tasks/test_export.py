"""Tasks as files: what other programs read is what the tasks are."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import tracemalloc
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from core.chat import Due, Task
from core.exporting import PAGE, export
from core.tasks import NewTask, add, complete, delete, everything, zones
from core.tasks.export import Export
from core.tasks.values import ZoneDays
from tests.core.statements import counted
from tests.core.tasks.conftest import Hand

BERLIN = ZoneInfo("Europe/Berlin")
NOW = dt.datetime(2026, 11, 23, 9, tzinfo=BERLIN)
MADE = dt.datetime(2026, 11, 2, 8, 30, 15, 250, tzinfo=BERLIN)
LINK = "https://acme.slack.example/archives/C1/p1?thread_ts=1,2;3"
NASTY = (
    'Milk, "fresh"; 2 l\\n',
    "=cmd|' /C calc'!A0",
    "-1+1",
    "＝1+1",
    "\t=1",
    "Grüße 🥛 an Ana 👩‍👩‍👧",
    "é" * 500,
    "BEGIN:VTODO",
    "x 2026-01-01 done?",
    "(A) not urgent",
    "x",
)
TODO = re.compile(
    r"(?P<done>x (?P<completed>\d{4}-\d\d-\d\d) )?(?:\((?P<priority>[A-Z])\) )?"
    r"(?:(?P<created>\d{4}-\d\d-\d\d) )?(?P<text>.+)"
)


def _file(tasks: list[Task], wanted: str) -> str:
    days: dict[str, list[dt.date]] = {}
    for task in tasks:
        if task.due and task.due.time:
            days.setdefault(task.due.zone, []).append(task.due.date)
    growing = Export(NOW, wanted, [ZoneDays(zone, min(dates), max(dates)) for zone, dates in sorted(days.items())])
    for task in tasks:
        growing.add([task])
    (file,) = growing.files()
    return file.content.decode("utf-8")


def _todos(tasks: list[Task]) -> list[Any]:
    return Calendar.from_ical(_file(tasks, "ics")).walk("VTODO")


def _rows(tasks: list[Task]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(_file(tasks, "csv"), newline="")))


def _lines(tasks: list[Task]) -> list[dict[str, str | None]]:
    found = [TODO.fullmatch(line) for line in _file(tasks, "txt").splitlines()]
    return [match.groupdict() for match in found if match]


def _timed(rule: str | None = None, **more: object) -> Task:
    due = Due(dt.date(2026, 11, 27), dt.time(17), "Europe/Berlin")
    return Task(7, "Gym", due=due, recurrence=rule, created_at=MADE, **more)  # type: ignore[arg-type]


def test_without_a_word_about_the_format_there_are_four_files() -> None:
    """Each with a name and a media type of its own."""
    assert [(file.name, file.media_type) for file in Export(NOW).files()] == [
        ("tasks.json", "application/json"),
        ("tasks.csv", "text/csv"),
        ("tasks.ics", "text/calendar"),
        ("todo.txt", "text/plain"),
    ]


def test_no_tasks_are_files_without_tasks() -> None:
    """An empty list, a row of headings, an empty calendar, an empty file."""
    assert json.loads(_file([], "json"))["tasks"] == []
    assert _file([], "csv").startswith("number,title,")
    assert _file([], "csv").count("\r\n") == 1
    assert _todos([]) == []
    assert _file([], "txt") == ""


@pytest.mark.parametrize("title", NASTY)
def test_a_title_comes_through_every_format(title: str) -> None:
    """Commas, quotes, formulas, emoji, 500 characters, and what looks like the format itself."""
    task = Task(1, title, notes=f"{title}\n\nsecond; line, of\nnotes", created_at=MADE)
    (told,) = json.loads(_file([task], "json"))["tasks"]
    assert (told["title"], told["notes"]) == (task.title, task.notes)
    (row,) = _rows([task])
    assert (row["title"].removeprefix("'"), row["notes"].removeprefix("'")) == (task.title, task.notes)
    (todo,) = _todos([task])
    assert (todo["SUMMARY"], todo["DESCRIPTION"]) == (task.title, task.notes)
    (line,) = _lines([task])
    assert (line["text"] or "").removeprefix("· ") == title.strip()
    assert (line["done"], line["priority"], line["created"]) == (None, None, "2026-11-02")


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "＝", "＠"])
def test_a_cell_of_the_csv_is_never_a_formula(begins: str) -> None:
    """An apostrophe keeps a spreadsheet from running it, in every column that people write."""
    (row,) = _rows([Task(1, f"{begins}A1", notes=f"{begins}A1", source=f"{begins}A1", tags=(f"{begins}A1",))])
    assert [row[name] for name in ("title", "notes", "source", "tags")] == [f"'{begins}A1"] * 4
    assert _rows([Task(1, f"A{begins}1")])[0]["title"] == f"A{begins}1"


def test_the_csv_has_a_row_a_task_with_all_that_a_spreadsheet_can_sort() -> None:
    """RFC 4180: rows end with CR LF, and cells with line ends stand in quotes."""
    done = dt.datetime(2026, 11, 20, 12, tzinfo=BERLIN)
    tasks = [
        _timed("FREQ=DAILY", repeats="every day", priority=1, tags=("a", "b"), notes="1\n2"),
        Task(8, "B", completed_at=done),
    ]
    first, second = _rows(tasks)
    told = [first[name] for name in ("due_date", "due_time", "zone", "repeats", "priority", "tags")]
    assert told == ["2026-11-27", "17:00", "Europe/Berlin", "every day", "1", "a b"]
    assert first["created_at"] == "2026-11-02 08:30:15+01:00"
    assert (second["due_date"], second["completed_at"]) == ("", "2026-11-20 12:00:00+01:00")
    assert _file(tasks, "csv").count("\r\n") == 3


def test_the_json_can_be_read_back_without_loss() -> None:
    """Wall clocks with their zones, instants with their offsets, null for what isn't there."""
    remind = dt.datetime(2026, 11, 27, 16, tzinfo=BERLIN)
    task = _timed(
        "FREQ=DAILY\nEXDATE:20261224",
        recurs_from_completion=True,
        priority=2,
        tags=("a",),
        remind_at=remind,
        source=LINK,
    )
    told = json.loads(_file([task], "json"))
    assert (told["version"], told["exported_at"]) == (1, "2026-11-23T09:00:00+01:00")
    assert told["tasks"] == [
        {
            "number": 7,
            "title": "Gym",
            "notes": None,
            "due": {"date": "2026-11-27", "time": "17:00", "zone": "Europe/Berlin"},
            "recurrence": "FREQ=DAILY\nEXDATE:20261224",
            "recurs_from_completion": True,
            "priority": 2,
            "tags": ["a"],
            "remind_at": "2026-11-27T16:00:00+01:00",
            "source": LINK,
            "created_at": "2026-11-02T08:30:15+01:00",
            "completed_at": None,
        }
    ]


def test_a_vtodo_says_all_that_ical_has_a_word_for() -> None:
    """Summary, due time in its zone, priority on its scale, categories, status, instants in UTC, and the link."""
    (todo,) = _todos([_timed(priority=2, tags=("home", "garden"), source=LINK)])
    assert todo["DUE"].dt == dt.datetime(2026, 11, 27, 17, tzinfo=BERLIN)
    assert todo["DUE"].params["TZID"] == "Europe/Berlin"
    assert (todo["PRIORITY"], todo["STATUS"], todo["URL"]) == (3, "NEEDS-ACTION", LINK)
    assert todo["CATEGORIES"].to_ical() == b"home,garden"
    assert todo["CREATED"].dt == MADE.replace(microsecond=0)
    assert (todo.get("RRULE"), todo.get("COMPLETED")) == (None, None)


def test_a_whole_day_is_a_date_and_a_done_task_is_completed() -> None:
    """A date has no zone, so no VTIMEZONE is told either."""
    done = dt.datetime(2026, 11, 20, 12, tzinfo=BERLIN)
    tasks = [Task(1, "Rent", due=Due(dt.date(2026, 12, 1), None, "Europe/Berlin"), completed_at=done)]
    (todo,) = _todos(tasks)
    assert (todo["DUE"].dt, todo["STATUS"], todo["COMPLETED"].dt) == (dt.date(2026, 12, 1), "COMPLETED", done)
    assert "VTIMEZONE" not in _file(tasks, "ics")


@pytest.mark.parametrize("year", [1999, 2026, 2027, 2099, 8999])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"])
def test_a_time_is_the_same_instant_by_the_rules_the_file_tells(zone: str, year: int) -> None:
    """In summer and in winter: the VTIMEZONE alone gives the offset that the zone has, as far as anybody knows it."""
    dues = [Due(dt.date(year, month, 15), dt.time(9, 30), zone) for month in (1, 7)]
    text = _file([Task(number, "x", due=due) for number, due in enumerate(dues)], "ics")
    # by another name the file's own rules are all there is to go by
    own = text.replace(zone, f"Own/{zone}/{year}") if zone != "UTC" else text
    todos: list[Any] = Calendar.from_ical(own).walk("VTODO")
    if year < 2100:
        assert [todo["DUE"].dt.timestamp() for todo in todos] == [due.at.timestamp() for due in dues]
    assert [todo["DUE"].dt.replace(tzinfo=None) for todo in todos] == [due.at.replace(tzinfo=None) for due in dues]


@pytest.mark.parametrize(
    ("rule", "told", "left_out"),
    [
        ("FREQ=WEEKLY;BYDAY=FR", {"FREQ": ["WEEKLY"], "BYDAY": ["FR"]}, []),
        ("FREQ=DAILY;COUNT=3", {"FREQ": ["DAILY"], "COUNT": [3]}, []),
        # UNTIL is in UTC where DTSTART has a time (RFC 5545, 3.3.10), and includes its whole day
        ("FREQ=DAILY;UNTIL=20261231", {"FREQ": ["DAILY"], "UNTIL": ["2026-12-31T22:59:59+00:00"]}, []),
        ("FREQ=DAILY;UNTIL=20261231T120000", {"FREQ": ["DAILY"], "UNTIL": ["2026-12-31T11:00:00+00:00"]}, []),
        ("FREQ=DAILY\nEXDATE:20261224,20261225T170000", {"FREQ": ["DAILY"]}, ["2026-12-24T17:00", "2026-12-25T17:00"]),
        ("FREQ=DAILY\nEXDATE:20261224T160000Z", {"FREQ": ["DAILY"]}, ["2026-12-24T17:00"]),
        (
            "FREQ=DAILY;BYHOUR=9,17;BYMINUTE=0\nEXDATE:20261224",
            {"FREQ": ["DAILY"], "BYHOUR": [9, 17], "BYMINUTE": [0]},
            ["2026-12-24T09:00", "2026-12-24T17:00"],
        ),
    ],
)  # fmt: skip
def test_a_series_keeps_its_rule_and_what_is_left_out(
    rule: str, told: dict[str, list[object]], left_out: list[str]
) -> None:
    """It starts where it is due, and all its moments are wall clocks of the task's zone."""
    (todo,) = _todos([_timed(rule)])
    found = {
        name: [value.isoformat() if isinstance(value, dt.datetime) else value for value in values]
        for name, values in todo["RRULE"].items()
    }
    assert found == told
    assert todo["DTSTART"].dt == todo["DUE"].dt == dt.datetime(2026, 11, 27, 17, tzinfo=BERLIN)
    dates = todo.get("EXDATE", [])
    out = [moment for one in (dates if isinstance(dates, list) else [dates]) for moment in one.dts]
    assert [f"{moment.dt:%Y-%m-%dT%H:%M}" for moment in out] == left_out
    assert all(moment.dt.utcoffset() == dt.timedelta(hours=1) for moment in out)


def test_a_series_of_days_ends_and_pauses_on_days() -> None:
    """UNTIL and EXDATE are dates where the due date is one."""
    due = Due(dt.date(2026, 12, 1), None, "Europe/Berlin")
    (todo,) = _todos([Task(1, "Rent", due=due, recurrence="FREQ=MONTHLY;UNTIL=20271201\nEXDATE:20270101T000000")])
    assert todo["DTSTART"].dt == todo["DUE"].dt == dt.date(2026, 12, 1)
    assert todo["RRULE"]["UNTIL"] == [dt.date(2027, 12, 1)]
    assert [moment.dt for moment in todo["EXDATE"].dts] == [dt.date(2027, 1, 1)]


def test_a_vtodos_uid_is_its_own_and_stays() -> None:
    """The same task has the same one in the next export, another task another one."""
    one, other = _timed(), Task(7, "Somebody else's", created_at=MADE + dt.timedelta(microseconds=1))
    (first,), (again,), (second,) = _todos([one]), _todos([one]), _todos([other])
    assert first["UID"] == again["UID"] != second["UID"]


@pytest.mark.parametrize(
    ("task", "line"),
    [
        (Task(1, "Call Ana", priority=1, tags=("work", "ana")), "(A) Call Ana @work @ana"),
        (_timed(priority=3), "(C) 2026-11-02 Gym due:2026-11-27 time:17:00"),
        (_timed(completed_at=NOW, priority=2), "x 2026-11-23 2026-11-02 Gym due:2026-11-27 time:17:00 pri:B"),
        (Task(1, "Call\n  Ana"), "Call Ana"),
        (Task(1, "x marks the spot"), "· x marks the spot"),
        (Task(1, "2026-11-01 was a Sunday"), "· 2026-11-01 was a Sunday"),
    ],
)
def test_a_line_of_todo_txt(task: Task, line: str) -> None:
    """Priority, dates, text, contexts, keys, in the order the format has them; a title is never taken for a mark."""
    assert _file([task], "txt") == line + "\n"


@pytest.mark.parametrize(
    ("rule", "from_completion", "step"),
    [
        ("FREQ=DAILY;INTERVAL=3", False, "+3d"),
        ("FREQ=DAILY;INTERVAL=3", True, "3d"),
        ("FREQ=WEEKLY;BYDAY=FR", False, "+1w"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", False, "+1b"),
        ("FREQ=MONTHLY;BYMONTHDAY=27", False, "+1m"),
        ("FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=27", False, "+1y"),
        ("FREQ=WEEKLY;BYDAY=MO,FR", False, None),
        ("FREQ=WEEKLY;BYDAY=MO", False, None),
        ("FREQ=MONTHLY;BYDAY=-1FR", False, None),
        ("FREQ=DAILY;COUNT=3", False, None),
        ("FREQ=HOURLY", False, None),
    ],
)
def test_todo_txt_tells_a_repetition_only_if_it_has_a_word_for_it(
    rule: str, from_completion: bool, step: str | None
) -> None:
    """Steps of equal length from the due date; rather no `rec:` than a wrong one."""
    text = _file([_timed(rule, recurs_from_completion=from_completion)], "txt")
    assert re.findall(r" rec:(\S+)", text) == ([step] if step else [])


async def test_all_of_ones_tasks_but_the_deleted_are_read_in_one_statement(ana: Hand, ben: Hand) -> None:
    """Open and done ones, by number; nobody else's."""
    await ana.add(NewTask("Open", due=Due(dt.date(2026, 11, 27), None, "Europe/Berlin")), "Done", "Deleted", "Last")
    await ben.add("Ben's")
    await ana.do(complete, [2], now=ana.now)
    await ana.do(delete, [3], now=ana.now)
    with counted(ana.database) as statements:
        tasks = await ana.do(everything, now=ana.now)
    assert [(task.number, task.title, task.done) for task in tasks] == [
        (1, "Open", False), (2, "Done", True), (4, "Last", False),
    ]  # fmt: skip
    assert len(statements) == 1


async def test_more_tasks_than_are_held_at_once_are_exported(ana: Hand) -> None:
    """All of them, in their order, with a page's end in the middle of the files."""
    count = PAGE + 100
    for start in range(0, count, 100):
        await ana.do(add, [NewTask(f"Task {start + number}") for number in range(100)], now=ana.now)
    found, files = await export(ana.database, ana.actor, ana.now)
    assert found == count
    titles = [task["title"] for task in json.loads(files[0].content)["tasks"]]
    assert titles == [f"Task {number}" for number in range(count)]
    assert [files[1].content.count(b"\r\n"), files[2].content.count(b"BEGIN:VTODO"), files[3].content.count(b"\n")] == [
        count + 1, count, count,
    ]  # fmt: skip


async def test_an_export_takes_no_more_memory_the_more_there_is(ana: Hand) -> None:
    """What is held at once is a page, and what a file keeps in memory: four times the tasks take about the same."""
    peaks: list[int] = []
    for _ in range(2):
        for _ in range(len(peaks) * 30 + 10):
            await ana.do(add, [NewTask("x" * 500, notes="y" * 4000) for _ in range(100)], now=ana.now)
        tracemalloc.start()
        _, files = await export(ana.database, ana.actor, ana.now, "json")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert files[0].size > 4 * 4_500 * 1000
    assert peaks[1] < 1.2 * peaks[0]


async def test_the_zones_of_an_export_are_those_of_its_due_times(ana: Hand, ben: Hand) -> None:
    """Each with the days that its rules are needed for; whole days and deleted tasks need none."""
    for zone, month in (("Asia/Tokyo", 1), ("Asia/Tokyo", 9), ("Europe/Berlin", 5)):
        await ana.add(NewTask("Call", due=Due(dt.date(2027, month, 1), dt.time(9), zone)))
    await ana.add(NewTask("Day", due=Due(dt.date(2027, 1, 1), None, "Asia/Seoul")))
    await ben.add(NewTask("Ben's", due=Due(dt.date(2027, 1, 1), dt.time(9), "America/Lima")))
    assert await ana.database.read(lambda session: zones(session, ana.actor)) == (
        ZoneDays("Asia/Tokyo", dt.date(2027, 1, 1), dt.date(2027, 9, 1)),
        ZoneDays("Europe/Berlin", dt.date(2027, 5, 1), dt.date(2027, 5, 1)),
    )

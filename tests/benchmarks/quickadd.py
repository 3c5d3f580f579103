"""Quick add: microseconds a line."""

from __future__ import annotations

import datetime as dt
import json
import statistics
import time
from pathlib import Path
from zoneinfo import ZoneInfo

from core.quickadd import QuickAddError, parse
from tests.benchmarks.servers import ROOT
from tests.benchmarks.table import Figure, Goal

GOAL = Goal(1000, strictly=True)
PASSES = 5
SAMPLES = ROOT.parent / "shared" / "data"

LINES = """\
Buy groceries
Call mom tomorrow 5pm #family
Pay rent every 1st at 9am p1 #home
Water the plants every other tuesday starting 8 Dec
Dentist on 15 March 2027 at 14:30
Send the contract to Ana next fri ! #work
Buy a new monitor
Send second draft to May
Read Catch-22 by end of month
Stand-up every weekday at 9:15 #team #work
Take the bins out every thursday evening
in 20 minutes take the pizza out
Renew passport in 3 weeks p2
"Meet me at noon" poster to the printer on monday
Check https://example.com/2026/12/01?at=9am tonight at 11
Board meeting the 3rd Thursday of January 10:00-11:30
Submit taxes 2027-04-15T09:00 p1
Lunch with Ben at noon #friends
Physiotherapy every 3 months on the 4th
Back up the laptop last Friday of each month
Take vitamins every day until June
Wake up at five-thirty tomorrow evening for the night shift
Order flowers two weeks from Monday
Write to ana@example.com about the 2 open seats
Replace filter every 6 weeks, starting tomorrow
Change task 1 to Call mom tonight
Prepare slides for the quarterly review: numbers, risks, asks, and a plan for the next three quarters p3 #work #slides
Vet 12/01/2027 9h30
Buy 2 l of milk, 6 eggs and 500 g of flour
Reply to the landlord this afternoon
Book flights for the conference in Lisbon, 3 people, before the end of next month
Karaoke saturday 8pm
Oil change in 5,000 km
Feed the cat twice a day
Anniversary every 24 July
Plan the Q3 offsite
Pick up the parcel before 18:00 today
Review PR #1234 asap
Call the bank between 9 and 5 on weekdays
Shampoo 🧴 and toothpaste morgen
""".splitlines()

Line = tuple[str, dt.datetime]


def measure() -> list[Figure]:
    """The median over the lines of each line's median; nothing is kept from one reading to the next but code."""
    zone = ZoneInfo("Europe/Berlin")
    own = [(line, dt.datetime(2026, 11, 23, 9, 0, tzinfo=zone)) for line in LINES]
    figures = [_figure("lines of our own", own)]
    samples = [line for path in sorted(SAMPLES.glob("*.jsonl")) for line in _sampled(path)]
    return figures + ([_figure("samples", samples)] if samples else [])


def _sampled(path: Path) -> list[Line]:
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        sample = json.loads(line)
        now = dt.datetime.fromisoformat(sample["now"])
        found.append((sample["text"], now.replace(tzinfo=ZoneInfo(sample.get("timezone", "UTC")))))
    return found


def _figure(name: str, lines: list[Line]) -> Figure:
    timed: list[list[float]] = [[] for _ in lines]
    for number in range(PASSES + 1):
        for (text, now), times in zip(lines, timed, strict=True):
            begun = time.perf_counter()
            _read(text, now)
            if number:  # the first pass warms up
                times.append((time.perf_counter() - begun) * 1e6)
    medians = sorted(statistics.median(times) for times in timed)
    most = medians[int(len(medians) * 0.95)]
    note = f"median of {len(lines)} lines; 95th percentile {most:,.0f}, slowest {medians[-1]:,.0f}"
    return Figure("Quick add", name, statistics.median(medians), "µs a line", GOAL, note)


def _read(text: str, now: dt.datetime) -> None:
    """Read one line; one that names an impossible date costs what it costs."""
    try:
        parse(text, now=now, locale="en-US")
    except QuickAddError:
        return

"""Tasks as hostile as people make them, for property tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from core.chat import Due, DueFilter, DueGroup, Sort, Status, Task, TaskQuery

BERLIN = ZoneInfo("Europe/Berlin")
NASTY = ["<!channel>", "*bold*", "~struck~", "`code`", "&amp;", "<@U1>", ">", "]](", "https://a.example/x|y", "🎉" * 50]
instants = st.integers(1_577_836_800, 2_208_988_800).map(lambda seconds: dt.datetime.fromtimestamp(seconds, BERLIN))
words = st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
titles = st.one_of(words.map(lambda text: text[:500]), st.just("t" * 500), st.just("<" * 500))
dues = st.builds(
    Due,
    st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1)),
    st.one_of(st.none(), st.times().map(lambda time: time.replace(microsecond=0))),
    st.sampled_from(["Europe/Berlin", "America/Argentina/ComodRivadavia", "UTC"]),
)
tasks = st.builds(
    Task,
    number=st.integers(1, 10**6),
    id=st.integers(1, 10**12),
    title=titles,
    notes=st.one_of(st.none(), words, st.just("n" * 4_000), st.just("&" * 4_000)),
    due=st.one_of(st.none(), dues),
    recurrence=st.just("FREQ=DAILY"),
    repeats=st.one_of(st.none(), st.just("every day"), st.just("every month on " + ", ".join(map(str, range(1, 32))))),
    priority=st.integers(1, 4),
    tags=st.lists(st.text("abc<>&é", min_size=1, max_size=50), max_size=20).map(tuple),
    remind_at=st.one_of(st.none(), instants),
    source=st.sampled_from([None, "https://acme.slack.com/archives/C1/p1?thread_ts=1.0&cid=C1", "javascript:x|y>"]),
    completed_at=st.one_of(st.none(), instants),
    deleted_at=st.one_of(st.none(), instants),
    overdue=st.booleans(),
    due_words=st.one_of(st.none(), st.just("today 17:00")),
    group=st.one_of(st.none(), st.sampled_from(DueGroup)),
)
many = st.lists(tasks, max_size=100, unique_by=lambda task: task.number).map(tuple)
queries = st.builds(
    TaskQuery,
    status=st.sampled_from(Status),
    due=st.one_of(st.none(), st.sampled_from(DueFilter)),
    priority=st.one_of(st.none(), st.integers(1, 4)),
    tag=st.one_of(st.none(), st.text(max_size=50)),
    text=st.one_of(st.none(), st.text(max_size=300)),
    numbers=st.lists(st.integers(1, 10**6), max_size=20).map(tuple),
    sort=st.sampled_from(Sort),
    page=st.integers(1, 500),
)


def strings(value: object) -> Iterator[str]:
    """Every text in blocks, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from strings(one)

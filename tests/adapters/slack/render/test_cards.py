"""Cards within Block Kit's limits, whatever people write; pressed, they say what they said."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.shared.refs import Ref
from adapters.slack.post import batches
from adapters.slack.render import cards, stored
from adapters.slack.render.actions import Pressed, query_of
from adapters.slack.render.blocks import Block
from adapters.slack.sending import whole
from core.chat import ActionName, Choices, Confirm, Outcome, Receipt, Task, TaskList, TaskPage, TaskQuery
from tests.adapters.contract import MILK, RENT
from tests.adapters.values import many, queries, strings, tasks
from tests.fakes.slack.blocks import check

ANA = "U0000001"


def pressable(blocks: Sequence[Block]) -> Iterator[Pressed]:
    """What everything in the blocks says when it is pressed."""
    for block in blocks:
        elements = block.get("elements") if block["type"] == "actions" else [block.get("accessory")]
        for element in elements if isinstance(elements, list) else ():
            if not isinstance(element, dict):
                continue
            for payload in [{"selected_option": option} for option in element.get("options", [])] or [element]:
                pressed = Pressed.parse(payload)
                assert pressed, payload
                yield pressed


@given(
    many,
    st.sampled_from(Outcome),
    st.one_of(st.none(), st.integers(1, 10**9)),
    st.one_of(st.none(), st.text(max_size=300)),
)
def test_every_receipt_is_taken_by_slack(
    tasks: tuple[Task, ...], action: Outcome, change: int | None, detail: str | None
) -> None:
    """From none to a hundred tasks of any kind, with text above it."""
    blocks = cards.receipt(Receipt(action, tasks, change=change, detail=detail), ANA)
    for batch in batches([blocks]):
        check(whole("Done.", batch))
    for pressed in pressable(blocks):
        assert pressed.owner == ANA
        assert pressed.name in set(ActionName)
        assert set(pressed.numbers) <= {task.number for task in tasks}


@given(many, queries, st.integers(0, 10_000))
def test_every_list_is_taken_by_slack(tasks: tuple[Task, ...], query: TaskQuery, total: int) -> None:
    """Its buttons carry the whole query, its rows as much as fits."""
    shown = tasks[:20]
    blocks = cards.task_list(TaskList(TaskPage(query, shown, max(total, len(shown)))), ANA)
    for batch in batches([blocks]):
        check(batch)
    for pressed in pressable(blocks):
        if pressed.name == "page":
            assert pressed.query
            assert (pressed.query.text, pressed.query.tag, pressed.query.numbers) == (
                query.text,
                query.tag,
                query.numbers,
            )
            assert abs(pressed.query.page - query.page) == 1
    rows = [str(block["block_id"]) for block in blocks if str(block.get("block_id", "")).startswith("row:")]
    assert all(query_of(row) in (query, None) for row in rows)


@given(many)
def test_questions_are_taken_by_slack(tasks: tuple[Task, ...]) -> None:
    """Which of these, and are you sure."""
    check(cards.choices(Choices("Which one do you mean?", tasks[:10]), ANA))
    check(cards.confirm(Confirm("Delete <everything>?" * 100, ActionName.FORGET_ME, "forget me"), ANA))


@given(tasks, tasks)
def test_a_card_is_told_anew_in_place(before: Task, other: Task) -> None:
    """Of the same task in another state; everything beside it stays, and nothing is said twice."""
    after = replace(other, number=before.number, id=before.id)
    ref = Ref.of(before)
    blocks: list[Block] = [
        *cards.receipt(Receipt(Outcome.ADDED, (before,), change=7), ANA),
        {"type": "divider", "block_id": "own"},
    ]
    news = stored.News(frozenset({ref}), "Done", 8)
    told = stored.refresh(blocks, {ref: after}, news)
    check(told)
    assert told[-1] == {"type": "divider", "block_id": "own"}
    assert stored.refs(told) == (ref,)
    assert stored.owner(told) == ANA
    assert stored.refresh(told, {ref: after}, news) == told


@given(tasks, tasks)
def test_two_cards_of_a_task_in_one_message_have_names_of_their_own(task: Task, other: Task) -> None:
    """Added and changed in one reply, or in two lists of a digest: Slack refuses a message with two of a name."""
    page = TaskList(TaskPage(TaskQuery(), (task, other), 70))
    groups = [cards.receipt(Receipt(Outcome.ADDED, (task,), change=7), ANA), cards.task_list(page, ANA)]
    for batch in batches([*groups, *groups]):
        check(batch)
        anew = stored.refresh(batch, {Ref.of(task): replace(task, title="Other")}, stored.News())
        check(anew)
        assert stored.refs(anew) == stored.refs(batch)


@given(many)
def test_what_is_pressed_names_its_tasks_for_ever(tasks: tuple[Task, ...]) -> None:
    """By their ids, beside the numbers that people call them by: a number may come to be another task's."""
    known = {Ref.of(task) for task in tasks}
    for pressed in pressable(cards.receipt(Receipt(Outcome.ADDED, tasks), ANA)):
        assert set(pressed.refs) <= known
        assert set(pressed.ids) == {ref.id for ref in pressed.refs if ref.id}


def test_what_only_numbers_name_is_outdated() -> None:
    """A card of before says so, and its blocks show no task."""
    pressed = Pressed.parse({"value": '{"a":"done","o":"U0000001","n":[1]}'})
    assert pressed
    assert pressed.outdated
    assert not pressed.refs
    assert not stored.refs([{"type": "section", "block_id": "card:1:U0000001"}])
    assert not stored.refs([{"type": "section", "block_id": 'row:1:U0000001:{"page":2}'}])


def test_one_card_is_told_from_a_list() -> None:
    """A list of one task is a list."""
    one = replace(RENT, id=5)
    assert stored.single(cards.receipt(Receipt(Outcome.REMINDER, (one,)), ANA))
    assert not stored.single(cards.task_list(TaskList(TaskPage(TaskQuery(), (one,), 1)), ANA))
    assert not stored.single(cards.receipt(Receipt(Outcome.ADDED, (one, replace(MILK, id=6))), ANA))
    check(cards.which([one, replace(MILK, id=6)], ANA))
    check(cards.which([one], ANA))
    check(cards.which([], ANA))


@given(many)
def test_what_people_write_is_never_markup(tasks: tuple[Task, ...]) -> None:
    """Titles, notes, tags and repetitions notify nobody, and only sources over https are links."""
    for told in strings(cards.receipt(Receipt(Outcome.ADDED, tasks), ANA)):
        assert not re.search(r"<[!@#](?!date\^)", told), told
        for link in re.findall(r"<([^!<>|]+)\|", told):
            assert link.startswith("https://")


def test_a_card_says_it_all() -> None:
    """Number, title, notes, date with weekday and zone, repetition, priority, tags, and how to take it back."""
    told = " ".join(strings(cards.receipt(Receipt(Outcome.ADDED, (RENT,), change=41), ANA)))
    for fact in (
        "Added",
        "#12",
        "Pay rent",
        "Account 7",
        "Tue 1 Dec 2026 09:00 Europe/Berlin",
        "every month on 1st",
        "p1",
        "#home",
        "Undo",
    ):
        assert fact in told, fact
    assert "~Buy milk~" in " ".join(strings(cards.receipt(Receipt(Outcome.COMPLETED, (MILK,)), ANA)))


@pytest.mark.parametrize(
    "junk", ["", "{", "[]", "5", "null", '{"a":5}', '{"n":[1]}', '{"a":"done","n":"x","c":"y","q":5}', "\x00"]
)
def test_values_of_nobody_are_nothing(junk: str) -> None:
    """A button's value was written by the bot; what else stands there says nothing, and breaks nothing."""
    for payload in ({"value": junk}, {"selected_option": {"value": junk}}, {"selected_option": junk}, {}):
        pressed = Pressed.parse(payload)
        assert pressed is None or (pressed.numbers, pressed.change, pressed.query) == ((), None, None)


@given(
    st.dictionaries(
        st.sampled_from(["status", "due", "priority", "tag", "text", "numbers", "sort", "page", "size", "odd"]),
        st.one_of(st.none(), st.integers(), st.text(max_size=5), st.lists(st.text(max_size=2), max_size=2)),
    )
)
def test_a_query_that_cannot_be_read_is_an_ordinary_list(told: dict[str, object]) -> None:
    """An older version's buttons never break the press."""
    pressed = Pressed.parse({"value": json.dumps({"a": "page", "o": ANA, "q": told})})
    assert pressed
    assert isinstance(pressed.query, TaskQuery)


def test_deleted_tasks_are_taken_back_by_their_ids() -> None:
    """In a list and on a card: a second press takes nothing else back, as it would if it undid the last change."""
    gone = replace(MILK, id=6, deleted_at=MILK.completed_at)
    for blocks in (
        cards.task_list(TaskList(TaskPage(TaskQuery(), (gone,), 1)), ANA),
        cards.receipt(Receipt(Outcome.DELETED, (gone,)), ANA),
    ):
        back = next(pressed for pressed in pressable(blocks) if pressed.name != ActionName.EDIT)
        assert (back.name, back.ids) == (ActionName.RESTORE, (6,))
    assert "Brought back" in " ".join(strings(cards.receipt(Receipt(Outcome.RESTORED, (MILK,)), ANA)))
    assert "Done again" in " ".join(strings(cards.receipt(Receipt(Outcome.REDONE, (MILK,)), ANA)))

"""Cards, texts and forms within Discord's limits, whatever people and models write."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.api import body
from adapters.discord.render import cards, choices, modals
from adapters.discord.render.actions import Pressed, page
from adapters.discord.render.components import Component, row, walk
from adapters.discord.render.markdown import LIMIT, clean, escape, segmented, split
from adapters.discord.stamps import stamp_id, stamp_of, stop_id, without_conversation
from adapters.discord.threads import read
from adapters.shared.refs import Ref
from core.chat import (
    MOST_ABOUT,
    ActionName,
    Choices,
    Confirm,
    Due,
    Outcome,
    Receipt,
    Stamp,
    StampKind,
    Task,
    TaskList,
    TaskPage,
    TaskQuery,
    fingerprint,
)
from tests.adapters.values import many, queries, strings, tasks
from tests.fakes.discord.components import check_components
from tests.fakes.discord.errors import Form

ANA = "1574472137442328577"
CONVERSATION = "conv_" + "0123456789abcdef" * 3
BOT = 99
NASTY = [
    "@everyone", "@Here", "<@123>", "<@!123>", "<@&1>", "<#1>", "</task:12>", "![cat](https://evil.example/c.png)",
    "\u202eabc", "\u2066x\u2069", "a\u200bb", "\x00", "![a", "](b)", "<@", "12>", "@every", "one", "\n", "`", "```",
    "**", "> ", "# ", "- ", "||", "~~", "https://a.example/x_y", " ",
]  # fmt: skip
texts = st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=5)), max_size=30).map("".join)


def taken(components: Sequence[Component], words: str = "") -> None:
    """What Discord checks of a message, with the row of its stamp. Raises ApiError for what it would refuse."""
    button = {"type": 2, "style": 2, "label": "x", "custom_id": "stamp:x"}
    told = body(words, [*components, row([button])])
    form = Form()
    sent = told["components"]
    assert isinstance(sent, list)
    check_components(form, sent, v2="content" not in told)
    form.done()
    assert len(str(told.get("content", ""))) <= 2_000


@given(many, st.sampled_from(Outcome), st.one_of(st.none(), st.integers(1, 10**9)), texts)
def test_every_receipt_is_taken_by_discord(
    tasks: tuple[Task, ...], action: Outcome, change: int | None, detail: str
) -> None:
    """From none to a hundred tasks of any kind, twice in one message, with text above."""
    card = cards.receipt(Receipt(action, tasks, change=change, detail=detail or None), ANA)
    first, *rest = cards.batches([card, card], "w" * 2_000)
    taken(first, "w" * 2_000)
    for batch in rest:
        taken(batch)
    for part in walk([component for batch in (first, *rest) for component in batch]):
        if custom_id := part.get("custom_id"):
            pressed = Pressed.parse(str(custom_id))
            assert pressed
            assert pressed.owner == ANA


@given(many, queries, st.integers(0, 10_000))
def test_every_list_is_taken_by_discord(tasks: tuple[Task, ...], query: TaskQuery, total: int) -> None:
    """Its buttons carry the whole query, or aren't there."""
    shown = tasks[:20]
    listed = cards.task_list(TaskList(TaskPage(query, shown, max(total, len(shown)))), ANA)
    taken(listed)
    for part in walk(listed):
        pressed = Pressed.parse(str(part.get("custom_id", "")))
        if pressed and pressed.kind == "page":
            assert pressed.query
            assert (pressed.query.text, pressed.query.tag) == (query.text, query.tag)


@given(many)
def test_questions_are_taken_by_discord(tasks: tuple[Task, ...]) -> None:
    """Which of these, are you sure, where are you."""
    taken(cards.choices(Choices("Which one do you mean?", tasks[:10]), ANA))
    taken(cards.confirm(Confirm("Delete everything?" * 50, ActionName.FORGET_ME, "forget me"), ANA))
    taken(cards.zones(ANA, ["Europe/Berlin", "Asia/Tokyo"], "UTC"))


@given(tasks, tasks)
def test_a_card_is_told_anew_in_place(before: Task, other: Task) -> None:
    """Of the same task in another state; everything beside it stays."""
    own = {"type": 10, "content": "own"}
    components = [own, *cards.receipt(Receipt(Outcome.ADDED, (before,), change=7), ANA)]
    fresh = cards.refresh(components, {Ref.of(before): other}, change=8, heading="Done")
    taken(fresh)
    assert fresh[0] == own
    assert f"#{other.number}" in " ".join(strings(fresh))


@given(texts)
def test_clean_text_reaches_nobody(text: str) -> None:
    """Whatever it is made of, at once or in pieces; cleaning it again changes nothing."""
    told = clean(text)
    segments = segmented()
    pieces = [segment for at in range(0, len(text), 3) for segment in segments.take(text[at : at + 3])]
    for one in (told, "".join(segment.text for segment in [*pieces, *segments.end()])):
        assert not re.search(r"<[@#]|</[^\s<>]+:\d|@(?:everyone|here)\b|!\[", one, re.IGNORECASE), one
    assert clean(told) == told


@given(texts)
def test_escaped_text_is_only_text(text: str) -> None:
    """Marks show as they were typed."""
    bare = re.sub(r"https?://[^\s<>]+", "", escape(text))
    assert not re.search(r"(?<!\\)(?:\\\\)*[*_~`|#\[\]]", bare), bare
    assert not re.search(r"@(?:everyone|here)\b", bare, re.IGNORECASE)


def test_long_text_fits_into_messages() -> None:
    """Two thousand characters each."""
    text = "\n\n".join(f"Paragraph {number} " + "word " * 80 for number in range(30))
    assert all(len(piece) <= LIMIT for piece in split(text))
    assert all(f"Paragraph {number} " in "".join(split(text)) for number in range(30))


conversations = st.one_of(st.none(), st.from_regex(r"conv_[0-9a-f]{48}", fullmatch=True), st.text(max_size=200))
snowflakes = st.one_of(st.none(), st.integers(1, 2**63))


@given(
    conversations,
    snowflakes,
    st.lists(st.integers(1, 99), max_size=MOST_ABOUT),
    st.sampled_from(["", "done 3, 7", "forget me for good"]),
    st.sampled_from([kind for kind in StampKind if kind is not StampKind.BEGUN]),
    st.integers(0, 9),
)
def test_a_stamp_fits_and_comes_back(
    conversation: str | None, answers: int | None, about: list[int], asks: str, kind: StampKind, part: int
) -> None:
    """An id as OpenAI makes them comes back whole; one of another kind is left out rather than cut."""
    stamp = Stamp(conversation, str(answers) if answers else None, tuple(about), asks, kind)
    told = stamp_id(stamp, part)
    assert len(told) <= 97
    message = {
        "id": "5", "type": 0, "author": {"id": str(BOT)},
        "components": [{"type": 1, "components": [{"type": 2, "custom_id": told}]}],
    }  # fmt: skip
    found = read([message], BOT)
    if conversation is None or re.fullmatch(r"conv_[0-9a-f]{48}", conversation):
        # of all that may be noted only the question is ever too long, beside six tasks with long numbers
        assert stamp_of(told) in (stamp, replace(stamp, asks=""))
        assert len(about) == MOST_ABOUT or stamp_of(told) == stamp
        assert found.notes.answered == ({str(answers)} if answers else set())
    message["author"] = {"id": "7"}
    assert not read([message], BOT).ours


def test_a_reply_that_was_cut_off_is_found() -> None:
    """By the button that would have stopped it, unless it was finished after all."""

    def by_bot(number: int, custom_id: str) -> dict[str, object]:
        inner = {"type": 2, "custom_id": custom_id}
        return {
            "id": str(number),
            "type": 0,
            "author": {"id": str(BOT)},
            "components": [{"type": 1, "components": [inner]}],
        }

    cut = by_bot(1, stop_id(ANA, "77"))
    assert read([cut], BOT).unfinished == {"77": 1}
    assert read([cut, by_bot(2, stamp_id(Stamp(None, "77")))], BOT).unfinished == {}
    begun = read([by_bot(1, stop_id(ANA, "77", CONVERSATION))], BOT)
    assert (begun.notes.conversation, begun.notes.answered, begun.unfinished) == (CONVERSATION, set(), {"77": 1})
    bare = without_conversation(stop_id(ANA, "77", CONVERSATION))
    assert bare is not None
    assert read([by_bot(1, bare)], BOT).notes.conversations == {}


@pytest.mark.parametrize(
    "junk", ["", ":", "do", "do:done", "do:explode:1:2:3", "page:1:{", "page:1:[]", "yes:x:1", "edit:1", "\x00"]
)
def test_ids_of_nobody_are_nothing(junk: str) -> None:
    """What the bot didn't write says nothing, and breaks nothing."""
    pressed = Pressed.parse(junk)
    assert pressed is None or pressed.query is None


@given(queries)
def test_a_page_button_holds_its_query_or_is_not_there(query: TaskQuery) -> None:
    """A hundred characters have to do."""
    custom_id = page(ANA, query)
    if custom_id is not None:
        assert len(custom_id) <= 97
        pressed = Pressed.parse(custom_id)
        assert pressed
        assert pressed.query == query


@given(tasks)
def test_every_form_is_taken_by_discord(task: Task) -> None:
    """Five fields, each within its length; sent back untouched it changes nothing."""
    form = modals.task_form(task, "form:1:2", f"Task #{task.number}")
    fields = form["components"]
    assert isinstance(fields, list)
    assert len(fields) == 5
    assert len(str(form["title"])) <= 45
    typed = {}
    for label in fields:
        inner = label["component"]
        assert len(label["label"]) <= 45
        assert len(label.get("description", "")) <= 100
        assert len(inner.get("value", "")) <= inner["max_length"] <= 4_000
        typed[inner["custom_id"]] = inner.get("value", "")
    if "," not in "".join(task.tags):
        shown = modals.before(modals.shown(task))
        assert {name for name, value in modals.fields(typed).items() if fingerprint(value) != shown[name]} == set()


def test_a_changed_form_comes_back_as_fields() -> None:
    """Priority and tags share one; date and time are one."""
    typed = {"title": "Pay rent", "due": "2026-12-02 10:00", "recurrence": "every month on 1st", "labels": "P2 #a, b"}
    told = modals.fields(typed)
    assert (told["due"], told["priority"], told["tags"]) == ("2026-12-02T10:00", "2", "a, b")
    assert modals.fields({**typed, "labels": ""})["priority"] == "4"


def test_choices_are_short_and_at_most_twenty_five() -> None:
    """As Discord takes them."""
    found = [Task(number, "t" * 500, tags=(f"tag{number}",)) for number in range(1, 60)]
    offered = [*choices.tasks(found), *choices.tags(found, "home, ta"), *choices.zones("", dt.datetime.now(dt.UTC))]
    assert all(0 < len(name) <= 100 and 0 < len(value) <= 100 for name, value in offered)
    assert (
        max(len(choices.tasks(found)), len(choices.tags(found, "")), len(choices.zones("a", dt.datetime.now(dt.UTC))))
        == 25
    )
    assert choices.date("fri 5pm", Due(dt.date(2026, 11, 27), dt.time(17), "UTC")) == (
        "fri 5pm → Fri 27 Nov 17:00",
        "fri 5pm",
    )
    assert choices.zones("berl", dt.datetime.now(dt.UTC))[0][1] == "Europe/Berlin"

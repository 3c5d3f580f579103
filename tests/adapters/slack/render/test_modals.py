"""Forms and Home within the limits of views; of a form only what was changed comes back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.render import modals
from adapters.slack.render.home import HomeState, Tab, home
from adapters.slack.render.inputs import LONGEST, private
from adapters.slack.render.task_form import conflicting, task_before, task_fields, task_form
from core.chat import Preferences, Sort, Task, TaskPage, fingerprint, fingerprints, form_fields
from tests.adapters.contract import RENT
from tests.adapters.values import many, tasks
from tests.fakes.slack.blocks import check

LINK = "https://acme.slack.com/archives/C0000001/p1700000000000100?thread_ts=1700000000.000100&cid=C0000001"
URL = "https://hooks.slack.com/actions/T0ACME/1234567890/" + "x" * 100


def taken(view: Mapping[str, object]) -> None:
    """What views.open and views.publish check."""
    check(view["blocks"], view=True)
    assert len(str(view.get("private_metadata", ""))) <= 3_000
    for name in ("title", "submit", "close"):
        text = view.get(name)
        assert text is None or (isinstance(text, dict) and len(text["text"]) <= 24)


def submitted(view: Mapping[str, object], changes: Mapping[str, str]) -> Mapping[str, object]:
    """The view as Slack sends it back after these fields were changed."""
    values = {}
    blocks = view["blocks"]
    assert isinstance(blocks, list)
    for block in blocks:
        if block["type"] != "input":
            continue
        name, element = block["block_id"], block["element"]
        given = changes.get(name)
        match element["type"]:
            case "datepicker":
                state: dict[str, object] = {
                    "selected_date": (given or None) if given is not None else element.get("initial_date")
                }
            case "timepicker":
                state = {"selected_time": (given or None) if given is not None else element.get("initial_time")}
            case "static_select":
                chosen = next(
                    (one for one in element["options"] if one["value"] == given), element.get("initial_option")
                )
                state = {"selected_option": chosen}
            case _:
                state = {"value": (given or None) if given is not None else element.get("initial_value")}
        values[name] = {element["action_id"]: {"type": element["type"], **state}}
    return {**view, "state": {"values": values}}


@given(tasks)
def test_every_form_is_taken_by_slack(task: Task) -> None:
    """New or edited, with everything a task can hold."""
    for new in (True, False):
        view = task_form(task, {"link": LINK, "url": URL, "n": task.number, "i": task.id}, new=new)
        taken(view)
        taken(modals.with_problem(view, "No. " * 500))
        assert private(view)["link"] == LINK


@given(tasks)
def test_a_form_nobody_touched_changes_nothing(task: Task) -> None:
    """Not one field is sent; a change of somebody else's meanwhile is not overwritten."""
    view = task_form(task, {"n": task.number}, new=False)
    assert task_fields(submitted(view, {})) == {}
    assert task_before(view) == fingerprints(form_fields(task))


@given(st.builds(lambda text, times: (text * times)[:4_000], st.text("ab \n\u00e9", max_size=300), st.integers(1, 40)))
def test_notes_of_any_length_come_back_whole(notes: str) -> None:
    """A text input takes 3,000 characters, so long notes have two; what is written behind them comes after all."""
    view = task_form(replace(RENT, notes=notes or None), {}, new=False)
    taken(view)
    assert task_fields(submitted(view, {})) == {}
    last = "more_notes" if len(notes) > LONGEST else "notes"
    held = next(block["element"].get("initial_value", "") for block in view["blocks"] if block["block_id"] == last)  # type: ignore[attr-defined]
    typed = f"{held} the end"[:LONGEST]
    if typed.endswith("the end"):
        assert task_fields(submitted(view, {last: typed}))["notes"].split() == f"{notes} the end".split()


def test_a_half_of_the_notes_can_be_emptied() -> None:
    """What is left of the other is the notes."""
    view = task_form(replace(RENT, notes="one " * 700 + "\n" + "two " * 290), {}, new=False)
    assert set(task_fields(submitted(view, {"more_notes": ""}))["notes"].split()) == {"one"}
    assert set(task_fields(submitted(view, {"notes": ""}))["notes"].split()) == {"two"}


def test_tags_and_repetitions_are_not_cut() -> None:
    """Twenty tags of fifty characters, and a rule that takes long to say."""
    tags = tuple(f"{number:02d}{'t' * 48}" for number in range(20))
    long = replace(RENT, tags=tags, repeats="every " + "monday and " * 100)
    view = task_form(long, {}, new=False)
    taken(view)
    assert task_fields(submitted(view, {"tags": ", ".join((*tags[:19], "new"))}))["tags"].count(",") == 19


def test_what_is_changed_comes_back_as_typed() -> None:
    """Date and time are one field; an emptied one is empty."""
    view = task_form(RENT, {}, new=False)
    assert task_fields(submitted(view, {"time": "10:30"})) == {"due": "2026-12-01T10:30"}
    assert task_fields(submitted(view, {"time": ""})) == {"due": "2026-12-01"}
    assert task_fields(submitted(view, {"due": "", "time": ""})) == {"due": ""}
    assert task_fields(submitted(view, {"due": ""})) == {"due": ""}, "no time without the day that it was on"
    told = task_fields(submitted(view, {"tags": "", "priority": "4", "recurrence": "every day", "remind": "9am"}))
    assert told == {"tags": "", "priority": "4", "recurrence": "every day", "remind": "9am"}


def test_after_a_conflict_the_form_knows_what_is_there() -> None:
    """Of the fields that the person touched, so that saving again overwrites knowingly; of the others nothing."""
    view = submitted(task_form(RENT, {}, new=False), {"title": "Mine", "tags": "mine"})
    now = replace(RENT, title="Theirs", priority=3)
    again = conflicting(view, now)
    taken(again)
    assert task_before(again) == task_before(view) | {"title": fingerprint("Theirs")}
    assert task_fields(again) == {"title": "Mine", "tags": "mine"}, "the priority is as it was shown, and stays theirs"
    assert conflicting(again, now) is again


def test_what_was_typed_is_in_a_form_that_is_shown_again() -> None:
    """However long the answer took: Slack has forgotten it, where another form was shown meanwhile."""
    changes = {"title": "Mine", "due": "2026-12-24", "time": "", "priority": "3", "notes": "typed"}
    view = submitted(task_form(RENT, {}, new=False), changes)
    again = modals.with_problem(view, "No.")
    taken(again)
    bare = {name: value for name, value in again.items() if name != "state"}
    assert task_fields(submitted(bare, {})) == task_fields(view)


@given(st.one_of(st.none(), st.integers(), st.text(max_size=20), st.dictionaries(st.text(max_size=3), st.integers())))
def test_a_submission_that_is_no_form_of_ours_is_empty(junk: object) -> None:
    """Whatever stands where the state should be."""
    view: dict[str, object] = {"state": junk, "private_metadata": json.dumps(junk)}
    assert task_fields(view) == {}
    assert modals.preferences_fields(view) == {}
    assert task_fields({"state": {"values": junk}}) == {}
    assert task_before(view) == {}


def test_a_lead_that_was_chosen_in_words_stays() -> None:
    """The menu has it, so that saving the form changes nothing."""
    kept = Preferences("Europe/Berlin", timezone_known=True, morning=dt.time(9), digest=True, lead=45)
    assert modals.preferences_fields(submitted(modals.preferences_form(kept, {}), {}))["lead"] == "45"


@given(
    many,
    st.sampled_from(Tab),
    st.sampled_from(Sort),
    st.integers(1, 200),
    st.integers(0, 5_000),
    st.lists(st.text("abcé", min_size=1, max_size=50), max_size=60, unique=True),
)
def test_every_home_is_taken_by_slack(
    tasks: tuple[Task, ...], tab: Tab, sort: Sort, page: int, total: int, tags: list[str]
) -> None:
    """Any tab, filter, order and page."""
    state = HomeState(tab=tab, sort=sort, page=page, filter=f"#{tags[0]}" if tags else "all")
    kept = Preferences(
        "America/Argentina/ComodRivadavia", timezone_known=False, morning=dt.time(8, 30), digest=True, lead=10
    )
    query = state.query()
    shown = tasks[: query.size]
    taken(home(state, TaskPage(query, shown, max(total, len(shown))), kept, "U0000001", tags))
    taken(modals.preferences_form(kept, {"url": URL}))
    assert HomeState.parse(state.dump()) == state

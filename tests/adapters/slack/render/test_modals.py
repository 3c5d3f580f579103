"""Forms and Home within the limits of views; of a form only what was changed comes back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.render import modals
from adapters.slack.render.home import HomeState, Tab, home
from core.chat import Preferences, Sort, Task, TaskPage
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
        view = modals.task_form(task, {"link": LINK, "url": URL, "number": task.number}, new=new)
        taken(view)
        taken(modals.with_problem(view, "No. " * 500))
        assert modals.private(view)["link"] == LINK


@given(tasks)
def test_a_form_nobody_touched_changes_nothing(task: Task) -> None:
    """Title and notes come back as they were; a change of somebody else's meanwhile is not overwritten."""
    view = modals.task_form(task, {"number": task.number}, new=False)
    fields = modals.task_fields(submitted(view, {}))
    assert set(fields) <= {"title", "notes"}


def test_what_is_changed_comes_back_as_typed() -> None:
    """Date and time are one field; an emptied one is empty."""
    view = modals.task_form(RENT, {}, new=False)
    assert modals.task_fields(submitted(view, {"time": "10:30"}))["due"] == "2026-12-01T10:30"
    assert modals.task_fields(submitted(view, {"time": ""}))["due"] == "2026-12-01"
    assert modals.task_fields(submitted(view, {"due": "", "time": ""}))["due"] == ""
    told = modals.task_fields(
        submitted(view, {"tags": "", "priority": "4", "recurrence": "every day", "remind": "9am"})
    )
    assert (told["tags"], told["priority"], told["recurrence"], told["remind"]) == ("", "4", "every day", "9am")
    assert "due" not in told


@given(st.one_of(st.none(), st.integers(), st.text(max_size=20), st.dictionaries(st.text(max_size=3), st.integers())))
def test_a_submission_that_is_no_form_of_ours_is_empty(junk: object) -> None:
    """Whatever stands where the state should be."""
    view: dict[str, object] = {"state": junk, "private_metadata": json.dumps(junk)}
    assert modals.task_fields(view) == {}
    assert modals.preferences_fields(view) == {}
    assert modals.task_fields({"state": {"values": junk}}) == {}


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

"""The Home tab."""

from __future__ import annotations

import json

import pytest

from adapters.slack.render.home import HomeState
from tests.adapters.slack.conftest import There


def home(there: There) -> str:
    """What Ana's Home shows."""
    view = there.slack.homes.get(there.ana.id)
    return json.dumps(view.told, ensure_ascii=False) if view else ""


def state(there: There) -> HomeState:
    """What Ana's Home says that she looks at."""
    return HomeState.parse(there.slack.homes[there.ana.id].told["private_metadata"])


async def look(there: There) -> None:
    """Ana opens her Home."""
    await there.slack.open_home(there.ana)
    await there.slack.until(lambda: home(there))


@pytest.mark.parametrize(
    ("tab", "task"),
    [("today", "Here"), ("overdue", "Late"), ("upcoming", "Soon"), ("someday", "Ever"), ("done", "Past")],
)
async def test_each_tab_shows_its_tasks(there: There, tab: str, task: str) -> None:
    """Today, overdue, upcoming, without a date, done: each task in one of them."""
    for text in ("Here today 5pm", "Late 2026-11-20", "Soon next friday", "Ever", "Past"):
        await there.add(there.ana, text)
    await there.task(there.ana, "done 5")
    await look(there)
    await there.slack.press_view(there.ana, there.slack.homes[there.ana.id], f"home_tab:{tab}")
    await there.slack.until(lambda: state(there).tab == tab)
    view = there.slack.homes[there.ana.id].told
    rows = [block for block in view["blocks"] if str(block.get("block_id", "")).startswith("row:")]  # type: ignore[attr-defined]
    assert [task in json.dumps(row) for row in rows] == [True]
    assert json.dumps(view["blocks"]).count('"primary"') == 1


async def test_home_is_fresh_after_a_change_elsewhere(there: There) -> None:
    """A command, a card, a form: Home follows; whoever never opened it costs no call."""
    await look(there)
    await there.task(there.ana, "add Milk today")
    await there.slack.until(lambda: "Milk" in home(there))
    _, ts = await there.card(there.ana, "add Bread today")
    await there.slack.until(lambda: "Bread" in home(there))
    await there.slack.press(there.ana, there.channel, ts, "task_menu", choice="Delete")
    await there.slack.until(lambda: "Bread" not in home(there))
    await there.task(there.ben, "add Ben's")
    assert {call.args["user_id"] for call in there.slack.asked("views.publish")} == {there.ana.id}


async def test_tasks_can_be_done_in_home(there: There) -> None:
    """A row's menu works there as on a card."""
    await there.add(there.ana, "Milk today")
    await look(there)
    await there.slack.press_view(there.ana, there.slack.homes[there.ana.id], "task_menu", choice="Done")
    await there.slack.until(lambda: "Milk" not in home(there))
    assert (await there.tasks(there.ana))[0].done


async def test_filters_sorts_and_pages(there: There) -> None:
    """Each is kept in the view, so that any process can go on from it."""
    for number in range(20):
        await there.add(there.ana, f"Thing {number:02d} {'#odd' if number % 2 else 'p1'}")
    await look(there)
    view = there.slack.homes
    await there.slack.press_view(there.ana, view[there.ana.id], "home_tab:someday")
    await there.slack.until(lambda: "20 tasks, page 1 of 2" in home(there))
    await there.slack.press_view(there.ana, view[there.ana.id], "home_page:on")
    await there.slack.until(lambda: "Thing 19" in home(there))
    await there.restart()
    await there.slack.press_view(there.ana, view[there.ana.id], "home_filter", choice="#odd")
    await there.slack.until(lambda: "No date: 10 tasks" in home(there))
    await there.slack.press_view(there.ana, view[there.ana.id], "home_sort", choice="by title")
    await there.slack.until(lambda: state(there).sort == "title")
    assert "No date: 10 tasks" in home(there)


async def test_adding_from_home(there: There) -> None:
    """The form, and the new task in Home; no message is posted for it."""
    await look(there)
    await there.slack.press_view(there.ana, there.slack.homes[there.ana.id], "home_add")
    await there.slack.until(lambda: there.slack.views)
    (view,) = there.slack.views.values()
    await there.slack.submit(there.ana, view, title="Buy milk", due="2026-11-23")
    await there.slack.until(lambda: "Buy milk" in home(there))
    assert not there.slack.asked("chat.postMessage")


async def test_preferences(there: There) -> None:
    """Zone, morning, digest and lead; a zone that doesn't exist is told in the form."""
    await look(there)
    assert "Europe/Berlin" in home(there)
    await there.slack.press_view(there.ana, there.slack.homes[there.ana.id], "home_prefer")
    await there.slack.until(lambda: there.slack.views)
    (view,) = there.slack.views.values()
    await there.slack.submit(there.ana, view, timezone="Mars")
    assert "Mars" in str(view.told["blocks"])
    await there.slack.submit(there.ana, view, timezone="Tokyo", morning="07:30", digest="on", lead="30")
    await there.slack.until(lambda: "Asia/Tokyo" in home(there))
    kept = await there.core.preferences(there.author(there.ana))
    assert (kept.timezone, str(kept.morning), kept.digest, kept.lead) == ("Asia/Tokyo", "07:30:00", True, 30)


@pytest.mark.parametrize("junk", [None, "", "{", "[]", '{"tab": "x"}', '{"page": -1}', '{"tab": 7, "sort": []}'])
def test_a_state_that_cannot_be_read_is_the_first_look(junk: str | None) -> None:
    """Whatever stands in the view's metadata."""
    assert HomeState.parse(junk) == HomeState()


def test_a_state_is_kept_whole() -> None:
    """What is dumped is read back."""
    state = HomeState.parse('{"tab": "done", "sort": "title", "filter": "#home", "page": 3}')
    assert HomeState.parse(state.dump()) == state
    assert state.page == 3

"""App Home: a person's tasks by tab, with filters, pages and preferences (https://docs.slack.dev/surfaces/app-home)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from adapters.shared.wording import counted
from adapters.slack.render import actions as press
from adapters.slack.render import cards
from adapters.slack.render.blocks import Block, actions, button, context, header, option, section, select
from adapters.slack.render.identity import unique
from adapters.slack.render.markdown import escape
from core.chat import DueFilter, Preferences, Sort, Status, TaskList, TaskPage, TaskQuery

TAB = "home_tab"
SORT = "home_sort"
FILTER = "home_filter"
TURN = "home_page"
ADD = "home_add"
PREFER = "home_prefer"
ALL = "all"
_SIZE = 15


class Tab(StrEnum):
    """What Home shows."""

    TODAY = "today"
    OVERDUE = "overdue"
    UPCOMING = "upcoming"
    SOMEDAY = "someday"
    DONE = "done"


_TITLES = {
    Tab.TODAY: "Today",
    Tab.OVERDUE: "Overdue",
    Tab.UPCOMING: "Upcoming",
    Tab.SOMEDAY: "No date",
    Tab.DONE: "Done",
}
_DUE = {
    Tab.TODAY: DueFilter.TODAY,
    Tab.OVERDUE: DueFilter.OVERDUE,
    Tab.UPCOMING: DueFilter.UPCOMING,
    Tab.SOMEDAY: DueFilter.NONE,
    Tab.DONE: None,
}
_SORTS = {Sort.DUE: "by date", Sort.PRIORITY: "by priority", Sort.CREATED: "by age", Sort.TITLE: "by title"}


@dataclass(frozen=True, slots=True)
class HomeState:
    """Which part of their tasks a person looks at. Kept in the view itself, so that any process can go on from it."""

    tab: Tab = Tab.TODAY
    sort: Sort = Sort.DUE
    filter: str = ALL
    """`all`, `p1` to `p3`, or `#tag`."""
    page: int = 1

    def dump(self) -> str:
        """For the view's `private_metadata`."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def parse(cls, text: object) -> HomeState:
        """Read it back; what can't be read is as at the first look."""
        try:
            told = json.loads(text) if isinstance(text, str) and text else {}
            page = told.get("page", 1)
            return cls(
                Tab(told.get("tab", Tab.TODAY)),
                Sort(told.get("sort", Sort.DUE)),
                str(told.get("filter", ALL)),
                page if isinstance(page, int) and page > 0 else 1,
            )
        except (ValueError, AttributeError):
            return cls()

    def query(self) -> TaskQuery:
        """What the core is asked for."""
        return TaskQuery(
            status=Status.DONE if self.tab is Tab.DONE else Status.OPEN,
            due=_DUE[self.tab],
            priority=int(self.filter[1:]) if self.filter in ("p1", "p2", "p3") else None,
            tag=self.filter[1:] if self.filter.startswith("#") else None,
            sort=self.sort,
            page=self.page,
            size=_SIZE,
        )


def home(state: HomeState, page: TaskPage, kept: Preferences, who: str, tags: Sequence[str] = ()) -> Block:
    """The whole view. `tags` are those that can be filtered by."""
    return {
        "type": "home",
        "private_metadata": state.dump(),
        "blocks": [
            actions([_tab(tab, state) for tab in Tab], block_id="home:tabs"),
            actions([*_filters(state, tags), button("Add a task", ADD, "add", style="primary")], block_id="home:tools"),
            {"type": "divider"},
            header(f"{_TITLES[state.tab]}: {counted(page)}"),
            *_rows(state, page, who),
            *_turning(state, page),
            {"type": "divider"},
            *_preferences(kept),
        ],
    }


def unavailable(sentence: str, state: HomeState | None = None) -> Block:
    """Home while the tasks can't be read; its tabs ask again."""
    tabs = [actions([_tab(tab, state) for tab in Tab], block_id="home:tabs")] if state else []
    return {"type": "home", "blocks": [*tabs, section(f":warning: {escape(sentence)}")]}


def on_its_way() -> Block:
    """Home until the tasks are read."""
    return {"type": "home", "blocks": [section(":hourglass_flowing_sand: One moment…")]}


def _tab(tab: Tab, state: HomeState) -> Block:
    chosen = replace(state, tab=tab, page=1)
    # one button of the page is the primary one, and that is not where one is already
    return button(f"● {_TITLES[tab]}" if tab is state.tab else _TITLES[tab], f"{TAB}:{tab}", chosen.dump())


def _filters(state: HomeState, tags: Sequence[str]) -> list[Block]:
    sorts = [option(f"Sorted {label}", sort) for sort, label in _SORTS.items()]
    names = [ALL, "p1", "p2", "p3", *(f"#{tag}" for tag in tags[:50])]
    if state.filter not in names:
        names.append(state.filter)
    filters = [option("Everything" if name == ALL else name, name[:150]) for name in names]
    return [
        select("Sorted", SORT, sorts, next(one for one in sorts if one["value"] == state.sort)),
        select("Everything", FILTER, filters, filters[names.index(state.filter)]),
    ]


def _rows(state: HomeState, page: TaskPage, who: str) -> list[Block]:
    if page.tasks:
        # the pages are turned by buttons of Home's own
        shown = replace(page, query=replace(page.query, page=1), total=len(page.tasks))
        blocks = cards.task_list(TaskList(shown), who)
        return unique([block for block in blocks if block["type"] != "context" or "block_id" in block])
    return [
        section("Nothing here. :seedling:" if state.filter == ALL else f"Nothing with {escape(state.filter)} here.")
    ]


def _turning(state: HomeState, page: TaskPage) -> list[Block]:
    turns = []
    if state.page > 1:
        turns.append(button("‹ Previous", f"{TURN}:back", replace(state, page=state.page - 1).dump()))
    if state.page < page.pages:
        turns.append(button("Next ›", f"{TURN}:on", replace(state, page=state.page + 1).dump()))
    return [actions(turns, block_id="home:turn")] if turns else []


def _preferences(kept: Preferences) -> list[Block]:
    known = "" if kept.timezone_known else " (nobody told me yours)"
    digest = "on" if kept.digest else "off"
    said = f"Time zone {escape(kept.timezone)}{known} · morning at {kept.morning:%H:%M} · digest {digest}"
    return [context(said), actions([button("Change preferences", PREFER, "prefer")], block_id="home:prefer")]


__all__ = ["ADD", "ALL", "FILTER", "PREFER", "SORT", "TAB", "TURN", "HomeState", "Tab", "home", "press"]

"""The app's tabs as they are opened, and what is pressed in Home besides the tasks themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.async_app import AsyncAck

from adapters.slack import forms
from adapters.slack.desk import Desk
from adapters.slack.inbound import Event, text_of
from adapters.slack.render import home, modals
from adapters.slack.render.blocks import Block
from adapters.slack.render.home import HomeState
from adapters.slack.render.task_form import task_form
from core.chat import Sort, Task

Body = Mapping[str, object]

_CHOICES = re.compile(rf"(?:{home.TAB}|{home.TURN}):.+|{home.SORT}|{home.FILTER}")


def register(app: AsyncApp) -> None:
    """Listen to `app_home_opened` and to Home's tabs, menus and buttons."""

    @app.event("app_home_opened")
    async def opened(event: Event, desk: Desk) -> None:
        user = text_of(event, "user")
        if event.get("tab") == "messages":
            desk.contexts.changed(user, event.get("context"))
            async with desk.running.counted():
                await desk.openings.tab(desk, user, text_of(event, "channel"))
        elif event.get("tab") in ("home", None):
            view = event.get("view")
            kept = view.get("private_metadata") if isinstance(view, Mapping) else None
            await desk.homes.show(desk, user, HomeState.parse(kept) if kept else None)

    @app.action(_CHOICES)
    async def chosen(ack: AsyncAck, body: Body, desk: Desk) -> None:
        await ack()
        await desk.homes.show(desk, _user(body), _state(body))

    @app.action(home.ADD)
    async def add(ack: AsyncAck, body: Body, desk: Desk) -> None:
        await ack()
        await forms.open_form(desk, text_of(body, "trigger_id"), _empty(), "New task", "")

    @app.action(home.PREFER)
    async def prefer(ack: AsyncAck, body: Body, desk: Desk) -> None:
        await ack()
        await forms.open_form(desk, text_of(body, "trigger_id"), _preferences(desk, _user(body)), "Preferences", "")


async def _empty() -> Block:
    return task_form(Task(number=0, title=""), {"home": True}, new=True)


async def _preferences(desk: Desk, user: str) -> Block:
    return modals.preferences_form(await desk.core.preferences(await desk.people.author(user)), {})


def _state(body: Body) -> HomeState:
    """What is to be shown after the press: a button says it all, a menu changes one thing of what is shown."""
    actions, view = body.get("actions"), body.get("view")
    action = actions[0] if isinstance(actions, list) and actions else {}
    shown = HomeState.parse(view.get("private_metadata") if isinstance(view, Mapping) else None)
    option = action.get("selected_option")
    if not isinstance(option, Mapping):
        return HomeState.parse(action.get("value"))
    value = text_of(option, "value")
    if action.get("action_id") == home.SORT:
        return HomeState(shown.tab, Sort(value) if value in set(Sort) else shown.sort, shown.filter)
    return HomeState(shown.tab, shown.sort, value)


def _user(body: Body) -> str:
    user = body.get("user")
    return text_of(user, "id") if isinstance(user, Mapping) else ""

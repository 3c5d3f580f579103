"""The pane of apps made before the Messages tab was the place of talks, and what a person looks at beside either."""

from __future__ import annotations

from collections.abc import Mapping

from slack_bolt.app.async_app import AsyncApp

from adapters.slack.desk import Desk
from adapters.slack.inbound import Event, Place, text_of


def register(app: AsyncApp) -> None:
    """Listen to `assistant_thread_started`, `assistant_thread_context_changed` and `app_context_changed`."""

    @app.event("assistant_thread_started")
    async def started(event: Event, desk: Desk) -> None:
        thread = _thread(event)
        user = text_of(thread, "user_id")
        desk.contexts.changed(user, thread.get("context"))
        place = Place(text_of(thread, "channel_id"), text_of(thread, "thread_ts"), private=True)
        if user and place.channel and place.ts:
            async with desk.running.counted():
                await desk.openings.pane(desk, user, place)

    @app.event("assistant_thread_context_changed")
    async def changed_beside_pane(event: Event, desk: Desk) -> None:
        thread = _thread(event)
        desk.contexts.changed(text_of(thread, "user_id"), thread.get("context"))

    @app.event("app_context_changed")
    async def changed(event: Event, desk: Desk) -> None:
        desk.contexts.changed(text_of(event, "user"), event.get("context"))


def _thread(event: Event) -> Mapping[str, object]:
    thread = event.get("assistant_thread")
    return thread if isinstance(thread, Mapping) else {}

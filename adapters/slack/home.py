"""App Home: published when a person opens it, and again when their tasks change."""

from __future__ import annotations

from adapters.slack.desk import Desk


async def refresh(desk: Desk, user: str) -> None:
    """Show the person's tasks as they are now, if they have opened their Home since this process began."""

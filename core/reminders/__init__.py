"""What the bot says unasked: reminders at a task's time."""

from core.reminders.loop import Reminders

__all__ = ["Reminders"]

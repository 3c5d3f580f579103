"""What the bot says unasked: reminders at a task's time, and each morning a digest."""

from core.reminders.kept import tell_kept
from core.reminders.loop import Reminders

__all__ = ["Reminders", "tell_kept"]

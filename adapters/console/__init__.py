"""The console: a talk in the terminal, or one message a line from a pipe."""

from adapters.console.platform import Console
from adapters.console.settings import ConsoleSettings

__all__ = ["Console", "ConsoleSettings"]

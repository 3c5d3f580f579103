"""The command grammar: what slash commands, the console and the offline assistant understand without a model."""

from core.commands.about import about
from core.commands.grammar import understand

__all__ = ["about", "understand"]

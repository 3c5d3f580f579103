"""A person's tasks as files that other programs read."""

from core.tasks.export.growing import Export

__all__ = ["Export"]

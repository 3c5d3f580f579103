"""The instructions, the same for all people and all time: what changes with a turn is in its briefing."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def instructions() -> str:
    """The Markdown file beside this module; with the tools, the prefix that all talks share in the prompt cache."""
    return files("core.agent").joinpath("instructions.md").read_text(encoding="utf-8")

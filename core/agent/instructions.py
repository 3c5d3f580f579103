"""The instructions, the same for all people and all time: what changes with a turn is in its briefing."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def instructions(*, services: bool = False) -> str:
    """The Markdown file beside this module; with the tools, the prefix that all talks share in the prompt cache.

    With `services`, what is to be known of other people's follows.
    """
    own = files("core.agent").joinpath("instructions.md").read_text(encoding="utf-8")
    if not services:
        return own
    return own + files("core.agent.servers").joinpath("instructions.md").read_text(encoding="utf-8")

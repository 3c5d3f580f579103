"""Why something was not posted, or not read."""

# ruff: noqa: N818 - the names are read as what happened, in `except PostRefused`

from __future__ import annotations


class PostRefused(Exception):
    """The platform won't deliver there: direct messages are closed, the thread is archived, the person has left."""


class PostDelayed(Exception):
    """The platform takes no more for now, and nothing was posted."""

    def __init__(self, seconds: float, *, alone: bool = False) -> None:
        super().__init__(f"in {seconds:g} s")
        self.seconds = seconds
        """After which to try again."""
        self.alone = alone
        """Whether that is so of this workspace alone: nobody in another one has to wait for it."""


class RecallDelayed(Exception):
    """The platform doesn't let the thread be read for now: nothing is known of it, which is no word that it is new."""

"""What is wrong with Slack's connection at this moment, by its parts."""

from __future__ import annotations

from collections.abc import Callable

import structlog

log = structlog.get_logger()


class Troubles:
    """Keeps one sentence a part, and logs it when it changes."""

    def __init__(self, well: Callable[[], None]) -> None:
        """`well` is called when a part is well again."""
        self._well = well
        self._told: dict[str, str] = {"start": "Slack is not connected yet"}

    @property
    def sentences(self) -> list[str]:
        """All of them."""
        return list(self._told.values())

    def say(self, subject: str, trouble: str | None) -> None:
        """A part is in trouble, or with None well."""
        if trouble == self._told.get(subject):
            return
        if trouble:
            self._told[subject] = trouble
            log.error("slack.trouble", reason=trouble)
        else:
            del self._told[subject]
            log.info("slack.well", about=subject)
            self._well()

    def token_is(self, refused: str | None) -> None:
        """The token of the settings is refused, with Slack's word for why, or good."""
        told = f"Slack refuses SLACK_BOT_TOKEN ({refused}): install the app again and set the new token"
        self.say("token", told if refused else None)

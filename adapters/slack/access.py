"""With which token a workspace is called, and what its refusal means. About one that is set by hand nothing is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class Access(Protocol):
    """The token of one workspace, as it is now."""

    @property
    def current(self) -> str:
        """The token at this moment, asking nobody."""
        ...

    async def token(self) -> str:
        """The token to call with; refreshed where it ends soon."""
        ...

    async def refused(self, token: str, error: str) -> bool:
        """Slack has refused this token, with a word for why; tells whether there is another one to try."""
        ...

    def accepted(self) -> None:
        """Slack has taken the token."""
        ...


@dataclass(frozen=True, slots=True)
class Fixed:
    """A token from the settings."""

    current: str
    token_is: Callable[[str | None], None]
    """Hears Slack's word for a token that it refuses, None for a good one."""

    async def token(self) -> str:
        """The one there is."""
        return self.current

    async def refused(self, token: str, error: str) -> bool:
        """There is no other."""
        self.token_is(error)
        return False

    def accepted(self) -> None:
        """It is good."""
        self.token_is(None)

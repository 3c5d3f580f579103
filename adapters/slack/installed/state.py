"""What an installation carries through somebody's browser, so that only who began it can end it.

The state is encrypted and dated by Fernet, and names a cookie that only the browser has with which it was begun: a link
that somebody else made, or a code that was stolen from one browser, installs nothing in another. PKCE's verifier is in
it too, which is how a process that keeps nothing has it again.

It is good once as far as one process can tell. Of several, another one would take it again for ten minutes, from the
same browser, and then Slack refuses the code, which is good once everywhere.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass

from cachetools import TTLCache
from cryptography.fernet import InvalidToken, MultiFernet

LASTS = 600
"""Seconds from the beginning to the end of an installation, which are those of Slack's code."""
_MANY = 10_000


@dataclass(frozen=True, slots=True)
class Begun:
    """An installation that a browser begins."""

    state: str
    cookie: str
    verifier: str

    @property
    def challenge(self) -> str:
        """PKCE's, by S256 (https://datatracker.ietf.org/doc/html/rfc7636#section-4.2)."""
        return _digest(self.verifier)


class States:
    """Gives states, and takes each back once."""

    def __init__(self, fernet: MultiFernet) -> None:
        self._fernet = fernet
        self._spent: TTLCache[str, bool] = TTLCache(_MANY, LASTS)

    def begin(self) -> Begun:
        """A new one, with the cookie that the browser is to have."""
        cookie, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        told = json.dumps({"cookie": _digest(cookie), "verifier": verifier})
        return Begun(self._fernet.encrypt(told.encode()).decode(), cookie, verifier)

    def take(self, state: str, cookie: str) -> str | None:
        """The verifier, where this browser began it less than ten minutes ago and nobody has ended it; else None."""
        try:
            told = json.loads(self._fernet.decrypt(state.encode(), ttl=LASTS))
        except (InvalidToken, ValueError):
            return None
        if not cookie or not hmac.compare_digest(_digest(cookie), told["cookie"]) or told["cookie"] in self._spent:
            return None
        self._spent[told["cookie"]] = True
        return str(told["verifier"])


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()

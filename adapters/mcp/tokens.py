"""What clients hold: signed, for one purpose, one endpoint and a time. Nothing of it is stored.

JSON Web Tokens (RFC 7519) with HMAC-SHA256; access tokens have the type of RFC 9068.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import jwt

from core.chat import Grant, Invitation

_ALGORITHM = "HS256"
_LONGEST = 4_096
"""Characters; ours are far shorter."""


class Kind(StrEnum):
    """A purpose. Each has a key of its own, so that nothing made for one passes for another."""

    CODE = "code+jwt"
    """What a person pastes."""
    AUTHORIZATION = "authorization+jwt"
    """OAuth's authorization code."""
    ACCESS = "at+jwt"
    REFRESH = "refresh+jwt"


LIVES: Mapping[Kind, int] = {
    Kind.CODE: 600,
    Kind.AUTHORIZATION: 60,
    Kind.ACCESS: 900,
    Kind.REFRESH: 30 * 86_400,
}
"""Seconds."""
LONGEST_CONNECTION = 180 * 86_400
"""Seconds after which a person has to connect a client anew, however often it has refreshed."""


@dataclass(frozen=True, slots=True)
class Held:
    """Whom and what a token was made for."""

    user: int
    state: int = 0
    """Of a code the state of the counter that it is good for; of a token the epoch."""
    locale: str = "en"
    client: str = ""
    """The client's id, a URL."""
    name: str = ""
    """What the client is called."""
    redirect: str = ""
    challenge: str = ""
    """Of an authorization code: PKCE's, by S256 (RFC 7636)."""
    begun: int = 0
    """When the client was connected, in seconds since 1970."""
    id: str = ""
    """Of a refresh token: tells it from all others."""

    @property
    def grant(self) -> Grant:
        """What an access or refresh token stands for."""
        return Grant(self.user, self.state, self.name, self.locale)


_CLAIMS = {
    "state": "st", "locale": "loc", "client": "client_id", "name": "nam", "redirect": "red", "challenge": "cch",
    "begun": "auth_time", "id": "jti",
}  # fmt: skip


class Keys:
    """Signs with the first key, and verifies with all."""

    def __init__(
        self, keys: Sequence[str], issuer: str, audience: str, *, clock: Callable[[], float] = time.time
    ) -> None:
        """`issuer` is the bot's address and `audience` the endpoint's; `clock` gives seconds since 1970."""
        self._keys = {kind: [hmac.digest(key.encode(), kind.encode(), "sha256") for key in keys] for kind in Kind}
        self._issuer = issuer
        self._audience = audience
        self.clock = clock

    def sign(self, kind: Kind, held: Held) -> str:
        """Make one that lives as long as its kind does."""
        claims: dict[str, Any] = {name: getattr(held, field) for field, name in _CLAIMS.items() if getattr(held, field)}
        now = int(self.clock())
        claims |= {"sub": str(held.user), "iss": self._issuer, "aud": self._audience, "exp": now + LIVES[kind]}
        return jwt.encode(claims, self._keys[kind][0], _ALGORITHM, headers={"typ": kind.value})

    def read(self, kind: Kind, token: str) -> Held | None:
        """What it was made for; `None` for what is forged, over, made for something else or somewhere else."""
        if len(token) > _LONGEST:
            return None
        for key in self._keys[kind]:
            try:
                claims = jwt.decode(
                    token,
                    key,
                    algorithms=[_ALGORITHM],
                    audience=self._audience,
                    issuer=self._issuer,
                    options={"require": ["exp", "sub", "iss", "aud"], "verify_exp": False},
                )
                held = Held(
                    int(claims["sub"]), **{field: claims[name] for field, name in _CLAIMS.items() if name in claims}
                )
            except (jwt.InvalidTokenError, ValueError, TypeError):
                continue
            return held if claims["exp"] > self.clock() else None
        return None


@dataclass(frozen=True, slots=True)
class Inviter:
    """Implements `core.chat.Inviter`."""

    keys: Keys
    address: str

    def invite(self, user: int, state: int, locale: str) -> Invitation:
        """A code that is good for this state of the identity's counter alone."""
        code = self.keys.sign(Kind.CODE, Held(user, state, locale))
        return Invitation(self.address, code, LIVES[Kind.CODE] // 60)

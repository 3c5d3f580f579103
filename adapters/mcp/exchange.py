"""OAuth 2.1's token endpoint: codes and refresh tokens for access tokens. Clients have no secrets (RFC 6749, 2.1)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import replace
from uuid import uuid4

import structlog
from aiohttp import web
from cachetools import TTLCache

from adapters.mcp.page import HEADERS
from adapters.mcp.settings import McpSettings
from adapters.mcp.tokens import LIVES, LONGEST_CONNECTION, Held, Keys, Kind
from core.chat import RefusedError, Toolbox, epoch_of

log = structlog.get_logger()

PATH = "/oauth/token"
SCOPE = "tasks"
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_GRACE = 60.0
"""Seconds for which a spent refresh token serves once more, as its answer may have been lost on the way."""


class OAuthError(Exception):
    """What a client did wrong: `str(error)` is a code of RFC 6749 (5.2) or RFC 8707 (2)."""


class Exchange:
    """Gives out tokens."""

    def __init__(self, settings: McpSettings, keys: Keys, toolbox: Toolbox) -> None:
        self._settings = settings
        self._keys = keys
        self._toolbox = toolbox
        # as far as one process remembers; elsewhere a spent one serves until it is over, or all are ended
        self._spent: TTLCache[str, float] = TTLCache(100_000, LIVES[Kind.REFRESH])

    async def take(self, request: web.Request) -> web.Response:
        """POST a form; JSON comes back, and is cached by nobody."""
        form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        try:
            held = await self._exchanged(form)
        except OAuthError as error:
            log.info("mcp.token_refused", error=str(error))
            return web.json_response({"error": str(error)}, status=400, headers=HEADERS)
        except RefusedError as error:
            told = {"error": "temporarily_unavailable", "error_description": str(error)}
            return web.json_response(told, status=503, headers={**HEADERS, "Retry-After": "10"})
        tokens = {
            "access_token": self._keys.sign(Kind.ACCESS, replace(held, begun=0)),
            "token_type": "Bearer",
            "expires_in": LIVES[Kind.ACCESS],
            "refresh_token": self._keys.sign(Kind.REFRESH, replace(held, id=uuid4().hex)),
            "scope": SCOPE,
        }
        return web.json_response(tokens, headers=HEADERS)

    async def _exchanged(self, form: Mapping[str, str]) -> Held:
        """Whom the tokens are for. Raises OAuthError."""
        if form.get("resource", self._settings.resource) != self._settings.resource:
            raise OAuthError("invalid_target")
        match form.get("grant_type"):
            case "authorization_code":
                return await self._of_code(form)
            case "refresh_token":
                return await self._refreshed(form)
            case _:
                raise OAuthError("unsupported_grant_type")

    async def _of_code(self, form: Mapping[str, str]) -> Held:
        held = self._keys.read(Kind.AUTHORIZATION, form.get("code", ""))
        mine = held is not None and form.get("client_id") == held.client and form.get("redirect_uri") == held.redirect
        if held is None or not mine or not _proves(form.get("code_verifier", ""), held.challenge):
            raise OAuthError("invalid_grant")
        after = await self._toolbox.spend(held.user, held.state, connects=True)
        if after is None:
            raise OAuthError("invalid_grant")
        log.info("mcp.connected")
        begun = int(self._keys.clock())
        return Held(held.user, epoch_of(after), held.locale, held.client, held.name, begun=begun)

    async def _refreshed(self, form: Mapping[str, str]) -> Held:
        held = self._keys.read(Kind.REFRESH, form.get("refresh_token", ""))
        if held is None or form.get("client_id") != held.client or not self._fresh(held):
            raise OAuthError("invalid_grant")
        if await self._toolbox.granted(held.grant) is None:
            raise OAuthError("invalid_grant")
        self._spent.setdefault(held.id, self._keys.clock())
        return replace(held, id="")

    def _fresh(self, held: Held) -> bool:
        now = self._keys.clock()
        return now - held.begun < LONGEST_CONNECTION and now - self._spent.get(held.id, now) < _GRACE


def _proves(verifier: str, challenge: str) -> bool:
    """Whether the client is the one that asked (RFC 7636, 4.6); there is no method but S256."""
    if not _VERIFIER.fullmatch(verifier):
        return False
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(digest, challenge.encode())

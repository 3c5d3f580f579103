"""OAuth 2.1's authorization endpoint: a page on which a person lets one client act for them, by a code from the chat.

There are no cookies and no sessions: each client needs a code of its own, so nobody's earlier consent serves another.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode, urlsplit

import structlog
from aiohttp import web

from adapters.mcp import page
from adapters.mcp.documents import BadClientError, ClientDocument, Documents
from adapters.mcp.settings import McpSettings
from adapters.mcp.tokens import Keys, Kind
from core.chat import RefusedError, Toolbox

log = structlog.get_logger()

PATH = "/oauth/authorize"
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
"""SHA-256 in base64url (RFC 7636, 4.2)."""
_LONGEST = 2_000
_FIELDS = (
    "response_type", "client_id", "redirect_uri", "code_challenge", "code_challenge_method", "state", "resource",
)  # fmt: skip
_USED = "This code was used already, or is over. Say `/task connect` in your chat for a new one."


@dataclass(frozen=True, slots=True)
class Wish:
    """What a client asks for, once it is known who asks and where the answer may go."""

    client: ClientDocument
    redirect: str
    given: Mapping[str, str]

    def answer(self, issuer: str, **fields: str) -> str:
        """Where the person's browser goes next; names its maker (RFC 9207)."""
        state = {"state": self.given["state"]} if self.given.get("state") else {}
        query = urlencode({**fields, **state, "iss": issuer})
        return f"{self.redirect}{'&' if urlsplit(self.redirect).query else '?'}{query}"


class Authorize:
    """Shows the page, and takes its form."""

    def __init__(self, settings: McpSettings, keys: Keys, documents: Documents, toolbox: Toolbox) -> None:
        self._settings = settings
        self._keys = keys
        self._documents = documents
        self._toolbox = toolbox

    async def show(self, request: web.Request) -> web.Response:
        """GET: who asks for what, and a field for the code."""
        try:
            wish = await self._wish(request.query)
        except BadClientError as error:
            return page.refused(str(error))
        if error_code := self._mistake(wish):
            return _redirect(wish.answer(self._settings.issuer, error=error_code))
        return page.asked(wish.client.name, wish.redirect, wish.given)

    async def take(self, request: web.Request) -> web.Response:
        """POST: the code, with all that the page was shown for, which is looked at anew."""
        form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        try:
            wish = await self._wish(form)
        except BadClientError as error:
            return page.refused(str(error))
        if error_code := self._mistake(wish):
            return _redirect(wish.answer(self._settings.issuer, error=error_code))
        if "deny" in form:
            return _redirect(wish.answer(self._settings.issuer, error="access_denied"))
        held = self._keys.read(Kind.CODE, "".join(form.get("code", "").split()))
        if held is None:
            return page.asked(wish.client.name, wish.redirect, wish.given, _USED)
        try:
            after = await self._toolbox.spend(held.user, held.state, connects=False)
        except RefusedError as error:
            return page.asked(wish.client.name, wish.redirect, wish.given, str(error))
        if after is None:
            return page.asked(wish.client.name, wish.redirect, wish.given, _USED)
        log.info("mcp.authorized")
        bound = replace(
            held,
            state=after,
            client=wish.client.id,
            name=wish.client.name,
            redirect=wish.redirect,
            challenge=wish.given["code_challenge"],
        )
        return _redirect(wish.answer(self._settings.issuer, code=self._keys.sign(Kind.AUTHORIZATION, bound)))

    async def _wish(self, given: Mapping[str, str]) -> Wish:
        """Who asks, and where the answer may go. Raises BadClientError: then nobody is sent anywhere."""
        kept = {name: given[name] for name in _FIELDS if given.get(name)}
        if any(len(value) > _LONGEST for value in kept.values()):
            raise BadClientError("This program asks for something that I can't read.")
        client = await self._documents.client(kept.get("client_id", ""))
        redirect = kept.get("redirect_uri", "")
        if not client.redirects_to(redirect):
            raise BadClientError(f"{client.name} doesn't take answers where this request wants it sent.")
        return Wish(client, redirect, kept)

    def _mistake(self, wish: Wish) -> str | None:
        """The error of RFC 6749 (4.1.2.1) or RFC 8707 (2) that the request is answered with, if any."""
        given = wish.given
        if given.get("response_type") != "code":
            return "unsupported_response_type"
        plain = given.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(
            given.get("code_challenge", "")
        )
        if plain:
            return "invalid_request"
        return None if given.get("resource", self._settings.resource) == self._settings.resource else "invalid_target"


def _redirect(where: str) -> web.Response:
    return web.Response(status=303, headers={**page.HEADERS, "Location": where})

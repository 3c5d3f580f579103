"""How a workspace installs the app: `/slack/install` leads to Slack, and Slack back to `/slack/oauth_redirect`.

Nothing of a request decides where a browser is sent or which address Slack is told: no parameter, no Host. What is
shown is text, escaped, on a page that runs nothing and is in nobody's frame.
"""

from __future__ import annotations

import html
import re
from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

import structlog
from aiohttp import web

from adapters.slack.api import REFUSED, code
from adapters.slack.installed.installation import Installation
from adapters.slack.installed.oauth import OAuth
from adapters.slack.installed.state import LASTS, States
from adapters.slack.installed.store import StoreError
from adapters.slack.manifest import INSTALL_PATH, bot_scopes

log = structlog.get_logger()

COOKIE = "__Host-slack-install"
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_APP = re.compile(r"A[A-Z0-9]+")
_AGAIN = f'<a href="{INSTALL_PATH}">Install again</a>'
_MANY_LETTERS = 4_096
"""A state's, a code's and a cookie's; Slack's are far shorter."""

Install = Callable[[Installation], Awaitable[None]]


class NotAdmittedError(Exception):
    """The workspace may not have the app; it has been taken out there again. The text is a sentence."""


class Pages:
    """Both pages."""

    def __init__(self, oauth: OAuth, states: States, install: Install, *, pkce: bool) -> None:
        """`install` keeps an installation and begins with it. It may raise NotAdmittedError, StoreError."""
        self._oauth = oauth
        self._states = states
        self._install = install
        self._pkce = pkce

    async def begin(self, request: web.Request) -> web.StreamResponse:
        """`GET /slack/install`: to Slack's page, with a state that this browser alone can bring back."""
        begun = self._states.begin()
        asked = {
            "client_id": self._oauth.client_id,
            "scope": ",".join(bot_scopes()),
            "user_scope": "",
            "state": begun.state,
            **({"redirect_uri": self._oauth.redirect} if self._oauth.redirect else {}),
            **({"code_challenge": begun.challenge, "code_challenge_method": "S256"} if self._pkce else {}),
        }
        page = f"{self._oauth.url.removesuffix('api/')}oauth/v2/authorize?{urlencode(asked)}"
        answer = web.Response(status=302, headers={**_HEADERS, "Location": page})
        answer.set_cookie(COOKIE, begun.cookie, max_age=LASTS, path="/", secure=True, httponly=True, samesite="Lax")
        return answer

    async def end(self, request: web.Request) -> web.StreamResponse:
        """`GET /slack/oauth_redirect`: exchange the code, once it is sure that this browser began it."""
        answer = await self._ended(request)
        answer.del_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
        return answer

    async def _ended(self, request: web.Request) -> web.Response:
        given, cookie = request.query, request.cookies.get(COOKIE, "")
        if any(len(one) > _MANY_LETTERS for one in (*given.values(), cookie)):
            return _page(400, "Nothing was installed", "That is no answer of Slack's.")
        verifier = self._states.take(given.get("state", ""), cookie)
        if verifier is None:
            log.info("slack.install_refused", reason="state")
            return _page(
                400,
                "Nothing was installed",
                "This page belongs to an installation that was begun in another browser, more than ten minutes ago, or "
                "is done already.",
                again=True,
            )
        if "error" in given or not given.get("code"):
            return _page(200, "Nothing was installed", "Slack was told not to install the app.", again=True)
        return await self._exchanged(given["code"], verifier)

    async def _exchanged(self, granted: str, verifier: str) -> web.Response:
        try:
            installation = await self._oauth.exchange(granted, verifier if self._pkce else "")
            await self._install(installation)
        except NotAdmittedError as error:
            return _page(403, "Nothing was installed", str(error))
        except StoreError as error:
            log.error("slack.install_failed", reason=str(error))
            return _page(503, "Not installed yet", "I can't keep the installation right now.", again=True)
        except REFUSED as error:
            refused = code(error)
            log.warning("slack.install_failed", error=refused or type(error).__name__)
            if refused:
                return _page(
                    400, "Nothing was installed", "Slack did not accept that: it may be done already.", again=True
                )
            return _page(503, "Not installed yet", "Slack does not answer right now.", again=True)
        log.info("slack.installed", workspace=installation.workspace)
        where = {"app": installation.app, "team": installation.key.team}
        link = f"https://slack.com/app_redirect?{urlencode({name: value for name, value in where.items() if value})}"
        opened = f'<a href="{html.escape(link)}">Open it in Slack</a>' if _APP.fullmatch(installation.app) else ""
        return _page(200, f"Installed in {installation.name or 'your workspace'}", "Say hello to it.", link=opened)


def _page(status: int, title: str, sentence: str, *, again: bool = False, link: str = "") -> web.Response:
    """A page with two sentences and at most one link; what is told is text."""
    shown, said = html.escape(title), html.escape(sentence)
    body = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{shown}</title>'
        f"<h1>{shown}</h1><p>{said}</p><p>{_AGAIN if again else link}</p></html>"
    )
    return web.Response(status=status, text=body, content_type="text/html", charset="utf-8", headers=_HEADERS)

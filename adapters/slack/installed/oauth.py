"""Slack's side of an installation: codes and refresh tokens are exchanged for tokens, and the app is taken out again.

See https://docs.slack.dev/authentication/installing-with-oauth and
https://docs.slack.dev/authentication/using-token-rotation.
"""

from __future__ import annotations

import dataclasses
import logging
import time
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.access import Fixed
from adapters.slack.api import api
from adapters.slack.installed.installation import Installation, Key
from adapters.slack.settings import SlackSettings


@dataclass(frozen=True, slots=True)
class OAuth:
    """The app as Slack knows it, by its id and secret."""

    session: aiohttp.ClientSession
    url: str
    client_id: str
    client_secret: str
    redirect: str | None = None
    """The address that Slack sends browsers back to; without one it is the first that the app has."""

    @classmethod
    def of(cls, session: aiohttp.ClientSession, settings: SlackSettings) -> OAuth:
        """With what the settings say, which have both where they have one."""
        secret = settings.client_secret.get_secret_value() if settings.client_secret else ""
        return cls(session, settings.api_url, settings.client_id or "", secret, settings.redirect_url)

    async def exchange(self, code: str, verifier: str = "") -> Installation:
        """The installation that a browser has brought the code of; `verifier` is PKCE's. Raises as the client does."""
        given = {"code_verifier": verifier} if verifier else {}
        response = await self._web().oauth_v2_access(
            client_id=self.client_id, client_secret=self.client_secret, code=code, redirect_uri=self.redirect, **given
        )
        installation = _installation(response.data)
        me = await api(self.session, self.url, Fixed(installation.token, lambda _: None)).read.auth_test()
        return dataclasses.replace(
            installation,
            bot=str(me["bot_id"]),
            user=str(me["user_id"]),
            url=str(me.get("url") or ""),
            handle=str(me.get("user") or ""),
            name=installation.name or str(me.get("team") or ""),
        )

    async def refresh(self, installation: Installation) -> Installation:
        """The same with a new token, and what to refresh that with: the old one is spent. Raises as the client does."""
        # not tried again after a lost connection: what was spent once is refused then
        response = await self._web(retries=False).oauth_v2_access(
            client_id=self.client_id,
            client_secret=self.client_secret,
            grant_type="refresh_token",
            refresh_token=installation.refresh,
        )
        return dataclasses.replace(
            installation,
            token=str(response["access_token"]),
            refresh=str(response["refresh_token"]),
            expires=time.time() + float(response["expires_in"]),
        )

    async def uninstall(self, token: str) -> None:
        """Take the app out of the workspace (https://docs.slack.dev/reference/methods/apps.uninstall).

        Raises as the client does.
        """
        web = api(self.session, self.url, Fixed(token, lambda _: None)).now
        await web.apps_uninstall(client_id=self.client_id, client_secret=self.client_secret)

    def _web(self, *, retries: bool = True) -> AsyncWebClient:
        return AsyncWebClient(
            base_url=self.url,
            session=self.session,
            logger=logging.getLogger("slack.quiet"),
            retry_handlers=[AsyncConnectionErrorRetryHandler()] if retries else [],
        )


def _installation(response: Any) -> Installation:
    """What `oauth.v2.access` tells, without what only `auth.test` does."""
    team, enterprise = response.get("team") or {}, response.get("enterprise") or {}
    wide = response.get("is_enterprise_install") is True
    lasts = response.get("expires_in")
    return Installation(
        key=Key(str(enterprise.get("id") or ""), "" if wide else str(team.get("id") or "")),
        token=str(response["access_token"]),
        bot="",
        user=str(response.get("bot_user_id") or ""),
        name=str((enterprise if wide else team).get("name") or ""),
        app=str(response.get("app_id") or ""),
        scopes=tuple(one for one in str(response.get("scope") or "").split(",") if one),
        since=time.time(),
        refresh=str(response.get("refresh_token") or ""),
        expires=time.time() + float(lasts) if lasts else 0.0,
    )

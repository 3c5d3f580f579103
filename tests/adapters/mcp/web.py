"""The bot's web server with `/mcp`, a client's metadata document on HTTPS, and a person with a browser."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import aiohttp
import httpx2
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from mcp import Client
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata, OAuthToken
from pydantic import AnyUrl, SecretStr

from adapters.mcp.documents import Address, Documents, is_public
from adapters.mcp.endpoint import Endpoint
from adapters.mcp.news import News
from adapters.mcp.settings import McpSettings
from adapters.mcp.tokens import Inviter, Keys
from bot.health import serving
from core.chat import Author
from core.connecting import Wanted, answer
from core.toolbox import Tools
from tests.adapters.mcp.certificates import server_and_client

KEY = "k" * 40
CALLBACK = "https://client.test/callback"
HOST = "client.test"


class Names(AbstractResolver):
    """A name server of one's own: whatever is asked for is at the next of these addresses."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The first answer goes first; the last one stays."""
        self.asked.append(host)
        address = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        kind = socket.AF_INET6 if ":" in address else socket.AF_INET
        found: ResolveResult = {
            "hostname": host, "host": address, "port": port, "family": kind, "proto": 0, "flags": 0,
        }  # fmt: skip
        return [found]

    async def close(self) -> None:
        """Nothing is open."""


@dataclass
class Publisher:
    """Somebody's web server on loopback, over HTTPS, as `client.test`."""

    port: int = 0
    tls: ssl.SSLContext | None = None
    """Of whoever asks it."""
    documents: dict[str, Any] = field(default_factory=dict)
    """What is published, by path: a document, or a response to be made."""
    asked: list[str] = field(default_factory=list)

    def publish(self, path: str = "/app.json", **more: object) -> str:
        """Publish a client's document; returns its address, which is the client's id."""
        address = f"https://{HOST}:{self.port}{path}"
        self.documents[path] = {
            "client_id": address, "client_name": "Claude", "redirect_uris": [CALLBACK], **more,
        }  # fmt: skip
        return address

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Give what is published there."""
        self.asked.append(request.path)
        found = self.documents.get(request.path)
        if callable(found):
            response: web.StreamResponse = await found(request)
            return response
        return web.json_response(found) if found else web.Response(status=404)


@asynccontextmanager
async def publishing(folder: Path) -> AsyncIterator[Publisher]:
    """A publisher that answers for the block."""
    server_tls, client_tls = server_and_client(folder, HOST)
    publisher = Publisher(tls=client_tls)
    app = web.Application()
    app.add_routes([web.get("/{path:.*}", publisher.handle)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=server_tls)
    await site.start()
    publisher.port = int(runner.addresses[0][1])
    try:
        yield publisher
    finally:
        await runner.cleanup()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@dataclass
class Site:
    """The bot, as clients and browsers see it."""

    settings: McpSettings
    tools: Tools
    publisher: Publisher
    keys: Keys
    web: aiohttp.ClientSession
    news: News

    @property
    def url(self) -> str:
        """The bot's public address."""
        return self.settings.issuer

    async def code(self, who: Author) -> str:
        """What the person gets for `/task connect`."""
        caller = await self.tools.local(who)
        told = await answer(
            self.tools.database,
            caller.actor,
            Inviter(self.keys, self.settings.resource),
            Wanted.CONNECT,
            shared=False,
        )
        assert self.settings.resource in told.markdown
        found = re.search(r"```\n(\S+)\n```", told.markdown)
        assert found is not None
        return found[1]

    async def end(self, who: Author) -> str:
        """`/task connections end`."""
        caller = await self.tools.local(who)
        return (await answer(self.tools.database, caller.actor, None, Wanted.END, shared=False)).markdown

    async def consent(self, address: str, code: str, **changed: str) -> tuple[int, str]:
        """Open the page and send its form with the code: the status, and where the browser goes or what it shows."""
        async with self.web.get(address, allow_redirects=False) as shown:
            page = await shown.text()
            if shown.status != 200:
                return shown.status, shown.headers.get("Location", page)
        fields = {
            unescape(name): unescape(value)
            for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
        }
        return await self.submit({**fields, "code": code, **changed})

    async def submit(self, fields: Mapping[str, str]) -> tuple[int, str]:
        """Send the form."""
        where = f"{self.url}/oauth/authorize"
        async with self.web.post(where, data=fields, headers={"Origin": self.url}, allow_redirects=False) as done:
            return done.status, done.headers.get("Location", await done.text())

    def ask(self, client_id: str, verifier: str, **changed: str) -> str:
        """The address that a client opens in a browser."""
        digest = hashlib.sha256(verifier.encode()).digest()
        given = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": CALLBACK,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            "state": "a state",
            "resource": self.settings.resource,
        }
        return f"{self.url}/oauth/authorize?{urlencode({**given, **changed})}"

    async def token(self, **form: str) -> tuple[int, dict[str, Any]]:
        """Ask the token endpoint."""
        async with self.web.post(f"{self.url}/oauth/token", data=form) as answered:
            told = await answered.json()
            assert answered.headers["Cache-Control"] == "no-store"
            return answered.status, told

    async def authorized(self, who: Author, client_id: str, verifier: str) -> dict[str, str]:
        """The form of a token request after the person has consented."""
        status, where = await self.consent(self.ask(client_id, verifier), await self.code(who))
        assert status == 303, where
        (code,) = parse_qs(urlsplit(where).query)["code"]
        return {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "client_id": client_id,
            "code_verifier": verifier,
            "resource": self.settings.resource,
        }

    async def connected(self, who: Author, client_id: str | None = None) -> dict[str, Any]:
        """Tokens of a client that was just connected."""
        verifier = secrets.token_urlsafe(48)
        status, told = await self.token(**await self.authorized(who, client_id or self.publisher.publish(), verifier))
        assert status == 200, told
        return told

    async def post(self, token: str | None, **headers: str) -> aiohttp.ClientResponse:
        """List tools by plain HTTP, as a client of 2025-06-18 does."""
        given = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-06-18", **headers}
        if token is not None:
            given.setdefault("Authorization", f"Bearer {token}")
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        async with self.web.post(self.settings.resource, json=body, headers=given) as answered:
            await answered.read()
            return answered

    @asynccontextmanager
    async def client(self, token: str, **options: Any) -> AsyncIterator[Client]:
        """The package's client, with a token."""
        async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=30) as http:
            transport = streamable_http_client(self.settings.resource, http_client=http)
            async with Client(transport, **options) as client:
                yield client


class Browser:
    """The package's OAuth client and its person: opens the page, pastes a code, follows where it leads."""

    def __init__(self, site: Site, who: Author) -> None:
        self.site = site
        self.who = who
        self.seen = 0
        self._query: dict[str, str] = {}
        self.tokens: OAuthToken | None = None
        self.client: OAuthClientInformationFull | None = None

    async def open(self, address: str) -> None:
        """The redirect handler."""
        self.seen += 1
        status, where = await self.site.consent(address, await self.site.code(self.who))
        assert status == 303, where
        self._query = dict(parse_qsl(urlsplit(where).query))

    async def returned(self) -> AuthorizationCodeResult:
        """The callback handler."""
        return AuthorizationCodeResult(
            code=self._query["code"], state=self._query.get("state"), iss=self._query.get("iss")
        )

    async def get_tokens(self) -> OAuthToken | None:
        """What is kept."""
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        """Keep them."""
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        """What is kept."""
        return self.client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        """Keep it."""
        self.client = client_info

    def provider(self, client_id: str) -> OAuthClientProvider:
        """The client's own half of OAuth."""
        return OAuthClientProvider(
            self.site.settings.resource,
            OAuthClientMetadata(redirect_uris=[AnyUrl(CALLBACK)], client_name="Claude"),
            self,
            self.open,
            self.returned,
            client_metadata_url=client_id,
        )


@asynccontextmanager
async def site(
    tools: Tools,
    news: News,
    publisher: Publisher,
    *,
    port: int | None = None,
    keys: Keys | None = None,
    names: AbstractResolver | None = None,
    allows: Any = None,
) -> AsyncIterator[Site]:
    """The bot's web server with the endpoint. Loopback counts as public unless `allows` says otherwise."""
    taken = port or free_port()
    settings = McpSettings(_env_file=None, keys=(SecretStr(KEY),), url=f"http://127.0.0.1:{taken}")  # type: ignore[call-arg]
    signing = keys or Keys([KEY], settings.issuer, settings.resource)
    documents = Documents(
        resolver=lambda: names or Names("127.0.0.1"),
        allows=allows or _loopback_too,
        tls=publisher.tls,
        ports=frozenset({443, publisher.port}),
    )
    endpoint = Endpoint(settings, tools, news, keys=signing, documents=documents)
    async with (
        serving("127.0.0.1", taken, [], routes=endpoint.routes()),
        endpoint.running(),
        aiohttp.ClientSession() as session,
    ):
        yield Site(settings, tools, publisher, signing, session, news)


def _loopback_too(address: Address) -> bool:
    return is_public(address) or address == ip_address("127.0.0.1")

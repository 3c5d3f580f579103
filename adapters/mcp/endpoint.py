"""`/mcp` and what belongs to it, on the bot's own web server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import structlog
from aiohttp import web
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

from adapters.mcp import authorize, exchange
from adapters.mcp.bridge import answered
from adapters.mcp.documents import Documents
from adapters.mcp.news import News
from adapters.mcp.server import Context, build
from adapters.mcp.settings import PATH, McpSettings
from adapters.mcp.tokens import LIVES, Inviter, Keys, Kind
from core.chat import Caller, RefusedError, Toolbox

log = structlog.get_logger()

_CALLER = "task_bot.caller"
_PROTECTED = "/.well-known/oauth-protected-resource"
_SERVER = "/.well-known/oauth-authorization-server"
_LONGEST_FORM = 20_000
_WAIT = "60"
"""Seconds after which somebody who has called too often may call again."""
_STARTING = "I am starting or stopping. Please try again in a moment."
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def keys_of(settings: McpSettings) -> Keys:
    """What signs and verifies."""
    return Keys([key.get_secret_value() for key in settings.keys], settings.issuer, settings.resource)


def inviter(settings: McpSettings) -> Inviter:
    """What makes the codes of `/task connect`."""
    return Inviter(keys_of(settings), settings.resource)


class Endpoint:
    """Streamable HTTP without sessions: any request may come to any process."""

    def __init__(
        self,
        settings: McpSettings,
        toolbox: Toolbox,
        news: News,
        *,
        keys: Keys | None = None,
        documents: Documents | None = None,
    ) -> None:
        self._settings = settings
        self._toolbox = toolbox
        self._news = news
        self._keys = keys or keys_of(settings)
        self._authorize = authorize.Authorize(settings, self._keys, documents or Documents(), toolbox)
        self._exchange = exchange.Exchange(settings, self._keys, toolbox)
        server = build(toolbox, _acting, news, lasting=False)
        self._manager = StreamableHTTPSessionManager(server, json_response=True, stateless=True)
        self._open = False

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer within; at the end streams are ended, so that the web server need not wait for them."""
        async with self._manager.run():
            self._open = True
            try:
                yield
            finally:
                self._open = False
                self._news.close()

    def routes(self) -> list[web.RouteDef]:
        """Where things are. The metadata is told at both places where clients look (RFC 9728, 3.1)."""
        return [
            web.route("*", PATH, self._guarded(self._call)),
            web.get(_PROTECTED, self._guarded(self._resource)),
            web.get(_PROTECTED + PATH, self._guarded(self._resource)),
            web.get(_SERVER, self._guarded(self._server)),
            web.get(authorize.PATH, self._guarded(self._authorize.show)),
            web.post(authorize.PATH, self._guarded(self._authorize.take)),
            web.post(exchange.PATH, self._guarded(self._exchange.take)),
        ]

    def _guarded(self, handler: Handler) -> Handler:
        """Ask for the host and origin that are ours: a page elsewhere, whatever its name, gets nothing."""
        own = urlsplit(self._settings.issuer)

        async def guarded(request: web.Request) -> web.StreamResponse:
            origin = request.headers.get("Origin")
            if _host(request.headers.get("Host", ""), own.scheme) != _host(own.netloc, own.scheme):
                return web.Response(status=421)
            if origin is not None and origin != self._settings.issuer:
                return web.Response(status=403)
            if request.path != PATH and len(await request.read()) > _LONGEST_FORM:
                return web.Response(status=413)
            return await handler(request)

        return guarded

    async def _call(self, request: web.Request) -> web.StreamResponse:
        """One request of the protocol, for the person that its token names."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return self._unknown("")
        held = self._keys.read(Kind.ACCESS, token.strip())
        if held is None:
            return self._unknown(', error="invalid_token"')
        try:
            caller = await self._toolbox.granted(held.grant)
        except RefusedError as error:
            return web.Response(status=503, text=str(error), headers={"Retry-After": "10"})
        if caller is None:
            return self._unknown(', error="invalid_token"')
        if not caller.allowed:
            return web.Response(status=429, headers={"Retry-After": _WAIT})
        if not self._open:
            return web.Response(status=503, text=_STARTING, headers={"Retry-After": "5"})
        # nobody is told anything for longer than a token holds: a stream is asked for again, with another
        return await answered(self._manager.handle_request, request, LIVES[Kind.ACCESS], **{_CALLER: caller})

    def _unknown(self, error: str) -> web.Response:
        """401, with where to learn how to connect (RFC 9728, 5.1)."""
        log.info("mcp.unknown", invalid=bool(error))
        where = f'Bearer resource_metadata="{self._settings.issuer}{_PROTECTED}{PATH}", scope="{exchange.SCOPE}"{error}'
        return web.Response(status=401, headers={"WWW-Authenticate": where})

    async def _resource(self, request: web.Request) -> web.Response:
        """RFC 9728."""
        return web.json_response(
            {
                "resource": self._settings.resource,
                "authorization_servers": [self._settings.issuer],
                "scopes_supported": [exchange.SCOPE],
                "bearer_methods_supported": ["header"],
                "resource_name": "Task bot",
            }
        )

    async def _server(self, request: web.Request) -> web.Response:
        """RFC 8414."""
        issuer = self._settings.issuer
        return web.json_response(
            {
                "issuer": issuer,
                "authorization_endpoint": issuer + authorize.PATH,
                "token_endpoint": issuer + exchange.PATH,
                "response_types_supported": ["code"],
                "grant_types_supported": ["authorization_code", "refresh_token"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["none"],
                "scopes_supported": [exchange.SCOPE],
                "client_id_metadata_document_supported": True,
                "authorization_response_iss_parameter_supported": True,
            }
        )


async def _acting(ctx: Context) -> Caller:
    if ctx.request is None:
        raise RuntimeError("a request over HTTP comes with its scope")
    caller: Caller = ctx.request.scope[_CALLER]
    return caller


def _host(netloc: str, scheme: str) -> str:
    """A host and port as they are compared: in small letters, with the scheme's own port."""
    host, port = netloc.lower(), {"https": ":443", "http": ":80"}[scheme]
    return host.removesuffix(port)

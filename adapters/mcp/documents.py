"""Who a client says it is: the document that its id leads to (draft-ietf-oauth-client-id-metadata-document).

The address comes from a stranger and is asked by this process, so: HTTPS only, no address but a public one, whatever
its name resolves to at the moment of connecting, no redirect, little time, little to read.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

import aiohttp
import structlog
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from cachetools import TTLCache

log = structlog.get_logger()

_MOST_BYTES = 10_000
_PATIENCE = 5.0
"""Seconds, for all of it."""
_AT_ONCE = 4
_MOST_A_MINUTE = 60
"""Documents that are asked for, so that nobody has other people's servers asked by this one without end."""
_REMEMBERED = 600.0
"""Seconds that a document holds; what could not be read is asked for again."""
_LONGEST_URL = 500
_MOST_REDIRECTS = 20
_SEEN = re.compile(r"[^\w .&+-]")
"""What a name may hold, as it is shown beside words of ours."""
LOOPBACK = ("127.0.0.1", "::1", "localhost")
_UNSAFE_SCHEMES = ("javascript", "data", "vbscript", "file", "blob", "about", "ftp", "ws", "wss")

_NETLOC = re.compile(r"[A-Za-z0-9.:\[\]-]*")
_NAT64 = IPv6Network("64:ff9b::/96")
"""Leads to the IPv4 address in its last 32 bits (RFC 6052)."""

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class ClientDocument:
    """What a client says of itself."""

    id: str
    name: str
    """As it calls itself, with the host that says so: `Claude (claude.ai)`."""
    redirects: tuple[str, ...]

    def redirects_to(self, uri: str) -> bool:
        """Whether it may be sent there. The port of a program on the person's own computer is any (RFC 8252, 7.3)."""
        return any(
            uri == one or (_without_port(uri) and _without_port(uri) == _without_port(one)) for one in self.redirects
        )


class BadClientError(Exception):
    """A client can't be known: `str(error)` is a sentence for the person, with nothing of what was read."""


def is_public(address: Address) -> bool:
    """Whether it is on the open internet: neither this machine, nor its network, nor a cloud's own services."""
    if isinstance(address, IPv6Address):
        inner = (
            address.ipv4_mapped
            or address.sixtofour
            or (IPv4Address(address.packed[-4:]) if address in _NAT64 else None)
        )
        if inner is not None and not is_public(inner):
            return False
    return address.is_global and not address.is_multicast


class _Guarded(AbstractResolver):
    """Resolves names to allowed addresses; the connection is made to these, so a second answer changes nothing."""

    def __init__(self, resolver: AbstractResolver, allows: Callable[[Address], bool]) -> None:
        self._resolver = resolver
        self._allows = allows

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        if not found or not all(self._allows(ip_address(one["host"])) for one in found):
            raise OSError("not a public address")
        return found

    async def close(self) -> None:
        await self._resolver.close()


class Documents:
    """Fetches what client ids lead to."""

    def __init__(
        self,
        *,
        resolver: Callable[[], AbstractResolver] = ThreadedResolver,
        allows: Callable[[Address], bool] = is_public,
        tls: ssl.SSLContext | None = None,
        ports: frozenset[int] = frozenset({443}),
    ) -> None:
        """What is given is for networks of a test's own."""
        self._resolver = resolver
        self._allows = allows
        self._tls = tls
        self._ports = ports
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._kept: TTLCache[str, ClientDocument] = TTLCache(1_000, _REMEMBERED)
        self._lately: TTLCache[object, None] = TTLCache(_MOST_A_MINUTE, 60.0)

    async def client(self, client_id: str) -> ClientDocument:
        """The client of this id. Raises BadClientError."""
        url = checked(client_id, self._ports)
        if client_id not in self._kept:
            self._kept[client_id] = await self._asked(client_id, url)
        return self._kept[client_id]

    async def _asked(self, client_id: str, url: SplitResult) -> ClientDocument:
        if len(self._lately) >= _MOST_A_MINUTE:
            raise BadClientError("Many programs want to connect right now. Please try again in a minute.")
        self._lately[object()] = None
        try:
            async with self._places, asyncio.timeout(_PATIENCE):
                text = await self._fetched(client_id)
            return _read(client_id, url, json.loads(text))
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError, RecursionError) as error:
            log.info("mcp.client_unknown", error=type(error).__name__)
            raise BadClientError("I can't read what this program says of itself, so I don't connect it.") from error

    async def _fetched(self, url: str) -> bytes:
        connector = aiohttp.TCPConnector(
            resolver=_Guarded(self._resolver(), self._allows), use_dns_cache=False, ssl=self._tls or True
        )
        headers = {"Accept": "application/json"}
        async with (
            aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False) as web,
            web.get(url, headers=headers, allow_redirects=False) as answer,
        ):
            if answer.status != 200:
                raise ValueError("no document")
            text = await answer.content.read(_MOST_BYTES + 1)
            while len(text) <= _MOST_BYTES and (more := await answer.content.read(_MOST_BYTES)):
                text += more
            if len(text) > _MOST_BYTES:
                raise ValueError("too long")
            return text


def checked(client_id: str, ports: frozenset[int]) -> SplitResult:
    """The id as an address that may be asked. Raises BadClientError."""
    try:
        url = urlsplit(client_id)
        port = url.port or 443
    except ValueError:
        raise _no_address() from None
    host = url.hostname or ""
    plain = len(client_id) <= _LONGEST_URL and client_id.isascii() and client_id.isprintable() and " " not in client_id
    whole = url.scheme == "https" and "@" not in url.netloc and not url.fragment and url.path not in ("", "/")
    segments = url.path.split("/")
    if not plain or not whole or port not in ports or "." in segments or ".." in segments or "\\" in client_id:
        raise _no_address()
    if _is_address(host) or "." not in host:
        raise _no_address()
    return url


def _no_address() -> BadClientError:
    return BadClientError(
        "This program doesn't say who it is: its client id has to be the https address of a document."
    )


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        # 127.1, 0x7f000001 and 2130706433 are addresses to some
        return re.fullmatch(r"[\d.]+|0x[\da-f.x]+", host) is not None
    return True


def _read(client_id: str, url: SplitResult, told: Any) -> ClientDocument:
    match told:
        case {"client_id": str(named), "redirect_uris": [*redirects]} if (
            named == client_id and redirects and len(redirects) <= _MOST_REDIRECTS
        ):
            pass
        case _:
            raise BadClientError("What this program says of itself doesn't fit its address, so I don't connect it.")
    if told.get("token_endpoint_auth_method", "none") != "none":
        raise BadClientError("This program wants to prove who it is in a way that I don't know.")
    if not all(isinstance(one, str) and safe_redirect(one) for one in redirects):
        raise BadClientError("This program wants its answer sent where I don't send any.")
    return ClientDocument(client_id, _named(told, url), tuple(redirects))


def _named(told: Mapping[str, Any], url: SplitResult) -> str:
    name = told.get("client_name")
    shown = " ".join(_SEEN.sub(" ", name).split())[:40].strip() if isinstance(name, str) else ""
    return f"{shown} ({url.hostname})" if shown else str(url.hostname)


def safe_redirect(uri: str) -> bool:
    """Whether an answer may go there: https, a program on the person's own computer, or an app's own scheme."""
    try:
        parts = urlsplit(uri)
        _ = parts.port
    except ValueError:
        return False
    if not uri.isascii() or not uri.isprintable() or " " in uri or "\\" in uri or parts.fragment:
        return False
    if not _NETLOC.fullmatch(parts.netloc):
        return False
    match parts.scheme:
        case "https":
            return bool(parts.hostname)
        case "http":
            return parts.hostname in LOOPBACK
        case scheme:
            return bool(scheme) and scheme not in _UNSAFE_SCHEMES


def _without_port(uri: str) -> tuple[str, str, str] | None:
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme != "http" or parts.hostname not in LOOPBACK or "@" in parts.netloc or parts.fragment:
        return None
    return str(parts.hostname), parts.path, parts.query

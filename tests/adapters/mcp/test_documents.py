"""A client's own document, at an address that a stranger gives: what may be asked, and what is believed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from ipaddress import ip_address

import pytest
from aiohttp import web

from adapters.mcp.documents import BadClientError, Documents, is_public, safe_redirect
from tests.adapters.mcp.web import CALLBACK, Names, Publisher


def documents(publisher: Publisher, *names: str, guarded: bool = False) -> Documents:
    """What fetches; loopback is allowed unless it is `guarded`."""
    resolver = Names(*(names or ("127.0.0.1",)))
    ports = frozenset({443, publisher.port})
    allows = is_public if guarded else lambda address: True
    return Documents(resolver=lambda: resolver, allows=allows, tls=publisher.tls, ports=ports)


async def test_a_document_tells_a_name_and_where_answers_go(publisher: Publisher) -> None:
    """It is asked for once in ten minutes; the name is shown with the host."""
    known = documents(publisher)
    client_id = publisher.publish()
    client = await known.client(client_id)
    assert await known.client(client_id) is client
    assert publisher.asked == ["/app.json"]
    assert client.name == "Claude (client.test)"
    assert client.redirects_to(CALLBACK)
    assert not client.redirects_to("https://evil.example/")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001:db8::1",
    ],
)  # fmt: skip
async def test_no_private_address_is_asked_whatever_its_name(publisher: Publisher, address: str) -> None:
    """SSRF: the name resolves to this machine, its network, or a cloud's own services; nothing reaches them."""
    assert not is_public(ip_address(address))
    with pytest.raises(BadClientError, match="can't read"):
        await documents(publisher, address, guarded=True).client(publisher.publish())
    assert publisher.asked == []


def test_public_addresses_are_public() -> None:
    """In both families."""
    assert all(is_public(ip_address(one)) for one in ("93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"))


async def test_a_name_that_resolves_to_something_else_the_second_time(publisher: Publisher) -> None:
    """DNS rebinding: a name is resolved once, and the connection made to what was looked at."""
    names = Names("127.0.0.2", "127.0.0.1")
    first = ip_address("127.0.0.2")
    fetching = Documents(
        resolver=lambda: names, allows=lambda one: one == first, tls=publisher.tls, ports=frozenset({publisher.port})
    )
    with pytest.raises(BadClientError):
        await fetching.client(publisher.publish())
    assert names.asked == ["client.test"]
    assert publisher.asked == []


@pytest.mark.parametrize(
    "client_id",
    [
        "", "claude", "http://client.test/app.json", "https://client.test", "https://client.test/",
        "https://127.0.0.1/app.json", "https://[::1]/app.json", "https://2130706433/app.json",
        "https://0x7f000001/app.json", "https://127.1/app.json", "https://localhost/app.json",
        "https://metadata/computeMetadata", "https://user:pass@client.test/app.json", "https://client.test/app.json#x",
        "https://client.test/../app.json", "https://client.test:22/app.json", "https://client.test:99999/app.json",
        "file:///etc/passwd", "https://client.test\\@evil.example/app.json", "https://client.test/" + "a" * 600,
    ],
)  # fmt: skip
async def test_an_id_that_is_no_address_of_a_document(publisher: Publisher, client_id: str) -> None:
    """SSRF: nobody is asked at all."""
    names = Names("127.0.0.1")
    with pytest.raises(BadClientError, match="https address of a document"):
        await Documents(resolver=lambda: names, allows=lambda address: True, tls=publisher.tls).client(client_id)
    assert names.asked == []


async def _redirecting(request: web.Request) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": "/other.json"})


async def _binary(request: web.Request) -> web.StreamResponse:
    return web.Response(body=b"\xff\xfe\x00", content_type="application/json")


async def _deep(request: web.Request) -> web.StreamResponse:
    return web.Response(text="[" * 9_000, content_type="application/json")


@pytest.mark.parametrize("answer", [_redirecting, _binary, _deep])
async def test_a_document_that_is_none(
    publisher: Publisher, answer: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> None:
    """A redirect, which may lead inside, is not followed; nonsense is a sentence."""
    client_id = publisher.publish()
    publisher.publish("/other.json")
    publisher.documents["/app.json"] = answer
    with pytest.raises(BadClientError, match="can't read"):
        await documents(publisher).client(client_id)
    assert publisher.asked == ["/app.json"]


@pytest.mark.parametrize(
    "told",
    [
        {"client_id": "https://other.example/app.json"},
        {"redirect_uris": []},
        {"redirect_uris": "https://client.test/"},
        {"redirect_uris": ["javascript:alert(1)"]},
        {"redirect_uris": ["http://client.test/callback"]},
        {"redirect_uris": ["https://a;default-src *@client.test/"]},
        {"redirect_uris": [CALLBACK] * 50},
        {"token_endpoint_auth_method": "client_secret_basic"},
        {"token_endpoint_auth_method": "private_key_jwt"},
    ],
)
async def test_a_document_that_says_what_cannot_be(publisher: Publisher, told: dict[str, object]) -> None:
    """It speaks for another address, sends answers where none go, or wants to prove itself by what nobody keeps."""
    with pytest.raises(BadClientError):
        await documents(publisher).client(publisher.publish("/app.json", **told))


def test_answers_go_to_https_to_ones_own_computer_and_to_apps() -> None:
    """And nowhere else."""
    assert safe_redirect("https://claude.ai/api/mcp/auth_callback")
    assert safe_redirect("http://localhost:3118/callback")
    assert safe_redirect("cursor://anysphere.cursor-retrieval/oauth/callback")
    for bad in ("data:text/html,x", "https://", "http://10.0.0.1/", "https://a b/", "https://x/#y", "//x", "x"):
        assert not safe_redirect(bad)


async def test_other_peoples_servers_are_not_asked_without_end(publisher: Publisher) -> None:
    """Sixty documents a minute, whoever wants them."""
    known = documents(publisher)
    for number in range(60):
        await known.client(publisher.publish(f"/{number}.json"))
    with pytest.raises(BadClientError, match="in a minute"):
        await known.client(publisher.publish("/more.json"))
    assert len(publisher.asked) == 60


async def test_a_huge_document_is_not_read_to_its_end(publisher: Publisher) -> None:
    """Of a hundred megabytes no more than the system has on its way when ten kilobytes have come."""
    sent: list[int] = []
    gone = asyncio.Event()

    async def huge(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        try:
            for number in range(1_000):
                await response.write(b" " * 100_000)
                sent.append(number)
        finally:
            gone.set()
        return response

    client_id = publisher.publish()
    publisher.documents["/app.json"] = huge
    with pytest.raises(BadClientError, match="can't read"):
        await documents(publisher).client(client_id)
    await gone.wait()
    assert len(sent) < 150

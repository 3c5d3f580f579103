"""Attacks on `/mcp` and its tokens. Each is refused, and says nothing to whoever tries."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from adapters.mcp.tokens import Held, Keys, Kind
from core.chat import Status, TaskQuery
from core.toolbox import Tools
from tests.adapters.mcp.web import CALLBACK, KEY, Site, site
from tests.conftest import ANA, BEN

VERIFIER = "v" * 50
INVALID_GRANT = (400, {"error": "invalid_grant"})


def signed(there: Site, key: str, **changed: Any) -> str:
    """An access token of a forger's, with the right claims unless they are `changed`."""
    claims = {
        "sub": "1", "iss": there.url, "aud": there.settings.resource, "exp": int(time.time()) + 600,
        "client_id": "https://evil.example/app.json",
    }  # fmt: skip
    return jwt.encode(claims | changed, key, "HS256", headers={"typ": "at+jwt"})


async def test_a_foreign_token(there: Site) -> None:
    """Another bot's, with its own keys."""
    await there.connected(ANA)
    foreign = Keys(["x" * 40], there.url, there.settings.resource).sign(Kind.ACCESS, Held(1, 0))
    assert (await there.post(foreign)).status == 401


async def test_a_re_signed_token(there: Site) -> None:
    """By no algorithm, by another, by the setting's key itself instead of the one made from it, or with a new body."""
    good = (await there.connected(ANA))["access_token"]
    head, body, signature = good.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    other = base64.urlsafe_b64encode(json.dumps(claims | {"sub": "2"}).encode()).rstrip(b"=").decode()
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"at+jwt"}').rstrip(b"=").decode()
    for forged in (
        f"{head}.{other}.{signature}",
        f"{none}.{body}.",
        f"{none}.{body}.{signature}",
        signed(there, KEY),
        jwt.encode(claims, KEY * 2, "HS512"),
        good + "A",
        "a" * 100_000,
    ):
        assert (await there.post(forged)).status in (400, 401)
    assert (await there.post(good)).status == 200


async def test_an_expired_token(there: Site) -> None:
    """By a second."""
    good = (await there.connected(ANA))["access_token"]
    begun = time.time()
    there.keys.clock = lambda: begun + 901
    assert (await there.post(good)).status == 401


async def test_a_token_for_another_endpoint(there: Site, tools: Tools) -> None:
    """Signed by the same keys for another address: the audience is checked, and the issuer."""
    async with site(tools, there.news, there.publisher) as other:
        elsewhere = (await other.connected(ANA))["access_token"]
        assert (await other.post(elsewhere)).status == 200
        assert (await there.post(elsewhere)).status == 401


@pytest.mark.parametrize("kind", [Kind.CODE, Kind.AUTHORIZATION, Kind.REFRESH])
async def test_what_was_made_for_something_else_is_no_token(there: Site, kind: Kind) -> None:
    """A code from the chat, an authorization code and a refresh token open nothing by themselves."""
    await there.connected(ANA)
    assert (await there.post(there.keys.sign(kind, Held(1, 0)))).status == 401


async def test_a_token_anywhere_but_in_its_header(there: Site) -> None:
    """Addresses are logged and sent on; they hold no token."""
    good = (await there.connected(ANA))["access_token"]
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    async with there.web.post(f"{there.settings.resource}?access_token={good}", json=body) as answered:
        assert answered.status == 401


async def test_a_code_is_used_once(there: Site) -> None:
    """On the page, by whoever is second; the authorization code likewise, with everything else right."""
    client_id = there.publisher.publish()
    code = await there.code(ANA)
    status, where = await there.consent(there.ask(client_id, VERIFIER), code)
    assert status == 303
    status, told = await there.consent(there.ask(client_id, VERIFIER), code)
    assert (status, "used already" in told) == (400, True)
    (authorization,) = parse_qs(urlsplit(where).query)["code"]
    form = {
        "grant_type": "authorization_code", "code": authorization, "redirect_uri": CALLBACK, "client_id": client_id,
        "code_verifier": VERIFIER,
    }  # fmt: skip
    assert (await there.token(**form))[0] == 200
    assert await there.token(**form) == INVALID_GRANT


async def test_a_code_is_used_once_by_many_at_the_same_time(there: Site, tools: Tools) -> None:
    """Two processes on one database, ten tries each: one succeeds."""
    async with site(tools, there.news, there.publisher, keys=there.keys) as other:
        state = 0
        tries = [tools.spend(1, state, connects=True) for _ in range(5)]
        await there.code(ANA)
        again = [other.tools.spend(1, state, connects=True) for _ in range(5)]
        done = await asyncio.gather(*tries, *again)
    assert [one for one in done if one is not None] == [(1 << 16) + 1]


async def test_a_code_is_over_after_ten_minutes(there: Site) -> None:
    """And an authorization code after one."""
    client_id = there.publisher.publish()
    begun = time.time()
    code, form = await there.code(ANA), await there.authorized(BEN, client_id, VERIFIER)
    there.keys.clock = lambda: begun + 65
    assert await there.token(**form) == INVALID_GRANT
    there.keys.clock = lambda: begun + 605
    assert (await there.consent(there.ask(client_id, VERIFIER), code))[0] == 400


@pytest.mark.parametrize(
    "changed",
    [
        {"code_challenge_method": "plain"},
        {"code_challenge_method": ""},
        {"code_challenge": ""},
        {"code_challenge": "short"},
        {"code_challenge": VERIFIER, "code_challenge_method": "plain"},
    ],
)
async def test_pkce_is_not_left_out_nor_downgraded(there: Site, changed: dict[str, str]) -> None:
    """The client is told so, and the person is shown no field for a code."""
    status, where = await there.consent(
        there.ask(there.publisher.publish(), VERIFIER, **changed), await there.code(ANA)
    )
    assert status == 303
    assert parse_qs(urlsplit(where).query)["error"] == ["invalid_request"]


@pytest.mark.parametrize("verifier", ["", "w" * 50, hashlib.sha256(VERIFIER.encode()).hexdigest(), "v" * 42, "v" * 200])
async def test_a_stolen_authorization_code_is_no_use(there: Site, verifier: str) -> None:
    """Without the verifier, or with the challenge in its place; and it isn't used up by trying."""
    form = await there.authorized(ANA, there.publisher.publish(), VERIFIER)
    assert await there.token(**form | {"code_verifier": verifier}) == INVALID_GRANT
    assert (await there.token(**form))[0] == 200


async def test_a_code_belongs_to_one_client_and_one_redirect(there: Site) -> None:
    """Confused deputy: what was made for one program gives another nothing."""
    mine, evil = there.publisher.publish(), there.publisher.publish("/evil.json")
    form = await there.authorized(ANA, mine, VERIFIER)
    assert await there.token(**form | {"client_id": evil}) == INVALID_GRANT
    assert await there.token(**form | {"redirect_uri": "https://evil.example/"}) == INVALID_GRANT
    assert (await there.token(**form | {"resource": "https://other.example/mcp"}))[1] == {"error": "invalid_target"}
    status, tokens = await there.token(**form)
    assert status == 200
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], "client_id": evil}
    assert await there.token(**refresh) == INVALID_GRANT


async def test_nobodys_earlier_consent_serves_another(there: Site) -> None:
    """Confused deputy: no cookie is set, and each request shows the page, however often the same client was let in."""
    client_id = there.publisher.publish()
    await there.connected(ANA, client_id)
    async with there.web.get(there.ask(client_id, VERIFIER), allow_redirects=False) as shown:
        assert shown.status == 200
        assert "Set-Cookie" not in shown.headers
        page = await shown.text()
    assert "Connect Claude (client.test)?" in page
    assert 'name="code"' in page


async def test_the_person_is_the_codes_whatever_the_request_says(there: Site, tools: Tools) -> None:
    """Confused deputy: other names among the form's or the tool's fields change nothing."""
    await there.code(BEN)
    form = await there.authorized(ANA, there.publisher.publish(), VERIFIER)
    status, tokens = await there.token(**form, sub="1", user="1", account="1")
    assert status == 200
    async with there.client(tokens["access_token"]) as client:
        await client.call_tool("add_task", {"tasks": [{"title": "Ana's"}]})
        assert (await client.call_tool("list_tasks", {"account_id": 1})).is_error
    page = await (await tools.local(BEN)).find(TaskQuery(status=Status.ALL))
    assert page.total == 0


@pytest.mark.parametrize(
    "redirect",
    [
        "https://evil.example/callback",
        "https://client.test/callback/../other",
        "https://client.test/callback?next=https://evil.example",
        "https://client.test@evil.example/callback",
        "https://client.test.evil.example/callback",
        "http://client.test/callback",
        "javascript:alert(1)",
        "",
    ],
)
async def test_an_open_redirect(there: Site, redirect: str) -> None:
    """An answer goes where the client's own document says, to the letter; else nobody is sent anywhere."""
    address = there.ask(there.publisher.publish(), VERIFIER, redirect_uri=redirect)
    async with there.web.get(address, allow_redirects=False) as shown:
        assert shown.status == 400
        assert "Location" not in shown.headers
    fields = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    status, told = await there.submit({**fields, "code": await there.code(ANA)})
    assert (status, "Not connected" in told) == (400, True)


async def test_a_program_on_the_persons_computer_may_listen_on_any_port(there: Site) -> None:
    """RFC 8252, 7.3: the port of a loopback address is not compared; its path is."""
    client_id = there.publisher.publish(redirect_uris=["http://127.0.0.1/callback"])
    good = there.ask(client_id, VERIFIER, redirect_uri="http://127.0.0.1:49152/callback")
    status, where = await there.consent(good, await there.code(ANA))
    assert status == 303
    assert where.startswith("http://127.0.0.1:49152/callback?code=")
    for bad in (
        "http://127.0.0.1:49152/other",
        "http://evil.example/callback",
        "http://127.0.0.1:1@evil.example/callback",
    ):
        async with there.web.get(there.ask(client_id, VERIFIER, redirect_uri=bad), allow_redirects=False) as shown:
            assert shown.status == 400


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost:1", "", "127.0.0.1.nip.example"])
async def test_dns_rebinding_by_the_host(there: Site, host: str) -> None:
    """A page under a name of a stranger's that now resolves to this machine gets nothing, whatever it has."""
    good = (await there.connected(ANA))["access_token"]
    assert (await there.post(good, Host=host)).status in (400, 421)
    async with there.web.get(f"{there.url}/oauth/authorize", headers={"Host": host}) as answered:
        assert answered.status in (400, 421)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost"])
async def test_dns_rebinding_by_the_origin(there: Site, origin: str) -> None:
    """A page elsewhere is refused; the bot's own isn't, nor is a program, which has none."""
    good = (await there.connected(ANA))["access_token"]
    assert (await there.post(good, Origin=origin)).status == 403
    assert (await there.post(good, Origin=there.url)).status == 200


async def test_a_page_that_cannot_be_framed_or_scripted(there: Site) -> None:
    """Clickjacking and injection: a client's own name is text, and shown with the host that says it."""
    name = "<script>alert(1)</script>\u202eBank"
    client_id = there.publisher.publish(client_name=name)
    async with there.web.get(there.ask(client_id, VERIFIER, state='"><script>'), allow_redirects=False) as shown:
        page = await shown.text()
        policy = shown.headers["Content-Security-Policy"]
        assert shown.headers["X-Frame-Options"] == "DENY"
    assert "<script" not in page
    assert "\u202e" not in page
    assert "client.test" in page
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


async def test_large_bodies(there: Site) -> None:
    """A megabyte for the protocol, 20 kB for forms."""
    good = (await there.connected(ANA))["access_token"]
    headers = {"Authorization": f"Bearer {good}", "Content-Type": "application/json"}
    async with there.web.post(there.settings.resource, data=b"x" * 1_100_000, headers=headers) as answered:
        assert answered.status == 413
    async with there.web.post(f"{there.url}/oauth/token", data={"code": "x" * 30_000}) as answered:
        assert answered.status == 413


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"nul", b'{"jsonrpc":"2.0"}', b"[" * 100_000, b"\xff\xfe", b'"' * 999]
)
@pytest.mark.parametrize("version", ["2025-06-18", "2026-07-28", "nonsense"])
async def test_nonsense_is_answered(there: Site, body: bytes, version: str) -> None:
    """By 4xx, never by 5xx or silence."""
    good = (await there.connected(ANA))["access_token"]
    headers = {
        "Authorization": f"Bearer {good}", "Content-Type": "application/json", "MCP-Protocol-Version": version,
        "Accept": "application/json, text/event-stream",
    }  # fmt: skip
    async with there.web.post(there.settings.resource, data=body, headers=headers) as answered:
        assert 400 <= answered.status < 500

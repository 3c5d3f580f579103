"""`/mcp` on the bot's own web server: the package's client connects by itself, with a person and a code of theirs."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.subscriptions import ResourceUpdated
from structlog.testing import capture_logs

from adapters.mcp.tokens import Held, Keys, Kind
from core.allowance import Allowance
from core.chat import Status, TaskQuery
from core.database import Database
from core.toolbox import Tools
from core.users import forget
from tests.adapters.mcp.web import Browser, Publisher, Site, site
from tests.conftest import ANA, BEN
from tests.core.statements import counted


async def titles(there: Site) -> list[str]:
    """What is on Ana's list."""
    page = await (await there.tools.local(ANA)).find(TaskQuery(status=Status.ALL))
    return [task.title for task in page.tasks]


@pytest.mark.parametrize(("mode", "version"), [("auto", "2026-07-28"), ("legacy", "2025-11-25")])
async def test_a_client_connects_by_itself(there: Site, mode: str, version: str) -> None:
    """From the address alone: metadata, its own document, the page, the code, tokens; then it acts for that person."""
    browser = Browser(there, ANA)
    async with (
        httpx2.AsyncClient(auth=browser.provider(there.publisher.publish()), timeout=30) as http,
        Client(streamable_http_client(there.settings.resource, http_client=http), mode=mode) as client,
    ):
        assert client.protocol_version == version
        assert len((await client.list_tools()).tools) == 12
        added = await client.call_tool("add_task", {"tasks": [{"title": "Pay rent", "due": "friday 9am"}]})
        assert not added.is_error
        assert (await client.read_resource("tasks://task/1")).contents
    assert browser.seen == 1
    assert browser.tokens is not None
    assert browser.tokens.refresh_token
    assert await titles(there) == ["Pay rent"]


async def test_without_a_token_a_client_learns_where_to_get_one(there: Site) -> None:
    """401 names the metadata (RFC 9728), which names the server (RFC 8414): S256 alone, no secrets, documents."""
    refused = await there.post(None)
    assert refused.status == 401
    assert (
        f'resource_metadata="{there.url}/.well-known/oauth-protected-resource/mcp"'
        in refused.headers["WWW-Authenticate"]
    )
    for path in ("/.well-known/oauth-protected-resource/mcp", "/.well-known/oauth-protected-resource"):
        async with there.web.get(there.url + path) as answered:
            told = await answered.json()
        assert (told["resource"], told["authorization_servers"]) == (there.settings.resource, [there.url])
    async with there.web.get(f"{there.url}/.well-known/oauth-authorization-server") as answered:
        told = await answered.json()
    assert told["issuer"] == there.url
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["token_endpoint_auth_methods_supported"] == ["none"]
    assert told["client_id_metadata_document_supported"] is True
    assert "registration_endpoint" not in told


async def test_a_token_costs_no_query_when_it_is_wrong_and_one_when_it_is_right(there: Site, tools: Tools) -> None:
    """So that nobody can keep a database awake with nonsense."""
    tokens = await there.connected(ANA)
    with counted(tools.database) as statements:
        for wrong in (None, "nonsense", tokens["refresh_token"], tokens["access_token"][:-2]):
            assert (await there.post(wrong)).status == 401
    assert statements == []
    with counted(tools.database) as statements:
        assert (await there.post(tokens["access_token"])).status == 200
    assert len(statements) == 1


async def test_a_token_is_for_a_while_and_is_made_anew(there: Site, publisher: Publisher) -> None:
    """A refresh gives another pair; a spent refresh token serves again for a minute, as an answer may be lost."""
    now = [1_800_000_000.0]
    there.keys.clock = lambda: now[0]
    client_id = publisher.publish()
    first = await there.connected(ANA, client_id)
    assert (await there.post(first["access_token"])).status == 200
    now[0] += first["expires_in"] + 1
    assert (await there.post(first["access_token"])).status == 401
    again = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"], "client_id": client_id}
    status, second = await there.token(**again)
    assert status == 200
    assert second["refresh_token"] != first["refresh_token"]
    assert (await there.post(second["access_token"])).status == 200
    assert (await there.token(**again))[0] == 200
    now[0] += 61
    assert await there.token(**again) == (400, {"error": "invalid_grant"})
    for _ in range(6):
        now[0] += 29 * 86_400
        status, second = await there.token(**again | {"refresh_token": second["refresh_token"]})
        assert status == 200
    now[0] += 29 * 86_400
    assert (await there.token(**again | {"refresh_token": second["refresh_token"]}))[1] == {"error": "invalid_grant"}


async def test_a_person_ends_all_connections_at_once(there: Site) -> None:
    """Access and refresh tokens, and codes not yet used; another person's go on, and new ones can be made."""
    client_id = there.publisher.publish()
    mine, others = await there.connected(ANA, client_id), await there.connected(BEN, client_id)
    open_code = await there.code(ANA)
    assert "one client can" in await there.end(ANA)
    assert (await there.post(mine["access_token"])).status == 401
    refresh = {"grant_type": "refresh_token", "refresh_token": mine["refresh_token"], "client_id": client_id}
    assert (await there.token(**refresh))[1] == {"error": "invalid_grant"}
    assert (await there.consent(there.ask(client_id, "v" * 43), open_code))[0] == 400
    assert (await there.post(others["access_token"])).status == 200
    assert (await there.post((await there.connected(ANA, client_id))["access_token"])).status == 200


async def test_keys_are_changed_without_anybody_noticing(tools: Tools, publisher: Publisher, there: Site) -> None:
    """A new key in front signs; the old one behind it still verifies; once it is gone its tokens are void."""
    old = Keys(["a" * 40], "https://bot", "https://bot/mcp")
    both = Keys(["b" * 40, "a" * 40], "https://bot", "https://bot/mcp")
    new = Keys(["b" * 40], "https://bot", "https://bot/mcp")
    token = old.sign(Kind.ACCESS, Held(1, 2))
    assert both.read(Kind.ACCESS, token) == Held(1, 2)
    assert new.read(Kind.ACCESS, token) is None
    assert new.read(Kind.ACCESS, both.sign(Kind.ACCESS, Held(1, 2))) == Held(1, 2)


async def test_an_account_that_asks_too_often_waits(tools: Tools, there: Site, publisher: Publisher) -> None:
    """429 with when to come again; others are answered meanwhile."""
    bounded = replace(tools, allowance=Allowance(5, 1))
    async with site(bounded, there.news, publisher) as small:
        client_id = publisher.publish()
        mine, others = await small.connected(ANA, client_id), await small.connected(BEN, client_id)
        told = [(await small.post(mine["access_token"])).status for _ in range(7)]
        assert told == [200] * 5 + [429] * 2
        assert (await small.post(others["access_token"])).status == 200


async def test_whoever_listens_over_http_is_told(there: Site) -> None:
    """`subscriptions/listen` streams, also of what other clients of the person change in this process."""
    tokens = await there.connected(ANA)
    async with (
        there.client(tokens["access_token"]) as watching,
        there.client(tokens["access_token"]) as working,
        watching.listen(resource_subscriptions=["tasks://today"]) as stream,
    ):
        await working.call_tool("add_task", {"tasks": [{"title": "Buy milk", "due": "today"}]})
        told = await anext(aiter(stream))
        assert isinstance(told, ResourceUpdated)
        assert told.uri == "tasks://today"


async def test_no_token_and_no_word_is_in_a_log(there: Site) -> None:
    """Whatever goes right or wrong."""
    with capture_logs() as logs:
        tokens = await there.connected(ANA)
        async with there.client(tokens["access_token"]) as client:
            await client.call_tool("add_task", {"tasks": [{"title": "the secret"}]})
        await there.post("wrong-token")
    told = repr(logs)
    assert "mcp.connected" in told
    for secret in (tokens["access_token"], tokens["refresh_token"], "wrong-token", "the secret"):
        assert secret not in told


async def test_a_database_that_is_away_is_a_sentence(tools: Tools, there: Site) -> None:
    """503, to be tried again; the client keeps its token."""
    tokens = await there.connected(ANA)
    away = Database("postgresql://nobody@127.0.0.1:1/none")
    async with site(replace(tools, database=away), there.news, there.publisher, port=None, keys=there.keys) as other:
        answered = await other.post(tokens["access_token"])
    await away.close()
    assert answered.status == 503
    assert answered.headers["Retry-After"]


async def test_of_many_calls_at_once_none_is_lost_and_none_done_twice(
    there: Site, tools: Tools, publisher: Publisher
) -> None:
    """Twenty clients of two people, in both eras of the protocol, at two servers on one database."""
    async with site(tools, there.news, publisher) as other:
        held = {who: [await one.connected(who, publisher.publish()) for one in (there, other)] for who in (ANA, BEN)}

        async def work(number: int) -> None:
            who, here = (ANA, BEN)[number % 2], number // 2 % 2
            mode = "auto" if number % 3 else "legacy"
            async with (there, other)[here].client(held[who][here]["access_token"], mode=mode) as client:
                for call in range(10):
                    result = await client.call_tool("add_task", {"tasks": [{"title": f"{number} {call}"}]})
                    assert not result.is_error

        await asyncio.gather(*(work(number) for number in range(20)))
    added = []
    for who in (ANA, BEN):
        page = await (await tools.local(who)).find(TaskQuery(size=200))
        assert sorted(task.number for task in page.tasks) == list(range(1, 101))
        added += [task.title for task in page.tasks]
    assert sorted(added) == sorted(f"{number} {call}" for number in range(20) for call in range(10))


async def test_whoever_is_forgotten_is_nobody(there: Site, tools: Tools) -> None:
    """Their tokens are void, also where somebody comes again under the same name."""
    tokens = await there.connected(ANA)
    actor = (await tools.local(ANA)).actor
    async with tools.database.transaction() as session:
        await forget(session, actor)
    assert (await there.post(tokens["access_token"])).status == 401
    await tools.local(ANA)
    assert (await there.post(tokens["access_token"])).status == 401

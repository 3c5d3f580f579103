"""The list with tick boxes, in a real Chromium, framed as clients frame it."""

from __future__ import annotations

from typing import Any

import mcp_types as types
import pytest
from mcp import Client

from core.chat import Status, TaskQuery
from core.toolbox import Tools
from tests.adapters.mcp.browser import chromium, shown
from tests.adapters.mcp.conftest import Connect
from tests.conftest import ANA

needs_chromium = pytest.mark.skipif(chromium() is None, reason="there is no Chromium here")


async def page_of(client: Client) -> str:
    """The page, as a client finds it: by the tool, to the resource."""
    (tool,) = [one for one in (await client.list_tools()).tools if one.name == "list_tasks"]
    assert tool.meta is not None
    (content,) = (await client.read_resource(tool.meta["ui"]["resourceUri"])).contents
    assert isinstance(content, types.TextResourceContents)
    assert content.mime_type == "text/html;profile=mcp-app"
    return content.text


async def done(tools: Tools) -> list[str]:
    """What is completed."""
    page = await (await tools.local(ANA)).find(TaskQuery(status=Status.DONE))
    return [task.title for task in page.tasks]


async def test_clients_are_told_of_the_page(connect: Connect) -> None:
    """As an extension, with a page that loads nothing from anywhere."""
    async with connect() as client:
        assert client.server_capabilities.extensions == {"io.modelcontextprotocol/ui": {}}
        html = await page_of(client)
    assert "http://" not in html
    assert "https://" not in html
    assert "innerHTML" not in html


@needs_chromium
async def test_ticking_a_box_completes_the_task(connect: Connect, tools: Tools) -> None:
    """And taking the tick away opens it again; a repeating one moves on; what people wrote is text, never markup."""
    async with connect() as client:
        hostile = "<img src=x onerror=\"document.title='owned'\">"
        tasks = [{"title": hostile, "due": "today"}, {"title": "Pay rent", "due": "every 1st at 9am"}]
        await client.call_tool("add_task", {"tasks": tasks})

        async def call(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
            result = await client.call_tool(name, arguments)
            return result.model_dump(by_alias=True, mode="json", exclude_none=True)

        async with shown(await page_of(client), call) as page:
            titles = await page.run('[...document.querySelectorAll(".title")].map(one => one.textContent)')
            assert titles == [f"#1 {hostile}", "#2 Pay rent"]
            assert await page.run('document.querySelectorAll("img").length') == 0
            assert await page.run("document.title") == "Tasks"
            await page.run('document.querySelector("input").click()')
            await page.until('document.querySelector("li.done")')
            assert await done(tools) == [hostile]
            await page.run('document.querySelector("input").click()')
            await page.until('!document.querySelector("li.done")')
            assert await done(tools) == []
            await page.run('document.querySelectorAll("input")[1].click()')
            await page.until('document.querySelectorAll(".facts")[1].textContent.startsWith("next: Fri 2027-01-01")')
            assert not await page.run('document.querySelectorAll("input")[1].checked')


@needs_chromium
async def test_a_tick_that_fails_is_taken_back_and_told(connect: Connect) -> None:
    """The bot's own sentence, and the box is as it was."""
    async with connect() as client:
        await client.call_tool("add_task", {"tasks": [{"title": "Pay rent"}]})

        async def call(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
            if name == "list_tasks":
                result = await client.call_tool(name, arguments)
                return result.model_dump(by_alias=True, mode="json", exclude_none=True)
            return {"isError": True, "content": [{"type": "text", "text": "I can't reach my database right now."}]}

        async with shown(await page_of(client), call) as page:
            await page.run('document.querySelector("input").click()')
            await page.until('document.querySelector("#error").textContent.includes("my database")')
            await page.until('!document.querySelector("input").disabled')
            assert not await page.run('document.querySelector("input").checked')

"""A client that shows pages: a headless Chromium with a host page, which frames the app as clients do."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import os
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
Call = Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]
"""A tool's name and arguments, to its result as JSON."""

_HOST = """<!doctype html><meta charset="utf-8"><style>body{margin:0}iframe{border:0;width:100%;height:100vh}</style>
<iframe sandbox="allow-scripts"></iframe>
<script>
const frame = document.querySelector("iframe");
const send = message => frame.contentWindow.postMessage({jsonrpc: "2.0", ...message}, "*");
const call = async params => (await fetch("/call", {method: "POST", body: JSON.stringify(params)})).json();
addEventListener("message", async event => {
  if (event.source !== frame.contentWindow) return;
  const {id, method, params} = event.data;
  if (method === "ui/initialize")
    send({id, result: {protocolVersion: params.protocolVersion, hostInfo: {name: "host", version: "1"},
                       hostCapabilities: {serverTools: {}}, hostContext: {theme: "light"}}});
  else if (method === "ui/notifications/initialized")
    send({method: "ui/notifications/tool-result", params: await call({name: "list_tasks", arguments: {}})});
  else if (method === "tools/call") send({id, result: await call(params)});
});
fetch("/app").then(async answer => { frame.srcdoc = await answer.text(); });
</script>"""


def chromium() -> str | None:
    """Where a Chromium is, if there is one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@dataclass
class Page:
    """The app in its frame, over the DevTools protocol."""

    socket: aiohttp.ClientWebSocketResponse
    session: str = ""
    frame: int = 0
    """The context in which the app's scripts run."""
    _ids: Any = field(default_factory=lambda: itertools.count(1))

    async def command(self, method: str, **params: Any) -> dict[str, Any]:
        """One command that succeeds."""
        told = await self._answer(method, **params)
        assert "error" not in told, told
        result: dict[str, Any] = told["result"]
        return result

    async def _answer(self, method: str, **params: Any) -> dict[str, Any]:
        """One command; what comes meanwhile is looked at for the app's context."""
        number = next(self._ids)
        session = {"sessionId": self.session} if self.session else {}
        await self.socket.send_json({"id": number, "method": method, "params": params, **session})
        while True:
            told: dict[str, Any] = await self.socket.receive_json()
            self._note(told)
            if told.get("id") == number:
                return told

    async def framed(self) -> None:
        """Wait for the app's own context; that of the empty frame before it comes and goes."""
        while not self.frame or not await self._is_app():
            self._note(await self.socket.receive_json())

    async def _is_app(self) -> bool:
        # in a frame that goes before it has one, the promise ends as an error
        there = _until('document.querySelector("#tasks")')
        told = await self._answer("Runtime.evaluate", expression=there, contextId=self.frame, awaitPromise=True)
        return told.get("result", {}).get("result", {}).get("value") is True

    def _note(self, told: dict[str, Any]) -> None:
        match told:
            case {"method": "Runtime.executionContextCreated", "params": {"context": {"id": number, "origin": origin}}}:
                if not origin.startswith("http"):
                    self.frame = number
            case {"method": "Runtime.executionContextDestroyed", "params": {"executionContextId": self.frame}}:
                self.frame = 0

    async def run(self, script: str) -> Any:
        """Run a script in the app, and wait for what it promises."""
        result = await self.command(
            "Runtime.evaluate", expression=script, contextId=self.frame, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    async def until(self, condition: str) -> None:
        """Wait for what changes in the app's document to make this true."""
        await self.run(_until(condition))

    async def picture(self) -> bytes:
        """A PNG of it."""
        return base64.b64decode((await self.command("Page.captureScreenshot", format="png"))["data"])


def _until(condition: str) -> str:
    return (
        "new Promise(done => { const look = () => { if (" + condition + ") { done(true); return true } };"
        "if (!look()) new MutationObserver(look).observe(document, "
        "{subtree: true, childList: true, attributes: true, characterData: true}) })"
    )


@asynccontextmanager
async def shown(html: str, call: Call, *, width: int = 560, height: int = 300) -> AsyncIterator[Page]:
    """The app in a host that calls tools by `call`; the first list is what `list_tasks` says."""
    app = web.Application()

    async def called(request: web.Request) -> web.Response:
        asked = json.loads(await request.text())
        return web.json_response(await call(asked["name"], asked["arguments"]))

    async def text(request: web.Request) -> web.Response:
        return web.Response(text=html if request.path == "/app" else _HOST, content_type="text/html")

    app.add_routes([web.get("/", text), web.get("/app", text), web.post("/call", called)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    try:
        async with (
            _browser(width, height) as address,
            aiohttp.ClientSession() as session,
            session.ws_connect(address, max_msg_size=0) as socket,
        ):
            page = Page(socket)
            target = await page.command("Target.createTarget", url="about:blank")
            attached = await page.command("Target.attachToTarget", targetId=target["targetId"], flatten=True)
            page.session = attached["sessionId"]
            await page.command("Runtime.enable")
            await page.command("Page.navigate", url=f"http://127.0.0.1:{port}/")
            await page.framed()
            await page.until('document.querySelector("#count")?.textContent || document.querySelector("li")')
            yield page
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _browser(width: int, height: int) -> AsyncIterator[str]:
    path = chromium()
    assert path is not None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        process = await asyncio.create_subprocess_exec(
            path, "--headless=new", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-port=0", "--no-first-run",
            # the frame's scripts run in the page's own process, where one connection reaches them
            "--disable-features=IsolateSandboxedIframes", f"--user-data-dir={folder}",
            f"--window-size={width},{height}", "--force-device-scale-factor=2",
            *(["--no-sandbox"] if os.geteuid() == 0 else []), "about:blank",
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert process.stderr is not None
        try:
            while not (found := re.search(rb"DevTools listening on (ws://\S+)", await process.stderr.readline())):
                assert process.returncode is None
            yield found[1].decode()
        finally:
            process.terminate()
            await process.wait()

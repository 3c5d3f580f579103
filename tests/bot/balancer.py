"""Several processes of the bot behind one address, any of which may be killed at any moment."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import aiohttp

from tests.adapters.mcp.web import free_port
from tests.bot.conftest import BOT

_KEPT = 65_536


@dataclass
class Process:
    """`bot run`, with a terminal to type at and `/mcp` on a port of its own."""

    port: int
    running: asyncio.subprocess.Process

    async def typed(self, line: str, until: str) -> str:
        """Type a line; what is said up to the words."""
        assert self.running.stdin is not None
        assert self.running.stdout is not None
        self.running.stdin.write(f"{line}\n".encode())
        said = ""
        while until not in said:
            more = (await self.running.stdout.readline()).decode()
            assert more, said
            said += more
        return said

    async def code(self) -> str:
        """What `/task connect` gives."""
        said = await self.typed("/task connect", "paste it nowhere else")
        found = re.search(r"^[\w-]+\.[\w-]+\.[\w-]+$", said, re.MULTILINE)
        assert found is not None, said
        return found[0]

    async def kill(self, how: signal.Signals = signal.SIGKILL) -> int:
        """End it, and wait until it has."""
        with suppress(ProcessLookupError):
            self.running.send_signal(how)
        return await self.running.wait()


@dataclass
class Balancer:
    """Connections go to the living in turn; those to the dead are closed, as by a load balancer."""

    environment: dict[str, str]
    port: int = field(default_factory=free_port)
    processes: list[Process] = field(default_factory=list)
    served: list[Process] = field(default_factory=list)
    """Who took each connection."""

    @property
    def url(self) -> str:
        """What people call the bot by."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self, **more: str) -> Process:
        """Another process, once it answers."""
        port = free_port()
        environment = self.environment | {"MCP_URL": self.url, "PORT": str(port), "HOST": "127.0.0.1"} | more
        pipe = subprocess.PIPE
        running = await asyncio.create_subprocess_exec(
            BOT, "run", stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environment
        )
        process = Process(port, running)
        async with aiohttp.ClientSession() as web:
            while True:
                assert running.returncode is None
                with suppress(aiohttp.ClientConnectionError):
                    async with web.get(f"http://127.0.0.1:{port}/health"):
                        break
                await asyncio.sleep(0.02)
        self.processes.append(process)
        return process

    async def kill(self, process: Process) -> None:
        """One is gone, with all that it held."""
        self.processes.remove(process)
        await process.kill()

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass one connection on, until either end closes it."""
        process = self.processes[len(self.served) % len(self.processes)]
        self.served.append(process)
        try:
            to_bot, from_bot = await asyncio.open_connection("127.0.0.1", process.port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(_pass(reader, from_bot), _pass(to_bot, writer))


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(_KEPT):
            writer.write(data)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def balanced(environment: dict[str, str], count: int) -> AsyncIterator[Balancer]:
    """So many processes behind one address."""
    balancer = Balancer(environment)
    server = await asyncio.start_server(balancer.connected, "127.0.0.1", balancer.port)
    try:
        await asyncio.gather(*(balancer.start() for _ in range(count)))
        yield balancer
    finally:
        server.close()
        await asyncio.gather(*(process.kill() for process in balancer.processes))

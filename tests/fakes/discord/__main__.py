"""`python -m tests.fakes.discord [--port N] [--limits]`: the stand-in as a process of its own.

It prints one line of JSON: `api_url`, `gateway_url`, `token`, `control_url`. Below the last of these are the paths
that `RemoteDiscord` speaks: POST user, channel, thread, say, reset, limits, disconnect; GET time, seen, calls.
"""

from __future__ import annotations

import argparse
import asyncio
import json

from tests.fakes.discord.server import DiscordServer


async def main(port: int, *, limits: bool) -> None:
    """Serve until the process is ended. Bodies aren't checked, to be fast."""
    server = DiscordServer(limits=limits, checked=False)
    await server.start(port)
    addresses = {
        "api_url": server.api_url,
        "gateway_url": server.gateway_url,
        "token": server.token,
        "control_url": server.api_url.replace("/api/v10", "/control"),
    }
    print(json.dumps(addresses), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.discord", description="A stand-in for Discord.")
    parser.add_argument("--port", type=int, default=0, help="the port on loopback; by default any that is free")
    parser.add_argument("--limits", action="store_true", help="enforce rate limits")
    given = parser.parse_args()
    asyncio.run(main(given.port, limits=given.limits))

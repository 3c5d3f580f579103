"""`python -m tests.fakes.openai [--port N]`: the stand-in as a process of its own; prints its base URL and serves."""

from __future__ import annotations

import argparse
import asyncio

from tests.fakes.openai.server import OpenAIServer


async def main(port: int) -> None:
    """Serve until the process is ended."""
    server = OpenAIServer()
    await server.start(port)
    print(server.base_url, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.openai", description="A stand-in for OpenAI's API.")
    parser.add_argument("--port", type=int, default=0, help="the port on loopback; by default any that is free")
    asyncio.run(main(parser.parse_args().port))

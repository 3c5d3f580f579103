"""`python -m tests.fakes.openai [PORT]`: the stand-in as a process of its own; prints its base URL and serves."""

from __future__ import annotations

import asyncio
import sys

from tests.fakes.openai.server import OpenAIServer


async def main(port: int) -> None:
    """Serve until the process is ended."""
    server = OpenAIServer(models=("gpt-test",))
    await server.start(port)
    print(server.base_url, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 0))

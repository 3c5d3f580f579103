"""`python -m tests.benchmarks.world TOWN`: a platform, its people and OpenAI, in a process of their own.

Prints where they are as one line of JSON, then does what each line of JSON on its standard input asks, and answers with
a line. So their work never counts as the bot's.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

from tests.benchmarks.towns import TOWNS, Town
from tests.fakes.openai import OpenAIServer
from tests.fakes.openai.brain import Say

Json = dict[str, Any]

PATIENCE = 300.0
"""Seconds after which what is not answered won't be."""
READING = 2.0
"""Seconds that a person reads and types before the next message."""
SHORT = "Added for tomorrow at nine, as you wished."
LONG = " ".join(f"This is sentence {number} of a longer answer." for number in range(12))


class World:
    """A town and OpenAI, and what people do there."""

    def __init__(self, town: Town, openai: OpenAIServer) -> None:
        self._town = town
        self._openai = openai
        openai.on("short story", Say(SHORT))
        openai.on("long story", Say(LONG))

    async def pace(self, first_token: float, between_deltas: float) -> Json:
        """How fast the model is, in seconds."""
        self._openai.slow(first_token_seconds=first_token, between_deltas_seconds=between_deltas)
        return {}

    async def unlimited(self) -> Json:
        """Lift the platform's limits."""
        self._town.unlimited()
        return {}

    async def talk(self, text: str, turns: int, threads: int = 1, first: int = 0) -> Json:
        """Say a text so many times in each of so many threads, from thread `first` on, each time after the answer."""
        self._town.forget()
        self._openai.requests.clear()
        begun = time.monotonic()
        async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
            for thread in range(first, first + threads):
                group.create_task(self._dialogue(thread, text, turns))
        seconds = time.monotonic() - begun
        return {"seconds": seconds, "calls": self._town.calls(), "refused": self._town.refusals()}

    async def timed(self, text: str, turns: int, thread: int) -> Json:
        """Say a text, and measure by how many milliseconds the bot's words are behind the model's."""
        told: Json = {"first": [], "final": [], "calls": []}
        for _ in range(turns):
            self._town.forget()
            self._openai.requests.clear()
            await self._town.answered(await self._town.say(thread, text))
            words = [at for request in self._openai.requests for at in request.words]
            seen = self._town.seen()
            told["first"].append((min(seen) - min(words)) * 1000)
            told["final"].append((max(seen) - max(words)) * 1000)
            await asyncio.sleep(READING)  # a status that is taken away after the answer counts too
            told["calls"].append(self._town.calls())
        return told

    async def storm(self, messages: int, threads: int, cut_every: int) -> Json:
        """Say so many messages in so many threads, one after the other in each, and cut the connection again and again.

        In between, more is said at once than the bot is asked to wait for: nobody waits for an answer.
        """
        self._town.forget()
        said: list[str] = []
        for thread in range(threads):
            said.append(await self._town.say(thread, f"add start {thread}"))
        await asyncio.gather(*(self._town.answered(message) for message in said))
        for number in range(threads, messages):
            said.append(await self._town.say(number % threads, f"add task {number}"))
            if number % cut_every == 0:
                self._town.disconnect()
            if number % threads == 0:
                async with asyncio.timeout(PATIENCE):
                    await self._town.answered(said[-threads])
        try:
            async with asyncio.timeout(PATIENCE):
                for message in said:
                    await self._town.answered(message)
        except TimeoutError:
            pass  # the accounts tell
        answers = self._town.answers()
        lost = sum(message not in answers for message in said)
        doubled = sum(answers.get(message, 0) > 1 for message in said)
        return {"lost": lost, "doubled": doubled, "said": len(said)}

    async def offered(self, typed: list[str]) -> Json:
        """Milliseconds until each of these texts, being typed, has tasks offered for it; nothing where none are."""
        told = [await self._town.offered(text) for text in typed]
        found = [one for one in told if one is not None]
        return {"milliseconds": [seconds * 1000 for seconds, _ in found], "offered": [count for _, count in found]}

    async def _dialogue(self, thread: int, text: str, turns: int) -> None:
        for _ in range(turns):
            await self._town.answered(await self._town.say(thread, text))


async def main(name: str) -> None:
    """Serve until standard input ends."""
    town = TOWNS[name]()
    await town.start()
    async with OpenAIServer() as openai:
        world = World(town, openai)
        print(json.dumps({"openai": openai.base_url, "town": town.settings()}), flush=True)
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            asked = json.loads(line)
            answer = await getattr(world, asked.pop("do"))(**asked)
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))

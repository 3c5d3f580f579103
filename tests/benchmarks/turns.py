"""Processor time of a whole turn with one tool call, as a ratio to the bare SDK's."""

from __future__ import annotations

import asyncio
import datetime as dt
import gc
import statistics
import time
from collections.abc import Awaitable, Callable
from zoneinfo import ZoneInfo

from agents import Agent, OpenAIResponsesModel, RunConfig, Runner, function_tool
from openai import AsyncOpenAI

from core.agent.briefing import briefing
from core.agent.instructions import instructions
from core.chat import TaskQuery
from core.tasks import find
from core.tools.context import TurnContext
from core.users import identify
from tests.benchmarks.servers import Bot, bot, call, openai_process
from tests.benchmarks.table import Figure, Goal
from tests.fakes.chat import ANA
from tests.fakes.openai.server import KEY, MODELS

GOAL = Goal(1.5)
BLOCKS = 25
TURNS = 10
"""In a block. A block of one side is compared with the other's next to it: what slows the machine down slows both."""
WARM_UP = 20

Turn = Callable[[], Awaitable[None]]
Start = Callable[[], Awaitable[Turn]]
"""Opens a conversation, which is not measured, and returns what runs one turn in it."""


def measure(database_url: str) -> list[Figure]:
    """Processor seconds (user and system) of this process; the model and the database are processes of their own."""
    with openai_process() as base_url:
        return asyncio.run(_compare(database_url, base_url))


async def _compare(database_url: str, base_url: str) -> list[Figure]:
    async with bot(database_url, base_url) as ours, AsyncOpenAI(api_key=KEY, base_url=base_url) as client:
        whole = _whole_turns(ours)
        await _block(whole, WARM_UP)
        bare = bare_turns(client, await _instructions(ours))
        await _block(bare, WARM_UP)
        pairs = [(await _block(bare, TURNS), await _block(whole, TURNS)) for _ in range(BLOCKS)]
    bare_ms, whole_ms = (statistics.median(one) for one in zip(*pairs, strict=True))
    ratio = statistics.median(whole / bare for bare, whole in pairs)
    note = f"median of {BLOCKS} pairs of blocks of {TURNS} turns, in alternation"
    detail = {"bare": [bare for bare, _ in pairs], "whole": [whole for _, whole in pairs]}
    return [
        Figure("CPU of a turn", "whole turn / bare SDK", ratio, "×", GOAL, note, detail),
        Figure("CPU of a turn", "whole turn (add_task, Postgres, chat)", whole_ms, "ms"),
        Figure("CPU of a turn", "bare Runner.run_streamed, one tool", bare_ms, "ms"),
    ]


async def _block(start: Start, turns: int) -> float:
    """Milliseconds of processor time a turn."""
    turn = await start()
    await turn()
    gc.collect()
    begun = time.process_time()
    for _ in range(turns):
        await turn()
    return (time.process_time() - begun) / turns * 1000


def _whole_turns(ours: Bot) -> Start:
    text = call("add_task", '{"tasks":[{"title":"Buy milk and bread"}]}')
    blocks = iter(range(1_000_000))

    async def start() -> Turn:
        thread = ours.chat.thread(f"turns-{next(blocks)}")

        async def turn() -> None:
            answer = await ours.chat.say(ours.core, text, thread=thread)
            if len(answer.receipts) != 1 or answer.text != "Done.":
                raise RuntimeError(f"the turn went wrong: {answer.text}")

        return turn

    return start


def bare_turns(client: AsyncOpenAI, told: str) -> Start:
    """Turns of the SDK alone, with instructions and one tool that does nothing."""

    @function_tool
    async def add_task(title: str) -> str:
        """Add a task for the author of the newest message."""
        return f"Added: {title}"

    agent = Agent(name="Bare", instructions=told, tools=[add_task], model=OpenAIResponsesModel(MODELS[0], client))
    text = call("add_task", '{"title":"Buy milk and bread"}')
    config = RunConfig(tracing_disabled=True)

    async def start() -> Turn:
        conversation = (await client.conversations.create()).id

        async def turn() -> None:
            result = Runner.run_streamed(agent, text, conversation_id=conversation, run_config=config)
            async for _ in result.stream_events():
                pass
            if result.final_output != "Done.":
                raise RuntimeError(f"the bare turn went wrong: {result.final_output}")

        return turn

    return start


async def _instructions(ours: Bot) -> str:
    """What our turns tell the model, for the bare ones to send as much."""
    now = dt.datetime.now(ZoneInfo("Europe/Berlin"))
    async with ours.database.transaction() as session:
        actor = await identify(session, ANA, "UTC")
        page = await find(session, actor, TaskQuery(size=8), now=now)
    return f"{instructions()}\n{briefing(TurnContext(ours.database, actor, now, open_tasks=page.tasks))}"

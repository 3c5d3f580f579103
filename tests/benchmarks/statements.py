"""SQL statements of a whole turn, tool by tool, and how often it waits for a database that is 20 ms away."""

from __future__ import annotations

import asyncio
import re
import time

from tests.benchmarks.servers import bot, call
from tests.benchmarks.table import Figure, Goal
from tests.core.statements import counted
from tests.fakes.far_database import far
from tests.fakes.openai import OpenAIServer

GOAL = Goal(4)
TRIPS, TRIPS_OF_A_LIST = Goal(3), Goal(2)
DELAY = 0.02
"""Seconds that an answer of the database takes longer."""

TURNS = (
    ("add_task", '{"tasks":[{"title":"Call the dentist","due":"tomorrow 5pm","tags":["health"]}]}'),
    ("complete_task", '{"numbers":[1]}'),
    ("update_task", '{"changes":[{"number":2,"due":"next friday","priority":1}]}'),
    ("list_tasks", '{"status":"open","text":"ana"}'),
    ("undo", "{}"),
)


def measure(database_url: str) -> list[Figure]:
    """Count the statements, and what is waited for on the wire, the words of transactions included."""
    return asyncio.run(_measure(database_url))


async def _measure(database_url: str) -> list[Figure]:
    figures, away = [], []
    async with (
        OpenAIServer() as server,
        far(database_url, delay=DELAY) as wire,
        bot(wire.url, server.base_url) as ours,
    ):
        thread = ours.chat.thread("statements", shared=False)
        for title in ("Buy milk", "Call Ana"):
            text = call("add_task", f'{{"tasks":[{{"title":"{title}"}}]}}')
            await ours.chat.say(ours.core, text, thread=thread)
        for tool, arguments in TURNS:
            with counted(ours.database) as statements, wire.counted():
                begun = time.perf_counter()
                answer = await ours.chat.say(ours.core, call(tool, arguments), thread=thread)
                took = (time.perf_counter() - begun) * 1000
            if not answer.receipts and not answer.listed:
                raise RuntimeError(f"the turn went wrong: {answer.text}")
            note = ", ".join(_verb(statement) for statement in statements)
            detail = {"statements": [" ".join(statement.split()) for statement in statements]}
            figures.append(Figure("SQL of a turn", tool, len(statements), "statements", GOAL, note, detail))
            away.append(_away(tool, wire.trips, TRIPS, took))
        with wire.counted():
            begun = time.perf_counter()
            await ours.chat.command(ours.core, "list")
            took = (time.perf_counter() - begun) * 1000
        away.append(_away("/task list", wire.trips, TRIPS_OF_A_LIST, took))
    return figures + away


def _away(what: str, trips: int, goal: Goal, took: float) -> Figure:
    return Figure("A database 20 ms away", what, trips, "round trips", goal, f"{took:.0f} ms in all")


def _verb(statement: str) -> str:
    """What the statement does: `select users`; with several verbs, the one that writes."""
    found = re.findall(r"\b(INSERT INTO|UPDATE|SELECT .*? FROM) (?:public\.)?(users|tasks)\b", statement, re.DOTALL)
    if "FOR UPDATE" in statement:
        return "lock tasks"
    verbs = [(verb.split()[0].lower(), table) for verb, table in found]
    verb, table = next((one for one in verbs if one == ("insert", "tasks")), verbs[0] if verbs else ("select", ""))
    return f"{verb} {table}".strip()

"""SQL statements of a whole turn, tool by tool."""

from __future__ import annotations

import asyncio
import re

from tests.benchmarks.servers import bot, call
from tests.benchmarks.table import Figure, Goal
from tests.core.statements import counted
from tests.fakes.openai import OpenAIServer

GOAL = Goal(4)

TURNS = (
    ("add_task", '{"tasks":[{"title":"Call the dentist","due":"tomorrow 5pm","tags":["health"]}]}'),
    ("complete_task", '{"numbers":[1]}'),
    ("update_task", '{"changes":[{"number":2,"due":"next friday","priority":1}]}'),
    ("list_tasks", '{"status":"open","text":"ana"}'),
    ("undo", "{}"),
)


def measure(database_url: str) -> list[Figure]:
    """Count what is sent between BEGIN and COMMIT; the pool's pings are no statements of ours."""
    return asyncio.run(_measure(database_url))


async def _measure(database_url: str) -> list[Figure]:
    figures = []
    async with OpenAIServer() as server, bot(database_url, server.base_url) as ours:
        thread = ours.chat.thread("statements")
        for title in ("Buy milk", "Call Ana"):
            text = call("add_task", f'{{"tasks":[{{"title":"{title}"}}]}}')
            await ours.chat.say(ours.core, text, thread=thread)
        for tool, arguments in TURNS:
            with counted(ours.database) as statements:
                answer = await ours.chat.say(ours.core, call(tool, arguments), thread=thread)
            if not answer.receipts and not answer.listed:
                raise RuntimeError(f"the turn went wrong: {answer.text}")
            note = ", ".join(_verb(statement) for statement in statements)
            detail = {"statements": [" ".join(statement.split()) for statement in statements]}
            figures.append(Figure("SQL of a turn", tool, len(statements), "statements", GOAL, note, detail))
    return figures


def _verb(statement: str) -> str:
    """What the statement does: `select users`; with several verbs, the one that writes."""
    found = re.findall(r"\b(INSERT INTO|UPDATE|SELECT .*? FROM) (?:public\.)?(users|tasks)\b", statement, re.DOTALL)
    if "FOR UPDATE" in statement:
        return "lock tasks"
    verbs = [(verb.split()[0].lower(), table) for verb, table in found]
    verb, table = next((one for one in verbs if one == ("insert", "tasks")), verbs[0] if verbs else ("select", ""))
    return f"{verb} {table}".strip()

"""Draws the README's pictures of Slack from a real run: the bot's own blocks, as HTML of ours."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.logging import configure_logging
from core.database import Database
from core.embedded import start_embedded, stop_embedded
from core.migrations import migrate
from tests.conversations.slack import Workspace
from tests.fakes.openai import OpenAIServer
from tests.fakes.slack import SlackServer
from tests.pictures.blocks import NOW, blocks, message, modal, mrkdwn, page
from tests.pictures.browser import screenshot

FOLDER = Path(__file__).parents[2] / ".github"
ANA, BOT = "#4a154b", "#1264a3"
TASKS = (
    "Pay rent every 1st at 9am p1 #home",
    "Call the dentist today 2:30pm #health",
    "Water the plants every 3 days",
    "Book the train to Lisbon 30 nov #travel",
)


@asynccontextmanager
async def workspace(data_dir: Path) -> AsyncIterator[Workspace]:
    """A workspace with the bot and its offline assistant, on a Monday morning."""
    url = start_embedded(data_dir)
    await migrate(url)
    database = Database(url)
    async with SlackServer() as slack, OpenAIServer() as openai:
        there = Workspace(slack, openai, database, lambda: None, lambda: NOW)
        await there.start()
        yield there
        await there.stop()
    await database.close()


async def draw(data_dir: Path) -> None:
    """Hold a talk, open a form and Home, and write the pictures."""
    async with workspace(data_dir) as there:
        await _card(there)
        await _modal(there)
        await _home(there)


async def _card(there: Workspace) -> None:
    asked = f"{there.bot} remind me to send Ben the contract on Friday at 9 p2 #work"
    thread = await there.slack.say(there.ana, there.channel, asked)
    await there.answered(thread, 1)
    first = there.answers(thread)[0]
    await there.reply(there.ana, thread, "what's due this week?")
    second = there.answers(thread)[1]
    html = page(
        message("Ana", "9:00", mrkdwn(asked), colour=ANA),
        message("Task bot", "9:00", blocks(first.blocks), colour=BOT, app=True),
        message("Ana", "9:01", "what's due this week?", colour=ANA),
        message("Task bot", "9:01", blocks(second.blocks), colour=BOT, app=True),
    )
    screenshot(html, FOLDER / "slack-card.png", width=760, height=440)


async def _modal(there: Workspace) -> None:
    message_ = there.answers(there.slack.messages(there.channel)[0].ts)[0]
    await there.slack.press(there.ana, there.channel, message_.ts, "task_menu", choice="Edit")
    view: dict[str, Any] = {}
    while not any(block["type"] == "input" for block in view.get("blocks", [])):
        await there.slack.until(lambda: there.slack.views)
        await there.platform.idle()
        view = next(iter(there.slack.views.values())).told
    screenshot(page(modal(view)), FOLDER / "slack-modal.png", width=620, height=590)


async def _home(there: Workspace) -> None:
    for text in TASKS:
        await there.slack.slash(there.ana, there.channel, "/task", text)
    await there.platform.idle()
    await there.slack.open_home(there.ana)
    await there.slack.until(lambda: there.ana.id in there.slack.homes)
    await there.platform.idle()
    home = there.slack.homes[there.ana.id]
    await there.slack.press_view(there.ana, home, "home_tab:upcoming")
    await there.platform.idle()
    told: Any = there.slack.homes[there.ana.id].told["blocks"]
    screenshot(page(blocks(told)), FOLDER / "slack-home.png", width=760, height=370)


def main() -> None:
    """Use a database that is thrown away."""
    configure_logging("ERROR", "console")
    with tempfile.TemporaryDirectory() as folder:
        try:
            asyncio.run(draw(Path(folder)))
        finally:
            stop_embedded(Path(folder))


if __name__ == "__main__":
    main()

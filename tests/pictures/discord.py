"""Draws the README's pictures of Discord from a real run: the bot's own components, as HTML of ours."""

from __future__ import annotations

import asyncio
import html
import re
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.logging import configure_logging
from core.database import Database
from core.embedded import start_embedded, stop_embedded
from core.migrations import migrate
from tests.conversations.discord import Guild
from tests.fakes.discord import DiscordServer, Message
from tests.fakes.openai import OpenAIServer
from tests.pictures.blocks import NOW, ago
from tests.pictures.browser import screenshot

FOLDER = Path(__file__).parents[2] / ".github"
TASKS = (
    "Pay rent every 1st at 9am p1 #home",
    "Call the dentist tomorrow 2:30pm #health",
    "Water the plants every 3 days",
)
STYLE = """
* { box-sizing: border-box; margin: 0 }
body { font: 15px/1.4 Inter, "Segoe UI", sans-serif; color: #dbdee1; background: #313338; padding: 20px 24px }
.said { display: flex; gap: 14px; margin-bottom: 16px } .face { width: 40px; height: 40px; border-radius: 50%; flex: none; color: #fff; font-weight: 700; text-align: center; line-height: 40px }
.name { font-weight: 600; color: #f2f3f5 } .app { font-size: 10px; background: #5865f2; color: #fff; border-radius: 3px; padding: 1px 4px; margin-left: 4px } .at { color: #949ba4; font-size: 12px; margin-left: 8px }
.card { background: #2b2d31; border: 1px solid #3f4147; border-left-width: 4px; border-radius: 8px; padding: 12px 14px; margin: 6px 0; max-width: 600px }
.row { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 8px } .button { border-radius: 4px; padding: 5px 14px; font-size: 14px; font-weight: 500; color: #fff; background: #4e5058 }
.s1 { background: #5865f2 } .s3 { background: #248046 } .s4 { background: #da373c } .select { background: #1e1f22; color: #949ba4; border-radius: 4px; padding: 6px 12px; min-width: 320px } .select::after { content: "▾"; float: right }
.small { color: #949ba4; font-size: 12.5px } .mention { background: #3c4270; color: #c9cdfb; border-radius: 3px; padding: 0 2px } a { color: #00a8fc; text-decoration: none } s { color: #949ba4 }
.thread { color: #949ba4; font-size: 13px; margin: -6px 0 14px 54px } .caption { color: #80848e; font-size: 11px; margin-top: 10px; text-align: right }
"""  # noqa: E501 - one rule set a line


@asynccontextmanager
async def guild(data_dir: Path) -> AsyncIterator[Guild]:
    """A server with the bot and its offline assistant, on a Monday morning."""
    url = start_embedded(data_dir)
    await migrate(url)
    database = Database(url)
    async with DiscordServer() as discord, OpenAIServer() as openai:
        there = Guild(discord, openai, database, lambda: None, lambda: NOW)
        await there.start()
        yield there
        await there.stop()
    await database.close()


async def draw(data_dir: Path) -> None:
    """Hold a talk and write the pictures."""
    async with guild(data_dir) as there:
        zone = await there.discord.slash(there.ana, there.channel, "settings", zone="Europe/Berlin")
        await there.discord.settled(zone)
        asked = "remind me to send Ben the contract on Friday at 9 p2 #work"
        thread = await there.mention(there.ana, asked)
        card = _page(
            _said("Ana", f'<span class="mention">@Task bot</span> {html.escape(asked)}', "#eb459e"),
            f'<p class="thread">↳ Thread: {html.escape(thread.name)}</p>',
            _said("Task bot", _components(there.answers(thread)[-1].components), "#5865f2", app=True),
        )
        screenshot(card, FOLDER / "discord-card.png", width=720, height=420)
        for text in TASKS:
            await there.discord.settled(await there.discord.slash(there.ana, there.channel, "task add", text=text))
        listed = await there.discord.settled(await there.discord.slash(there.ana, there.channel, "task list"))
        assert listed.original
        html_ = _page(_said("Task bot", _shown(listed.original), "#5865f2", app=True))
        screenshot(html_, FOLDER / "discord-list.png", width=720, height=360)


def _page(*parts: str) -> str:
    caption = '<p class="caption">Rendered from the bot\'s own components</p>'
    return f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style>{"".join(parts)}{caption}'


def _said(name: str, body: str, colour: str, *, app: bool = False) -> str:
    badge = '<span class="app">APP</span>' if app else ""
    return (
        f'<div class="said"><div class="face" style="background:{colour}">{name[0]}</div><div>'
        f'<span class="name">{name}</span>{badge}<span class="at">Today at 9:00</span><div>{body}</div></div></div>'
    )


def _shown(message: Message) -> str:
    return f'{_components(message.components)}<p class="small">Only you can see this</p>'


def _components(components: Sequence[Mapping[str, Any]]) -> str:
    return "".join(_component(component) for component in components)


def _component(component: Mapping[str, Any]) -> str:
    match component["type"]:
        case 1:
            return f'<div class="row">{_components(component["components"])}</div>'
        case 2:
            return f'<span class="button s{component["style"]}">{html.escape(component["label"])}</span>'
        case 3:
            return f'<span class="select">{html.escape(component["placeholder"])}</span>'
        case 10:
            return f"<div>{_markdown(component['content'])}</div>"
        case 17:
            colour = f"#{component.get('accent_color') or 0x3F4147:06x}"
            return f'<div class="card" style="border-left-color:{colour}">{_components(component["components"])}</div>'
        case unknown:
            raise ValueError(f"no picture of a component {unknown} yet")


def _markdown(text: str) -> str:
    told = html.escape(text, quote=False)
    told = re.sub(r"&lt;t:(\d+):R&gt;", lambda found: ago(int(found[1])), told)
    told = re.sub(r"\[([^\]]+)\]\((https[^)]*)\)", r"<a>\1</a>", told)
    told = re.sub(r"(?m)^-# (.*)$", r'<span class="small">\1</span>', told)
    told = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", told)
    told = re.sub(r"~~(.+?)~~", r"<s>\1</s>", told)
    told = re.sub(r"`([^`]+)`", r"<code>\1</code>", told)
    return re.sub(r"\\([^\w\s])", r"\1", told).replace("\n", "<br>")


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

"""`bot mcp`: the tools over standard input and output, for a client on the same machine."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout

from adapters.console.inbound import author
from adapters.console.settings import ConsoleSettings, environment_locale
from bot.app import opened, refuse_old_tables
from bot.settings import Settings
from bot.start import stopped_by_signals


async def serve_stdio(settings: Settings) -> None:
    """Answer one client until standard input ends; it acts for whoever sits at the terminal, as `bot chat` does.

    Raises TaskBotError where the database can't be used; the sentence says why.
    """
    # here and not above: the protocol takes a while to import, and other commands do without it
    from adapters.mcp.news import News
    from adapters.mcp.stdio import serve
    from core.toolbox import Tools

    news = News()
    with stopped_by_signals():
        async with opened(settings) as database:
            with redirect_stdout(sys.stderr):  # the protocol's from here on, and nothing else's
                await refuse_old_tables(settings)
            me = ConsoleSettings(settings.data_dir, settings.default_timezone, locale=environment_locale())
            await serve(Tools(database, settings.default_timezone, news.changed), author(me), news)

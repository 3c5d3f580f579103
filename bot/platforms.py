"""Which platforms are connected, and what the process knows of each."""

from __future__ import annotations

from adapters.console import Console, ConsoleSettings
from adapters.console.settings import environment_locale
from adapters.discord.settings import DiscordSettings
from adapters.slack.settings import SlackSettings
from bot import __version__
from bot.health import Connection
from bot.settings import Chats, Settings
from core.agent.models import DEFAULT_MODEL
from core.database import Database


def connected(settings: Settings, database: Database, chats: Chats | None) -> list[Connection]:
    """The platforms that are configured; without any, the terminal."""
    found = []
    if chats and chats.slack.configured:
        found.append(_slack(chats.slack, settings))
    if chats and chats.discord.configured:
        found.append(_discord(chats.discord))
    if found:
        return found
    console = Console(
        ConsoleSettings(
            data_dir=settings.data_dir,
            timezone=settings.default_timezone,
            locale=environment_locale(),
            banner=_banner(settings, database),
        )
    )
    return [Connection(console)]


def _slack(chat: SlackSettings, settings: Settings) -> Connection:
    # here and not above: a talk in the terminal does without Bolt, which takes a while to import
    from adapters.slack.manifest import EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH
    from adapters.slack.platform import Slack

    slack = Slack(chat, data_dir=settings.data_dir)
    return Connection(
        slack,
        events=(EVENTS_PATH, slack.events) if chat.signing_secret else None,
        pages=((INSTALL_PATH, slack.install), (REDIRECT_PATH, slack.redirected)) if chat.client_id else (),
        reach=slack.reach,
        trouble=lambda: slack.trouble,
        introduction=lambda: slack.introduction,
        changed=slack.changed,
    )


def _discord(settings: DiscordSettings) -> Connection:
    # here and not above: a talk in the terminal does without discord.py, which takes a while to import
    from adapters.discord.platform import Discord

    discord = Discord(settings)
    return Connection(discord, trouble=lambda: discord.trouble, introduction=lambda: discord.introduction)


def _banner(settings: Settings, database: Database) -> tuple[str, ...]:
    """What is used, and what one can type."""
    model = f"OpenAI ({settings.openai_model or DEFAULT_MODEL})" if settings.openai_api_key else "offline"
    hint = "" if settings.openai_api_key else " (set OPENAI_API_KEY for the real one)"
    kept = database.describe() if settings.database_url else f"embedded, in {settings.data_dir}"
    return (
        f"**Task bot {__version__}** · assistant: {model}{hint} · database: {kept}",
        "Type what is to be done, e.g. `add Call Ana tomorrow 5pm #work`, `list`, `done 1`, `undo`, `help`; "
        "`/new` and `/forget` for the conversation; Ctrl-C stops a reply, Ctrl-D leaves.",
    )

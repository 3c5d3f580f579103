"""The command line."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from datetime import datetime
from io import TextIOWrapper
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar
from zoneinfo import ZoneInfo

import typer

from bot import __version__
from bot.deploying import deploy
from bot.settings import Settings, load_chats, load_settings
from bot.sources import SettingsError
from bot.workspaces_command import workspaces

if TYPE_CHECKING:
    from rich.console import Console

Loaded = TypeVar("Loaded")
BAD_SETTINGS = 2
FAILED = 1

app = typer.Typer(
    help="A task bot for the places where people talk.",
    no_args_is_help=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command line; the console script `bot`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # where the locale has no sign for a letter, the line comes without it rather than not at all
            stream.reconfigure(errors="replace")
    app()


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    """Keep people's tasks where they talk. Without a command, `bot run`."""
    if version:
        typer.echo(f"task-bot {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        run()


@app.command()
def run() -> None:
    """Run the bot on every configured platform; with none configured, talk in this terminal.

    Examples: `bot run` · `echo "add Buy milk tomorrow" | bot run`
    """
    from bot.app import run as run_bot
    from bot.watching.settings import load_watch

    settings, chats = _settings(), _checked(load_chats)
    watch = _checked(lambda: load_watch(settings))
    _finish(lambda: run_bot(settings, chats, watch))


@app.command()
def chat() -> None:
    """Talk in this terminal, whatever else is configured.

    Example: `bot chat`
    """
    from bot.app import run as run_bot

    settings = _settings()
    _finish(lambda: run_bot(settings))


@app.command()
def mcp() -> None:
    """Give your tasks to a client that speaks MCP (Claude Desktop, Cursor, …), over standard input and output.

    The client starts it: the README has the entry for its configuration. Example: `bot mcp`
    """
    from bot.stdio import serve_stdio

    settings = _settings()
    _finish(lambda: serve_stdio(settings))


@app.command()
def parse(
    text: Annotated[str, typer.Argument(help="The text, or - to read lines (text or JSON) from standard input.")],
    now: Annotated[str | None, typer.Option(help="Local date and time to read it at, e.g. 2026-12-01T09:00.")] = None,
    timezone: Annotated[str | None, typer.Option(help="IANA time zone, e.g. Europe/Berlin.")] = None,
    locale: Annotated[
        str | None, typer.Option(help="BCP 47, e.g. en-GB: decides whether 5/6 is in May or June.")
    ] = None,
) -> None:
    """Show how quick add understands a text.

    Examples: `bot parse "Pay rent every 1st at 9am p1 #home"` · `bot parse - < lines.txt`
    """
    from adapters.console.settings import environment_locale
    from bot.parse import describe, parse_lines

    settings = _settings()
    zone = _zone(timezone or settings.default_timezone)
    at = _local(now, zone)
    spoken = locale or environment_locale() or "en-US"
    if text == "-":
        parse_lines(sys.stdin, sys.stdout, now=at, locale=spoken)
        return
    from core.quickadd import QuickAddError
    from core.quickadd import parse as quick_add

    try:
        draft = quick_add(text, now=at, locale=spoken)
    except QuickAddError as error:
        _fail(str(error))
    _print_rows(describe(draft, at))


@app.command()
def migrate() -> None:
    """Bring the database's tables up to date.

    Example: `DATABASE_URL=postgresql://… bot migrate` (for Neon, over the direct URL)
    """
    from bot.app import migrated

    settings = _settings()
    _finish(lambda: migrated(settings))
    typer.echo("The database is up to date.")


@app.command()
def check(
    deep: Annotated[bool, typer.Option("--deep", help="Also have one real turn, and delete all of it again.")] = False,
    slack_channel: Annotated[
        str | None, typer.Option(help="With --deep: id of a channel where a message may come and go.")
    ] = None,
    discord_channel: Annotated[str | None, typer.Option(help="The same in Discord.")] = None,
) -> None:
    """Check settings, database, migrations, OpenAI, Slack, Discord and MCP; exits 1 if something is wrong.

    Examples: `bot check` · `bot check --deep` · `bot check --deep --slack-channel C0123456789`
    """
    from bot.check import checks, table
    from bot.trial import tell

    settings, chats = _settings(), _checked(load_chats)
    findings = asyncio.run(checks(settings, chats))
    _terminal().print(table(findings))
    fine = all(one.fine for one in findings)
    if deep and fine:
        places = {"slack": slack_channel, "discord": discord_channel}
        _finish(lambda: tell(settings, chats, {name: place for name, place in places.items() if place}, _terminal()))
    elif deep:
        typer.echo("Nothing is tried before that is mended.", err=True)
    if not fine:
        raise typer.Exit(FAILED)


@app.command()
def doctor() -> None:
    """Print what whoever is to help wants to know, and nothing that is secret: paste it into an issue.

    Example: `bot doctor`
    """
    from bot.doctor import report
    from bot.logging import configure_logging

    configure_logging("ERROR", "console")
    typer.echo(asyncio.run(report()))


@app.command()
def manifest(
    platform: Annotated[str, typer.Argument(help="slack")],
    url: Annotated[str | None, typer.Option(help="Public address of the bot, for events over HTTP.")] = None,
) -> None:
    """Print what a platform wants to know of the app: paste it where you create the app, or open the link below it.

    The manifest goes to standard output and the link to standard error: `bot manifest slack > manifest.json` works.

    Examples: `bot manifest slack` · `bot manifest slack --url https://bot.example.com`
    """
    from adapters.slack.manifest import creation_link
    from adapters.slack.manifest import manifest as slack_manifest

    if platform != "slack":
        typer.echo("There is a manifest for: slack.", err=True)
        raise typer.Exit(BAD_SETTINGS)
    text = slack_manifest(url)
    typer.echo(text)
    typer.echo(f"\nOr open this link, which fills it in for you:\n{creation_link(text)}", err=True)


@app.command()
def invite(platform: Annotated[str, typer.Argument(help="discord")]) -> None:
    """Print the link that adds the bot to a server, with the least permissions it needs.

    Example: `bot invite discord`
    """
    chats = _checked(load_chats)
    if platform != "discord":
        typer.echo("There is an invitation for: discord.", err=True)
        raise typer.Exit(BAD_SETTINGS)
    if not chats.discord.configured:
        typer.echo("DISCORD_TOKEN wants to be set first: the page Bot of your application shows it.", err=True)
        raise typer.Exit(BAD_SETTINGS)
    from adapters.discord.diagnosis import diagnosed, invitation

    fine, detail = asyncio.run(diagnosed(chats.discord))
    if not fine:
        _fail(detail)
    typer.echo(asyncio.run(invitation(chats.discord)))


app.command()(deploy)


def _settings() -> Settings:
    """The settings, with logging set up by them; a bad one is told in one line, and the exit code is 2."""
    from bot.logging import configure_logging
    from bot.start import OWN_FILES
    from core.private_files import keep_private

    settings = _checked(load_settings)
    keep_private(settings.data_dir, *OWN_FILES)
    configure_logging(settings.log_level, settings.log_format)
    return settings


def _checked(load: Callable[[], Loaded]) -> Loaded:
    try:
        return load()
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(BAD_SETTINGS) from None


def _finish(work: Callable[[], Coroutine[None, None, None]]) -> None:
    """Run to the end; an error that has a sentence is told as one: the exit code is 1, or 2 for a missing setting."""
    from bot.start import NobodyToTalkToError
    from core.errors import TaskBotError

    problems: list[str] = []
    code = FAILED
    try:
        asyncio.run(work())
    except* NobodyToTalkToError as errors:
        problems, code = [str(error) for error in errors.exceptions], BAD_SETTINGS
    except* TaskBotError as errors:
        problems = [str(error) for error in errors.exceptions]
    except* asyncio.CancelledError:
        pass  # SIGTERM or SIGHUP: everything has been drained
    if problems:
        _fail("\n".join(problems), code)


def _fail(sentence: str, code: int = FAILED) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(code)


def _zone(name: str) -> ZoneInfo:
    from zoneinfo import available_timezones

    if name not in available_timezones():
        typer.echo("--timezone wants an IANA time zone such as Europe/Berlin.", err=True)
        raise typer.Exit(BAD_SETTINGS)
    return ZoneInfo(name)


def _local(text: str | None, zone: ZoneInfo) -> datetime:
    if text is None:
        return datetime.now(zone)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        typer.echo("--now wants a date and time such as 2026-12-01T09:00.", err=True)
        raise typer.Exit(BAD_SETTINGS) from None
    return at.replace(tzinfo=zone) if at.tzinfo is None else at.astimezone(zone)


def _terminal() -> Console:
    from rich.console import Console

    return Console(highlight=False)


def _print_rows(rows: list[tuple[str, str]]) -> None:
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2))
    for label, value in rows:
        grid.add_row(Text(label, style="dim"), Text(value))
    _terminal().print(grid)


app.add_typer(
    workspaces(lambda: (_settings(), _checked(load_chats)), _finish, lambda shown: _terminal().print(shown)),
    name="workspaces",
)

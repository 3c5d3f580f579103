"""The command `bot workspaces`, with what is below it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated

import typer

from bot.settings import Chats, Settings

Finish = Callable[[Callable[[], Coroutine[None, None, None]]], None]


def workspaces(
    load: Callable[[], tuple[Settings, Chats]], finish: Finish, show: Callable[[object], None]
) -> typer.Typer:
    """The command: `load` reads the settings, `finish` runs to the end, `show` prints for a terminal."""
    command = typer.Typer(rich_markup_mode="markdown")

    @command.callback(invoke_without_command=True)
    def list_workspaces(context: typer.Context) -> None:
        """List the Slack workspaces that have installed the app: name, id, since when, scopes that are missing.

        Examples: `bot workspaces` · `bot workspaces remove T0123456` · `bot workspaces key`
        """
        if context.invoked_subcommand is not None:
            return
        from bot.workspaces import listed, table

        settings, chats = load()

        async def do() -> None:
            found = await listed(settings, chats)
            show(table(found) if found else "No workspace has installed the app yet: /slack/install does.")

        finish(do)

    @command.command()
    def remove(
        workspace: Annotated[str, typer.Argument(help="Its id, T… or E…, as `bot workspaces` lists it.")],
    ) -> None:
        """Take the app out of a workspace, at Slack and here; tasks stay.

        Example: `bot workspaces remove T0123456`
        """
        from bot.workspaces import remove as remove_workspace

        settings, chats = load()

        async def do() -> None:
            typer.echo(await remove_workspace(settings, chats, workspace))

        finish(do)

    @command.command()
    def key() -> None:
        """Print a new key for SLACK_INSTALLATION_KEY. To change keys, put the new one before the old one, with a comma.

        Example: `bot workspaces key`
        """
        from cryptography.fernet import Fernet

        typer.echo(Fernet.generate_key().decode())

    return command

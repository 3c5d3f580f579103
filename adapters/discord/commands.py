"""The slash commands and the message menu, as Discord registers them, and keeping that up to date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import discord
import structlog
from discord import app_commands

from adapters.discord.desk import Desk
from adapters.discord.listeners import commands as do
from adapters.discord.listeners.typing import dates, repeats, tags, tasks, zones

log = structlog.get_logger()

Interaction = discord.Interaction[Any]

_SHARE = "Show the answer to everybody here"
_TASK = "Its number, or words of its title"
_SHOW = [
    app_commands.Choice(name=name, value=value)
    for name, value in (
        ("open", ""), ("overdue", "overdue"), ("today", "today"), ("tomorrow", "tomorrow"), ("this week", "this week"),
        ("upcoming", "upcoming"), ("without a date", "no date"), ("done", "done"), ("all", "all"),
        ("deleted", "deleted"),
    )
]  # fmt: skip
_FORMATS = [app_commands.Choice(name=name, value=name) for name in ("json", "csv", "ical", "todotxt")]
_WHAT = [
    app_commands.Choice(name="this conversation: my tasks stay", value="conversation"),
    app_commands.Choice(name="everything about me: my tasks too", value="me"),
]
_SWITCH = [app_commands.Choice(name=name, value=name) for name in ("on", "off")]


class TaskCommands(app_commands.Group):
    """`/task …`: everything that needs no model. Answers are for the person alone, unless shared."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(name="task", description="Your tasks")
        self.desk = desk

    @app_commands.command(description="Add a task")
    @app_commands.describe(
        text="What is to be done, with its date if you like: pay rent every 1st at 9am p1 #home",
        due="When: friday 9am, 1 dec, in two weeks", repeats="every monday, every 3 days",
        priority="1 is urgent", tags="home, garden", notes="Anything else", share=_SHARE,
    )  # fmt: skip
    @app_commands.autocomplete(due=dates, repeats=repeats, tags=tags)
    async def add(
        self,
        interaction: Interaction,
        text: app_commands.Range[str, 1, 4000],
        due: str | None = None,
        repeats: str | None = None,
        priority: app_commands.Range[int, 1, 4] | None = None,
        tags: str | None = None,
        notes: app_commands.Range[str, 1, 4000] | None = None,
        share: bool = False,
    ) -> None:
        """A line of quick add; with options, the text is the title as it stands."""
        given = {
            "due": due,
            "recurrence": repeats,
            "priority": str(priority or "") or None,
            "tags": tags,
            "notes": notes,
        }
        fields = {name: value for name, value in given.items() if value is not None}
        await do.add(self.desk, interaction, text, fields, share=share)

    @app_commands.command(name="list", description="List tasks")
    @app_commands.describe(show="Which ones", tag="With this tag", text="With these words", share=_SHARE)
    @app_commands.choices(show=_SHOW)
    @app_commands.autocomplete(tag=tags)
    async def list_(
        self,
        interaction: Interaction,
        show: str = "",
        tag: str | None = None,
        text: str | None = None,
        share: bool = False,
    ) -> None:
        """The grammar's `list`, put together from the options."""
        words = [show, f"#{tag.lstrip('#')}" if tag else "", text or ""]
        await do.run(self.desk, interaction, " ".join(["list", *filter(None, words)]), share=share)

    @app_commands.command(description="Complete a task")
    @app_commands.describe(task=_TASK, share=_SHARE)
    @app_commands.autocomplete(task=tasks)
    async def done(self, interaction: Interaction, task: str, share: bool = False) -> None:
        """By number or words."""
        await do.run(self.desk, interaction, f"done {task}", share=share)

    @app_commands.command(description="Change a task in a form")
    @app_commands.describe(task=_TASK)
    @app_commands.autocomplete(task=tasks)
    async def edit(self, interaction: Interaction, task: str) -> None:
        """Opens the form."""
        await do.edit(self.desk, interaction, task)

    @app_commands.command(description="Be reminded of a task later; its date stays")
    @app_commands.describe(task=_TASK, until="When: in 1 hour, tomorrow 9am")
    @app_commands.autocomplete(task=tasks, until=dates)
    async def snooze(self, interaction: Interaction, task: str, until: str) -> None:
        """Moves the reminder alone."""
        await do.run(self.desk, interaction, f"snooze {task} {until}")

    @app_commands.command(description="Delete a task; undo brings it back")
    @app_commands.describe(task=_TASK)
    @app_commands.autocomplete(task=tasks)
    async def delete(self, interaction: Interaction, task: str) -> None:
        """By number or words."""
        await do.run(self.desk, interaction, f"delete {task}")

    @app_commands.command(description="Take back your last change, or one by its number")
    @app_commands.describe(change="The number under the card; empty: the last one")
    async def undo(self, interaction: Interaction, change: app_commands.Range[int, 1] | None = None) -> None:
        """Any change can be taken back."""
        await do.run(self.desk, interaction, f"undo {change}" if change else "undo")

    @app_commands.command(description="Do again what you have just taken back")
    async def redo(self, interaction: Interaction) -> None:
        """Until something else is changed."""
        await do.run(self.desk, interaction, "redo")

    @app_commands.command(description="Bring a deleted task back")
    @app_commands.describe(task="Its number, or words of its title: `/task list` with “deleted” shows them")
    async def restore(self, interaction: Interaction, task: str) -> None:
        """By number or words."""
        await do.run(self.desk, interaction, f"restore {task}")

    @app_commands.command(description="Your tasks as files, for you alone")
    @app_commands.describe(format="Empty: all of them")
    @app_commands.choices(format=_FORMATS)
    async def export(self, interaction: Interaction, format: str = "") -> None:  # noqa: A002 - what people see
        """JSON, CSV, iCalendar, todo.txt."""
        await do.run(self.desk, interaction, f"export {format}".strip())

    @app_commands.command(description="Forget this thread's conversation, or everything about you")
    @app_commands.choices(what=_WHAT)
    async def forget(self, interaction: Interaction, what: str) -> None:
        """The conversation at once; everything after a question."""
        await do.forget(self.desk, interaction, me=what == "me")

    @app_commands.command(description="Let a client such as Claude, ChatGPT or Cursor use your tasks")
    async def connect(self, interaction: Interaction) -> None:
        """An address and a code, for the person alone."""
        await do.run(self.desk, interaction, "connect")

    @app_commands.command(description="Clients that may use your tasks")
    @app_commands.describe(end="End all of them at once")
    async def connections(self, interaction: Interaction, end: bool = False) -> None:
        """How many were let in; or none any more."""
        await do.run(self.desk, interaction, "connections end" if end else "connections")

    @app_commands.command(description="What can be typed")
    async def help(self, interaction: Interaction) -> None:
        """The grammar's own help."""
        await do.run(self.desk, interaction, "help")


class Commands:
    """All commands, and their definition at Discord."""

    def __init__(self, client: discord.Client, desk: Desk) -> None:
        self._client = client
        self.tree = app_commands.CommandTree(
            client,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        self.tree.add_command(TaskCommands(desk))
        self._others(desk)

    async def register(self) -> None:
        """Tell Discord what has changed since it was told last; mostly nothing has, which costs one request."""
        application = self._client.application_id
        if application is None:
            raise RuntimeError("the bot logs in first")
        wanted = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        known = await self._client.http.get_global_commands(application)
        if same(wanted, known):
            return
        await self._client.http.bulk_upsert_global_commands(application, wanted)
        log.info("discord.commands_registered", commands=len(wanted))

    def _others(self, desk: Desk) -> None:
        @self.tree.command(description="Ask the assistant; it answers in your direct messages with it")
        @app_commands.describe(question="For example: what did I promise Ana this week?")
        async def ask(interaction: Interaction, question: app_commands.Range[str, 1, 4000]) -> None:
            await do.ask(desk, interaction, question)

        @self.tree.command(description="Your time zone, your morning, the digest; without options it shows them")
        @app_commands.describe(
            zone="A city: Berlin", morning="When the day begins: 08:30", digest="What is due, each morning",
            lead="Minutes before a task's time at which to remind you",
        )  # fmt: skip
        @app_commands.choices(digest=_SWITCH)
        @app_commands.autocomplete(zone=zones)
        async def settings(
            interaction: Interaction,
            zone: str | None = None,
            morning: str | None = None,
            digest: str | None = None,
            lead: app_commands.Range[int, 0, 10080] | None = None,
        ) -> None:
            given = {
                "timezone": zone,
                "morning": morning,
                "digest": digest,
                "lead": None if lead is None else str(lead),
            }
            await do.settings(desk, interaction, {name: value for name, value in given.items() if value is not None})

        @self.tree.context_menu(name="Add to tasks")
        async def add_to_tasks(interaction: Interaction, message: discord.Message) -> None:
            await do.of_message(desk, interaction, message)


def same(wanted: Any, known: Any) -> bool:
    """Whether Discord knows the commands as they are wanted; what it adds by itself doesn't count."""
    if isinstance(wanted, Mapping) and isinstance(known, Mapping):
        return all(same(value, known.get(name)) for name, value in wanted.items())
    if isinstance(wanted, Sequence) and not isinstance(wanted, str) and isinstance(known, Sequence | None):
        others = list(known or ())
        if all(isinstance(one, Mapping) and "name" in one for one in [*wanted, *others]):
            by_name = {(one.get("type", 1), one["name"]): one for one in others}
            return len(wanted) == len(others) and all(
                same(one, by_name.get((one.get("type", 1), one["name"]))) for one in wanted
            )
        return sorted(map(str, wanted)) == sorted(map(str, others))
    return wanted == known or (not wanted and not known)

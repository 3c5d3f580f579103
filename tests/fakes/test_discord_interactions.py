"""Commands, buttons, menus and forms of the stand-in, answered by the real discord.py."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import discord
import pytest
from discord import app_commands

from tests.fakes.discord import Callback, Channel, DiscordServer, Message, Permission
from tests.fakes.discord.places import ImpossibleError
from tests.fakes.discord.sdk import Bot, request, together

Answered = discord.Interaction[Bot]


async def _code(doing: Awaitable[Any]) -> int:
    """The error code something is refused with."""
    with pytest.raises(discord.HTTPException) as refused:
        await doing
    return refused.value.code


class Tasks(app_commands.Group):
    """Commands like those of a task bot."""

    def __init__(self) -> None:
        super().__init__(name="task", description="Tasks")

    @app_commands.command(description="Add a task")
    async def add(self, interaction: Answered, text: str, priority: app_commands.Range[int, 1, 4] = 4) -> None:
        await interaction.response.send_message(f"Added: {text} p{priority}", ephemeral=True)

    @app_commands.command(description="Finish a task")
    async def done(self, interaction: Answered, task: str) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.edit_original_response(content=f"Done: {task}")
        await interaction.followup.send("One left.", ephemeral=True)

    @done.autocomplete("task")
    async def offer(self, interaction: Answered, typed: str) -> list[app_commands.Choice[str]]:
        tasks = ("Buy milk", "Buy bread", "Sleep")
        return [app_commands.Choice(name=one, value=one) for one in tasks if typed.lower() in one.lower()]

    @app_commands.command(description="Give a task to someone")
    async def give(self, interaction: Answered, who: discord.User) -> None:
        await interaction.response.send_message(f"To {who.display_name}, from {interaction.user.display_name}")


async def _synced(bot: Bot, *commands: Any) -> None:
    for command in commands or (Tasks(),):
        bot.tree.add_command(command)
    await bot.tree.sync()


async def _card(bot: Bot, server: DiscordServer, channel: Channel, *items: Any) -> Message:
    """A message of the bot with these buttons or menus."""
    room = await bot.fetch_channel(channel.id) if channel.guild else bot.get_partial_messageable(channel.id)
    assert isinstance(room, discord.abc.Messageable)
    view = discord.ui.View(timeout=None)
    for item in items:
        view.add_item(item)
    view.stop()
    sent = await room.send("card", view=view)
    return channel.messages[sent.id]


def _button(custom_id: str = "done:1", **more: Any) -> discord.ui.Button[Any]:
    return discord.ui.Button(label="Done", custom_id=custom_id, **more)


async def test_a_command_is_answered_to_the_person_alone() -> None:
    """What only they see is not in the channel, nor told by the gateway."""
    async with together() as (server, bot):
        ana, channel = server.user("Ana"), server.channel("general")
        await _synced(bot)
        added = await server.slash(ana, channel, "task add", text="milk", priority=1)
        assert (added.failed, added.answer, added.ephemeral) == (False, Callback.MESSAGE, True)
        assert added.text == "Added: milk p1"
        assert [one.text for one in server.ephemerals(ana, channel)] == ["Added: milk p1"]
        assert (server.messages(channel), bot.heard("message")) == ([], 0)


async def test_a_deferred_answer_is_edited_and_followed_up() -> None:
    """The thinking message is filled; followups come after it."""
    async with together() as (server, bot):
        ana, channel = server.user("Ana"), server.channel("general")
        await _synced(bot)
        done = await server.slash(ana, channel, "task done", task="Sleep")
        assert done.answer is Callback.DEFERRED_MESSAGE
        await server.settled(done)
        await server.until(lambda: done.followups)
        assert done.text == "Done: Sleep\nOne left."
        assert [one.ephemeral for one in (done.original, *done.followups) if one] == [True, True]


async def test_the_first_followup_fills_the_thinking_message() -> None:
    """Whether it is for the person alone was decided when it was deferred."""
    async with together() as (server, bot):
        ana, channel = server.user("Ana"), server.channel("general")

        @app_commands.command(description="Think")
        async def think(interaction: Answered) -> None:
            await interaction.response.defer()
            await interaction.followup.send("thought", ephemeral=True)

        await _synced(bot, think)
        thought = await server.settled(await server.slash(ana, channel, "think"))
        assert (thought.text, thought.ephemeral, thought.followups) == ("thought", False, [])
        assert [one.text for one in server.messages(channel)] == ["thought"]
        told = server.messages(channel)[0].interaction
        assert told
        assert told["user"]["id"] == str(ana.id)


async def test_an_answer_after_three_seconds_is_too_late() -> None:
    """The person is told that the application did not respond, and the token is unknown: 10062."""
    async with together() as (server, bot):
        server.world.patience = 0.05
        ana, channel = server.user("Ana"), server.channel("general")
        refused: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        failed = asyncio.Event()

        @app_commands.command(description="Slow")
        async def slow(interaction: Answered) -> None:
            await failed.wait()
            refused.set_result(await _code(interaction.response.send_message("late")))

        await _synced(bot, slow)
        late = await server.slash(ana, channel, "slow")
        assert (late.failed, late.answer) == (True, None)
        failed.set()
        assert await refused == 10062
        assert server.ephemerals(ana, channel) == server.messages(channel) == []


async def test_nobody_answers_while_the_bot_is_away() -> None:
    """An interaction fails then."""
    async with DiscordServer() as server:
        server.world.patience = 0.05
        server.world.commands[0] = [{"id": "1", "type": 1, "name": "x", "integration_types": [0], "options": []}]
        assert (await server.slash(server.user("Ana"), server.channel("general"), "x")).failed


async def test_an_interaction_is_acknowledged_once() -> None:
    """A second answer is refused with 40060, a wrong token with 10062, and a webhook before the answer with 10015."""
    async with together() as (server, bot):
        ana, channel = server.user("Ana"), server.channel("general")
        codes: list[int] = []
        done = asyncio.Event()
        callback, hook = "/interactions/{id}/{token}/callback", "/webhooks/{app}/{token}"
        answer = {"type": 4, "data": {"content": "again"}}

        @app_commands.command(description="Twice")
        async def twice(interaction: Answered) -> None:
            own = {"id": interaction.id, "token": interaction.token}
            early = {"app": interaction.application_id, "token": interaction.token}
            codes.append(await _code(request(bot, "POST", hook, {"content": "early"}, **early)))
            codes.append(await _code(request(bot, "POST", callback, answer, **own | {"token": "other"})))
            await interaction.response.send_message("once")
            codes.append(await _code(request(bot, "POST", callback, answer, **own)))
            done.set()

        await _synced(bot, twice)
        once = await server.slash(ana, channel, "twice")
        await asyncio.wait_for(done.wait(), 10)
        assert codes == [10015, 10062, 40060]
        assert once.text == "once"


async def test_a_token_lives_fifteen_minutes() -> None:
    """After that nothing can be said with it."""
    async with together() as (server, bot):
        ana, channel = server.user("Ana"), server.channel("general")
        kept: list[Answered] = []
        done = asyncio.Event()

        @app_commands.command(description="Wait")
        async def wait(interaction: Answered) -> None:
            await interaction.response.send_message("first")
            kept.append(interaction)
            done.set()

        await _synced(bot, wait)
        await server.slash(ana, channel, "wait")
        await asyncio.wait_for(done.wait(), 10)
        await kept[0].followup.send("second")
        server.world.token_seconds = 0
        assert await _code(kept[0].followup.send("third")) == 50027


async def test_options_are_completed_while_they_are_typed() -> None:
    """What is offered comes back; an option without completion offers nothing."""
    async with together() as (server, bot):
        ana, channel = server.user("Ana"), server.channel("general")
        await _synced(bot)
        assert (await server.autocomplete(ana, channel, "task done", task="buy")).offered == ["Buy milk", "Buy bread"]
        with pytest.raises(ImpossibleError):
            await server.autocomplete(ana, channel, "task add", text="buy")


async def test_too_many_choices_are_refused() -> None:
    """Twenty-five are offered at most."""
    async with together() as (server, bot):
        server.world.patience = 0.2
        ana, channel = server.user("Ana"), server.channel("general")

        @app_commands.command(description="Find")
        async def find(interaction: Answered, word: str) -> None:
            await interaction.response.send_message(word)

        @find.autocomplete("word")
        async def words(interaction: Answered, _: str) -> list[app_commands.Choice[str]]:
            return [app_commands.Choice(name=str(number), value=str(number)) for number in range(26)]

        await _synced(bot, find)
        assert (await server.autocomplete(ana, channel, "find", word="x")).failed
        assert server.asked("create_interaction_response")[-1].code == 50035
        server.invalid.clear()


async def test_people_can_only_type_what_is_registered() -> None:
    """Commands and options that aren't there, missing ones, and values out of bounds never reach the bot."""
    async with together() as (server, bot):
        ana, channel = server.user("Ana"), server.channel("general")
        with pytest.raises(ImpossibleError):
            await server.slash(ana, channel, "task add", text="milk")
        await _synced(bot)
        wrong: list[tuple[str, dict[str, Any]]] = [
            ("task", {}),
            ("task fly", {}),
            ("task add", {}),
            ("task add", {"text": "milk", "colour": "red"}),
            ("task add", {"text": "milk", "priority": 5}),
            ("task add", {"text": 1}),
        ]
        for command, values in wrong:
            with pytest.raises(ImpossibleError):
                await server.slash(ana, channel, command, **values)
        assert bot.heard("interaction") == 0


async def test_people_among_the_options_are_resolved() -> None:
    """The bot is told who they are."""
    async with together() as (server, bot):
        ana, ben = server.user("Ana"), server.user("Ben")
        await _synced(bot)
        given = await server.slash(ana, server.channel("general"), "task give", who=ben)
        assert given.text == "To Ben, from Ana"


async def test_an_own_app_is_used_anywhere() -> None:
    """By a person who added it: in servers and private places without the bot, where channels stay out of its reach."""
    async with together() as (server, bot):
        ana, ben = server.user("Ana", installed=True, locale="de"), server.user("Ben")
        elsewhere = server.channel("far", guild=server.new_guild("Elsewhere", members=[ana, ben], bot=False))
        told: list[Answered] = []

        @app_commands.command(description="Where")
        @app_commands.allowed_installs(guilds=True, users=True)
        @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
        async def where(interaction: Answered) -> None:
            told.append(interaction)
            await interaction.response.send_message("here")

        @app_commands.command(description="At home")
        async def home(interaction: Answered) -> None:
            await interaction.response.send_message("home")

        await _synced(bot, where, home)
        for place in (elsewhere, server.private(ana, ben), server.dm(ana)):
            assert (await server.slash(ana, place, "where")).text == "here"
        assert [one.context.guild for one in told] == [True, False, False]
        assert [one.context.private_channel for one in told] == [False, True, False]
        assert {str(one.locale) for one in told} == {"de"}
        assert [one.is_guild_integration() for one in told] == [False, False, False]
        assert await _code(bot.fetch_channel(elsewhere.id)) == 50001
        with pytest.raises(ImpossibleError):
            await server.slash(ben, elsewhere, "where")
        with pytest.raises(ImpossibleError):
            await server.slash(ana, elsewhere, "home")
        for number in range(5):
            await told[0].followup.send(str(number))
        assert await _code(told[0].followup.send("6")) == 40094


async def test_a_button_changes_its_message() -> None:
    """The message is updated in place, and the answer is that message."""
    async with together() as (server, bot):
        ana, channel = server.user("Ana"), server.channel("general")
        card = await _card(bot, server, channel, _button())

        async def press(interaction: Answered) -> None:
            assert interaction.message
            assert interaction.message.id == card.id
            await interaction.response.edit_message(content="done", view=None)

        bot.answer = press
        pressed = await server.press(ana, card, "done:1")
        assert (pressed.answer, pressed.original) == (Callback.UPDATE, card)
        assert (card.text, card.custom_ids) == ("done", [])
        with pytest.raises(ImpossibleError):
            await server.press(ana, card, "done:1")
        assert not (await server.press(ana, card, "done:1", stale=True)).failed


async def test_a_button_can_be_answered_later_or_beside_its_message() -> None:
    """A deferred update edits the message; a message of its own replies to it."""
    async with together() as (server, bot):
        ana, channel = server.user("Ana"), server.channel("general")
        card = await _card(bot, server, channel, _button("later"), _button("beside"))

        async def press(interaction: Answered) -> None:
            if interaction.data and interaction.data.get("custom_id") == "later":
                await interaction.response.defer()
                await interaction.edit_original_response(content="edited")
                return
            await interaction.response.send_message("beside")

        bot.answer = press
        later = await server.press(ana, card, "later")
        await server.until(lambda: card.text == "edited")
        assert later.answer is Callback.DEFERRED_UPDATE
        beside = await server.press_label(ana, card, "Done")
        assert beside.original is card
        assert (await server.press(ana, card, "beside")).original in server.messages(channel)


async def test_people_press_what_they_see_and_may() -> None:
    """Not what is disabled, a link, in the archive, or for someone else's eyes."""
    async with together() as (server, bot):
        ana, ben, channel = server.user("Ana"), server.user("Ben"), server.channel("general")
        off, link = _button("off", disabled=True), discord.ui.Button[Any](label="Go", url="https://example.org")
        card = await _card(bot, server, channel, off, link)
        with pytest.raises(ImpossibleError):
            await server.press(ana, card, "off")
        with pytest.raises(ImpossibleError):
            await server.press_label(ana, card, "Go")
        await _synced(bot)
        own = (await server.slash(ana, channel, "task add", text="milk")).original
        assert own
        with pytest.raises(ImpossibleError):
            await server.press(ben, own, "any", stale=True)
        thread = server.thread(ana, channel, "old")
        server.archive(thread)
        with pytest.raises(ImpossibleError):
            await server.slash(ana, thread, "task add", text="milk")


async def test_menus_give_what_was_chosen() -> None:
    """Of their options alone, and as many as they take; people are resolved."""
    async with together() as (server, bot):
        ana, channel = server.user("Ana"), server.channel("general")
        options = [discord.SelectOption(label=zone, value=zone) for zone in ("Europe/Berlin", "Asia/Tokyo")]
        menu: discord.ui.Select[Any] = discord.ui.Select(custom_id="zone", options=options)
        people: discord.ui.UserSelect[Any] = discord.ui.UserSelect(custom_id="who")
        card = await _card(bot, server, channel, menu, people)

        async def chosen(interaction: Answered) -> None:
            data: Any = interaction.data
            await interaction.response.send_message(str(data.get("values")), ephemeral=True)

        bot.answer = chosen
        assert (await server.select(ana, card, "zone", "Asia/Tokyo")).text == "['Asia/Tokyo']"
        assert (await server.select(ana, card, "who", ana)).text == f"['{ana.id}']"
        for values in (["Mars"], [], ["Europe/Berlin", "Asia/Tokyo"]):
            with pytest.raises(ImpossibleError):
                await server.select(ana, card, "zone", *values)


class Edit(discord.ui.Modal):
    """A form as the library builds one, of labels with fields in them."""

    def __init__(self, text: str) -> None:
        super().__init__(title="Edit the task", custom_id="edit:1")
        field: discord.ui.TextInput[Any] = discord.ui.TextInput(custom_id="text", default=text, max_length=20)
        levels = [discord.SelectOption(label=f"p{number}", value=str(number)) for number in (1, 2)]
        levels[1].default = True
        menu: discord.ui.Select[Any] = discord.ui.Select(custom_id="priority", options=levels)
        self.add_item(discord.ui.Label(text="Task", component=field))
        self.add_item(discord.ui.Label(text="Priority", component=menu))


async def test_a_form_is_opened_filled_and_sent() -> None:
    """Fields nobody touched keep what stood in them; the answer may change the message the form came from."""
    async with together() as (server, bot):
        ana, ben, channel = server.user("Ana"), server.user("Ben"), server.channel("general")
        card = await _card(bot, server, channel, _button("edit"))

        async def act(interaction: Answered) -> None:
            if interaction.type is discord.InteractionType.component:
                await interaction.response.send_modal(Edit("mlik"))
                return
            data: Any = interaction.data
            labels = data["components"]
            fields = [label["component"] for label in labels]
            found = {field["custom_id"]: field.get("value", field.get("values")) for field in fields}
            await interaction.response.edit_message(content=str(found))

        bot.answer = act
        opened = await server.press(ana, card, "edit")
        assert opened.modal
        assert opened.modal.fields == {"text": "mlik", "priority": ["2"]}
        sent = await server.submit(ana, opened.modal, {"text": "milk"})
        assert (sent.answer, card.text) == (Callback.UPDATE, "{'text': 'milk', 'priority': ['2']}")
        for wrong in ({"text": ""}, {"text": "x" * 21}, {"other": "x"}, {"priority": ["3"]}):
            with pytest.raises(ImpossibleError):
                await server.submit(ana, opened.modal, wrong)
        with pytest.raises(ImpossibleError):
            await server.submit(ben, opened.modal, {})


async def test_a_form_from_a_command_has_its_own_answer() -> None:
    """A message menu opens it with what the message says; its answer tells what opened it."""
    async with together() as (server, bot):
        ana, channel = server.user("Ana"), server.channel("general")

        @app_commands.context_menu(name="Add to tasks")
        async def add(interaction: Answered, message: discord.Message) -> None:
            await interaction.response.send_modal(Edit(message.content[:20]))

        async def sent(interaction: Answered) -> None:
            await interaction.response.send_message("added")

        await _synced(bot, add)
        bot.answer = sent
        said = await server.say(server.user("Ben"), channel, "the milk is out")
        opened = await server.message_menu(ana, said, "Add to tasks")
        assert opened.modal
        assert opened.modal.fields["text"] == "the milk is out"
        done = await server.submit(ana, opened.modal, {})
        assert done.text == "added"
        assert done.original
        assert done.original.interaction
        assert done.original.interaction["triggering_interaction_metadata"]["target_message_id"] == str(said.id)


@pytest.mark.parametrize(
    "data",
    [
        {"title": "x" * 46},
        {"title": ""},
        {"custom_id": "x" * 101},
        {"components": []},
        {"components": [{"type": 18, "label": "x" * 46, "component": {"type": 4, "custom_id": "a", "style": 1}}]},
        {"components": [{"type": 18, "label": "Task", "component": {"type": 4, "custom_id": "a", "style": 1}}] * 2},
        {"components": [{"type": 10, "content": "x"}] * 6},
        {"components": [{"type": 1, "components": [{"type": 4, "custom_id": "a", "style": 1}]}]},
    ],
)
async def test_a_form_that_breaks_the_rules_is_refused(data: dict[str, Any]) -> None:
    """Titles, ids, and how many components: the error is 50035, and nothing opens."""
    async with together() as (server, bot):
        ana, channel = server.user("Ana"), server.channel("general")
        card = await _card(bot, server, channel, _button())
        codes: list[int] = []
        good = {"title": "Edit", "custom_id": "edit", "components": [{"type": 10, "content": "x"}]}

        async def act(interaction: Answered) -> None:
            path = "/interactions/{id}/{token}/callback"
            place = {"id": interaction.id, "token": interaction.token}
            codes.append(await _code(request(bot, "POST", path, {"type": 9, "data": good | data}, **place)))
            await request(bot, "POST", path, {"type": 6}, **place)

        bot.answer = act
        pressed = await server.press(ana, card, "done:1")
        assert (codes, pressed.modal) == ([50035], None)
        server.invalid.clear()


async def test_answers_have_to_fit_the_interaction() -> None:
    """A command has no message to update, and a completion has no message at all."""
    async with together() as (server, bot):
        ana, channel = server.user("Ana"), server.channel("general")
        codes: list[int] = []

        @app_commands.command(description="Odd")
        async def odd(interaction: Answered) -> None:
            place = {"id": interaction.id, "token": interaction.token}
            for kind in (6, 7, 8):
                body: dict[str, Any] = {"type": kind, "data": {"choices": []} if kind == 8 else {}}
                codes.append(await _code(request(bot, "POST", "/interactions/{id}/{token}/callback", body, **place)))
            await interaction.response.send_message("ok")

        await _synced(bot, odd)
        await server.slash(ana, channel, "odd")
        assert codes == [50035] * 3


async def test_an_own_answer_can_be_deleted_or_dismissed() -> None:
    """After that it can't be edited: 10008."""
    async with together() as (server, bot):
        ana, channel = server.user("Ana"), server.channel("general")
        kept: list[Answered] = []

        @app_commands.command(description="Say")
        async def say(interaction: Answered) -> None:
            kept.append(interaction)
            await interaction.response.send_message("hello", ephemeral=True)

        await _synced(bot, say)
        said = await server.slash(ana, channel, "say")
        assert said.original
        await kept[0].edit_original_response(content="edited")
        assert said.text == "edited"
        await server.delete(said.original)
        assert await _code(kept[0].edit_original_response(content="again")) == 10008


async def test_the_bot_is_told_what_it_may_do_where_it_is_used() -> None:
    """Its permissions in the channel come with the interaction."""
    async with together() as (server, bot):
        ana, channel = server.user("Ana"), server.channel("general")
        server.deny(channel, Permission.SEND_MESSAGES)
        rights: list[bool] = []

        @app_commands.command(description="Rights")
        async def rights_(interaction: Answered) -> None:
            rights.append(interaction.app_permissions.send_messages)
            await interaction.response.send_message("answered all the same", ephemeral=True)

        await _synced(bot, rights_)
        assert not (await server.slash(ana, channel, "rights_")).failed
        assert rights == [False]


async def test_interactions_wait_for_a_resume() -> None:
    """One that happens while the connection is cut arrives with it, if there is still time."""
    async with together() as (server, bot):
        ana, channel = server.user("Ana"), server.channel("general")
        await _synced(bot)
        server.disconnect()
        assert (await server.slash(ana, channel, "task add", text="milk")).text == "Added: milk p4"

"""Who may use the bot where: guests, other organisations, and what whoever runs it has listed."""

from __future__ import annotations

import pytest

from tests.conversations.workspaces import Firm, Launch, Process, answers, direct, shown
from tests.fakes.slack import SlackServer, User


async def hushed(bot: Process, firm: Firm, who: User, text: str, times: int = 1) -> str:
    """Mention the bot so often where it is not to answer; all that the person was told for their eyes alone."""
    slack = bot.slack
    for _ in range(times):
        thread = await slack.say(who, firm.channel, f"{firm.bot} {text}")
        await slack.until(lambda: slack.envelopes.unacknowledged == 0)
        await slack.envelopes.delivered[-1].done.wait()
        await slack.until(lambda: slack.whispers)
        await bot.platform.idle()
        assert not answers(slack, firm, thread)
    return " ".join(one.text for one in slack.whispers if one.user == who.id)


async def test_a_guest_is_told_once_and_does_nothing(slack: SlackServer, launch: Launch) -> None:
    """By one sentence for their eyes, not at each word; a command they are always answered, and no task is made."""
    bot = await launch()
    alpha = await bot.installed("Alpha")
    guest = slack.user("Gus", team=alpha.team, guest=True)
    told = await hushed(bot, alpha, guest, "add milk", times=3)
    assert told.count("not for guests") == 1
    for _ in range(2):
        typed = await slack.slash(guest, alpha.channel, "/task", "add bread")
        assert "not for guests" in str(typed.response) or typed.done.is_set()
    await slack.open_home(guest)
    await slack.until(lambda: guest.id in slack.homes)
    assert "not for guests" in str(slack.homes[guest.id].told)
    assert not await bot.titles(Firm(alpha.team, guest, alpha.channel))


async def test_guests_may_where_they_are_let_in(slack: SlackServer, launch: Launch) -> None:
    """A setting of whoever runs the bot."""
    bot = await launch(guests=True)
    alpha = await bot.installed("Alpha")
    guest = slack.user("Gus", team=alpha.team, guest=True)
    assert "milk" in await bot.say(Firm(alpha.team, guest, alpha.channel), "add milk")


async def test_people_of_other_organisations_are_told_once(slack: SlackServer, launch: Launch) -> None:
    """In a channel that is shared with them; the workspace's own people are answered there as anywhere."""
    bot = await launch()
    alpha, other = await bot.installed("Alpha"), slack.teams.new("Other")
    olga = slack.user("Olga", team=other)
    shared = slack.channel("both", members=[alpha.ana, olga], team=alpha.team, shared=[other])
    there = Firm(alpha.team, alpha.ana, shared)
    assert "milk" in await bot.say(there, "add milk")
    told = await hushed(bot, there, olga, "list all tasks", times=2)
    assert told.count("not for others") == 1


async def test_people_of_other_organisations_may_where_they_are_let_in(slack: SlackServer, launch: Launch) -> None:
    """They have tasks of their own in the workspace whose bot they speak to."""
    bot = await launch(external=True)
    alpha, other = await bot.installed("Alpha"), slack.teams.new("Other")
    olga = slack.user("Olga", team=other)
    shared = slack.channel("both", members=[alpha.ana, olga], team=alpha.team, shared=[other])
    assert "milk" in await bot.say(Firm(alpha.team, olga, shared), "add milk")


async def test_two_workspaces_with_the_bot_share_a_channel(slack: SlackServer, launch: Launch) -> None:
    """Slack tells of a word there in the name of one of them: the bot that is called answers, and it alone."""
    bot = await launch()
    alpha, beta = await bot.installed("Alpha"), await bot.installed("Beta")
    shared = slack.channel("both", members=[alpha.ana, beta.ana], team=alpha.team, shared=[beta.team])
    thread = await slack.say(beta.ana, shared, f"{beta.bot} add milk")
    ours, theirs = Firm(alpha.team, alpha.ana, shared), Firm(beta.team, beta.ana, shared)
    await slack.until(lambda: answers(slack, theirs, thread))
    await slack.say(beta.ana, shared, "add bread", thread=thread)
    await slack.until(lambda: len(answers(slack, theirs, thread)) == 2)
    await bot.platform.idle()
    assert not answers(slack, ours, thread)
    assert await bot.titles(beta) == ["bread", "milk"]
    assert not await bot.titles(alpha)


@pytest.mark.parametrize("listed", ["deny_people", "allow_people"])
async def test_people_who_may_not(slack: SlackServer, launch: Launch, listed: str) -> None:
    """Those on one list, or all who are not on the other."""
    ids = frozenset({"U0NOBODY"})
    bot = await launch(**{listed: ids})
    alpha = await bot.installed("Alpha")
    if listed == "deny_people":
        assert "milk" in await bot.say(alpha, "add milk")
        return
    assert "not given you access" in await hushed(bot, alpha, alpha.ana, "add milk")


async def test_a_channel_that_is_not_for_it(slack: SlackServer, launch: Launch) -> None:
    """Said once there; direct messages are in no channel."""
    bot = await launch(allow_channels=frozenset({"C0OTHER"}))
    alpha = await bot.installed("Alpha")
    assert "not allowed me to be used in this channel" in await hushed(bot, alpha, alpha.ana, "add milk")
    there = slack.dm(alpha.ana)
    await slack.say(alpha.ana, there, "add bread")
    await slack.until(lambda: direct_answers(slack, alpha))
    assert "bread" in direct_answers(slack, alpha)


async def test_who_may_use_commands_and_not_the_agent(slack: SlackServer, launch: Launch) -> None:
    """Told once; from then on the offline assistant answers, and `/ask` says why it doesn't."""
    bot = await launch(allow_agent=frozenset({"U0BOSS"}))
    alpha = await bot.installed("Alpha")
    assert "milk" in await bot.say(alpha, "add milk")
    assert "bread" in await bot.say(alpha, "add bread")
    told = [one for one in slack.whispers if "not the assistant" in one.text]
    assert len(told) == 1
    await slack.slash(alpha.ana, alpha.channel, "/ask", "what is due?")
    await slack.until(lambda: len([one for one in slack.whispers if "not the assistant" in one.text]) == 2)


async def test_a_guest_presses_nothing(slack: SlackServer, launch: Launch) -> None:
    """Somebody who is a guest since: a card of theirs does nothing any more, and says so."""
    bot = await launch()
    alpha = await bot.installed("Alpha")
    await bot.say(alpha, "add milk")
    (card,) = [one for one in slack.messages(alpha.channel) for one in slack.messages(alpha.channel, one.ts)[1:]]
    await bot.stop()
    alpha.ana.guest = True
    again = await launch()
    await slack.press(alpha.ana, alpha.channel, card.ts, "task_act:done")
    await slack.until(lambda: slack.whispers)
    assert "not for guests" in slack.whispers[-1].text
    page = await again.titles(alpha)
    assert page == ["milk"]


def direct_answers(slack: SlackServer, firm: Firm) -> str:
    """What the bot answers the person directly."""
    roots = slack.messages(slack.dm(firm.ana))
    return shown(
        [*direct(slack, firm), *(one for root in roots for one in slack.messages(slack.dm(firm.ana), root.ts)[1:])]
    )

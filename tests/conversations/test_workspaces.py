"""Several workspaces, one bot: each has its own token, its own people and its own reminders, and one may leave."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from adapters.slack.installed.installation import Installation
from tests.conversations.workspaces import Firm, Launch, Process, Time, answers, direct, key_of, newcomer, shown
from tests.fakes.slack import Fault, SlackServer
from tests.fakes.slack.installing import uninstall


@pytest.mark.parametrize("socket", [False, True])
async def test_three_workspaces_talk_at_once(slack: SlackServer, launch: Launch, socket: bool) -> None:
    """Over HTTP and by Socket Mode alike: each in its own name, with its own token, and to its own tasks."""
    bot = await launch(socket=socket)
    firms = [await bot.installed(name) for name in ("Alpha", "Beta", "Gamma")]
    said = await asyncio.gather(*(bot.say(firm, f"add {firm.team.name}'s milk") for firm in firms))
    for firm, answer in zip(firms, said, strict=True):
        assert f"{firm.team.name}'s milk" in answer
        assert await bot.titles(firm) == [f"{firm.team.name}'s milk"]
    assert not [call for call in slack.calls if call.error]
    assert len(slack.asked("auth.test")) == 3


async def test_one_of_three_is_uninstalled_in_the_middle(slack: SlackServer, launch: Launch) -> None:
    """Its installation goes, nobody calls it again, and the others notice nothing."""
    bot = await launch()
    alpha, beta, gamma = [await bot.installed(name) for name in ("Alpha", "Beta", "Gamma")]
    await bot.say(beta, "add milk")
    uninstall(slack, beta.team)
    for delivery in slack.envelopes.delivered[-2:]:
        await delivery.done.wait()
    await reaches(bot, alpha.team.id, gamma.team.id)
    await bot.platform.idle()
    calls = len(slack.calls)
    await slack.say(beta.ana, beta.channel, f"{beta.bot} add bread")
    assert "jam" in await bot.say(alpha, "add jam")
    assert "tea" in await bot.say(gamma, "add tea")
    assert not [call for call in slack.calls[calls:] if call.error]
    assert {key.team for key in await bot.kept.all()} == {alpha.team.id, gamma.team.id}


async def test_a_revocation_that_comes_late_takes_nothing_from_who_installed_again(
    slack: SlackServer, launch: Launch
) -> None:
    """Slack tells it again where nobody confirmed it: by then the app may be back, and it stays."""
    bot = await launch()
    alpha = await bot.installed("Alpha")
    uninstall(slack, alpha.team)
    late = slack.envelopes.delivered[-2:]
    await reaches(bot)
    assert (await bot.install(alpha.team, alpha.ana)).status == 200
    for delivery in late:
        delivery.payload["event_id"] = slack.store.new_id("Ev")
        slack.envelopes.again(delivery)
        await delivery.done.wait()
    await bot.platform.idle()
    assert "milk" in await bot.say(alpha, "add milk")


async def test_a_workspace_that_leaves_in_the_middle_of_an_answer(slack: SlackServer, launch: Launch) -> None:
    """The answer has nowhere to go and is given up; it keeps nobody waiting, and nothing is tried for ever."""
    bot = await launch()
    alpha, beta = [await bot.installed(name) for name in ("Alpha", "Beta")]
    slack.slow["users.info"] = 0.3
    await slack.say(beta.ana, beta.channel, f"{beta.bot} add milk")
    await slack.until(lambda: len(slack.envelopes.delivered) >= 2)
    uninstall(slack, beta.team)
    async with asyncio.timeout(20):
        await bot.platform.idle()
        await reaches(bot, alpha.team.id)
    assert "jam" in await bot.say(alpha, "add jam")
    assert not answers(slack, beta, slack.messages(beta.channel)[0].ts)


async def test_each_workspace_has_limits_of_its_own(slack: SlackServer, launch: Launch) -> None:
    """One that uses up its calls of a method leaves the others theirs, as Slack counts them."""
    bot = await launch()
    alpha, beta = [await bot.installed(name) for name in ("Alpha", "Beta")]
    found = bot.platform._ready()
    busy, quiet = found.at(alpha.team.id), found.at(beta.team.id)
    assert busy
    assert quiet
    while busy.pace.replies.take():
        pass
    assert busy.pace.replies.wait() > 0
    assert quiet.pace.replies.wait() == 0
    assert "milk" in await bot.say(beta, "add milk")


async def test_reminders_reach_each_workspace_by_its_own_token(slack: SlackServer, launch: Launch, time: Time) -> None:
    """Of two workspaces each person gets theirs, in the direct messages there."""
    bot = await launch()
    firms = [await bot.installed(name) for name in ("Alpha", "Beta")]
    for firm in firms:
        await bot.say(firm, f"add call {firm.team.name} at 11am")
    time.now += dt.timedelta(hours=3)
    for firm in firms:
        await spoken_to(slack, firm)
        assert f"call {firm.team.name}" in shown(direct(slack, firm))
        assert len(direct(slack, firm)) == 1


async def test_a_workspace_that_left_is_not_looked_for_and_gets_its_reminder_when_it_is_back(
    slack: SlackServer, launch: Launch, time: Time
) -> None:
    """What was due meanwhile is neither sent, nor tried, nor lost."""
    bot = await launch()
    alpha, beta = [await bot.installed(name) for name in ("Alpha", "Beta")]
    for firm in (alpha, beta):
        await bot.say(firm, "add call Cara at 11am")
    uninstall(slack, beta.team)
    await reaches(bot, alpha.team.id)
    time.now += dt.timedelta(hours=3)
    calls = len(slack.calls)
    await spoken_to(slack, alpha)
    await bot.reminders.asleep.wait()
    assert not direct(slack, beta)
    assert not [call for call in slack.calls[calls:] if call.error]
    assert (await bot.install(beta.team, beta.ana)).status == 200
    await spoken_to(slack, beta)
    assert "call Cara" in shown(direct(slack, beta))


async def test_a_workspace_whose_limit_is_used_up_delays_no_other(
    slack: SlackServer, launch: Launch, time: Time
) -> None:
    """Slack counts calls by workspace, and so does the bot: only its own reminders wait."""
    bot = await launch()
    alpha, beta = [await bot.installed(name) for name in ("Alpha", "Beta")]
    await bot.say(alpha, "add call Cara at 11am")
    await bot.say(beta, "add call Cara at 1pm")
    slack.fail("conversations.open", Fault(error="ratelimited", retry_after=600, only=alpha.ana.id))
    time.now += dt.timedelta(hours=1, minutes=30)
    await slack.until(lambda: [call for call in slack.asked("conversations.open") if call.error])
    await bot.reminders.asleep.wait()
    time.now += dt.timedelta(hours=2)
    await spoken_to(slack, beta)
    assert not direct(slack, alpha)


async def test_a_token_of_one_workspace_opens_nothing_in_another(slack: SlackServer, launch: Launch) -> None:
    """What one workspace's people say never reaches the other's channels, whatever they name."""
    bot = await launch()
    alpha, beta = [await bot.installed(name) for name in ("Alpha", "Beta")]
    await bot.say(alpha, "add milk")
    await bot.say(beta, "list")
    assert await bot.titles(beta) == []
    assert not [call for call in slack.calls if call.error == "channel_not_found"]


async def test_two_processes_share_the_folder(slack: SlackServer, launch: Launch) -> None:
    """What one of them installed the other one finds when its people speak, and what left leaves both."""
    one, two = await launch(), await launch()
    alpha = await one.installed("Alpha")
    slack.envelopes.events_urls = [two.url + "/slack/events"]
    thread = await slack.say(alpha.ana, alpha.channel, f"{alpha.bot} add milk")
    await answered(slack, alpha, thread)
    await two.platform.idle()
    assert reached(two) == {alpha.team.id}
    uninstall(slack, alpha.team)
    await reaches(two)
    desk = one.platform._ready().at(alpha.team.id)
    assert desk
    assert not await desk.people._read_all()  # type: ignore[func-returns-value]
    assert not reached(one)


async def test_two_processes_spend_a_refresh_token_once(slack: SlackServer, launch: Launch) -> None:
    """Both find that the token ends soon; one of them refreshes it, and the other one takes what it got."""
    slack.teams.rotates = True
    one, two = await launch(), await launch()
    firms = [await one.installed(name) for name in ("Alpha", "Beta", "Gamma")]
    for firm in firms:
        await one.say(firm, "add milk")
    for firm in firms:
        slack.teams.age(firm.team, 11 * 3600)
        desks = [process.platform._ready() for process in (one, two)]
        found = [await directory.of(key_of(firm)) for directory in desks]
        for desk in found:
            assert desk
            access = desk.api.now._access  # type: ignore[attr-defined]
            kept = await one.kept.find(key_of(firm))
            assert kept
            access.installation = aged(access.installation, 11 * 3600)
        stored = await one.kept.find(key_of(firm))
        assert stored
        await one.kept.save(aged(stored, 11 * 3600))
        await asyncio.gather(*(desk.api.now.auth_test() for desk in found for _ in range(5) if desk))
    refreshed = [call for call in slack.asked("oauth.v2.access") if call.args.get("grant_type")]
    assert len(refreshed) == 3
    assert not [call for call in slack.calls if call.error]
    await asyncio.gather(*(one.say(firm, "add bread") for firm in firms))


async def test_a_token_that_ended_while_nobody_ran_is_refreshed_at_the_first_call(
    slack: SlackServer, launch: Launch
) -> None:
    """After a weekend off, the first word is answered all the same."""
    slack.teams.rotates = True
    bot = await launch()
    alpha = await bot.installed("Alpha")
    await bot.stop()
    slack.teams.age(alpha.team, 60 * 3600)
    kept = await bot.kept.find(key_of(alpha))
    assert kept
    await bot.kept.save(aged(kept, 60 * 3600))
    again = await launch()
    assert "milk" in await again.say(alpha, "add milk")
    assert len([call for call in slack.asked("oauth.v2.access") if call.args.get("grant_type")]) == 1


async def test_no_token_is_ever_written_or_logged_in_clear(slack: SlackServer, launch: Launch, tmp_path: Path) -> None:
    """Neither an access token nor a refresh token; and what is written is its owner's alone."""
    slack.teams.rotates = True
    with capture_logs() as logs:
        bot = await launch()
        alpha = await bot.installed("Alpha")
        await bot.say(alpha, "add milk")
    files = [one for one in (tmp_path / "data" / "slack").rglob("*") if one.is_file()]
    assert any(one.name == "bot-latest" for one in files)
    for file in files:
        assert "xox" not in file.read_text(errors="replace")
        assert file.stat().st_mode & 0o077 == 0
        assert file.parent.stat().st_mode & 0o077 == 0
    assert "xox" not in str(logs)


async def test_an_organisation_installs_for_all_its_workspaces(slack: SlackServer, launch: Launch) -> None:
    """One installation, one token, and a person has the same tasks in each workspace of it."""
    bot = await launch()
    east, west = newcomer(slack, "East"), newcomer(slack, "West")
    organisation = slack.teams.new("Corp", workspaces=(east.team, west.team))
    assert (await bot.install(organisation, east.ana)).status == 200
    thread = await slack.say(east.ana, east.channel, f"<@{organisation.bot_user}> add milk")
    await answered(slack, east, thread)
    thread = await slack.say(west.ana, west.channel, f"<@{organisation.bot_user}> add bread")
    await answered(slack, west, thread)
    await slack.slash(east.ana, east.channel, "/task", "list")
    await slack.until(lambda: slack.whispers)
    await bot.platform.idle()
    assert "milk" in str(slack.whispers[-1].blocks)
    assert reached(bot) == {organisation.id}
    assert not [call for call in slack.calls if call.error]


async def test_what_was_missed_is_caught_up_in_every_workspace(slack: SlackServer, launch: Launch) -> None:
    """A process that starts looks in all of them, an organisation's too."""
    bot = await launch()
    alpha, east = await bot.installed("Alpha"), newcomer(slack, "East")
    organisation = slack.teams.new("Corp", workspaces=(east.team,))
    await bot.install(organisation, east.ana)
    await bot.stop()
    slack.envelopes.waits = False
    threads = [
        (firm, await slack.say(firm.ana, firm.channel, f"{firm.bot} add {firm.team.name} milk"))
        for firm in (alpha, east)
    ]
    await launch()
    for firm, thread in threads:
        await answered(slack, firm, thread)


def aged(installation: Installation, seconds: float) -> Installation:
    """As if so much time had passed since its token was given."""
    return dataclasses.replace(installation, expires=installation.expires - seconds)


def reached(process: Process) -> set[str]:
    """The workspaces in which a process speaks."""
    return set(process.platform.reach.workspaces or ())


async def reaches(process: Process, *workspaces: str) -> None:
    """Wait until a process speaks in these workspaces and in no others."""
    changed = asyncio.Event()
    process.platform.reach.watch(changed.set)
    async with asyncio.timeout(10):
        while reached(process) != set(workspaces):
            changed.clear()
            await changed.wait()


async def answered(slack: SlackServer, firm: Firm, thread: str) -> None:
    """Wait until the bot has answered in a thread."""
    await slack.until(lambda: answers(slack, firm, thread))


async def spoken_to(slack: SlackServer, firm: Firm) -> None:
    """Wait until the bot has said something to the person directly."""
    await slack.until(lambda: direct(slack, firm))

"""Tokens that rotate: spent once, written before all else, and given up when Slack takes them back."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from cryptography.fernet import Fernet
from slack_sdk.errors import SlackApiError

from adapters.slack.api import Api, api
from adapters.slack.installed.folder import Folder
from adapters.slack.installed.installation import Installation, Key
from adapters.slack.installed.oauth import OAuth
from adapters.slack.installed.rotating import Rotating
from adapters.slack.installed.store import Installations
from tests.fakes.slack import Fault, SlackServer
from tests.fakes.slack.teams import Team

KEY = Fernet.generate_key().decode()


class Held:
    """One installation in a folder, and processes that call with it."""

    def __init__(self, slack: SlackServer, session: aiohttp.ClientSession, folder: Path) -> None:
        self.slack, self.session, self.folder = slack, session, folder
        slack.teams.rotates = True
        self.team: Team = slack.teams.new("Alpha")
        self.gone: list[str] = []

    @property
    def store(self) -> Installations:
        """What is on disk."""
        return Installations(Folder(self.folder), [KEY])

    async def kept(self) -> Installation | None:
        """What is on disk of it."""
        return await self.store.find(Key(team=self.team.id))

    async def install(self, left: float = 12 * 3600) -> Installation:
        """Install it with a token that lasts so many seconds more."""
        told = self.slack.teams.issue(self.team)
        self.slack.teams.age(self.team, 12 * 3600 - left)
        installation = Installation(
            Key(team=self.team.id), str(told["access_token"]), self.team.bot_id, self.team.bot_user,
            refresh=str(told["refresh_token"]), expires=time.time() + left,
        )  # fmt: skip
        await self.store.save(installation)
        return installation

    def process(self, installation: Installation) -> tuple[Rotating, Api]:
        """A process that has it in memory."""
        slack = self.slack
        oauth = OAuth(self.session, slack.api_url, slack.client_id, slack.client_secret)
        access = Rotating(installation, self.store, oauth.refresh, lambda _, why: self.gone.append(why))
        return access, api(self.session, slack.api_url, access)

    @property
    def refreshes(self) -> int:
        """How often Slack was asked for a new token."""
        return len(self.slack.asked("oauth.v2.access"))


@pytest.fixture
async def held(tmp_path: Path) -> AsyncIterator[Held]:
    """Slack, and a folder."""
    async with SlackServer() as slack, aiohttp.ClientSession() as session:
        yield Held(slack, session, tmp_path)


async def test_a_token_that_lasts_is_left_alone(held: Held) -> None:
    """More than two hours: nobody asks."""
    _, web = held.process(await held.install(3 * 3600))
    await web.now.auth_test()
    assert held.refreshes == 0


async def test_many_calls_at_once_refresh_once(held: Held) -> None:
    """In one process and in three: what one got is what all of them use."""
    installation = await held.install(3600)
    processes = [held.process(installation) for _ in range(3)]
    await asyncio.gather(*(web.now.auth_test() for _, web in processes for _ in range(10)))
    assert held.refreshes == 1
    kept = await held.kept()
    assert kept
    assert {access.current for access, _ in processes} == {kept.token}
    assert not held.gone


async def test_an_old_refresh_token_is_dead(held: Held) -> None:
    """Slack's rule, which all of this is for."""
    installation = await held.install(3600)
    access, web = held.process(installation)
    await web.now.auth_test()
    with pytest.raises(SlackApiError, match="invalid_refresh_token"):
        await access._refresh(installation)


async def test_slack_that_gives_no_new_token_stops_nothing_while_the_old_one_lasts(held: Held) -> None:
    """Refused or away: calls go on, and it is not asked again at each of them."""
    _, web = held.process(await held.install(3600))
    held.slack.fail("oauth.v2.access", Fault(status=503, times=5))
    for _ in range(5):
        await web.now.auth_test()
    assert held.refreshes == 1
    assert not held.gone


async def test_whoever_asks_is_cut_off_and_the_new_token_is_written_all_the_same(held: Held) -> None:
    """A turn that is stopped in the middle of it loses nothing."""
    held.slack.slow["oauth.v2.access"] = 0.2
    access, web = held.process(await held.install(3600))
    call = asyncio.create_task(web.now.auth_test())
    async with asyncio.timeout(10):
        while access._renewing is None:  # noqa: ASYNC110 - the task begins with the call
            await asyncio.sleep(0)
    call.cancel()
    await access.settled()
    kept = await held.kept()
    assert held.refreshes == 1
    assert kept
    assert kept.token == access.current


async def test_a_disk_that_is_full_for_a_while(held: Held) -> None:
    """The new token is used from memory, and written once that can be done: nothing else could be refreshed with it."""
    installation = await held.install(3600)
    access, web = held.process(installation)
    folder = held.folder / f"none-{held.team.id}"
    hidden = held.folder / "away"
    refresh = access._refresh

    async def refreshed(before: Installation) -> Installation:
        after = await refresh(before)
        folder.rename(hidden)
        folder.write_text("no folder")
        return after

    access._refresh = refreshed
    await web.now.auth_test()
    assert access.current != installation.token
    folder.unlink()
    hidden.rename(folder)
    access._not_before = 0.0
    await web.now.auth_test()
    kept = await held.kept()
    assert kept
    assert kept.token == access.current
    assert held.refreshes == 1


async def test_another_process_has_refreshed_what_this_one_still_holds(held: Held) -> None:
    """Slack refuses the old token; the one in the folder is taken, and the call is made once more, once."""
    installation = await held.install(3600)
    first, web = held.process(installation)
    stale, other = held.process(dataclasses.replace(installation, expires=time.time() + 11 * 3600))
    await web.now.auth_test()
    held.slack.teams.grants[installation.token].expires = 0
    await other.now.auth_test()
    assert stale.current == first.current
    assert held.refreshes == 1


async def test_a_token_that_was_taken_back_is_forgotten(held: Held) -> None:
    """Its workspace costs nothing any more: nothing on disk, and nothing is called again."""
    access, web = held.process(await held.install())
    held.slack.teams.revoke(held.team)
    held.team.installed = False
    with pytest.raises(SlackApiError, match="account_inactive"):
        await web.now.auth_test()
    assert held.gone == ["account_inactive"]
    assert await held.kept() is None
    assert access.current


async def test_what_somebody_removed_by_hand_is_gone_here_too(held: Held) -> None:
    """The next refusal or refresh finds nothing in the folder, and puts nothing back."""
    access, web = held.process(await held.install(3600))
    await held.store.remove(Key(team=held.team.id))
    await web.now.auth_test()
    assert held.gone == ["removed"]
    assert held.refreshes == 0
    assert await held.kept() is None
    assert access.current

"""Whether the bot is connected at this moment, as `/health` tells without asking anybody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tests.adapters.discord.test_contract import DiscordHarness
from tests.adapters.slack.test_contract import SlackHarness
from tests.fakes.discord import DiscordServer
from tests.fakes.slack import SlackServer
from tests.fakes.slack.server import Fault

WITHIN = 5.0
"""Seconds in which it tells the truth."""


async def until(holds: Callable[[], object]) -> None:
    """What a probe does: look, and look again."""
    async with asyncio.timeout(WITHIN):
        while not holds():  # noqa: ASYNC110 - nothing tells when a connection is lost
            await asyncio.sleep(0.05)


async def test_slacks_connection_that_goes_away_and_comes_back() -> None:
    """Away while no new one is given; well again by itself."""
    async with SlackServer() as slack:
        harness = SlackHarness(slack)
        await harness.platform.connected.wait()
        assert harness.platform.trouble is None
        assert harness.platform.introduction.startswith("Slack as @")
        slack.fail("apps.connections.open", Fault(error="internal_error", times=2))
        slack.envelopes.disconnect()
        await until(lambda: harness.platform.trouble)
        await slack.until(lambda: slack.envelopes.connections)
        await until(lambda: not harness.platform.trouble)
        await harness.close()


async def test_discords_gateway_that_goes_away() -> None:
    """Its server is gone: noticed at once."""
    async with DiscordServer(second=0.01) as discord:
        harness = DiscordHarness(discord)
        await harness.platform.connected.wait()
        assert harness.platform.trouble is None
        assert harness.platform.introduction.startswith("Discord as ")
        await discord.stop()
        await until(lambda: harness.platform.trouble)
        assert "away" in str(harness.platform.trouble)
        await harness.close()


async def test_who_one_is_cannot_be_told_before() -> None:
    """Not connected yet is trouble, too."""
    async with SlackServer() as slack:
        slack.revoked = True
        harness = SlackHarness(slack)
        assert harness.platform.trouble
        with pytest.raises(RuntimeError):
            assert harness.platform.introduction
        await harness.close()

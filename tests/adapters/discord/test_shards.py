"""Several processes share the servers by shards."""

from __future__ import annotations

import asyncio

from pydantic import SecretStr

from adapters.discord.platform import Discord
from adapters.discord.settings import DiscordSettings
from core.chat import Stamp, Text
from tests.adapters.contract import ScriptedCore
from tests.adapters.discord.test_contract import ended
from tests.fakes.discord import DiscordServer


async def test_each_process_hears_its_own_servers() -> None:
    """Two processes with a shard each: every mention is answered by one of them, once."""
    async with DiscordServer(second=0.01) as server:
        ana = server.user("Ana")
        guilds = [server.new_guild(f"Guild {number}", members=[ana], number=(number + 1) << 22) for number in range(2)]
        channels = [server.channel("general", guild=guild) for guild in guilds]
        cores = [ScriptedCore(), ScriptedCore()]
        platforms = [Discord(_settings(server, shard), drain=5) for shard in range(2)]
        tasks = [asyncio.create_task(one.listen(core)) for one, core in zip(platforms, cores, strict=True)]
        for core in cores:
            core.parts = [Stamp("conv_1", answers="1"), Text("Hello.")]
        for platform in platforms:
            await platform.connected.wait()
        for channel in channels:
            said = await server.say(ana, channel, "hi", mention=True)
            await server.until(lambda said=said: said.thread and len(server.messages(said.thread)) > 1)  # type: ignore[misc]
        for platform in platforms:
            await platform.idle()
        assert [len(core.asked) for core in cores] == [1, 1]
        for task in tasks:
            await ended(task)


def _settings(server: DiscordServer, shard: int) -> DiscordSettings:
    return DiscordSettings(
        _env_file=None,  # type: ignore[call-arg]
        token=SecretStr(server.token),
        api_url=server.api_url,
        gateway_url=server.gateway_url,
        shard_count=2,
        shard_ids=(shard,),
    )

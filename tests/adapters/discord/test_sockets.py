"""A network that dies without a word is noticed, long before Discord's next heartbeat."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.adapters.discord.conftest import There

_KEEPALIVE = "02"
"""The timer of an idle connection that asks, in `/proc/net/tcp` (https://docs.kernel.org/networking/proc_net_tcp.html)."""
_ESTABLISHED = "01"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of its timers")
async def test_the_gateways_connection_is_asked_whether_it_is_still_there(there: There) -> None:
    """The operating system asks after two seconds without a word, and gives up after four."""
    port = int(there.discord.gateway_url.split(":")[2].partition("/")[0])
    await there.discord.connected()
    lines = _connections()
    ours = [line for line in lines if line[2].endswith(f":{port:04X}") and line[3] == _ESTABLISHED]
    assert ours
    asked = [line for line in ours if line[5].startswith(_KEEPALIVE)]
    assert asked, "no connection to the gateway has a timer"
    assert all(int(line[5].partition(":")[2], 16) <= 300 for line in asked), "hundredths of a second"


def _connections() -> list[list[str]]:
    """All of the machine's, as columns."""
    return [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]

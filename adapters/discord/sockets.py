"""Connections that notice when nobody is there any more, though nothing is said: the gateway may be silent for 41 s."""

from __future__ import annotations

import socket

import aiohttp
from aiohttp import AddrInfoType

_OPTIONS = {"TCP_KEEPIDLE": 2, "TCP_KEEPALIVE": 2, "TCP_KEEPINTVL": 1, "TCP_KEEPCNT": 2}
"""Seconds without a word, between two questions, and how many of them: a dead network is known after four. A system
knows some of these names (macOS has the second for the first)."""


def connector() -> aiohttp.TCPConnector:
    """As discord.py would make it, with sockets of ours. To be called where a loop runs."""
    return aiohttp.TCPConnector(limit=0, socket_factory=lively)


def lively(address: AddrInfoType) -> socket.socket:
    """A socket whose other end is asked, by the operating system, whether it is still there."""
    family, kind, protocol, *_ = address
    one = socket.socket(family, kind, protocol)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _OPTIONS.items():
        option = getattr(socket, name, None)
        if option is not None:
            one.setsockopt(socket.IPPROTO_TCP, option, value)
    return one

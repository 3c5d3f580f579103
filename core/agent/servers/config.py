"""What is known of a server before it is asked. Standard library only: who names no server loads nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

LABEL = re.compile(r"[a-z][a-z0-9]{0,19}")
"""How a server is called: it begins the names of its tools, which have 64 characters, none of them a dot."""


class Approve(StrEnum):
    """Which calls the person is asked about first."""

    ALWAYS = "always"
    WRITES = "writes"
    """Every tool that its server doesn't call read-only (the annotation `readOnlyHint`)."""
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """One entry of MCP_SERVERS, with the secrets that it names filled in; these show in no repr."""

    label: str
    url: str = ""
    """Of Streamable HTTP; empty where a command is run."""
    command: str = ""
    """A program that talks over its standard input and output; empty where there is a URL."""
    args: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What the program gets beside PATH, HOME and their like."""
    tools: frozenset[str] | None = None
    """The names, at the server, of those that may be used; None for all."""
    approve: Approve = Approve.WRITES

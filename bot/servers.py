"""MCP_SERVERS: a JSON list of other people's MCP servers, read and checked at the start.

Secrets don't stand in the list: `$NAME` in a header, or in a program's environment, is the value of that variable.
"""

from __future__ import annotations

import json
import string
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from core.agent.servers.config import LABEL, Approve, ServerConfig

MOST_SERVERS = 10
_KEYS = ("label", "url", "command", "args", "headers", "env", "tools", "approve")
_EXAMPLE = '[{"label": "calendar", "url": "https://…/mcp", "headers": {"Authorization": "Bearer $CALENDAR_TOKEN"}}]'


def parsed(text: str, environment: Mapping[str, str]) -> tuple[ServerConfig, ...]:
    """The servers. Raises ValueError with what is wrong with which entry, never with a secret's value."""
    try:
        entries = json.loads(text)
    except ValueError:
        entries = None
    if not isinstance(entries, list):
        raise ValueError(f"wants a JSON list such as {_EXAMPLE}")
    if len(entries) > MOST_SERVERS:
        raise ValueError(f"wants at most {MOST_SERVERS} entries")
    servers: list[ServerConfig] = []
    for number, entry in enumerate(entries, 1):
        try:
            server = _server(entry, environment)
            if server.label in {one.label for one in servers}:
                raise ValueError("wants a label of its own")
        except ValueError as error:
            raise ValueError(f"{_named(number, entry)} {error}") from None
        servers.append(server)
    return tuple(servers)


def _named(number: int, entry: object) -> str:
    """`entry 2 (calendar)`: a label that isn't one is not repeated, as it could be anything."""
    label = entry.get("label") if isinstance(entry, dict) else None
    return f"entry {number} ({label})" if isinstance(label, str) and LABEL.fullmatch(label) else f"entry {number}"


def _server(entry: object, environment: Mapping[str, str]) -> ServerConfig:
    if not isinstance(entry, dict):
        raise ValueError("wants an object with a label and a url or a command")
    if any(key not in _KEYS for key in entry):
        raise ValueError(f"wants no other keys than {', '.join(_KEYS)}")
    label, url, command = (entry.get(key, "") for key in ("label", "url", "command"))
    if not (isinstance(label, str) and LABEL.fullmatch(label)):
        raise ValueError("wants a label of at most 20 small letters and digits that begins with a letter")
    if not (isinstance(url, str) and isinstance(command, str) and bool(url) != bool(command)):
        raise ValueError("wants either a url or a command")
    if url:
        _check_url(url)
    if url and (entry.get("args") or entry.get("env")):
        raise ValueError("wants args and env with a command, not with a url")
    if command and entry.get("headers"):
        raise ValueError("wants headers with a url, not with a command")
    return ServerConfig(
        label=label,
        url=url,
        command=command,
        args=tuple(_texts(entry, "args") or ()),
        headers=_filled(entry, "headers", environment),
        env=_filled(entry, "env", environment),
        tools=None if (tools := _texts(entry, "tools")) is None else frozenset(tools),
        approve=_approve(entry.get("approve", Approve.WRITES)),
    )


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("https", "http") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fine = False
    if not fine:
        raise ValueError("wants a url that starts with https:// or http://")
    if "@" in parts.netloc:
        raise ValueError("wants a url without a user or password: they belong into headers")


def _approve(raw: object) -> Approve:
    if raw not in set(Approve):
        raise ValueError("wants approve to be always, writes or never")
    return Approve(str(raw))


def _texts(entry: Mapping[str, Any], key: str) -> list[str] | None:
    raw = entry.get(key)
    if raw is None:
        return None
    if not (isinstance(raw, list) and all(isinstance(one, str) and one for one in raw)):
        raise ValueError(f"wants {key} to be a list of texts")
    return list(raw)


def _filled(entry: Mapping[str, Any], key: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Names and values, with variables filled in: `Bearer $NAME`, `${NAME}`; `$$` is a dollar."""
    raw = entry.get(key) or {}
    if not (isinstance(raw, dict) and all(isinstance(one, str) for one in raw.values())):
        raise ValueError(f"wants {key} to be an object of texts")
    return {str(name): _value(key, str(name), value, environment) for name, value in raw.items()}


def _value(key: str, name: str, value: str, environment: Mapping[str, str]) -> str:
    template = string.Template(value)
    # as a whole it may be a secret that was put there by mistake, and is not repeated
    if not template.is_valid():
        raise ValueError(f"wants a $ in {key} to begin a variable's name; $$ is a dollar")
    if missing := [one for one in template.get_identifiers() if not environment.get(one)]:
        raise ValueError(f"wants the variable {missing[0]} to be set, which its {key} name")
    filled = template.substitute(environment)
    is_name = name.isascii() and bool(name) and not any(one in name for one in " \t\r\n:=")
    unsendable = any(ord(one) < 0x20 or ord(one) > 0x7E for one in filled) if key == "headers" else "\0" in filled
    if not is_name or unsendable:
        raise ValueError(f"wants names and values in {key} that can be sent: one line each, in ASCII")
    return filled

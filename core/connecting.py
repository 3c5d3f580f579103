"""`connect` and `connections`: what a person pastes into a client, and how they end what they let in."""

from __future__ import annotations

import re
from enum import Enum, auto

from core.chat import Inviter, Text, made_of
from core.database import Database
from core.users import Actor, connections

_WORDS = re.compile(
    r"(?P<connect>connect)|(?P<show>connections?)|(?P<end>disconnect|(?:end|stop)\s+(?:all\s+)?connections?"
    r"|connections?\s+(?:end|stop|off))",
    re.IGNORECASE,
)
_PRIVATELY = "That is for your eyes only: say `/task connect` or `/task connections` without sharing the answer."
_CLOSED = (
    "This bot takes no clients over the network. Whoever runs it can allow them with `MCP_KEYS` and `MCP_URL`; on the "
    "computer that it runs on, `bot mcp` needs neither."
)


class Wanted(Enum):
    """What of it."""

    CONNECT = auto()
    SHOW = auto()
    END = auto()


def wanted(text: str) -> Wanted | None:
    """What a command asks for, if it is about clients; a task that begins with the word is none of it."""
    found = _WORDS.fullmatch(text.strip())
    if found is None:
        return None
    return Wanted[str(found.lastgroup).upper()]


async def answer(database: Database, actor: Actor, inviter: Inviter | None, asked: Wanted, *, shared: bool) -> Text:
    """The answer, for the person alone. Raises TaskBotError."""
    if shared:
        return Text(_PRIVATELY)
    if asked is Wanted.END:
        async with database.transaction() as session:
            return Text(_ended(made_of(await connections.end(session, actor))))
    state = await database.read(lambda session: connections.connections(session, actor))
    if asked is Wanted.SHOW:
        return Text(_told(made_of(state)))
    if inviter is None:
        return Text(_CLOSED)
    invitation = inviter.invite(actor.user_id, state, actor.locale)
    return Text(
        f"Give your client (Claude, ChatGPT, Cursor, …) this address as an MCP server:\n\n`{invitation.address}`\n\n"
        f"It opens a page that asks for a code. This one works once, for {invitation.minutes} minutes:\n\n"
        f"```\n{invitation.code}\n```\n\n"
        "Whoever has it can read and change your tasks: paste it nowhere else. `/task connections` ends what you allow."
    )


def _told(made: int) -> str:
    if not made:
        return "No client is connected to your tasks. `/task connect` connects one."
    return (
        f"You have let {_clients(made)} in since you last ended all connections. I keep no list of their names, nor of "
        "which are still used; what one of them changes says so when it is undone. `/task connections end` ends all at "
        "once."
    )


def _ended(made: int) -> str:
    none = "No client was connected; if a code is still open, it is void now."
    return f"Ended: {_clients(made)} can read or change your tasks no more." if made else none


def _clients(made: int) -> str:
    return "one client" if made == 1 else f"{made} clients"

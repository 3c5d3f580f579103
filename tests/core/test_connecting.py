"""`connect` and `connections` as commands: what they are, and what is said of them where others read."""

from __future__ import annotations

import pytest

from core.chat import Invitation, epoch_of, made_of
from core.connecting import Wanted, answer, wanted
from core.database import Database
from core.users import Actor, connections


class Inviting:
    """Makes codes that can be told from one another."""

    def invite(self, user: int, state: int, locale: str) -> Invitation:
        """The state, in words."""
        return Invitation("https://bot.example.com/mcp", f"code-{user}-{state}-{locale}", 10)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("connect", Wanted.CONNECT),
        (" Connect ", Wanted.CONNECT),
        ("connections", Wanted.SHOW),
        ("connection", Wanted.SHOW),
        ("connections end", Wanted.END),
        ("end all connections", Wanted.END),
        ("disconnect", Wanted.END),
        ("connect the printer", None),
        ("connections of the hub", None),
        ("", None),
    ],
)
def test_what_is_such_a_command(text: str, asks: Wanted | None) -> None:
    """The word alone; a task may begin with it."""
    assert wanted(text) is asks


@pytest.mark.parametrize("asks", list(Wanted))
async def test_nothing_is_said_or_ended_where_others_read(database: Database, actor: Actor, asks: Wanted) -> None:
    """No code, no number of clients; only how to ask in private."""
    told = await answer(database, actor, Inviting(), asks, shared=True)
    assert "for your eyes only" in told.markdown
    assert "code-" not in told.markdown
    assert await database.read(lambda session: connections.connections(session, actor)) == 0


async def test_the_counter_holds_all_that_is_told(database: Database, actor: Actor) -> None:
    """How many clients were let in since all were ended; a code used up that connected nobody isn't one."""
    state = 0
    for connects in (False, True, False, True, False):
        async with database.transaction() as session:
            after = await connections.spend(session, actor.user_id, state, connects=connects)
        assert after is not None
        assert after > state
        state = after
    assert (epoch_of(state), made_of(state)) == (0, 2)
    assert "2 clients" in (await answer(database, actor, None, Wanted.SHOW, shared=False)).markdown
    assert "2 clients" in (await answer(database, actor, None, Wanted.END, shared=False)).markdown
    state = await database.read(lambda session: connections.connections(session, actor))
    assert (epoch_of(state), made_of(state)) == (1, 0)
    assert "No client was" in (await answer(database, actor, None, Wanted.END, shared=False)).markdown
    invited = await answer(database, actor, Inviting(), Wanted.CONNECT, shared=False)
    assert f"code-{actor.user_id}-{2 << 36}-en-GB" in invited.markdown

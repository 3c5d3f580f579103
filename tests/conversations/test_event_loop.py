"""While the grammar reads a long text, other people's turns go on: it is read beside the event loop."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import FrameType

import pytest

from tests.conversations.conftest import Bot
from tests.fakes.chat import ANA

LONG = 500
"""Characters that may be read where all others wait."""
_GRAMMAR = ("core/quickadd/", "core/commands/grammar", "core/commands/pointing", "core/commands/adding", "core/drafts")


@pytest.fixture
def read_on_the_loop() -> Iterator[list[str]]:
    """The functions of the grammar that were handed a longer text in this thread, which is the event loop's."""
    seen: list[str] = []

    def profile(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event != "call" or not any(part in code.co_filename for part in _GRAMMAR):
            return
        given = [frame.f_locals.get(name) for name in code.co_varnames[: code.co_argcount]]
        if any(isinstance(one, str) and len(one) > LONG for one in given) and code.co_name not in _QUICK:
            seen.append(code.co_name)

    before = sys.getprofile()
    sys.setprofile(profile)
    yield seen
    sys.setprofile(before)


_QUICK = {"pointed", "is_sure", "is_chore"}
"""They look at the length or the beginning alone."""
PROSE = "Buy milk and eggs on friday at 5pm and then again every monday " * 20
LINES = "\n".join(f"Buy thing number {number} tomorrow" for number in range(60))


@pytest.mark.parametrize("text", [PROSE, f"add {PROSE}", LINES, f"add all:\n{LINES}", f"{LINES}\ndone 1"])
async def test_a_long_text_is_read_beside_the_event_loop(
    offline_bot: Bot, read_on_the_loop: list[str], text: str
) -> None:
    """Said in a thread, typed as a command, or offered to a form that is to be filled in."""
    await offline_bot.says(text)
    await offline_bot.command(text)
    await offline_bot.core.draft(ANA, text)
    assert read_on_the_loop == []


async def test_a_date_of_any_length_is_refused_unread(bot: Bot, read_on_the_loop: list[str]) -> None:
    """A model writes whatever it likes into a tool's date: it gets a sentence, and nobody waits for the grammar."""
    due = "friday " * 200
    await bot.says(f'tool:add_task {{"tasks": [{{"title": "One", "due": "{due}", "recurrence": "{due}"}}]}}')
    assert await bot.titles() == []
    assert read_on_the_loop == []


async def test_a_hundred_commands_are_enough_for_one_message(offline_bot: Bot) -> None:
    """Each of them is a transaction and a receipt: more are refused as a whole, with what to do."""
    answer = await offline_bot.command("\n".join(["done 1", *["add One"] * 100]))
    assert "I do at most 100 at once" in answer.text
    assert await offline_bot.titles() == []

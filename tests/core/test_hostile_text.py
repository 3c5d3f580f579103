"""Whatever people type, no function that reads text holds the others up: 8,000 characters take it 50 ms at the most."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from adapters.discord.render import markdown as discord
from adapters.shared.meant import meant
from adapters.slack.inbound import readable
from adapters.slack.render import markdown as slack
from core.commands import understand
from core.drafts import drafted
from core.errors import TaskBotError
from core.reminder_phrases import is_lead, moments, reminding, separated
from core.text import clean, clean_line
from core.users import Actor
from core.when import resolve
from tests.conftest import BERLIN

NOW = dt.datetime(2026, 11, 23, 9, tzinfo=BERLIN)
ANA = Actor(1, 1, "Ana", BERLIN, timezone_known=True)
MOST = 0.05
"""Seconds of processor time."""
LONG, SHORT = 8_000, 250

FUNCTIONS: dict[str, Callable[[str], object]] = {
    "separated": separated,
    "moments": moments,
    "is_lead": is_lead,
    "reminding": lambda text: reminding(text, None, ANA, NOW),
    "understand": understand,
    "resolve": lambda text: resolve(text, now=NOW, locale="en", morning=dt.time(9)),
    "drafted": lambda text: drafted(text, ANA, NOW),
    "slack.clean": slack.clean,
    "slack.split": slack.split,
    "slack.escape": slack.escape,
    "slack.readable": lambda text: readable(text, {}, "U1"),
    "discord.clean": discord.clean,
    "discord.split": discord.split,
    "discord.escape": discord.escape,
    "meant": lambda text: meant(text, "U1", several=True),
    "clean": clean,
    "clean_line": clean_line,
}
BEGINNINGS = ("x ", "buy milk remind me ", "every ", "<")
TOKENS = (
    *(
        "and ",
        "a ",
        "an ",
        " ",
        "\t",
        "\n",
        "1 ",
        "1",
        "1:",
        "1-",
        ",",
        ".",
        "…",
        '"',
        "(",
        "[",
        "]",
        "*",
        "_",
        "`",
        "-",
    ),
    *("every ", "on ", "at ", "until ", "for 2 days ", "by ", "in ", "or ", "not ", "no ", "the ", "first ", "of "),
    *("remind me ", "reminder ", "before ", "an hour ", "1 hour, ", "1h and ", "mon ", "dec 1 ", "between ", "except "),
    *(
        "5' ",
        "+3 ",
        "à ",
        "vendredi ",
        "20 of ",
        "closest monday ",
        "two days after ",
        "for up to ",
        "every 2, ",
        "3 jan ",
    ),
    *("<[](a", "[](", "<", "<@U1|", "!", "@", "#", "# ", "p1 ", "done 1 ", "move ", "list ", "tag ", "🎉", "é́", "ש"),
)


def seconds(function: Callable[[str], object], text: str) -> float:
    """Processor time of one call; a refusal is an answer."""
    begun = time.thread_time()
    with suppress(TaskBotError):
        function(text)
    return time.thread_time() - begun


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_hostile_line_takes_no_longer_than_it_should(name: str) -> None:
    """Each token over and over, behind each beginning; a short line first, which what explodes does not survive."""
    function = FUNCTIONS[name]
    slow = []
    for beginning in BEGINNINGS:
        for token in TOKENS:
            for length in (SHORT, LONG):
                line = f"{beginning}{token * (length // len(token))} x"
                if seconds(function, line) > MOST and min(seconds(function, line) for _ in range(3)) > MOST:
                    slow.append((beginning, token, length))
                    break
    assert not slow

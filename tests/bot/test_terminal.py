"""The console on a real pseudo-terminal: history, Ctrl-C, Ctrl-D."""

from __future__ import annotations

import asyncio
import functools
import os
import re
import select
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.bot.conftest import BOT
from tests.fakes.openai import Fault, OpenAIServer

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals of this kind", allow_module_level=True)

_ESCAPES = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]|\x1b[=>]|\r")
SECONDS = 30
# nobody answers here where the cursor stands
TERMINAL = {"TERM": "xterm", "COLUMNS": "100", "LINES": "30", "PROMPT_TOOLKIT_NO_CPR": "1"}


class Keyboard:
    """A person at a terminal: presses keys, reads the screen."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._master, slave = os.openpty()
        self.process = subprocess.Popen(
            [BOT, "run"], env=environment, preexec_fn=functools.partial(os.login_tty, slave)
        )
        os.close(slave)
        self.screen = ""

    def press(self, keys: str) -> None:
        """Type keys."""
        os.write(self._master, keys.encode())

    async def sees(self, text: str) -> None:
        """Wait until the text stands on the screen after what was seen before."""
        deadline = time.monotonic() + SECONDS
        while text not in self.screen:
            if time.monotonic() > deadline:
                raise AssertionError(f"{text!r} never appeared; the screen is: {self.screen[-2000:]}")
            await asyncio.to_thread(self._read)
        self.screen = self.screen.split(text, 1)[1]

    def _read(self) -> None:
        if select.select([self._master], [], [], 0.2)[0]:
            try:
                self.screen += _ESCAPES.sub(b"", os.read(self._master, 65536)).decode(errors="replace")
            except OSError:
                return  # the other side has closed

    async def left(self) -> int:
        """Wait for the end; returns the exit code."""
        code = await asyncio.to_thread(self.process.wait, SECONDS)
        os.close(self._master)
        return code


async def test_a_person_types(bare_environment: dict[str, str], database_url: str) -> None:
    """The prompt, a reply, a line from the history, Ctrl-C on a line begun, Ctrl-D at the end."""
    person = Keyboard(bare_environment | {"DATABASE_URL": database_url, **TERMINAL})
    await person.sees("Task bot")
    await person.sees(">")
    person.press("add Buy milk tomorrow\r")
    await person.sees("Added")
    await person.sees(">")
    person.press("half a line")
    await person.sees("half a line")
    person.press("\x03")
    await person.sees(">")
    person.press("\x1b[A")  # the last line again
    await person.sees("add Buy milk tomorrow")
    person.press("\r")
    await person.sees("Added")
    await person.sees(">")
    person.press("list\r")
    await person.sees("2 tasks")
    await person.sees(">")
    person.press("\x04")
    assert await person.left() == 0


async def test_ctrl_c_stops_the_reply_and_not_the_talk(bare_environment: dict[str, str], database_url: str) -> None:
    """A model that hangs is stopped by Ctrl-C at once; the next message is answered."""
    async with OpenAIServer() as server:
        server.fail(Fault("hang", times=1))
        online = {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": server.base_url, "OPENAI_MODEL": "gpt-test"}
        terminal = {"DATABASE_URL": database_url, **TERMINAL}
        person = Keyboard(bare_environment | terminal | online)
        await person.sees(">")
        person.press("hello\r")
        await server.wait_for_requests(2)
        person.press("\x03")
        await person.sees("Stopped")
        await person.sees(">")
        person.press("are you there?\r")
        await person.sees("You said: are you there?")
        await person.sees(">")
        person.press("/quit\r")
        assert await person.left() == 0


async def test_forget_me_leaves_nothing_on_this_computer(bare_environment: dict[str, str], database_url: str) -> None:
    """What was typed, in the file and for the arrow key, and what was exported; while they are there, nobody else's."""
    data = Path(bare_environment["DATA_DIR"])
    person = Keyboard(bare_environment | {"DATABASE_URL": database_url, **TERMINAL})
    await person.sees(">")
    person.press("add Buy a swordfish\r")
    await person.sees("Added")
    await person.sees(">")
    person.press("export csv\r")
    await person.sees("tasks.csv")
    await person.sees(">")
    kept = [data / "history", data / "exports", data / "exports" / "tasks.csv"]
    assert [stat.S_IMODE(path.stat().st_mode) for path in kept] == [0o600, 0o700, 0o600]
    person.press("forget me for good\r")
    await person.sees("deleted from this computer too")
    await person.sees(">")
    assert not any(path.exists() for path in kept)
    person.press("\x1b[A")  # there is no last line
    person.press("help\r")
    await person.sees("What you can type")
    assert "swordfish" not in person.screen
    await person.sees(">")
    assert (data / "history").read_text().count("+") == 1
    assert stat.S_IMODE((data / "history").stat().st_mode) == 0o600
    person.press("\x04")
    assert await person.left() == 0

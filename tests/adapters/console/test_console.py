"""The console: lines in, replies out, its reference in a file."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.console import Console as Terminal

from adapters.console import Console, ConsoleSettings
from adapters.console.inbound import THREAD, Leave, author, inbound
from adapters.console.settings import environment_locale
from adapters.console.threads import Reference
from core.chat import Command, Message, Part, Recall, Stamp, StampKind, Text
from tests.adapters.contract import AdapterContract, ScriptedCore, saying


class ConsoleHarness:
    """The console over strings."""

    def __init__(self, data_dir: Path, *, terminal: bool) -> None:
        self._settings = ConsoleSettings(data_dir, timezone="Europe/Berlin")
        self._terminal = terminal
        self._out = io.StringIO()
        self.core = ScriptedCore()

    async def seen(self, text: str, parts: Sequence[Part]) -> str:
        """One line in, everything out."""
        self._out = io.StringIO()
        self.core.parts = list(parts)
        console = Console(self._settings, source=io.StringIO(text + "\n"), terminal=self._screen())
        await console.listen(self.core)
        return self._out.getvalue()

    def _screen(self) -> Terminal:
        """A dumb terminal shows all text and obeys no escape sequence: what a person sees can be read back."""
        return Terminal(
            file=self._out,
            width=400,
            force_terminal=self._terminal,
            color_system=None,
            legacy_windows=False,
            _environ={"TERM": "dumb"},
        )

    async def told(self, parts: Sequence[Part], *, key: str, again: bool = False) -> Recall:
        """Above the line that is being typed."""
        console = Console(self._settings, source=io.StringIO(), terminal=self._screen())
        await console.post(author(self._settings), saying(parts), key=key, again=again)
        return await Console(self._settings, source=io.StringIO()).recall(THREAD)

    def unasked(self) -> str:
        """All that was printed."""
        return self._out.getvalue()

    async def recalled(self) -> str | None:
        """By a console that is started anew."""
        return (await Console(self._settings, source=io.StringIO()).recall(THREAD)).conversation


class TestPiped(AdapterContract):
    """The contract, into a pipe."""

    @pytest.fixture
    def harness(self, tmp_path: Path) -> ConsoleHarness:
        """No terminal on either side."""
        return ConsoleHarness(tmp_path, terminal=False)


class TestTerminal(AdapterContract):
    """The contract, on a terminal."""

    @pytest.fixture
    def harness(self, tmp_path: Path) -> ConsoleHarness:
        """A terminal to write to."""
        return ConsoleHarness(tmp_path, terminal=True)


def test_what_a_line_is() -> None:
    """A slash begins a command, with or without `task`; the rest is said; `/quit` leaves."""
    who = author(ConsoleSettings(Path(), timezone="Europe/Berlin"))
    match inbound(" /task buy milk ", who), inbound("/list", who), inbound("/", who), inbound("buy // milk", who):
        case (
            Command(text="buy milk", adds=True),
            Command(text="list", adds=False),
            Command(text="help"),
            Message(text="buy // milk"),
        ):
            pass
        case other:
            raise AssertionError(other)
    assert inbound("/QUIT", who) == Leave()
    first, second = inbound("same", who), inbound("same", who)
    assert isinstance(first, Message)
    assert isinstance(second, Message)
    assert first.id != second.id


def test_the_reference_holds_an_id_and_no_text(tmp_path: Path) -> None:
    """One key in one small file."""
    Reference(tmp_path).keep(Stamp("conv_a", answers="m1"))
    assert json.loads((tmp_path / "console.json").read_text()) == {"conversation": "conv_a"}


def test_what_ended_is_named_until_it_is_forgotten(tmp_path: Path) -> None:
    """So that a conversation that could not be deleted is tried again, by another process too."""
    reference = Reference(tmp_path)
    reference.keep(Stamp("conv_a", answers="m1"))
    reference.keep(Stamp(kind=StampKind.END))
    reference.keep(Stamp("conv_b", answers="m2"))
    assert Reference(tmp_path).past("ana").conversations == ("conv_a", "conv_b")
    assert Reference(tmp_path).recall().conversation == "conv_b"
    Reference(tmp_path).keep(Stamp(kind=StampKind.FORGOTTEN))
    assert Reference(tmp_path).past("ana").conversations == ()
    assert not (tmp_path / "console.json").exists()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"conversation": 7}', "\x00\xff"])
def test_a_broken_reference_counts_as_none(tmp_path: Path, content: str) -> None:
    """Somebody else's file, half a file, another shape: a fresh conversation, no crash."""
    (tmp_path / "console.json").write_text(content, encoding="latin-1")
    assert Reference(tmp_path).recall() == Recall()


async def test_a_disk_that_refuses_costs_no_answer(tmp_path: Path) -> None:
    """Where the reference can't be written the reply is shown all the same."""
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    harness = ConsoleHarness(blocked, terminal=False)
    assert "still here" in await harness.seen("x", [Stamp("conv_a"), Text("still here")])


@pytest.mark.parametrize(
    ("environment", "locale"),
    [
        ({"LANG": "en_GB.UTF-8"}, "en-GB"),
        ({"LANG": "en_GB.UTF-8", "LC_TIME": "de_DE@euro"}, "de-DE"),
        ({"LC_ALL": "C.UTF-8", "LANG": "en_GB"}, None),
        ({}, None),
    ],
)
def test_the_locale_of_dates(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], locale: str | None) -> None:
    """LC_ALL, then LC_TIME, then LANG, as POSIX has it."""
    for name in ("LC_ALL", "LC_TIME", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert environment_locale() == locale

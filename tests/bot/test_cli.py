"""The command line, as a process: what a person or a script sees of it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from pathlib import Path

from tests.bot.conftest import BOT, RunBot


def test_a_talk_can_be_piped_and_goes_on_after_a_restart(run_bot: RunBot) -> None:
    """With nothing set up, one message a line is answered, the exit code is 0, and the tasks are there again later."""
    first = run_bot("run", lines="add Buy milk tomorrow 5pm #home\nlist\n")
    assert first.returncode == 0, first.stderr
    assert "offline" in first.stdout.splitlines()[0]
    assert "embedded" in first.stdout.splitlines()[0]
    assert first.stdout.count("Buy milk") == 2
    assert "tomorrow 17:00" in first.stdout
    again = run_bot(lines="list")
    assert again.returncode == 0
    assert "Buy milk" in again.stdout


def test_bad_input_in_a_pipe_is_answered_line_by_line(run_bot: RunBot, database_url: str) -> None:
    """Empty lines, NUL bytes, broken UTF-8, 100 kB and escape sequences get a sentence each and harm nothing."""
    lines = b"\n" + b"add a\x00b\n" + b"add caf\xff\n" + b"x" * 100_000 + b"\n" + b"add \x1b[2Jred\n" + b"list\n"
    ran = run_bot("run", lines=lines, DATABASE_URL=database_url)
    assert ran.returncode == 0, ran.stderr
    assert "That message was empty" in ran.stdout
    assert "100,000 characters" in ran.stdout
    assert "\x1b" not in ran.stdout
    assert "3 tasks" in ran.stdout


def test_leaving_by_a_word(run_bot: RunBot, database_url: str) -> None:
    """`/quit` ends the talk, whatever follows."""
    ran = run_bot("run", lines="/quit\nadd never\n", DATABASE_URL=database_url)
    assert ran.returncode == 0
    assert "never" not in ran.stdout


def test_commands_with_a_slash_ask_no_model(run_bot: RunBot, database_url: str) -> None:
    """`/task buy milk` adds, `/list` lists, and the conversation verbs work without a conversation."""
    ran = run_bot(
        "run", lines="/task buy milk\n/lst\n/list\n/done 1\n/new\n/forget\n/help\n", DATABASE_URL=database_url
    )
    assert ran.returncode == 0, ran.stderr
    for expected in (
        "buy milk",
        "1 task",
        "Completed",
        "new conversation",
        "no conversation to forget",
        "What you can",
    ):
        assert expected in ran.stdout


def test_a_bad_setting_is_one_line_and_exit_code_2(run_bot: RunBot) -> None:
    """The line names the variable; there is no traceback."""
    ran = run_bot("run", CONTEXT_MESSAGES="many")
    assert ran.returncode == 2
    assert ran.stderr.strip() == "CONTEXT_MESSAGES wants a whole number from 0 to 20."


def test_a_database_that_is_down_is_a_sentence(run_bot: RunBot) -> None:
    """The talk goes on and says what is wrong; no traceback, no password."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"postgresql://ana:sesame@127.0.0.1:{unused.getsockname()[1]}/tasks"
        ran = run_bot("run", lines="add Buy milk\n", DATABASE_URL=url)
    assert "can't reach my database" in ran.stdout
    assert "Traceback" not in ran.stdout + ran.stderr
    assert "sesame" not in ran.stdout + ran.stderr


def test_migrate_and_check(run_bot: RunBot, database_url: str) -> None:
    """`bot migrate` may be run again; `bot check` finds everything in place."""
    assert run_bot("migrate", DATABASE_URL=database_url).returncode == 0
    checked = run_bot("check", DATABASE_URL=database_url)
    assert checked.returncode == 0, checked.stdout
    assert "up to date" in checked.stdout


def test_check_fails_when_something_is_wrong(run_bot: RunBot, database_url: str) -> None:
    """A database and an OpenAI that nobody answers at are named, and the exit code is 1."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nowhere = f"127.0.0.1:{unused.getsockname()[1]}"
        checked = run_bot(
            "check",
            DATABASE_URL=f"postgresql://{nowhere}/tasks",
            OPENAI_API_KEY="sk-sesame",
            OPENAI_BASE_URL=f"http://{nowhere}/v1",
        )
    assert checked.returncode == 1
    assert checked.stdout.count("wrong") == 2
    assert "sesame" not in checked.stdout + checked.stderr


def test_parse_for_a_person(run_bot: RunBot) -> None:
    """`bot parse "text"` shows the title and the resolved date with its weekday."""
    ran = run_bot("parse", "Pay rent every 1st at 9am p1 #home", "--now", "2026-11-23T09:00")
    assert ran.returncode == 0, ran.stderr
    for expected in ("Pay rent", "Tue", "09:00", "FREQ=MONTHLY", "home"):
        assert expected in ran.stdout


def test_parse_for_a_program(run_bot: RunBot) -> None:
    """`bot parse -` reads text or JSON and prints one JSON object a line; a bad line says so on its own."""
    lines = 'Buy milk tomorrow\n{"text": "x fri 5pm", "now": "2026-11-23T09:00", "timezone": "UTC"}\n{"nonsense": 1}\n'
    ran = run_bot("parse", "-", "--now", "2026-11-23T09:00", lines=lines)
    assert ran.returncode == 0, ran.stderr
    milk, friday, bad = [json.loads(line) for line in ran.stdout.splitlines()]
    assert (milk["title"], milk["due"]) == ("Buy milk", "2026-11-24")
    assert (friday["title"], friday["due"]) == ("x", "2026-11-27T17:00")
    assert "error" in bad


def test_an_impossible_date_is_told(run_bot: RunBot) -> None:
    """`bot parse` exits 1 with a sentence."""
    ran = run_bot("parse", "Pay rent on 30 February")
    assert ran.returncode == 1
    assert "February" in ran.stderr


def test_sigterm_ends_a_talk_that_waits(bare_environment: dict[str, str], database_url: str, tmp_path: Path) -> None:
    """A process told to stop while it waits for a line leaves at once and cleanly."""
    process = subprocess.Popen(
        [BOT, "run"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=tmp_path,
        env=bare_environment | {"DATABASE_URL": database_url},
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("add Buy milk\n")
    process.stdin.flush()
    while "Buy milk" not in (line := process.stdout.readline()):
        assert line, "the bot ended without an answer"
    os.kill(process.pid, signal.SIGTERM)
    assert process.wait(timeout=20) == 0
    process.stdin.close()
    process.stdout.close()

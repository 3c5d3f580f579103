"""First starts, each on a machine that is odd in one way: it works, or one sentence says what to do."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import stat
import subprocess
from pathlib import Path

import pytest

from tests.bot.conftest import BOT

STRANGER = 54_321
"""A number that the machine has no name for."""
needs_root = pytest.mark.skipif(
    os.name != "posix" or os.geteuid() != 0 or not shutil.which("setpriv"), reason="only root can be somebody else"
)
needs_open_program = pytest.mark.skipif(
    not all(folder.stat().st_mode & 0o001 for folder in Path(BOT).parents),
    reason="the program lies in a folder that is closed to others, so that nobody else can run it",
)


def start(
    environment: dict[str, str], *, uid: int | None = None, lines: str = "add Buy milk\nlist\n"
) -> subprocess.CompletedProcess[str]:
    """`bot run` with sentences piped in, in exactly this environment; as somebody else who may read the program."""
    somebody = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups"] if uid else []
    return subprocess.run(
        [*somebody, BOT, "run"],
        input=lines,
        capture_output=True,
        text=True,
        cwd="/",
        env={"PATH": os.environ["PATH"], "ENV_FILE": os.devnull} | environment,
        timeout=120,
        check=False,
    )


def owned(place: Path, uid: int) -> Path:
    """A home of somebody's."""
    home = place / str(uid)
    home.mkdir()
    os.chown(home, uid, uid)
    return home


def works(ran: subprocess.CompletedProcess[str]) -> bool:
    """Whether the task came back, without a complaint."""
    return ran.returncode == 0 and ran.stdout.count("Buy milk") >= 2 and "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    "odd",
    [
        {"LC_ALL": "xx_YY.UTF-8"},
        {"LC_ALL": "C", "LANG": "POSIX"},
        {"LANG": "de_DE.ISO-8859-1"},
        {"TMPDIR": "/nonexistent"},
        {"TZ": "Nowhere/Nothing"},
        {"HOME": "/nonexistent"},
    ],
    ids=lambda odd: ",".join(f"{name}={value}" for name, value in odd.items()),
)
def test_an_odd_environment_is_no_reason_not_to_start(place: Path, odd: dict[str, str]) -> None:
    """A locale that isn't installed, a folder for temporary files that isn't there, a home that isn't."""
    ran = start({"HOME": str(place), "DATA_DIR": str(place / "data")} | odd)
    assert works(ran), ran


@pytest.mark.parametrize("name", ["Daten von Jörg", "x" * 60 + "/" + "y" * 60, "a b/ü"])
def test_an_odd_data_directory_works(place: Path, name: str) -> None:
    """With spaces and umlauts, and with a path too long for a socket, which is then closed to others all the same."""
    data = place / name
    ran = start({"HOME": str(place), "DATA_DIR": str(data)})
    assert works(ran), ran
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


def test_without_a_home_the_data_go_where_the_machine_says(place: Path) -> None:
    """HOME unset: the user's entry tells it; the data directory that is set is used."""
    assert works(start({"DATA_DIR": str(place / "data")}))


@needs_root
@needs_open_program
def test_a_second_user_of_the_machine_starts_as_well(place: Path) -> None:
    """Nothing that the first one leaves behind stands in the way, and each one's data are closed to the other."""
    for name in ("daemon", "nobody"):
        home = owned(place, pwd.getpwnam(name).pw_uid)
        ran = start({"HOME": str(home)}, uid=pwd.getpwnam(name).pw_uid)
        assert works(ran), ran
        assert all(stat.S_IMODE(folder.stat().st_mode) & 0o077 == 0 for folder in home.rglob("task-bot"))


@needs_root
@needs_open_program
def test_somebody_without_a_name_starts_or_is_told_what_to_do(place: Path) -> None:
    """A container may be run under any number: a name is found for it, or one sentence says what is missing."""
    ran = start({"HOME": str(owned(place, STRANGER))}, uid=STRANGER)
    probe = ["setpriv", f"--reuid={STRANGER}", "--clear-groups", "unshare", "--user", "--map-user=65534", "true"]
    wrapped = any(Path("/usr/lib").glob("**/libnss_wrapper.so*"))
    if wrapped or (shutil.which("unshare") and subprocess.run(probe, capture_output=True, check=False).returncode == 0):
        assert works(ran), ran
    else:
        assert ran.returncode == 1
        assert "DATABASE_URL" in ran.stderr
        assert "Traceback" not in ran.stderr
        assert ran.stderr.count("\n") <= 2


@needs_root
@needs_open_program
def test_a_data_directory_that_cannot_be_written_is_told(place: Path) -> None:
    """One sentence with the folder and what to do."""
    (place / "closed").mkdir(mode=0o555)
    ran = start({"HOME": str(place), "DATA_DIR": str(place / "closed" / "data")}, uid=STRANGER)
    assert ran.returncode == 1
    assert str(place / "closed") in ran.stderr
    assert "DATA_DIR" in ran.stderr
    assert "Traceback" not in ran.stderr


@needs_root
def test_a_home_keeps_its_own_mode(place: Path) -> None:
    """Root's home is closed to others, and stays so, with all above it."""
    home = place / "root"
    home.mkdir(mode=0o700)
    assert works(start({"HOME": str(home)}))
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE(place.stat().st_mode) == 0o755
    kept = [path for path in home.rglob("*") if "postgres" not in path.parts[-2:]]
    assert kept
    ours = [path for path in home.rglob("*") if path.is_file() and path.suffix == ".json"]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in ours)


@pytest.mark.parametrize("closed", [False, True])
def test_a_container_with_nobody_to_talk_to_says_so(place: Path, closed: bool) -> None:
    """No platform's token and no terminal: what to set, and exit code 2, before anything is made."""
    with open(os.devnull) as nothing:
        ran = subprocess.run(
            ["/bin/sh", "-c", f'exec "{BOT}" run{" <&-" if closed else ""}'],
            stdin=nothing,
            capture_output=True,
            text=True,
            env={"PATH": os.environ["PATH"], "DATA_DIR": str(place / "data"), "ENV_FILE": os.devnull},
            timeout=60,
            check=False,
        )
    assert ran.returncode == 2
    assert "SLACK_BOT_TOKEN" in ran.stderr
    assert "DISCORD_TOKEN" in ran.stderr
    assert not (place / "data").exists()


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_in_order(place: Path, stop: signal.Signals) -> None:
    """The terminal that closes, too: the embedded database is stopped with it."""
    with subprocess.Popen(
        [BOT, "run"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(place / "data"), "ENV_FILE": os.devnull},
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"add Buy milk\n")
        process.stdin.flush()
        while b"Buy milk" not in process.stdout.readline():
            pass
        process.send_signal(stop)
        _, told = process.communicate(timeout=60)
    assert b"Traceback" not in told
    assert not (place / "data" / "postgres" / "postmaster.pid").exists()

"""What a Postgres server leaves in the file system: its pid file, its socket, what stays when it was killed."""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

from core.server_user import HANDLES, ServerUser

SOCKET = ".s.PGSQL.5432"
_SOCKET_BYTES = 103
"""What `sun_path` takes beside its closing NUL: 103 on macOS and the BSDs, 107 on Linux. The least serves all."""
_ORPHANS_SECONDS = 5
_STEP = 0.02


@dataclass(frozen=True, slots=True)
class Running:
    """What `postmaster.pid` tells of a server (https://www.postgresql.org/docs/current/storage-file-layout.html)."""

    pid: int
    sockets: Path
    """The folder of its Unix socket."""
    ready: bool


def read_pid_file(data: Path) -> Running | None:
    """What the pid file tells, whoever wrote it; `None` where it tells nothing that makes sense."""
    try:
        lines = (data / "postmaster.pid").read_text(errors="replace").split("\n")
    except FileNotFoundError:
        return None
    if len(lines) < 5 or not lines[0].strip().isdigit():
        return None
    sockets = data if not lines[4] or lines[4].startswith(HANDLES) else Path(lines[4])
    return Running(int(lines[0]), sockets, ready=len(lines) > 7 and lines[7].strip() == "ready")


def running(data: Path) -> Running | None:
    """The server that the pid file names, if that is a living one."""
    server = read_pid_file(data)
    return server if server and alive(server.pid, data) else None


def socket_folder(data: Path, user: ServerUser) -> Path:
    """Where the socket lies, closed to others: in the data, or in a folder of its own where that has no address.

    The folder is a new one, under a name that nobody could have taken before.
    """
    if _can_be_addressed(data):
        return data
    runtime = os.environ.get("XDG_RUNTIME_DIR") if not user.other else None
    for base in (runtime, tempfile.gettempdir(), "/tmp"):
        if base and Path(base).is_dir() and os.access(base, os.W_OK) and _can_be_addressed(Path(base, "x" * 17)):
            folder = Path(tempfile.mkdtemp(prefix="task-bot-", dir=base))
            user.give(folder)
            return folder
    raise OSError(errno.ENAMETOOLONG, "no folder has a path that is short enough for a socket")


def bury(data: Path) -> None:
    """Remove the lock files of a server that was killed, once nothing of it is left.

    Postgres sees to that itself unless the number in them belongs to some process: a stranger, after a restart of
    the machine or container, or the dead server itself where nobody collects the dead.
    """
    if running(data):
        return
    deadline = time.monotonic() + _ORPHANS_SECONDS
    while _has_orphans(data) and time.monotonic() < deadline:
        time.sleep(_STEP)
    server = read_pid_file(data)
    if server and server.sockets != data and _is_own(server.sockets):
        shutil.rmtree(server.sockets, ignore_errors=True)
    for left in (f"{SOCKET}.lock", SOCKET, "postmaster.pid"):
        (data / left).unlink(missing_ok=True)


def alive(pid: int, data: Path) -> bool:
    """Whether a server of this very folder lives under that number; one that only waits to be buried is dead.

    After a restart of the machine the number may be anybody's, another Postgres included.
    """
    try:
        process = psutil.Process(pid)
        dead = process.status() == psutil.STATUS_ZOMBIE
        return not dead and process.name() == "postgres" and bool(process.cwd() == str(data))
    except (psutil.Error, OverflowError, ValueError):
        return False


def _has_orphans(data: Path) -> bool:
    """Whether processes of the server outlive it; they leave as soon as they notice."""
    return any(
        one["cwd"] == str(data) and one["name"] == "postgres" and one["status"] != psutil.STATUS_ZOMBIE
        for one in _processes()
    )


def _processes() -> Iterator[dict[str, Any]]:
    for process in psutil.process_iter(["name", "status", "cwd"]):
        yield process.info


def _can_be_addressed(folder: Path) -> bool:
    """Whether libpq, Postgres and SQLAlchemy all take the folder's socket by its path, separators and quotes apart."""
    try:
        path = str(folder / SOCKET).encode()
    except UnicodeEncodeError:
        return False
    return len(path) <= _SOCKET_BYTES and not re.search(r'[,:"+%\s]', str(folder))


def _is_own(folder: Path) -> bool:
    """Whether it is one of those that `socket_folder` makes, and not what a broken pid file happens to name."""
    return folder.name.startswith("task-bot-") and folder.is_dir() and not folder.is_symlink()

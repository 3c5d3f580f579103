"""Whom a Postgres of our own runs as: ourselves, and somebody else where we are root, whom it refuses."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAME = "pgserver"
"""Root's server runs as this user of the machine, which is made when missing."""

HANDLES = "/proc/self/fd/"
"""Where a process's open files have paths, on Linux."""

_COPIES = Path("/var/lib/task-bot")


class NoServerUserError(RuntimeError):
    """Root has nobody to run the server as, or the one there is can't reach it. The text is a sentence."""


@dataclass(frozen=True, slots=True)
class ServerUser:
    """A user id and a group id; `other` says that they are not this process's own."""

    uid: int
    gid: int
    other: bool

    def give(self, folder: Path) -> None:
        """Make the folder this user's, closed to everyone else but root."""
        if self.other:
            os.chown(folder, self.uid, self.gid)

    @contextmanager
    def handle(self, folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
        """A path by which this user reaches the folder, and `subprocess`'s options to run a program as this user.

        The folders above may be closed to others, as root's home is, and stay so: what is handed on is the open folder
        itself, whose path below /proc asks for no right on the way (proc_pid_fd(5)).
        """
        if not self.other:
            yield str(folder), {}
            return
        ids: dict[str, Any] = {"user": self.uid, "group": self.gid, "extra_groups": []}
        if sys.platform != "linux":
            yield str(folder), ids
            return
        opened = os.open(folder, os.O_PATH | os.O_DIRECTORY)
        try:
            yield f"{HANDLES}{opened}", ids | {"pass_fds": (opened,)}
        finally:
            os.close(opened)

    def programs(self, folder: Path) -> Path:
        """Where this user can run the programs of `folder`/bin: there, or in a copy where others can't pass through."""
        if not self.other or _open_to_all(folder / "bin" / "postgres"):
            return folder / "bin"
        copy = _COPIES / f"{folder.name}-{int((folder / 'bin' / 'postgres').stat().st_mtime)}"
        if not copy.exists():
            _copied(folder, copy)
        return copy / "bin"


def server_user(data: Path) -> ServerUser:
    """Whom the server of `data` runs as: for root the folder's owner, or a user of its own where there is none yet.

    Raises NoServerUserError: root without that user, and without a way to make one.
    """
    if os.geteuid() != 0:
        return ServerUser(os.geteuid(), os.getegid(), other=False)
    if data.exists() and data.stat().st_uid != 0:
        return ServerUser(data.stat().st_uid, data.stat().st_gid, other=True)
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        entry = _made()
    return ServerUser(entry.pw_uid, entry.pw_gid, other=True)


def has_name() -> bool:
    """Whether the machine knows the name of who runs this process, without which Postgres makes no cluster."""
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        return False
    return True


def _made() -> pwd.struct_passwd:
    try:
        words = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME]
        subprocess.run(words, check=True, capture_output=True)
        return pwd.getpwnam(NAME)
    except (OSError, subprocess.CalledProcessError, KeyError) as error:
        raise NoServerUserError(
            f"Postgres refuses to run as root, and I could not make the user {NAME} for it. "
            f"Please run me as another user, make that one (`useradd {NAME}`), or set DATABASE_URL to a Postgres."
        ) from error


def _open_to_all(program: Path) -> bool:
    passable = all(parent.stat().st_mode & 0o001 for parent in program.parents)
    return passable and program.stat().st_mode & 0o005 == 0o005


def _copied(folder: Path, copy: Path) -> None:
    """Whole or not at all; the copy belongs to root and may be read and run by all."""
    _COPIES.mkdir(parents=True, exist_ok=True)
    _COPIES.chmod(0o755)
    fresh = copy.with_name(f"{copy.name}.{os.getpid()}")
    shutil.copytree(folder, fresh, symlinks=True)
    for path in (fresh, *fresh.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    fresh.rename(copy)

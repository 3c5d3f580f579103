"""Whom a Postgres of our own runs as: ourselves, and somebody else where we are root, whom it refuses."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
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


_NOBODY = 65_534


@dataclass(frozen=True, slots=True)
class Wheel:
    """PostgreSQL as it is installed: programs, and folders beside them that they need, all below `site`."""

    site: Path
    programs: Path
    folders: tuple[Path, ...]
    name: str
    """With the version: two of the same name are the same."""


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

    def programs(self, wheel: Wheel, copies: Path = _COPIES) -> Path:
        """Where this user can run the wheel's programs: there, or in a copy where others can't pass through."""
        if not self.other or _open_to_all(wheel.programs / "postgres"):
            return wheel.programs
        copy = copies / wheel.name
        if not copy.exists():
            _copied(wheel, copy)
        return copy / wheel.programs.relative_to(wheel.site)

    @contextmanager
    def nameable(self) -> Iterator[tuple[list[str], dict[str, str]]]:
        """Words before a program and variables for it, with which it finds a name for this user, as `initdb` must.

        A container may be run under any number at all. libnss-wrapper answers for the machine where it is installed,
        as in the image; elsewhere the program may see itself as `nobody` in a user namespace, where those are allowed.
        With neither it is run as it is, and says itself what is missing.
        """
        if self.other or has_name():
            yield [], {}
        elif (library := _nss_wrapper()) is not None:
            with tempfile.TemporaryDirectory(prefix="task-bot-", dir=_temporary()) as folder:
                names = {"NSS_WRAPPER_PASSWD": f"{NAME}:x:{self.uid}:{self.gid}::/:/bin/false\n"}
                names["NSS_WRAPPER_GROUP"] = f"{NAME}:x:{self.gid}:\n"
                for variable, line in names.items():
                    Path(folder, variable).write_text(line)
                yield [], {"LD_PRELOAD": library} | {variable: f"{folder}/{variable}" for variable in names}
        elif shutil.which("unshare"):
            yield ["unshare", "--user", f"--map-user={_NOBODY}", "--"], {}
        else:
            yield [], {}


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


def _copied(wheel: Wheel, copy: Path) -> None:
    """Whole or not at all; the copy belongs to root and may be read and run by all."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.parent.chmod(0o755)
    fresh = copy.with_name(f"{copy.name}.{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    for folder in wheel.folders:
        shutil.copytree(folder, fresh / folder.relative_to(wheel.site), symlinks=True)
    for path in (fresh, *fresh.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    try:
        fresh.rename(copy)
    except OSError:
        if not copy.exists():
            raise
        shutil.rmtree(fresh)  # somebody else was faster


def _nss_wrapper() -> str | None:
    """The library's path, where it is installed (https://cwrap.org/nss_wrapper.html)."""
    found = sorted(path for base in ("/usr/lib", "/usr/lib64") for path in Path(base).glob("**/libnss_wrapper.so*"))
    return str(found[0]) if found else None


def _temporary() -> str | None:
    """A folder for what lives a second; `None` is the machine's own choice."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None

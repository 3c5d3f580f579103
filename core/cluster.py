"""One Postgres cluster of our own: made, started, joined, stopped, by the programs `initdb` and `postgres` alone."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO

import psycopg

from core.server_files import SOCKET, alive, bury, read_pid_file, running, socket_folder
from core.server_user import ServerUser

OWNER = "postgres"
"""The superuser's name inside the cluster."""

_INITDB_SECONDS = 120
_START_SECONDS = 60
_AGAIN_SECONDS = 5
_STOP_SECONDS = 20
_STEP = 0.02
_LOG_BYTES = 1_000_000
_SERVER = (
    # no address is listened on, and the socket is its owner's alone, wherever it has to lie
    *("-c", "listen_addresses=", "-c", "port=5432", "-c", "unix_socket_permissions=0700"),
    # an error's details and statements may hold what somebody wrote
    *("-c", "log_error_verbosity=terse", "-c", "log_min_error_statement=panic"),
)


class ClusterError(RuntimeError):
    """A program of Postgres failed; the text is what it said, for logs and not for people."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster in `data`, run by the programs in `programs` (a folder) as `user`. Its methods block."""

    data: Path
    programs: Path
    user: ServerUser

    def make(self) -> None:
        """Make the cluster unless it is there: whole or not at all. Raises ClusterError, OSError."""
        if (self.data / "PG_VERSION").exists():
            return
        fresh = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self.user.give(fresh)
        with self.user.handle(fresh) as (path, options), self.user.nameable() as (before, names):
            # the machine's locale may name one that isn't installed; the databases have their own
            words = ["-D", path, "-U", OWNER, "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-instructions"]
            done = subprocess.run(
                [*before, self.programs / "initdb", *words],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=_INITDB_SECONDS,
                **_surroundings(options, names),
            )
        if done.returncode:
            shutil.rmtree(fresh, ignore_errors=True)
            with self._log() as log:
                log.write(done.stderr)
            raise ClusterError(done.stderr.decode(errors="replace"))
        if self.data.exists():  # no cluster, and nothing of ours to throw away
            self.data.rename(self.data.with_name(f"{self.data.name}.old-{time.time_ns()}"))
        fresh.rename(self.data)

    def start(self) -> subprocess.Popen[bytes] | None:
        """Start the server and wait until it answers; `None` where one runs already. Raises ClusterError, OSError.

        Tries again for a while: of a server that was killed something may still be on its way out.
        """
        deadline = time.monotonic() + _AGAIN_SECONDS
        while True:
            try:
                return self._started()
            except ClusterError:
                if time.monotonic() > deadline:
                    raise
            time.sleep(_STEP)

    def _started(self) -> subprocess.Popen[bytes] | None:
        if self._answering():
            return None
        bury(self.data)
        if running(self.data):
            self._wait_for(None)
            return None
        sockets = socket_folder(self.data, self.user)
        with (
            self._log() as log,
            self.user.handle(self.data) as (path, options),
        ):
            where = path if sockets == self.data else str(sockets)
            process = subprocess.Popen(
                [self.programs / "postgres", "-D", path, "-k", where, *_SERVER],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a Ctrl-C or a terminal that closes is no business of the server's
                **_surroundings(options),
            )
        try:
            self._wait_for(process)
        except BaseException:
            if process.poll() is None:
                process.kill()
                process.wait()
            if sockets != self.data:
                shutil.rmtree(sockets, ignore_errors=True)
            raise
        return process

    def stop(self, process: subprocess.Popen[bytes] | None) -> None:
        """End the server, politely and then not; `process` is what `start` gave. Does nothing where none runs."""
        server = running(self.data)
        if server is None:
            return
        for farewell in (signal.SIGINT, signal.SIGQUIT):  # "fast" and "immediate" shutdown
            with contextlib.suppress(ProcessLookupError):
                os.kill(server.pid, farewell)
            if self._gone(server.pid, process):
                break
        if server.sockets != self.data:
            shutil.rmtree(server.sockets, ignore_errors=True)

    @property
    def log(self) -> Path:
        """What the programs say, beside the data."""
        return self.data.with_name(self.data.name + ".log")

    def _log(self) -> BinaryIO:
        """The log, begun anew once it is long."""
        long = self.log.exists() and self.log.stat().st_size > _LOG_BYTES
        return open(self.log, "wb" if long else "ab", opener=_private)

    def sockets(self) -> Path:
        """The folder of the running server's socket. Raises ClusterError where none runs."""
        server = read_pid_file(self.data)
        if server is None:
            raise ClusterError("no server runs")
        return server.sockets

    def _answering(self) -> bool:
        """Whether a server answers, be it one of another container that shares the folder."""
        server = read_pid_file(self.data)
        if server is None or not (server.sockets / SOCKET).exists():
            return False
        try:
            psycopg.connect(host=str(server.sockets), user=OWNER, dbname=OWNER, connect_timeout=5).close()
        except (psycopg.Error, UnicodeError):
            return False
        return True

    def _wait_for(self, process: subprocess.Popen[bytes] | None) -> None:
        """Wait until the server takes connections. Raises ClusterError when it ends or takes too long."""
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            server = running(self.data)
            if server and server.ready and (process is None or server.pid == process.pid):
                return
            if process is not None and process.poll() is not None:
                raise ClusterError(f"the server ended with {process.returncode}")
            if process is None and server is None:
                raise ClusterError("the server ended as it started")
            time.sleep(_STEP)
        raise ClusterError("the server takes too long to start")

    def _gone(self, pid: int, process: subprocess.Popen[bytes] | None) -> bool:
        deadline = time.monotonic() + _STOP_SECONDS
        while time.monotonic() < deadline:
            if process is not None and process.pid == pid:
                process.poll()  # collect it where it is a child of this process
            if not alive(pid, self.data):
                return True
            time.sleep(_STEP)
        return False


def _surroundings(options: Mapping[str, Any], names: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
    """What the programs may know of the world: neither its locale nor a `PGDATA` or a key of somebody's."""
    return {"cwd": "/", "env": {"LC_ALL": "C", "PATH": os.defpath, "TZ": "UTC", **names}, "umask": 0o077, **options}


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)

"""PgBouncer in transaction mode, as Neon's pooler is: what is sent together stays together, and nothing else has to."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import pwd
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from core import tasks
from core.database import Database
from core.tasks import NewTask
from core.users import Actor
from tests.fakes.far_database import far

PGBOUNCER = shutil.which("pgbouncer")
pytestmark = pytest.mark.skipif(PGBOUNCER is None, reason="there is no pgbouncer on this machine")

SETTINGS = """
[databases]
* = host=127.0.0.1 port={server} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
auth_type = any
pool_mode = transaction
default_pool_size = 2
max_client_conn = 100
unix_socket_dir =
"""


@pytest.fixture
async def pooled(database_url: str, server_dir: Path) -> AsyncIterator[Database]:
    """The database behind a pooler that has two sessions for everybody."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with far(database_url) as bridge:
        settings = _settings(server_dir, SETTINGS.format(server=make_url(bridge.url).port, port=port))
        assert PGBOUNCER
        # it refuses to be root's
        user = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
        process = await asyncio.create_subprocess_exec(PGBOUNCER, settings, user=user, stderr=asyncio.subprocess.PIPE)
        assert process.stderr
        async with asyncio.timeout(20):
            while b"process up" not in await process.stderr.readline():
                continue
        database = Database(f"postgresql://postgres@127.0.0.1:{port}/tasks", pool_size=10, direct_url=database_url)
        yield database
        await database.close()
        process.kill()
        await process.communicate()


def _settings(folder: Path, text: str) -> Path:
    path = folder / "pgbouncer.ini"
    path.write_text(text)
    folder.chmod(0o755)
    return path


async def test_many_work_at_once_through_two_sessions(
    pooled: Database, actor: Actor, other_actor: Actor, now: dt.datetime
) -> None:
    """Reads, operations of one and of two statements, and transactions; one that fails takes nobody along."""

    async def work(number: int) -> None:
        who = (actor, other_actor)[number % 2]
        added = await pooled.write(lambda session: tasks.add(session, who, [NewTask(f"Task {number}")], now=now))
        (task,) = added.tasks
        await pooled.write(lambda session: tasks.complete(session, who, [task.number], now=now))
        with contextlib.suppress(KeyError):
            async with pooled.transaction() as session:
                await tasks.delete(session, who, [task.number], now=now)
                raise KeyError("changed my mind")
        (found,) = await pooled.read(lambda session: tasks.get(session, who, [task.number], now=now))
        assert (found.title, found.done) == (f"Task {number}", True)

    await asyncio.gather(*(work(number) for number in range(40)))
    for who in (actor, other_actor):
        assert len(await pooled.read(lambda session, who=who: tasks.everything(session, who, now=now))) == 20  # type: ignore[misc]

"""`bot check` and `bot migrate` on a database that can't be used: which one, as whom, and why."""

from __future__ import annotations

import asyncio
import socket
from urllib.parse import quote

import pytest
from sqlalchemy.engine import make_url

from tests.bot.conftest import RunBot


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.mark.parametrize("command", ["check", "migrate"])
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"database": "nowhere"}, "there is no such database"),
        ({"username": "nobody_here"}, "there is no such role"),
        ({"host": "no.such.host.invalid", "query": {}}, "there is no such host"),
        ({"host": "127.0.0.1", "port": 0, "query": {}}, "nothing listens there"),
    ],
)
def test_what_is_wrong_is_named(
    run_bot: RunBot, database_url: str, command: str, change: dict[str, object], reason: str
) -> None:
    """Host, role, database and reason; the password never, and no traceback."""
    if change.get("port") == 0:
        change = change | {"port": _free_port()}
    url = make_url(database_url).set(password="sesame", **change)  # type: ignore[arg-type]
    ran = run_bot(command, DATABASE_URL=url.render_as_string(hide_password=False))
    told = " ".join((ran.stdout + ran.stderr).split())
    assert ran.returncode == 1
    assert reason in told
    assert str(url.username) in told
    assert str(url.database) in told
    assert "sesame" not in told
    assert "Traceback" not in told


async def test_what_is_no_postgres_is_told(run_bot: RunBot) -> None:
    """Something else answers on that port, or nothing ever does."""

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    password = quote("p@ss/word", safe="")
    ran = await asyncio.to_thread(
        run_bot, "migrate", DATABASE_URL=f"postgresql://ana:{password}@127.0.0.1:{port}/tasks?sslmode=disable"
    )
    server.close()
    assert ran.returncode == 1
    assert f"127.0.0.1:{port} as ana" in ran.stderr
    assert "no Postgres" in ran.stderr
    assert "p@ss" not in ran.stderr

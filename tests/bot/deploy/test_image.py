"""The image: small, nobody's, read-only, one Postgres and nothing that builds; laid out and run without an engine."""

from __future__ import annotations

import asyncio
import signal
import socket
import stat
import subprocess
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from tests.bot.deploy.image import Image, needs_root
from tests.fakes.slack import SlackServer

pytestmark = needs_root
MEGABYTES = 250


def test_it_is_small(image: Image) -> None:
    """At most 250 MB, as engines count a layer: an archive's header and whole blocks of 512 bytes for each file."""
    sizes = [path.lstat().st_size if path.is_file() and not path.is_symlink() else 0 for path in image.tree.rglob("*")]
    megabytes = sum(512 + -(-size // 512) * 512 for size in sizes) / 1e6
    print(f"the image: {megabytes:.1f} MB")
    assert megabytes <= MEGABYTES


def test_it_holds_one_postgres_and_nothing_that_builds(image: Image) -> None:
    """No second server, no package manager, no compiler, no pip: what isn't there can't be turned against it."""
    names = [path.name for path in image.files()]
    assert names.count("postgres") == 1
    assert not {"pip", "hatchling", "apt", "dpkg", "gcc", "ld", "strip", "curl", "perl"} & set(names)
    folders = {path.name for path in image.tree.rglob("site-packages/*")}
    assert not folders & {"pip", "setuptools", "hatchling", "editables", "pytest", "mypy"}
    assert {"bot", "adapters", "core"} <= folders


def test_nothing_in_it_gives_rights_away(image: Image) -> None:
    """No program runs as somebody else, and only the places for data may be written."""
    modes = {path.relative_to(image.tree): path.stat().st_mode for path in image.tree.rglob("*") if path.exists()}
    assert not [path for path, mode in modes.items() if mode & (stat.S_ISUID | stat.S_ISGID)]
    assert {str(path) for path, mode in modes.items() if mode & stat.S_IWOTH} == {"tmp", "data"}


def test_it_says_what_it_holds_of_debian(image: Image) -> None:
    """Where scanners look, as there is no package manager to ask; and under which licences."""
    status = (image.tree / "var/lib/dpkg/status").read_text()
    assert "Package: libc6\n" in status
    assert "Package: libssl3" in status
    assert (image.tree / "usr/share/doc/libc6/copyright").exists()


@pytest.mark.parametrize("user", [65_534, 4_711])
def test_a_first_talk_works_as_nobody_on_a_read_only_root(image: Image, secrets: Path, user: int) -> None:
    """The embedded Postgres is made and answers in the volume, also for a number that nobody has a name for."""
    ran = image.run("bot", "run", secrets=secrets, user=user, lines="add Buy milk\nlist\n")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("Buy milk") == 2


def test_nothing_but_the_volume_can_be_written(image: Image, secrets: Path) -> None:
    """Not even by root, as which nobody should run it."""
    writes = "import pathlib; pathlib.Path('/usr/x').touch()"
    command, environment = image.command("python", "-c", writes, secrets=secrets, user=0)
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert "Read-only file system" in ran.stderr


async def test_it_is_healthy_once_connected_and_ends_in_order(image: Image, secrets: Path) -> None:
    """Tokens come from files; the health check asks the bot, and says so when there is nobody; SIGTERM ends with 0."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = str(unused.getsockname()[1])
    async with SlackServer() as slack:
        (secrets / "slack_bot_token").write_text(slack.bot_token + "\n")
        (secrets / "slack_app_token").write_text(slack.app_token + "\n")
        (secrets / "openai_api_key").touch()
        words = image.dockerfile.command("CMD")
        command, environment = image.command(
            *words, secrets=secrets, variables={"PORT": port, "SLACK_API_URL": slack.api_url}
        )
        health, asking = image.command(
            *image.dockerfile.command("HEALTHCHECK"), secrets=secrets, variables={"PORT": port}
        )
        bot = await asyncio.create_subprocess_exec(*command, env=environment, stdout=PIPE, stderr=PIPE)
        try:
            await slack.until(lambda: slack.envelopes.connections, 60.0)
            probe = await asyncio.create_subprocess_exec(*health, env=asking, stdout=PIPE)
            told, _ = await probe.communicate()
            assert (probe.returncode, told) == (0, b'{"slack": "ok"}\n')
        finally:
            bot.send_signal(signal.SIGTERM)
            _, logs = await bot.communicate()
        assert bot.returncode == 0, logs
        assert slack.bot_token.encode() not in logs
        probe = await asyncio.create_subprocess_exec(*health, env=asking, stdout=PIPE)
        told, _ = await probe.communicate()
        assert probe.returncode == 1
        assert b"Nothing answers" in told

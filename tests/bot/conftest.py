"""Running the bot as people do: as a process, with its own environment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

BOT = Path(sys.executable).with_name("bot")
Ran = subprocess.CompletedProcess[str]
RunBot = Callable[..., Ran]


@pytest.fixture
def bare_environment(tmp_path: Path) -> dict[str, str]:
    """No key, no platform, a home of its own."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
    own = {"HOME": str(tmp_path), "DATA_DIR": str(tmp_path / "data"), "DEFAULT_TIMEZONE": "Europe/Berlin"}
    return kept | own | {"ENV_FILE": os.devnull}  # the checkout's own .env may name real platforms


@pytest.fixture
def run_bot(bare_environment: dict[str, str], tmp_path: Path) -> RunBot:
    """Run `bot …` to its end, with lines on standard input."""

    def run(*arguments: str, lines: str | bytes = "", **environment: str) -> Ran:
        data = lines.encode() if isinstance(lines, str) else lines
        ran = subprocess.run(
            [BOT, *arguments],
            input=data,
            capture_output=True,
            cwd=tmp_path,
            env=bare_environment | environment,
            timeout=60,
            check=False,
        )
        return subprocess.CompletedProcess(ran.args, ran.returncode, ran.stdout.decode(), ran.stderr.decode())

    return run


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that everybody may pass through, with a short path."""
    folder = Path(tempfile.mkdtemp(prefix="bot-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)

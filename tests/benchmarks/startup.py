"""Seconds and memory of commands, from their start to their end."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.servers import ROOT
from tests.benchmarks.table import Figure

TIMES = 3
LIMIT_SECONDS = 60

COMMANDS = (
    ("bot --help", ["--help"], ""),
    ('bot parse "x"', ["parse", "x"], ""),
    ("list | bot run", ["run"], "list\n"),
)


def measure() -> list[Figure]:
    """Medians; the embedded database's files exist, its server is started and stopped by the command itself."""
    figures = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        home = Path(folder)
        _run(home, ["run"], "add Buy milk\n")
        for name, words, lines in COMMANDS:
            ran = [_run(home, words, lines) for _ in range(TIMES)]
            seconds = statistics.median(one["seconds"] for one in ran)
            megabytes = statistics.median(one["kilobytes"] for one in ran) / 1024
            cpu = statistics.median(one["cpu"] for one in ran)
            note = f"median of {TIMES}; {cpu:.2f} s of processor time"
            figures.append(Figure("Start-up", f"{name}: time", seconds, "s", note=note, detail={"runs": ran}))
            figures.append(Figure("Start-up", f"{name}: peak memory", megabytes, "MB"))
    return figures


def _run(home: Path, words: list[str], lines: str) -> dict[str, float]:
    """Run `bot …` with nothing configured. Raises RuntimeError when it fails."""
    stdin = home / "lines"
    stdin.write_text(lines)
    bot = Path(sys.executable).with_name("bot")
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
    environment = kept | {
        "HOME": str(home),
        "DATA_DIR": str(home / "data"),
        "PYTHONPATH": str(ROOT),
        "ENV_FILE": os.devnull,
    }
    command = [sys.executable, "-m", "tests.benchmarks.child", str(stdin), str(bot), *words]
    ran = subprocess.run(
        command, cwd=home, env=environment, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False
    )
    if ran.returncode:
        raise RuntimeError(f"bot {' '.join(words)} failed: {ran.stderr}")
    measured: dict[str, float] = json.loads(ran.stdout)
    return measured

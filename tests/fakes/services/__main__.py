"""`python -m tests.fakes.services FILE WAY`: a calendar over stdio, which keeps its events in the file."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tests.fakes.services.calendar import calendar


def main(path: str, way: str) -> None:
    """Serve until the input ends."""
    file = Path(path)

    def add(line: str) -> None:
        with file.open("a", encoding="utf-8") as kept:
            kept.write(f"{line}\n")

    if way == "chatty":
        print("Starting up, nothing to worry about", flush=True)
    if way == "endless":
        while True:
            sys.stdout.write("x" * 65_536)
    if way == "frozen":
        while True:
            time.sleep(60)
    calendar(add).run()


main(*sys.argv[1:3])

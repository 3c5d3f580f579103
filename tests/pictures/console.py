"""Draws the README's picture from a real session: the real console, assistant and database, and a clock that stands."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import re
import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console as Terminal
from rich.terminal_theme import MONOKAI
from rich.text import Text

from adapters.console import Console, ConsoleSettings
from core.database import Database
from core.embedded import start_embedded, stop_embedded
from core.migrations import migrate
from core.service import Service

PICTURE = Path(__file__).parents[2] / ".github" / "session.svg"
ZONE = "Europe/Berlin"
NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo(ZONE))
LINES = (
    "Pay rent every 1st at 9am p1 #home",
    "remind me to send Ana the contract on Friday at 9",
    "add Dentist tomorrow 2:30pm",
    "move the dentist to thursday",
    "what's due this week?",
    "I finished the rent one",
    "undo",
)


async def draw(data_dir: Path) -> None:
    """Hold the session and write the picture."""
    url = start_embedded(data_dir)
    await migrate(url)
    database = Database(url)
    terminal = Terminal(record=True, width=96, file=io.StringIO(), force_terminal=True, force_interactive=False)
    settings = ConsoleSettings(data_dir, timezone=ZONE, locale="en-GB")
    for line in LINES:
        # each line goes through a console of its own, so that what was typed stands before its answer
        console = Console(settings, source=io.StringIO(line + "\n"), terminal=terminal)
        core = Service(database, {console.name: console}, None, default_zone=ZONE, clock=lambda: NOW)
        terminal.print(Text.assemble(("> ", "bold green"), line))
        await console.listen(core)
    await database.close()
    PICTURE.parent.mkdir(exist_ok=True)
    svg = terminal.export_svg(title="Task bot", theme=MONOKAI, unique_id="session")
    # a picture that asks nobody for a font
    PICTURE.write_text(re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL), encoding="utf-8")


def main() -> None:
    """Use a database that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            asyncio.run(draw(Path(folder)))
        finally:
            stop_embedded(Path(folder))
    print(f"Wrote {PICTURE.relative_to(Path.cwd())}")


if __name__ == "__main__":
    main()

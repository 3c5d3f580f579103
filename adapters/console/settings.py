"""What the console needs to know."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PLATFORM = "console"


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """Where the console keeps its reference and its history, and who sits at it."""

    data_dir: Path
    timezone: str
    """IANA; the machine's, which is the person's here."""
    user: str = "me"
    locale: str | None = None
    """BCP 47, e.g. `en-GB`."""
    banner: tuple[str, ...] = ()
    """Markdown lines shown first: which assistant, which database, what one can type."""


def environment_locale() -> str | None:
    """The locale that dates are written in, as POSIX has it: LC_ALL, LC_TIME, LANG; `None` for C and POSIX."""
    said = next((os.environ[name] for name in ("LC_ALL", "LC_TIME", "LANG") if os.environ.get(name)), "")
    name = said.partition(".")[0].partition("@")[0]
    return None if name in ("", "C", "POSIX") else name.replace("_", "-")

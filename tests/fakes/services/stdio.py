"""An MCP server as a program of its own: what it keeps is a file, which outlives it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from core.agent.servers.config import ServerConfig

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class StdioService:
    """The program's entry in the settings, and its file."""

    file: Path
    label: str = "calendar"
    way: str = "well"
    """Or `chatty` (prints what is no JSON), `endless` (one line without an end), `frozen` (says nothing)."""

    @property
    def config(self) -> ServerConfig:
        """As MCP_SERVERS names it."""
        return ServerConfig(
            self.label,
            command=sys.executable,
            args=("-m", "tests.fakes.services", str(self.file), self.way),
            env={"PYTHONPATH": str(ROOT)},
        )

    @property
    def events(self) -> list[str]:
        """What it was told to keep."""
        return self.file.read_text(encoding="utf-8").splitlines() if self.file.exists() else []

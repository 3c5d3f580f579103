"""Imports point one way; the rules stand in pyproject.toml."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_import_rules_hold() -> None:
    """Adapters know the seam only, the core no platform, quick add and the grammar no model."""
    linter = Path(sys.executable).with_name("lint-imports")
    checked = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def _imported_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print('\\n'.join(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(ran.stdout.split())


def test_quick_add_needs_neither_the_agents_sdk_nor_the_database() -> None:
    """`bot parse` starts at once: it loads no SDK, no SQLAlchemy and no psycopg."""
    loaded = _imported_by("import bot.parse, core.quickadd")
    assert not loaded & {"agents", "openai", "sqlalchemy", "psycopg"}


def test_nothing_of_mcp_is_loaded_without_services() -> None:
    """Settings are read, and turns are run without a model, without it. (The Agents SDK loads it by itself.)"""
    loaded = _imported_by(
        "import bot.cli, bot.app, bot.check, bot.settings, core.service, core.agent.servers.approvals"
    )
    assert not loaded & {"mcp", "agents"}


def test_the_command_line_loads_the_agents_sdk_only_where_it_runs_one() -> None:
    """`bot --help`, `bot parse` and `bot migrate` do without the two seconds the SDK takes."""
    loaded = _imported_by("import bot.cli, bot.app")
    assert not loaded & {"agents", "openai"}

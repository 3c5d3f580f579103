"""`uvx task-bot` and `pipx install task-bot`: the wheel is whole, and says truly what it is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from email.message import Message
from email.parser import BytesParser
from pathlib import Path

import pytest
from packaging.metadata import Metadata
from trove_classifiers import classifiers, deprecated_classifiers

from bot import __version__

ROOT = Path(__file__).parents[3]
UV = Path(sys.executable).with_name("uv")
LOCKED = ["--constraints", str(ROOT / "requirements.lock")]
"""A test of this wheel, and of nobody's newer one."""
REPOSITORY = "https://forge.example/people/task-bot"
Ran = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source distribution as a forge's job does it."""
    made = tmp_path_factory.mktemp("dist")
    forge = {"GITHUB_SERVER_URL": "https://forge.example", "GITHUB_REPOSITORY": "people/task-bot"}
    subprocess.run(
        [UV, "build", "--quiet", "--no-build-isolation", "--python", sys.executable, "--out-dir", made, ROOT],
        check=True,
        env=os.environ | forge,
    )
    (path,) = made.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    """What the wheel says of itself."""
    return BytesParser().parsebytes(_metadata(wheel))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Ran]:
    """Runs a program of the wheel, installed as `uv tool install` and pipx do it, far from the checkout."""
    place = tmp_path_factory.mktemp("machine")
    tools = {"UV_TOOL_DIR": str(place / "tools"), "UV_TOOL_BIN_DIR": str(place / "bin")}
    subprocess.run(
        [UV, "tool", "install", "--quiet", "--python", sys.executable, *LOCKED, wheel],
        check=True,
        env=os.environ | tools,
        cwd=place,
    )

    def run(program: str, *arguments: str, lines: str = "") -> Ran:
        return subprocess.run(
            [place / "bin" / program, *arguments],
            input=lines,
            capture_output=True,
            text=True,
            check=False,
            cwd=place,
            env={"PATH": os.defpath, "HOME": str(place), "LC_ALL": "C.UTF-8"},
        )

    return run


def _metadata(wheel: Path) -> bytes:
    with zipfile.ZipFile(wheel) as opened:
        return opened.read(f"task_bot-{__version__}.dist-info/METADATA")


def test_the_wheel_holds_every_file_of_the_three_packages(wheel: Path) -> None:
    """Migrations, instructions, manifests, templates and the marks that say “typed”; and nothing of the tests."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "bot", "adapters", "core"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    with zipfile.ZipFile(wheel) as opened:
        held = {name for name in opened.namelist() if ".dist-info/" not in name}
    assert held == set(listed)
    assert {f"{package}/py.typed" for package in ("bot", "adapters", "core")} <= held


def test_the_metadata_is_valid(wheel: Path, metadata: Message) -> None:
    """By the packaging specifications, with classifiers that exist, one for each Python that is tested."""
    parsed = Metadata.from_email(_metadata(wheel), validate=True)
    assert str(parsed.version) == __version__
    assert parsed.license_expression == "MIT"
    named = set(metadata.get_all("Classifier", []))
    assert named <= classifiers - deprecated_classifiers.keys()
    assert {f"Programming Language :: Python :: 3.{minor}" for minor in range(11, 15)} <= named


def test_the_version_stands_in_one_place() -> None:
    """In `bot/__init__.py`, which the metadata is built from."""
    tracked = subprocess.run(
        ["git", "grep", "--fixed-strings", "--files-with-matches", f'"{__version__}"'],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    assert tracked.stdout.split() == ["bot/__init__.py"]


def test_links_are_of_the_repository_that_builds(metadata: Message) -> None:
    """The source, the issues, the changes; and no link of the description leads nowhere on an index's page."""
    links = dict(link.split(", ") for link in metadata.get_all("Project-URL", []))
    assert links["Source"] == REPOSITORY
    assert links.keys() >= {"Issues", "Changelog", "Deploying"}
    description = metadata.get_payload()
    assert isinstance(description, str)
    assert f"![A session in the terminal]({REPOSITORY}/raw/v{__version__}/.github/session.svg)" in description
    assert f"[.env.example]({REPOSITORY}/blob/v{__version__}/.env.example)" in description
    assert not re.findall(r"\]\((?!https?://|#)[^)]*\)", description)


def test_the_console_scripts_run_in_a_fresh_environment(installed: Callable[..., Ran]) -> None:
    """`task-bot`, which `uvx task-bot` looks for, and `bot`, which the documentation says."""
    for program in ("task-bot", "bot"):
        assert installed(program, "--version").stdout == f"task-bot {__version__}\n"
    told = installed("bot", "parse", "Pay rent every 1st at 9am p1 #home")
    assert told.returncode == 0, told.stderr
    assert "FREQ=MONTHLY" in told.stdout


def test_a_first_talk_works_in_a_fresh_environment(installed: Callable[..., Ran]) -> None:
    """With nothing but the wheel: its own Postgres is made and migrated, and a task comes back."""
    empty = installed("task-bot", "run", lines="list\n")
    assert empty.returncode == 0, empty.stderr
    assert "embedded" in empty.stdout
    ran = installed("bot", lines="add Buy milk tomorrow\nlist\n")
    assert ran.stdout.count("Buy milk") == 2


def test_uvx_runs_it(wheel: Path) -> None:
    """The program that uvx finds by the distribution's name."""
    ran = subprocess.run(
        [UV, "tool", "run", "--python", sys.executable, *LOCKED, "--from", wheel, "task-bot", "--version"],
        capture_output=True,
        text=True,
        check=False,
        cwd=wheel.parent,
    )
    assert ran.stdout == f"task-bot {__version__}\n", ran.stderr

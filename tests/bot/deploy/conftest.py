"""The image, built once, and what is mounted into it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.deploy.image import Image


@pytest.fixture(scope="session")
def image() -> Iterator[Image]:
    """As the Dockerfile builds it; not below pytest's folder, which is closed to others."""
    with tempfile.TemporaryDirectory(prefix="bot-image-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Image.build(Path(folder, "tree"))


@pytest.fixture
def secrets(place: Path) -> Path:
    """A folder of secrets as an engine mounts it: everybody in the container may read it."""
    folder = place / "secrets"
    folder.mkdir()
    return folder

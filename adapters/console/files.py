"""Files for the person at the terminal, kept in the data directory and never written over."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import structlog

from core.chat import File

log = structlog.get_logger()

FOLDER = "exports"
HISTORY = "history"


def erase(data_dir: Path) -> bool:
    """Delete the history of what was typed, and all files that `save` has made; tells whether they are gone."""
    try:
        (data_dir / HISTORY).unlink(missing_ok=True)
        if (data_dir / FOLDER).exists():
            shutil.rmtree(data_dir / FOLDER)
    except OSError as error:
        log.warning("console.files_left", error=type(error).__name__)
        return False
    return True


def save(file: File, data_dir: Path) -> Path | None:
    """Write the file and return where; a name that is taken gets a number. `None` when the disk refuses."""
    name = Path(Path(file.name).name or "file")
    for number in itertools.count(1):
        path = data_dir / FOLDER / (name.name if number == 1 else f"{name.stem}-{number}{name.suffix}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as kept:
                shutil.copyfileobj(file.body, kept)
        except FileExistsError:
            continue
        except OSError as error:
            log.warning("console.file_not_kept", error=type(error).__name__)
            return None
        return path
    return None

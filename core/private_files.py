"""Files and folders that are their owner's alone: 0600 and 0700."""

from __future__ import annotations

import os
from pathlib import Path

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600


def private_folder(folder: Path) -> None:
    """Make the folder, and those above it that are missing, for this user alone; what is there stays as it is.

    Raises OSError as `mkdir` does.
    """
    if folder.is_dir():
        return
    if not folder.parent.exists():
        private_folder(folder.parent)
    folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)


def keep_private(data_dir: Path, *names: str) -> None:
    """From here on what this process makes is its user's alone; so are `names` in `data_dir`, whoever made them.

    The mode of `data_dir` itself is changed where nothing but `names` is in it: it may be somebody's home. What can't
    be changed or read, because it belongs to another user, is left: whoever needs it will say so.
    """
    os.umask(0o077)
    try:
        with os.scandir(data_dir) as listing:
            entries = {entry.name: entry for entry in listing}
    except OSError:
        return
    for name, entry in entries.items():
        if name in names and not entry.is_symlink():
            _closed(Path(entry.path), PRIVATE_FOLDER if entry.is_dir() else PRIVATE_FILE)
    if entries and not entries.keys() - set(names):
        _closed(data_dir, PRIVATE_FOLDER)


def _closed(path: Path, mode: int) -> None:
    status = path.stat()
    if status.st_uid == os.geteuid() and status.st_mode & 0o077:
        path.chmod(mode)

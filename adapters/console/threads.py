"""The console's stamp: the conversation's id in a file of the data directory, as there is no message to keep it on."""

from __future__ import annotations

import json
import os
from pathlib import Path

import structlog

from core.chat import Recall, Stamp

log = structlog.get_logger()


class Reference:
    """One id and no text, in `console.json`; without the file there is no conversation."""

    def __init__(self, data_dir: Path) -> None:
        self._file = data_dir / "console.json"
        self._kept: str | None = None

    def recall(self) -> Recall:
        """What was kept; a file that is missing or not ours counts as nothing kept."""
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return Recall()
        except (OSError, ValueError) as error:
            log.warning("console.reference_unreadable", error=type(error).__name__)
            return Recall()
        conversation = kept.get("conversation") if isinstance(kept, dict) else None
        return Recall(conversation=conversation if isinstance(conversation, str) else None)

    def keep(self, stamp: Stamp) -> None:
        """Keep or drop the conversation's id. A disk that refuses costs the memory of a restart, not the talk."""
        if stamp.conversation and stamp.conversation == self._kept and self._file.exists():
            return
        try:
            if stamp.conversation is None:
                self._file.unlink(missing_ok=True)
            else:
                self._write(json.dumps({"conversation": stamp.conversation}))
        except OSError as error:
            log.warning("console.reference_not_kept", error=type(error).__name__)
            return
        self._kept = stamp.conversation

    def _write(self, text: str) -> None:
        """Whole or not at all: a crash in between leaves the old file."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_suffix(".new")
        fresh.write_text(text, encoding="utf-8")
        os.replace(fresh, self._file)

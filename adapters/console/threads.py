"""The console's stamp, in a file of the data directory, as there is no message to keep it on."""

from __future__ import annotations

import json
import os
from pathlib import Path

import structlog

from core.chat import Notes, Recall, Stamp

log = structlog.get_logger()


class Reference:
    """Ids and no text, in `console.json`; without the file there is no conversation."""

    def __init__(self, data_dir: Path) -> None:
        self._file = data_dir / "console.json"
        self._kept: Recall | None = None

    def recall(self) -> Recall:
        """What was kept; a file that is missing or not ours counts as nothing kept."""
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return Recall()
        except (OSError, ValueError) as error:
            log.warning("console.reference_unreadable", error=type(error).__name__)
            return Recall()
        told = kept if isinstance(kept, dict) else {}
        conversation, about, asks = (told.get(name) for name in ("conversation", "about", "asks"))
        return Recall(
            conversation=conversation if isinstance(conversation, str) else None,
            about=tuple(number for number in about if isinstance(number, int)) if isinstance(about, list) else (),
            asks=asks if isinstance(asks, str) else "",
        )

    def keep(self, stamp: Stamp) -> None:
        """Keep or drop what a stamp says. A disk that refuses costs the memory of a restart, not the talk."""
        notes = Notes(conversation=self.recall().conversation)
        notes.take(stamp)
        wanted = Recall(notes.conversation, about=notes.about, asks=notes.asks)
        if wanted == self._kept and self._file.exists():
            return
        try:
            if wanted == Recall():
                self._file.unlink(missing_ok=True)
            else:
                kept = {"conversation": wanted.conversation, "about": wanted.about, "asks": wanted.asks}
                self._write(json.dumps({name: value for name, value in kept.items() if value}))
        except OSError as error:
            log.warning("console.reference_not_kept", error=type(error).__name__)
            return
        self._kept = wanted

    def _write(self, text: str) -> None:
        """Whole or not at all: a crash in between leaves the old file."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_suffix(".new")
        fresh.write_text(text, encoding="utf-8")
        os.replace(fresh, self._file)

"""The console's stamp, in a file of the data directory, as there is no message to keep it on."""

from __future__ import annotations

import json
import os
from pathlib import Path

import structlog

from core.chat import Notes, Past, Recall, Stamp, StampKind

log = structlog.get_logger()

_MOST_ENDED = 20


class Reference:
    """Ids and no text, in `console.json`; without the file there is no conversation."""

    def __init__(self, data_dir: Path) -> None:
        self._file = data_dir / "console.json"
        self._kept: dict[str, object] | None = None

    def recall(self) -> Recall:
        """What was kept; a file that is missing or not ours counts as nothing kept."""
        told = self._read()
        conversation, about, asks = (told.get(name) for name in ("conversation", "about", "asks"))
        return Recall(
            conversation=conversation if isinstance(conversation, str) else None,
            about=tuple(number for number in about if isinstance(number, int)) if isinstance(about, list) else (),
            asks=asks if isinstance(asks, str) else "",
        )

    def past(self, person: str) -> Past:
        """All conversations that may still be there; nobody else has ever written here."""
        ended, current = self._ended(), self.recall().conversation
        named = (*ended, *([current] if current and current not in ended else []))
        return Past(named, authors={"": person})

    def keep(self, stamp: Stamp) -> None:
        """Keep or drop what a stamp says. A disk that refuses costs the memory of a restart, not the talk."""
        before = self.recall().conversation
        notes = Notes(conversation=before)
        notes.take(stamp)
        ended = () if stamp.kind is StampKind.FORGOTTEN else self._ended()
        if before and before != notes.conversation and stamp.kind is not StampKind.FORGOTTEN:
            ended = (*ended, before)[-_MOST_ENDED:]
        told = {"conversation": notes.conversation, "about": notes.about, "asks": notes.asks, "ended": ended}
        wanted: dict[str, object] = {name: value for name, value in told.items() if value}
        if wanted == self._kept and self._file.exists():
            return
        try:
            if wanted:
                self._write(json.dumps(wanted))
            else:
                self._file.unlink(missing_ok=True)
        except OSError as error:
            log.warning("console.reference_not_kept", error=type(error).__name__)
            return
        self._kept = wanted

    def _read(self) -> dict[str, object]:
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            log.warning("console.reference_unreadable", error=type(error).__name__)
            return {}
        return kept if isinstance(kept, dict) else {}

    def _ended(self) -> tuple[str, ...]:
        """Conversations that are over, and that may not all be deleted."""
        ended = self._read().get("ended")
        return tuple(one for one in ended if isinstance(one, str)) if isinstance(ended, list) else ()

    def _write(self, text: str) -> None:
        """Whole or not at all: a crash in between leaves the old file."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_suffix(".new")
        fresh.write_text(text, encoding="utf-8")
        os.replace(fresh, self._file)

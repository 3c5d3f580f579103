"""Files that people are given."""

from __future__ import annotations

from dataclasses import dataclass
from io import SEEK_END, BufferedIOBase, BytesIO
from typing import Self


@dataclass(frozen=True, slots=True)
class File:
    """A file for the person alone. It may be larger than what fits into memory."""

    name: str
    media_type: str
    body: BufferedIOBase
    """What is in it, from its beginning on; whoever sends it may close it."""

    @classmethod
    def of(cls, name: str, media_type: str, content: bytes) -> Self:
        """A small one."""
        return cls(name, media_type, BytesIO(content))

    @property
    def size(self) -> int:
        """How many bytes it has."""
        size = self.body.seek(0, SEEK_END)
        self.body.seek(0)
        return size

    @property
    def content(self) -> bytes:
        """All of it."""
        self.body.seek(0)
        return self.body.read()

"""Files that people are given."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class File:
    """A file for the person alone."""

    name: str
    media_type: str
    content: bytes

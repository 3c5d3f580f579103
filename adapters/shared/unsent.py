"""What of a reply has come and is not shown yet."""

from __future__ import annotations

from collections import deque

from adapters.shared.segments import Segment, Segments
from core.chat import File

MOST_MESSAGES = 10
"""Messages that the words of one reply take; nobody reads more, and others have to scroll past them."""
_REST = "_That is long: the rest comes as a file in our direct messages._"


class Unsent:
    """The words of a growing reply, cut where a message is full."""

    def __init__(self, segments: Segments) -> None:
        self._segments = segments
        self._waiting: deque[Segment] = deque()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    @property
    def fills(self) -> bool:
        """Whether a message is full, so that it can be ended."""
        return any(segment.full for segment in self._waiting)

    @property
    def goes_on(self) -> bool:
        """Whether something follows a full message."""
        return any(segment.full for segment in list(self._waiting)[:-1])

    def take(self, markdown: str) -> None:
        """Add what has come."""
        self._waiting += self._segments.take(markdown)

    def end(self) -> File | None:
        """Nothing more comes: what could not be judged before is complete now.

        Returns what was too much to be said, as a file, once that is told.
        """
        self._waiting += self._segments.end()
        if not (rest := self._segments.rest):
            return None
        self._waiting.append(Segment(_REST))
        return File.of("answer.md", "text/markdown", rest.encode())

    def next(self) -> Segment:
        """Take what is to be sent next: at most up to the end of a full message."""
        words, full = "", False
        while self._waiting and not full:
            segment = self._waiting.popleft()
            words, full = words + segment.text, segment.full
        return Segment(words, full)

    def put_back(self, segment: Segment) -> None:
        """It has to wait."""
        self._waiting.appendleft(segment)

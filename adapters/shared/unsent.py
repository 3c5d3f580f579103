"""What of a reply has come and is not shown yet."""

from __future__ import annotations

from collections import deque

from adapters.shared.segments import Segment, Segments


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

    def end(self) -> None:
        """Nothing more comes: what could not be judged before is complete now."""
        self._waiting += self._segments.end()

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

"""In which workspaces a platform can speak at present."""

from __future__ import annotations

from collections.abc import Callable, Iterable


class Reach:
    """The workspaces that a platform is installed in, by the ids of `Author.workspace`; all there are without any.

    Nothing is looked for on behalf of the others: what is due there waits until they are back.
    """

    def __init__(self, workspaces: Iterable[str] | None = None) -> None:
        self._workspaces = None if workspaces is None else frozenset(workspaces)
        self._watchers: list[Callable[[], None]] = []

    @property
    def workspaces(self) -> frozenset[str] | None:
        """Their ids; None where the platform makes no difference."""
        return self._workspaces

    def set(self, workspaces: Iterable[str]) -> None:
        """These, and no others, from now on; whoever watches is told where that is news."""
        now = frozenset(workspaces)
        if now == self._workspaces:
            return
        self._workspaces = now
        for watcher in self._watchers:
            watcher()

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call it after each change."""
        self._watchers.append(watcher)

"""Errors of the core's as the seam has them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from core.chat import RefusedError
from core.errors import TaskBotError


@contextmanager
def refusing() -> Iterator[None]:
    """An error of the core's as the one that an adapter knows."""
    try:
        yield
    except TaskBotError as error:
        raise RefusedError(str(error)) from error

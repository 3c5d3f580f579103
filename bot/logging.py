"""Logs on standard error: lines for people or JSON for machines; event names are constants, the rest is fields."""

from __future__ import annotations

import logging
import sys

import structlog

from bot.settings import LogFormat, LogLevel


def configure_logging(level: LogLevel, style: LogFormat) -> None:
    """Send structlog's events and the libraries' own records to standard error, from `level` up."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            # A traceback's local variables may hold a key or somebody's words: only the frames are shown.
            structlog.processors.format_exc_info,
            last,
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # These tell requests and their bodies at INFO and DEBUG; what people write has no place in logs.
    for name in ("openai", "httpx2", "httpcore2", "sqlalchemy.engine", "alembic"):
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    # what fails there is told by `turn.model_failed`, with what it means
    logging.getLogger("openai.agents").setLevel(logging.CRITICAL)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )

"""Logs on standard error: lines for people or JSON for machines; event names are constants, the rest is fields.

Whatever the level, no log holds what people say, nor a key, a token, or an id by which either could be found.
"""

from __future__ import annotations

import logging
import sys

import structlog

from bot.settings import LogFormat, LogLevel
from core.chat.telemetry import job_id

_OWN = ("adapters", "bot", "core")
"""The packages whose records are written with this in mind."""

_SILENT = (
    # what fails there is told by `turn.model_failed`, with what it means
    "openai.agents",
    # what it can't handle it quotes, with a task's repr and the context of a callback
    "asyncio",
)


def configure_logging(level: LogLevel, style: LogFormat) -> None:
    """Send structlog's events and the libraries' own records to standard error, from `level` up.

    Libraries tell whole requests, bodies and payloads at INFO and DEBUG (discord.py each event with its interaction's
    token, slack_sdk each envelope, aiohttp each address), and their tracebacks may quote them: of a library, whichever
    it is, there is one line from WARNING up with its name and place, and never its own words.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        _with_job,
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
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _frames_alone, last],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    handler.addFilter(_without_words)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _with_job(
    logger: structlog.typing.WrappedLogger, method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """All lines of one message's answer have the same id, which is its trace's where there are traces."""
    if job := job_id():
        event["job"] = job
    return event


def _without_words(record: logging.LogRecord) -> bool:
    """Let our own records pass; of a library's, leave what can't be anybody's word."""
    if record.name.partition(".")[0] in _OWN:
        return True
    if record.levelno < logging.WARNING:
        return False
    kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
    record.msg = f"library.{record.levelname.lower()}"
    record.args = ()
    record.exc_info = record.exc_text = record.stack_info = None
    record.msg += f" at={record.name}:{record.funcName}:{record.lineno}" + (f" error={kind}" if kind else "")
    return True


def _frames_alone(
    logger: structlog.typing.WrappedLogger, method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """A traceback as the places it went through and the name of the error: its message may hold a key, or words."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["exception"] = "\n".join(_places(error))
    return event


def _places(error: BaseException, seen: int = 0) -> list[str]:
    """Outermost first, the cause after what it caused; at most five errors deep."""
    lines = [type(error).__qualname__]
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        lines.append(f"  {code.co_filename}:{trace.tb_lineno} in {code.co_name}")
        trace = trace.tb_next
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return lines + (_places(cause, seen + 1) if cause is not None and seen < 5 else [])

"""What can go wrong while a model answers, and what it means for the turn."""

from __future__ import annotations

import httpx2
import openai
from agents.exceptions import AgentsException, MaxTurnsExceeded, ModelBehaviorError, ModelTimeoutError

from core.agent.failure import Failure

__all__ = ["ANY", "Failure", "classify"]


class TooSlowError(AgentsException):
    """Signs of life came for longer than anybody waits, and no end."""


class TooLongError(AgentsException):
    """The model wrote more than anybody reads."""


ANY = (openai.OpenAIError, AgentsException, httpx2.HTTPError, TimeoutError, ValueError)
"""What running the SDK against the API raises; ValueError is what unreadable JSON in an answer becomes."""


def classify(error: BaseException) -> Failure:
    """What the error means. Statuses and codes: https://platform.openai.com/docs/guides/error-codes."""
    match error:
        case openai.APIStatusError():
            return _of_status(error)
        case TooLongError():
            return Failure.LONG
        case TooSlowError():
            return Failure.SLOW
        case MaxTurnsExceeded():
            return Failure.LOOPING
        case ModelBehaviorError() if "max_output_tokens" in str(error):
            return Failure.LONG
        case openai.APITimeoutError() | ModelTimeoutError() | TimeoutError() | httpx2.TimeoutException():
            return Failure.SILENT
        case openai.APIConnectionError() | httpx2.TransportError():
            return Failure.DOWN
        case openai.APIError() if error.code == "insufficient_quota":
            return Failure.QUOTA
        case openai.APIError() if error.code in ("server_error", "rate_limit_exceeded"):
            return Failure.DOWN
        case _:
            return Failure.BROKEN


def _of_status(error: openai.APIStatusError) -> Failure:
    match error.status_code:
        case 400 | 404:
            return _of_request(error) or (Failure.DOWN if error.status_code == 404 else Failure.BROKEN)
        case 401 | 403:
            return Failure.KEY
        case 429:
            return Failure.QUOTA if error.code == "insufficient_quota" else Failure.BUSY
        case status if status >= 500 or status == 408:
            return Failure.DOWN
        case _:
            return Failure.BROKEN


def _of_request(error: openai.APIStatusError) -> Failure | None:
    """What is wrong with a request that is refused as such."""
    words, parameter = error.message.lower(), error.param or ""
    bad = error.status_code == 400
    gone = "conversation" in words and ("not found" in words or "does not exist" in words)
    # a talk with a newer model than OPENAI_MODEL names now can't be gone on with, as if it weren't there
    gone = gone or (bad and "breakpoint" in words)
    signs = (
        (bad and error.code == "conversation_locked", Failure.LOCKED),
        (bad and "no tool output found" in words, Failure.ORPHANED),
        (error.code == "model_not_found" or parameter == "model", Failure.MODEL),
        (bad and parameter.startswith("tools"), Failure.TOOLS),
        (gone, Failure.GONE),
    )
    return next((failure for sign, failure in signs if sign), None)

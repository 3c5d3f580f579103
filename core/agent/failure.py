"""What a turn can do about an error of the model's, without a word of the SDK."""

from __future__ import annotations

from enum import Enum


class Failure(Enum):
    """What a turn can do about an error of the model's."""

    LOCKED = "another response is running in this conversation"
    ORPHANED = "the conversation holds a tool call without an output"
    GONE = "the conversation does not exist any more"
    LOOPING = "the model kept calling tools"
    QUOTA = "OpenAI's quota for this key is used up"
    TOOLS = "OpenAI does not take the tools of another service"
    KEY = "OpenAI does not accept the key in OPENAI_API_KEY"
    MODEL = "OpenAI does not know the model in OPENAI_MODEL"
    BUSY = "OpenAI is limiting my requests"
    DOWN = "OpenAI can't be reached"
    SILENT = "OpenAI is not answering"
    SLOW = "OpenAI was taking too long"
    LONG = "the answer was getting too long"
    BROKEN = "OpenAI sent something I can't use"

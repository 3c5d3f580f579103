"""A stand-in for OpenAI's Responses and Conversations APIs: a server on loopback with the real one's rules.

async with OpenAIServer() as server:
    server.on("buy milk", Call("add_task", {"tasks": [{"title": "Buy milk"}]}), Say("Done."))
"""

from tests.fakes.openai.accounts import Request
from tests.fakes.openai.brain import Brain, Call, Say, Turn, script
from tests.fakes.openai.faults import Fault
from tests.fakes.openai.server import OpenAIServer

__all__ = ["Brain", "Call", "Fault", "OpenAIServer", "Request", "Say", "Turn", "script"]

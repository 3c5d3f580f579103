"""The stand-in OpenAI, and the real SDK pointed at it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from openai import AsyncOpenAI

from tests.fakes.openai import OpenAIServer


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    """The stand-in."""
    async with OpenAIServer() as running:
        yield running


@pytest.fixture
async def client(server: OpenAIServer) -> AsyncIterator[AsyncOpenAI]:
    """The real SDK, pointed at it."""
    async with AsyncOpenAI(api_key="sk-test", base_url=server.base_url, timeout=30.0, max_retries=0) as connected:
        yield connected

"""OpenAI's side of the bot: the client, the assistant, its conversations, and other services."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.settings import Settings
from core.agent.models import DEFAULT_MODEL, family

if TYPE_CHECKING:
    from openai import AsyncOpenAI

    from core.agent.servers.decisions import Decisions
    from core.agent.servers.servers import Servers
    from core.attempt import Online


def _services(settings: Settings, client: AsyncOpenAI) -> tuple[Servers | None, Decisions | None]:
    """Other services, and what people decide about calls of them; nothing of it is loaded where none are named."""
    if not settings.mcp_servers:
        return None, None
    from core.agent.servers.decisions import Decisions
    from core.agent.servers.servers import Servers

    servers = Servers(settings.mcp_servers, secret=client.api_key)
    servers.refresh()
    return servers, Decisions(client, servers, client.api_key)


@asynccontextmanager
async def online(settings: Settings) -> AsyncIterator[Online | None]:
    """OpenAI's side, when there is a key."""
    if not settings.openai_api_key:
        yield None
        return
    import httpx2
    from agents import set_tracing_export_api_key

    from core.agent.client import Client
    from core.agent.conversations import Conversations
    from core.agent.online import openai_assistant
    from core.agent.stored import Stored
    from core.attempt import Online

    key, patience = settings.openai_api_key.get_secret_value(), settings.openai_timeout
    if settings.openai_tracing:
        set_tracing_export_api_key(key)
    client = Client(
        api_key=key,
        base_url=settings.openai_base_url,
        timeout=httpx2.Timeout(patience, connect=min(5.0, patience)),
        max_retries=1,
    )
    model = settings.openai_model or DEFAULT_MODEL
    stored = Stored(client) if settings.openai_store else None
    servers, decisions = _services(settings, client)
    assistant = openai_assistant(
        client,
        model,
        patience=patience,
        most_output=settings.openai_max_output_tokens,
        tracing=settings.openai_tracing,
        stored=stored,
        servers=servers,
    )
    conversations = Conversations(client, breakpoints=family(model).breakpoints, stored=stored)
    try:
        yield Online(assistant, conversations, patience, decisions)
    finally:
        if servers:
            await servers.close()
        await assistant.close()
        await client.close()

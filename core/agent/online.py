"""The assistant behind OpenAI's Responses API: how its model is asked."""

from __future__ import annotations

import copy
import hashlib
from functools import partial
from typing import TYPE_CHECKING
from zlib import crc32

from agents import ModelSettings, RunConfig
from agents.models.openai_responses import OpenAIResponsesModel
from agents.retry import ModelRetrySettings, RetryDecision, RetryPolicyContext, retry_policies
from openai import AsyncOpenAI
from openai.types.shared.reasoning import Reasoning

from core.agent.assistant import LONGEST_RUN, Assistant, run_config
from core.agent.briefing import briefed
from core.agent.cleanup import Cleanup
from core.agent.models import Family, family
from core.agent.stored import Stored
from core.chat import Author
from core.tools.context import TurnContext

if TYPE_CHECKING:
    from core.agent.servers.servers import Servers

MAX_RETRIES = 2
COMPACT_TOKENS = 8_000
"""From here on the server compacts a conversation, after some sixty turns: every turn pays a tenth of the whole talk,
twice, and what matters of a talk about tasks is in the tasks. The turn that compacts costs about five others, for the
prompt begins with the compacted item then, and is new to the cache as a whole; sixty turns at half the price pay that
back (`make bench ARGS=price`)."""
CACHE_KEY = "task-bot"
"""What all share is one prefix: instructions, tools, and how a talk begins. From GPT-5.6 on a key only separates caches
that must not be shared, so there is one."""
CACHE_KEYS_BEFORE = 32
"""Before GPT-5.6 a key decides where a request is sent, and takes some 15 requests a minute: talks are spread over so
many. Source: https://developers.openai.com/api/docs/guides/prompt-caching, "Prompt cache keys"."""
_HASH_BYTES = 16


def openai_assistant(
    client: AsyncOpenAI,
    model: str,
    *,
    patience: float = 20.0,
    longest: float = LONGEST_RUN,
    most_output: int | None = None,
    tracing: bool = False,
    stored: Stored | None = None,
    servers: Servers | None = None,
) -> Assistant:
    """The assistant behind OpenAI's Responses API.

    `patience` and `longest`: see `Assistant`. `most_output`: tokens a request, hidden ones included; otherwise what
    suits the model. `tracing` sends what people write to OpenAI's dashboard, which the SDK would do unasked. OpenAI
    stores the responses where somebody keeps account of what is `stored`, and is told not to without. `servers`: other
    services whose tools may be used.
    """
    return Assistant(
        _Runs(client, model, tracing=tracing),
        model=model,
        settings=_settings(family(model), most_output, store=stored is not None),
        compose=partial(briefed, breakpoints=family(model).breakpoints),
        cleanup=Cleanup(client, stores=stored is not None),
        stored=stored,
        servers=servers,
        translates=True,
        patience=patience,
        longest=longest,
    )


def _settings(its: Family, most_output: int | None, *, store: bool) -> ModelSettings:
    """Effort, verbosity and limit are said for every model that takes them.

    Left out, the API's own defaults think before each call and answer at length; the Agents SDK knows some names only.
    """
    return ModelSettings(
        reasoning=Reasoning(effort=its.effort) if its.effort else None,
        verbosity=its.verbosity,
        max_tokens=most_output or its.most_output,
        truncation="auto",
        store=None if store else False,
        context_management=[{"type": "compaction", "compact_threshold": COMPACT_TOKENS}],
        retry=ModelRetrySettings(max_retries=MAX_RETRIES, policy=_worth_retrying),
        timeout=None,
    )


def safety_identifier(author: Author, key: str) -> str:
    """The person as OpenAI may know them: the same for all their messages, and nobody without `key` can tell who it is.

    Source: https://developers.openai.com/api/docs/guides/safety-best-practices#implement-safety-identifiers.
    """
    person = "\0".join((author.platform, author.workspace, author.external_id))
    digest_key = hashlib.sha256(key.encode()).digest()
    return hashlib.blake2b(person.encode(), key=digest_key, digest_size=_HASH_BYTES).hexdigest()


class _Runs:
    """The configuration of each run: alike for all but for the person's hash and, for older models, the cache's key."""

    def __init__(self, client: AsyncOpenAI, model: str, *, tracing: bool) -> None:
        self._config = run_config(OpenAIResponsesModel(model=model, openai_client=client), tracing=tracing)
        self._secret = client.api_key
        self._one_key = family(model).breakpoints

    def __call__(self, turn: TurnContext, conversation: str | None) -> RunConfig:
        extra = {"prompt_cache_key": self._cache_key(conversation or "")}
        if turn.author:
            extra["safety_identifier"] = safety_identifier(turn.author, self._secret)
        # copied, for a RunConfig takes a millisecond to make
        config = copy.copy(self._config)
        config.model_settings = ModelSettings(extra_args=extra)
        return config

    def _cache_key(self, conversation: str) -> str:
        return CACHE_KEY if self._one_key else f"{CACHE_KEY}-{crc32(conversation.encode()) % CACHE_KEYS_BEFORE}"


def _worth_retrying(context: RetryPolicyContext) -> object:
    """What the provider suggests, but for a used-up quota, which no waiting of ours refills."""
    if context.normalized.error_code == "insufficient_quota":
        return RetryDecision(retry=False)
    return retry_policies.provider_suggested()(context)

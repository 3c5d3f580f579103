"""What the Discord adapter needs to know: variables that begin with `DISCORD_`."""

from __future__ import annotations

from typing import Annotated

from pydantic import SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from adapters.shared.admission import AdmissionSettings, Ids, Lists, Rules

PLATFORM = "discord"
API_URL = "https://discord.com/api/v10"
GATEWAY_URL = "wss://gateway.discord.gg/"


class DiscordSettings(AdmissionSettings):
    """Token and addresses. Without `DISCORD_TOKEN` Discord is not connected."""

    model_config = SettingsConfigDict(env_prefix="DISCORD_")

    token: SecretStr | None = None
    api_url: str = API_URL
    gateway_url: str = GATEWAY_URL
    shard_count: int | None = None
    """Shards of all processes together; by default as many as Discord recommends, all in this process."""
    shard_ids: Annotated[tuple[int, ...] | None, NoDecode] = None
    """Those of this process, `0,1,2`."""
    allow_servers: Ids = frozenset()
    """Ids of the only servers that may use the bot; all without any."""
    deny_servers: Ids = frozenset()

    @property
    def rules(self) -> Rules:
        """Who may use the bot where. Discord knows neither guests nor other organisations."""
        return self.admitting(Lists(self.allow_servers, self.deny_servers), guests=True, strangers=True)

    @property
    def configured(self) -> bool:
        """Whether Discord is to be connected."""
        return self.token is not None

    @field_validator("token")
    @classmethod
    def _is_one_word(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not (token.get_secret_value().isascii() and token.get_secret_value().isprintable()):
            raise ValueError("wants the bot's token, as the page Bot of the application shows it")
        if token is not None and " " in token.get_secret_value():
            raise ValueError("wants the token alone, without “Bot” before it")
        return token

    @field_validator("api_url")
    @classmethod
    def _is_http(cls, url: str) -> str:
        if not url.startswith(("http://", "https://")):
            raise ValueError("wants a URL that starts with https:// or http://")
        return url.rstrip("/")

    @field_validator("gateway_url")
    @classmethod
    def _is_websocket(cls, url: str) -> str:
        if not url.startswith(("ws://", "wss://")):
            raise ValueError("wants a URL that starts with wss:// or ws://")
        return url

    @field_validator("shard_ids", mode="before")
    @classmethod
    def _are_numbers(cls, given: object) -> object:
        if not isinstance(given, str):
            return given
        try:
            return tuple(int(one) for one in given.split(",") if one.strip())
        except ValueError:
            raise ValueError("wants the numbers of shards, such as 0,1,2") from None

    @model_validator(mode="after")
    def _shards_fit(self) -> DiscordSettings:
        if self.shard_ids is not None:
            if self.shard_count is None:
                raise ValueError("DISCORD_SHARD_IDS wants DISCORD_SHARD_COUNT beside it")
            if not self.shard_ids or not all(0 <= one < self.shard_count for one in self.shard_ids):
                raise ValueError("DISCORD_SHARD_IDS wants numbers from 0 up to DISCORD_SHARD_COUNT less one")
        return self

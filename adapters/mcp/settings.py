"""What the MCP endpoint needs to know: variables that begin with `MCP_`."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from adapters.shared.settings import FileSettings

PATH = "/mcp"
_SHORTEST_KEY = 32
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class McpSettings(FileSettings):
    """Keys and the public address. Without `MCP_KEYS` there is `bot mcp` over standard input, and nothing over HTTP."""

    model_config = SettingsConfigDict(env_prefix="MCP_")

    keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    """The first signs, all verify: a new one is put in front, and the old one taken out when its tokens are over."""
    url: str | None = None
    """The bot's public address, without a path."""

    @property
    def configured(self) -> bool:
        """Whether clients may connect over HTTP."""
        return bool(self.keys)

    @property
    def issuer(self) -> str:
        """What tokens name as their maker: the public address."""
        return self.url or ""

    @property
    def resource(self) -> str:
        """The endpoint's address, which tokens are made for."""
        return self.issuer + PATH

    @field_validator("keys", mode="before")
    @classmethod
    def _listed(cls, keys: object) -> object:
        return [one.strip() for one in keys.split(",") if one.strip()] if isinstance(keys, str) else keys

    @field_validator("keys")
    @classmethod
    def _long_enough(cls, keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if any(len(key.get_secret_value()) < _SHORTEST_KEY for key in keys):
            raise ValueError("wants random keys of at least 32 characters, separated by commas; the first one signs")
        return keys

    @field_validator("url")
    @classmethod
    def _is_public(cls, url: str | None) -> str | None:
        if url is None:
            return None
        parts = urlsplit(url.rstrip("/"))
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        if not safe or not parts.hostname or parts.path or parts.query or parts.fragment or "@" in parts.netloc:
            raise ValueError("wants the bot's public address, such as https://bot.example.com, without a path")
        return f"{parts.scheme}://{parts.netloc.lower()}"

    @model_validator(mode="after")
    def _has_an_address(self) -> McpSettings:
        if self.keys and not self.url:
            raise ValueError("MCP_KEYS wants MCP_URL beside it: the bot's public address, https://bot.example.com")
        return self

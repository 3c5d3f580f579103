"""What the process is told by its environment and by its own `.env`, checked once at the start."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from adapters.discord.settings import DiscordSettings
from adapters.slack.settings import SlackSettings
from bot.servers import parsed
from core.agent.servers.config import ServerConfig

Kind = TypeVar("Kind", bound=BaseSettings)
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
LogFormat = Literal["console", "json"]


class SettingsError(Exception):
    """One or more settings are wrong; the message has one line for each, naming the variable and what it wants."""


def default_data_dir() -> Path:
    """The user's data directory for this program, as the operating system has it. Raises SettingsError."""
    import platformdirs

    folder = platformdirs.user_data_path("task-bot", appauthor=False)
    if not folder.is_absolute():  # as for a user without an entry in /etc/passwd
        raise SettingsError("I can't tell where your home is: set HOME, or DATA_DIR to a folder for what I keep.")
    return folder


def machine_timezone() -> str:
    """The machine's IANA zone; UTC where it tells none."""
    import tzlocal

    try:
        name = tzlocal.get_localzone_name()
    except (LookupError, ValueError):
        return "UTC"
    return name if name in available_timezones() else "UTC"


class Settings(BaseSettings):
    """The bot's settings. An empty variable counts as unset; secrets never show in a repr, a log or an error."""

    model_config = SettingsConfigDict(
        env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    database_url: SecretStr | None = None
    openai_api_key: SecretStr | None = None
    openai_base_url: str | None = None
    openai_model: Annotated[str, Field(max_length=200)] | None = None
    openai_timeout: Annotated[float, Field(gt=0, le=30)] = 20.0
    openai_max_output_tokens: Annotated[int, Field(ge=16, le=128_000)] | None = None
    openai_tracing: bool = False
    openai_store: bool = True
    data_dir: Path = Field(default_factory=default_data_dir)
    log_level: LogLevel = "ERROR"
    log_format: LogFormat = "console"
    context_messages: Annotated[int, Field(ge=0, le=20)] = 20
    turn_burst: Annotated[int, Field(ge=1, le=10_000)] = 10
    turns_per_minute: Annotated[float, Field(gt=0, le=10_000)] = 20
    mcp_servers: Annotated[tuple[ServerConfig, ...], NoDecode] = ()
    recheck_minutes: Annotated[int, Field(ge=1, le=1440)] = 30
    default_timezone: str = Field(default_factory=machine_timezone)
    host: str = "0.0.0.0"
    port: Annotated[int, Field(ge=0, le=65535)] | None = None

    @field_validator("database_url")
    @classmethod
    def _is_postgres(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not _is_postgres_url(url.get_secret_value()):
            raise ValueError("wants postgresql://user:password@host/name, or nothing for the embedded database")
        return url

    @field_validator("mcp_servers", mode="before")
    @classmethod
    def _are_servers(cls, told: object) -> object:
        return parsed(told, environment()) if isinstance(told, str) else told

    @field_validator("openai_base_url")
    @classmethod
    def _is_http(cls, url: str | None) -> str | None:
        if url is not None and not url.startswith(("http://", "https://")):
            raise ValueError("wants a URL that starts with https:// or http://")
        return url

    @field_validator("log_level", mode="before")
    @classmethod
    def _any_case(cls, level: object) -> object:
        return level.upper() if isinstance(level, str) else level

    @field_validator("data_dir")
    @classmethod
    def _is_folder(cls, path: Path) -> Path:
        try:
            path = path.expanduser().absolute()
            if path.exists() and not path.is_dir():
                raise ValueError
        except (OSError, RuntimeError):  # too long, closed to us, or a ~ of nobody's
            raise ValueError from None
        return path

    @field_validator("default_timezone")
    @classmethod
    def _is_zone(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError("wants an IANA time zone such as Europe/Berlin")
        ZoneInfo(name)
        return name


def _is_postgres_url(url: str) -> bool:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        return False
    return parts.scheme in ("postgresql", "postgres") and port != 0


_WANTS = {
    "openai_timeout": "wants seconds, more than 0 and at most 30",
    "openai_max_output_tokens": "wants a whole number from 16 to 128000",
    "openai_tracing": "wants true or false",
    "openai_store": "wants true or false",
    "log_level": "wants DEBUG, INFO, WARNING or ERROR",
    "log_format": "wants console or json",
    "context_messages": "wants a whole number from 0 to 20",
    "turn_burst": "wants a whole number from 1 to 10000",
    "turns_per_minute": "wants a number, more than 0 and at most 10000",
    "recheck_minutes": "wants a whole number from 1 to 1440",
    "data_dir": "wants a folder that I may read, with a path that fits this machine",
    "port": "wants a port from 0 to 65535",
    "shard_count": "wants a whole number",
    "openai_model": "wants a model's name, at most 200 characters",
}


def environment() -> dict[str, str]:
    """The environment, with what only `.env` says: where MCP_SERVERS finds the secrets that it names."""
    told: dict[str, str] = {}
    for file in env_files():
        told |= {name: value for name, value in dotenv_values(file, encoding="utf-8").items() if value}
    return told | dict(os.environ)


class _Place(BaseSettings):
    """Where the data are, as far as that says where another `.env` may be."""

    model_config = SettingsConfigDict(env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore")

    data_dir: Path | None = None


def env_files() -> tuple[Path, ...]:
    """The `.env` files that count, the weightier last: of the data directory, and of the checkout this runs from.

    Never that of the working directory: a stranger's file there could send the key to an address of theirs. ENV_FILE in
    the environment names another one, in place of both.

    Raises:
        SettingsError: ENV_FILE names nothing that is there.
    """
    if named := os.environ.get("ENV_FILE"):
        if not Path(named).exists():
            raise SettingsError("ENV_FILE wants the path of a file that is there.")
        return (Path(named),)
    checkout = Path(__file__).resolve().parents[1]
    own = (checkout / ".env",) if (checkout / "pyproject.toml").is_file() else ()
    told = _Place(_env_file=own).data_dir  # type: ignore[call-arg]
    try:
        data_dir = told.expanduser() if told else default_data_dir()
    except (SettingsError, RuntimeError):
        return own  # `load_settings` tells what is missing, if it is
    return (data_dir / ".env", *own)


def load_settings() -> Settings:
    """Read the environment and `env_files`.

    Raises:
        SettingsError: a value is wrong; the message names each variable and what it wants, never the value.
    """
    return _loaded(Settings)


@dataclass(frozen=True, slots=True)
class Chats:
    """The settings of the platforms where people talk."""

    slack: SlackSettings
    discord: DiscordSettings

    @property
    def configured(self) -> bool:
        """Whether there is any to connect to."""
        return self.slack.configured or self.discord.configured


def load_chats() -> Chats:
    """Read the variables that begin with a platform's name. Raises SettingsError as `load_settings` does."""
    return Chats(_loaded(SlackSettings), _loaded(DiscordSettings))


def _loaded(kind: type[Kind]) -> Kind:
    try:
        return kind(_env_file=env_files())
    except ValidationError as error:
        prefix = kind.model_config.get("env_prefix", "")
        raise SettingsError(
            "\n".join(dict.fromkeys(_line(prefix, problem["loc"], problem["msg"]) for problem in error.errors()))
        ) from None
    except UnicodeDecodeError as error:
        raise SettingsError(".env wants to be a text file in UTF-8.") from error
    except OSError as error:
        raise SettingsError(f"{error.filename or '.env'} can't be read ({error.strerror}).") from error


def _line(prefix: str, where: tuple[int | str, ...], message: str) -> str:
    said = message.removeprefix("Value error, ")
    if not where:
        return f"{said}."
    name = str(where[0])
    return f"{prefix}{name.upper()} {_WANTS.get(name, said)}."

"""What the process is told by its environment and by its own `.env`, checked once at the start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TypeVar
from urllib.parse import quote, urlsplit, urlunsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode
from pydantic_settings import SettingsError as SourceError

from adapters.discord.settings import DiscordSettings
from adapters.mcp.settings import McpSettings
from adapters.shared.settings import FileSettings
from adapters.slack.settings import SlackSettings
from bot.servers import parsed
from bot.sources import SettingsError, default_data_dir, env_files, environment, secret_folders
from core.agent.servers.config import ServerConfig

Kind = TypeVar("Kind", bound=BaseSettings)
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
LogFormat = Literal["console", "json"]


def machine_timezone() -> str:
    """The machine's IANA zone; UTC where it tells none."""
    import tzlocal

    try:
        name = tzlocal.get_localzone_name()
    except (LookupError, ValueError):
        return "UTC"
    return name if name in available_timezones() else "UTC"


class Settings(FileSettings):
    """The bot's settings. An empty variable counts as unset; secrets never show in a repr, a log or an error."""

    database_url: SecretStr | None = None
    database_password: SecretStr | None = None
    """Goes into `database_url` where that names none, so that a database and its clients can share one file of it."""
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
    recheck_minutes: Annotated[int, Field(ge=0, le=1440)] = 0
    default_timezone: str = Field(default_factory=machine_timezone)
    metrics: bool = False
    metrics_token: SecretStr | None = None
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

    @model_validator(mode="after")
    def _with_password(self) -> Settings:
        if self.database_password is not None:
            if self.database_url is None:
                raise ValueError("DATABASE_PASSWORD wants DATABASE_URL beside it, with a user's name in it")
            whole = _with_password(self.database_url.get_secret_value(), self.database_password.get_secret_value())
            self.database_url = SecretStr(whole)
        return self


def _with_password(url: str, password: str) -> str:
    """The URL with this password, unless it has one. Raises ValueError where it names nobody whose it could be."""
    parts = urlsplit(url)
    if parts.password is not None:
        return url
    if not parts.username:
        raise ValueError("DATABASE_PASSWORD wants a user's name in DATABASE_URL, as in postgresql://user@host/name")
    user, _, place = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user.removesuffix(':')}:{quote(password, safe='')}@{place}"))


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
    "recheck_minutes": "wants a whole number from 0 to 1440",
    "data_dir": "wants a folder that I may read, with a path that fits this machine",
    "metrics": "wants on or off",
    "port": "wants a port from 0 to 65535",
    "shard_count": "wants a whole number",
    "openai_model": "wants a model's name, at most 200 characters",
}


def load_settings() -> Settings:
    """Read the environment, `env_files` and `secret_folders`, the weightier first.

    Raises:
        SettingsError: a value is wrong; the message names each variable and what it wants, never the value.
    """
    return _loaded(Settings)


@dataclass(frozen=True, slots=True)
class Chats:
    """The settings of the platforms where people talk."""

    slack: SlackSettings
    discord: DiscordSettings
    mcp: McpSettings
    """No place where people talk, but one where they let clients in."""

    @property
    def configured(self) -> bool:
        """Whether there is any to connect to."""
        return self.slack.configured or self.discord.configured


def load_chats() -> Chats:
    """Read the variables that begin with a platform's name. Raises SettingsError as `load_settings` does."""
    return Chats(_loaded(SlackSettings), _loaded(DiscordSettings), _loaded(McpSettings))


def _loaded(kind: type[Kind]) -> Kind:
    try:
        return kind(_env_file=env_files(), _secrets_dir=secret_folders())
    except ValidationError as error:
        prefix = kind.model_config.get("env_prefix", "")
        raise SettingsError(
            "\n".join(dict.fromkeys(_line(prefix, problem["loc"], problem["msg"]) for problem in error.errors()))
        ) from None
    except (SourceError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(_unreadable(error)) from error


def _unreadable(error: BaseException) -> str:
    """What is wrong with a file of settings; a folder's of secrets comes wrapped."""
    match error.__cause__ if isinstance(error, SourceError) else error:
        case OSError() as refused:
            return f"{refused.filename or '.env'} can't be read ({refused.strerror})."
        case UnicodeDecodeError():
            return "A file of settings or of a secret wants to be text in UTF-8."
        case _:
            return "A file of settings can't be read."


def _line(prefix: str, where: tuple[int | str, ...], message: str) -> str:
    said = message.removeprefix("Value error, ")
    if not where:
        return f"{said}."
    name = str(where[0])
    return f"{prefix}{name.upper()} {_WANTS.get(name, said)}."

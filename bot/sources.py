"""Where settings come from beside the environment: `.env` files, and folders with a file a secret."""

from __future__ import annotations

import os
from pathlib import Path

from dotenv import dotenv_values
from pydantic_settings import BaseSettings, SettingsConfigDict


class SettingsError(Exception):
    """One or more settings are wrong; the message has one line for each, naming the variable and what it wants."""


def default_data_dir() -> Path:
    """The user's data directory for this program, as the operating system has it. Raises SettingsError."""
    import platformdirs

    folder = platformdirs.user_data_path("task-bot", appauthor=False)
    if not folder.is_absolute():  # as for a user without an entry in /etc/passwd
        raise SettingsError("I can't tell where your home is: set HOME, or DATA_DIR to a folder for what I keep.")
    return folder


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


def secret_folders() -> tuple[Path, ...]:
    """The folders in which a file may hold what a variable of its name would, the weightier last.

    What SECRETS_DIR names (/run/secrets in the image, where Compose and Kubernetes put secrets), and before it
    CREDENTIALS_DIRECTORY, where systemd does (systemd.exec(5)). A secret in a file is in no environment, which child
    processes inherit and crash reports quote.

    Raises:
        SettingsError: SECRETS_DIR names no folder.
    """
    systemd = os.environ.get("CREDENTIALS_DIRECTORY")
    folders = (Path(systemd),) if systemd and Path(systemd).is_dir() else ()
    named = os.environ.get("SECRETS_DIR")
    if not named:
        return folders
    if not Path(named).is_dir():
        raise SettingsError("SECRETS_DIR wants the path of a folder that is there.")
    return (*folders, Path(named))


def environment() -> dict[str, str]:
    """The environment, with what only `.env` says: where MCP_SERVERS finds the secrets that it names."""
    told: dict[str, str] = {}
    for file in env_files():
        told |= {name: value for name, value in dotenv_values(file, encoding="utf-8").items() if value}
    return told | dict(os.environ)

"""A secret may lie in a file of its own, as Compose, Kubernetes and systemd hand secrets on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from bot.settings import load_chats, load_settings
from bot.sources import SettingsError
from tests.bot.conftest import RunBot
from tests.bot.test_first_starts import STRANGER, needs_open_program, needs_root, start

NAMES = ("DATABASE_URL", "DATABASE_PASSWORD", "OPENAI_API_KEY", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "DISCORD_TOKEN")


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of secrets, and nothing else said."""
    for name in (*NAMES, "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ENV_FILE", os.devnull)
    folder = tmp_path / "secrets"
    folder.mkdir()
    monkeypatch.setenv("SECRETS_DIR", str(folder))
    return folder


def test_a_file_says_what_a_variable_would(secrets: Path) -> None:
    """By the variable's name in either case, without the line's end that editors add."""
    (secrets / "openai_api_key").write_text("sk-sesame\n")
    (secrets / "SLACK_BOT_TOKEN").write_text("xoxb-1")
    (secrets / "slack_app_token").write_text("xapp-1\n")
    key = load_settings().openai_api_key
    assert key
    assert key.get_secret_value() == "sk-sesame"
    assert load_chats().slack.configured


def test_a_variable_and_dotenv_win(secrets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said nearer to the process counts."""
    (secrets / "log_level").write_text("DEBUG")
    (secrets / "log_format").write_text("json")
    (tmp_path / "env").write_text("LOG_LEVEL=INFO\n")
    monkeypatch.setenv("ENV_FILE", str(tmp_path / "env"))
    monkeypatch.setenv("LOG_FORMAT", "console")
    settings = load_settings()
    assert (settings.log_level, settings.log_format) == ("INFO", "console")


def test_an_empty_file_counts_as_unset(secrets: Path) -> None:
    """A Compose file names every secret that there could be, and one has to lie there for each."""
    for name in NAMES:
        (secrets / name.lower()).write_text("\n")
    assert load_settings().database_url is None
    assert load_settings().openai_api_key is None
    assert not load_chats().configured


def test_kubernetes_links_its_secrets(secrets: Path) -> None:
    """A volume's files are links into a folder that is swapped as a whole."""
    (secrets / "..2026").mkdir()
    (secrets / "..2026" / "discord_token").write_text("a.b.c")
    (secrets / "..data").symlink_to("..2026")
    (secrets / "discord_token").symlink_to("..data/discord_token")
    assert load_chats().discord.configured


def test_systemd_hands_on_credentials(secrets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the folder that it names; SECRETS_DIR, which a person wrote, weighs more."""
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "credentials"))
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials" / "openai_api_key").write_text("theirs")
    (tmp_path / "credentials" / "discord_token").write_text("a.b.c")
    (secrets / "openai_api_key").write_text("ours")
    key = load_settings().openai_api_key
    assert key
    assert key.get_secret_value() == "ours"
    assert load_chats().discord.configured


@pytest.mark.parametrize("password", ["sesame", "p@ss/w:rd?#% ü"])
def test_a_databases_password_can_lie_in_a_file_of_its_own(
    secrets: Path, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    """The database reads the same file; whatever is in it arrives as it is, and shows in no repr."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://task-bot@postgres:5432/tasks?sslmode=disable")
    (secrets / "database_password").write_text(password)
    settings = load_settings()
    assert settings.database_url
    url = make_url(settings.database_url.get_secret_value())
    assert (url.username, url.password, url.host, url.port) == ("task-bot", password, "postgres", 5432)
    assert password not in repr(settings)


def test_a_password_in_the_url_stays(secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the nearer one."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://ana:own@host/tasks")
    (secrets / "database_password").write_text("other")
    url = load_settings().database_url
    assert url
    assert url.get_secret_value() == "postgresql://ana:own@host/tasks"


@pytest.mark.parametrize("url", ["", "postgresql://host/tasks"])
def test_a_password_without_a_user_is_told(secrets: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """The line says what is missing, and not the password."""
    monkeypatch.setenv("DATABASE_URL", url)
    (secrets / "database_password").write_text("sesame")
    with pytest.raises(SettingsError, match=r"^DATABASE_PASSWORD wants") as caught:
        load_settings()
    assert "sesame" not in str(caught.value)


def test_a_folder_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A bot that starts without the secrets it was given would talk to nobody."""
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(SettingsError, match="SECRETS_DIR"):
        load_settings()


def test_a_bad_secret_is_named_and_not_shown(secrets: Path) -> None:
    """As a bad variable is."""
    (secrets / "slack_bot_token").write_text("sesame")
    with pytest.raises(SettingsError, match="SLACK_BOT_TOKEN wants") as caught:
        load_chats()
    assert "sesame" not in str(caught.value)
    (secrets / "openai_api_key").write_bytes(b"sesame\xff")
    with pytest.raises(SettingsError, match="UTF-8"):
        load_settings()


@needs_root
@needs_open_program
def test_a_secret_that_is_closed_to_the_bot_is_told(place: Path) -> None:
    """A file that belongs to whoever wrote it is what a container's first start meets: the line says which, and why."""
    token = place / "discord_token"
    token.write_text("sesame")
    token.chmod(0)
    ran = start({"HOME": str(place), "SECRETS_DIR": str(place)}, uid=STRANGER)
    assert ran.returncode == 2
    assert ran.stderr == f"{token} can't be read (Permission denied).\n"


def test_check_says_where_secrets_are_read(run_bot: RunBot, secrets: Path) -> None:
    """So that nobody looks for one in vain."""
    told = run_bot("check", SECRETS_DIR=str(secrets), COLUMNS="400").stdout
    assert f"secrets in {secrets}" in told

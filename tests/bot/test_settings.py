"""Settings are read from the environment and `.env`, and a bad one is named with what it wants."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import load_chats, load_settings
from bot.sources import SettingsError

NAMES = [
    "DATABASE_URL",
    "DATABASE_PASSWORD",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "OPENAI_MODEL",
    "OPENAI_TIMEOUT",
    "OPENAI_TRACING",
    "DATA_DIR",
    "LOG_LEVEL",
    "LOG_FORMAT",
    "CONTEXT_MESSAGES",
    "TURN_BURST",
    "OPENAI_MAX_OUTPUT_TOKENS",
    "TURNS_PER_MINUTE",
    "DEFAULT_TIMEZONE",
    "MCP_SERVERS",
]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_nothing_has_to_be_set() -> None:
    """Without any setting: the embedded database, the offline assistant, twenty messages of context."""
    settings = load_settings()
    assert settings.database_url is None
    assert settings.openai_api_key is None
    assert settings.context_messages == 20
    assert settings.data_dir.is_absolute()


def test_dotenv_is_read_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`.env` in the data directory counts, a variable of the environment counts more."""
    (tmp_path / ".env").write_text("CONTEXT_MESSAGES=5\nLOG_FORMAT=json\n", encoding="utf-8")
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CONTEXT_MESSAGES", "7")
    settings = load_settings()
    assert (settings.context_messages, settings.log_format) == (7, "json")


def test_a_strangers_dotenv_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that happens to lie in the working directory could send the key to an address of its own."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / ".env").write_text(
        "OPENAI_BASE_URL=https://evil.example\nSLACK_API_URL=https://evil.example\n"
    )
    monkeypatch.chdir(tmp_path / "elsewhere")
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    assert load_settings().openai_base_url is None
    assert "evil" not in load_chats().slack.api_url


def test_a_dotenv_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ENV_FILE, in place of the others; one that isn't there is no silent nothing."""
    (tmp_path / "mine").write_text("CONTEXT_MESSAGES=5\n", encoding="utf-8")
    monkeypatch.setenv("ENV_FILE", str(tmp_path / "mine"))
    assert load_settings().context_messages == 5
    monkeypatch.setenv("ENV_FILE", str(tmp_path / "nobodys"))
    with pytest.raises(SettingsError, match="ENV_FILE"):
        load_settings()


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """`OPENAI_API_KEY=` is no key."""
    monkeypatch.setenv("OPENAI_API_KEY", "")
    monkeypatch.setenv("CONTEXT_MESSAGES", "")
    assert load_settings().openai_api_key is None


@pytest.mark.parametrize(
    ("name", "value", "wants"),
    [
        ("DATABASE_URL", "mysql://sesame@host/db", "postgresql://"),
        ("DATABASE_URL", "postgresql://ana:sesame@host:port/db", "postgresql://"),
        ("DATA_DIR", __file__, "a folder"),
        ("OPENAI_BASE_URL", "sesame", "https://"),
        ("OPENAI_TIMEOUT", "31", "at most 30"),
        ("OPENAI_TRACING", "sesame", "true or false"),
        ("LOG_LEVEL", "sesame", "INFO"),
        ("LOG_FORMAT", "sesame", "console or json"),
        ("CONTEXT_MESSAGES", "21", "0 to 20"),
        ("CONTEXT_MESSAGES", "many", "0 to 20"),
        ("OPENAI_MAX_OUTPUT_TOKENS", "15", "16 to 128000"),
        ("TURN_BURST", "0", "1 to 10000"),
        ("TURNS_PER_MINUTE", "0", "more than 0"),
        ("DEFAULT_TIMEZONE", "Mars/Base", "Europe/Berlin"),
    ],
)
def test_a_bad_value_is_one_line_with_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, wants: str
) -> None:
    """The line names the variable and what it wants, and never repeats the value, which may be a secret."""
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    line = str(caught.value)
    assert line.startswith(name)
    assert wants in line
    assert "\n" not in line
    assert "sesame" not in line


def test_secrets_show_in_no_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the key nor the database's password can be read off the settings."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-sesame")
    monkeypatch.setenv("DATABASE_URL", "postgresql://ana:sesame@host/db")
    assert "sesame" not in f"{load_settings()!r} {load_settings()}"


def test_every_setting_stands_in_the_example() -> None:
    """`.env.example` shows each variable once, commented out."""
    example = (Path(__file__).parents[2] / ".env.example").read_text(encoding="utf-8")
    for name in NAMES:
        assert example.count(f"\n#{name}=") == 1, name

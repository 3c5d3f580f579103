"""`bot doctor` can be pasted into an issue: it helps, and tells nothing that is anybody's business."""

from __future__ import annotations

import asyncio
import getpass
import socket
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from bot.doctor import host_kind
from tests.bot.conftest import RunBot
from tests.bot.process import for_discord, for_openai, for_slack
from tests.fakes.discord import DiscordServer
from tests.fakes.openai import OpenAIServer
from tests.fakes.slack import SlackServer

SECRET = "open-sesame"


async def test_it_tells_what_helps_and_no_secret(run_bot: RunBot, database_url: str, tmp_path: Path) -> None:
    """Versions, which settings are set, who can be reached and the kind of database; no value, name or path."""
    async with SlackServer() as slack, DiscordServer(second=0.01) as discord, OpenAIServer(key=SECRET) as openai:
        file = tmp_path / "settings"
        file.write_text(
            f"METRICS_TOKEN={SECRET}\nSLACK_SIGNING_SECRET={slack.signing_secret}\nSLACK_TOKEN=xoxb-{SECRET}\n"
        )
        url = make_url(database_url).set(password=SECRET)
        environment = for_slack(slack) | for_discord(discord) | for_openai(openai, SECRET)
        environment |= {
            "DATABASE_URL": url.render_as_string(hide_password=False),
            "OTEL_EXPORTER_OTLP_HEADERS": f"api-key={SECRET}",
            "ENV_FILE": str(file),
        }
        ran = await asyncio.to_thread(run_bot, "doctor", **environment)
        tokens = (slack.bot_token, slack.app_token, slack.signing_secret, discord.token, SECRET)
        addresses = (slack.base_url, discord.api_url, openai.base_url, discord.gateway_url)
    told = ran.stdout + ran.stderr
    assert ran.returncode == 0
    for line in (
        "task-bot 0.1.0",
        "slack-bolt",
        "DATABASE_URL: secret, set (environment)",
        "METRICS_TOKEN: secret, set (.env)",
        "OTEL_EXPORTER_OTLP_HEADERS: OpenTelemetry's, set (environment)",
        "SLACK_TOKEN: no setting of this version (.env)",
        "database: a socket of this machine, sslmode unsaid: PostgreSQL",
        "migrations up to date",
        "openai: the key is accepted and knows gpt-test at another address",
        "slack: accepted, Socket Mode",
        "discord: accepted, message content",
    ):
        assert line in told, line
    names = ("Acme", "acme.slack.com", "taskbot", "Task bot", "/tasks", str(tmp_path), str(Path.home()))
    for never in (*tokens, *addresses, *names, socket.gethostname(), url.host or "nowhere.invalid"):
        assert never not in told, never
    assert getpass.getuser() not in told.replace("-", " ").split()


async def test_what_does_not_work_is_told_by_its_kind(run_bot: RunBot) -> None:
    """Tokens that are refused and a database that isn't there: why, and never where or as whom."""
    async with SlackServer() as slack, DiscordServer(second=0.01) as discord, OpenAIServer() as openai:
        environment = for_slack(slack) | for_discord(discord) | for_openai(openai, SECRET)
        environment |= {
            "DATABASE_URL": f"postgresql://anastasia:{SECRET}@geheim.example.invalid/vorstand?sslmode=require",
            "SLACK_BOT_TOKEN": f"xoxb-{SECRET}",
            "DISCORD_TOKEN": SECRET,
            "OPENAI_MODEL": "ft:gpt-4.1:acme::1",
        }
        ran = await asyncio.to_thread(run_bot, "doctor", **environment)
    assert ran.returncode == 0
    assert "database: another host, sslmode require: there is no such host" in ran.stdout
    assert "openai: OpenAI does not accept the key in OPENAI_API_KEY (another model at another address)" in ran.stdout
    assert "slack: Slack refuses SLACK_BOT_TOKEN: invalid_auth" in ran.stdout
    assert "discord: Discord refuses DISCORD_TOKEN" in ran.stdout
    for never in (SECRET, "anastasia", "geheim", "vorstand", "acme"):
        assert never not in ran.stdout + ran.stderr, never


def test_settings_that_are_wrong_are_told_and_not_quoted(run_bot: RunBot) -> None:
    """It is then that somebody needs help."""
    ran = run_bot("doctor", SLACK_BOT_TOKEN=f"xoxp-{SECRET}", LOG_LEVEL=SECRET, OTEL_TRACES_EXPORTER=SECRET)
    assert ran.returncode == 0
    assert "LOG_LEVEL wants DEBUG, INFO, WARNING or ERROR." in ran.stdout
    assert "SLACK_BOT_TOKEN: secret, set (environment)" in ran.stdout
    assert SECRET not in ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("postgresql://u:p@ep-cool-name-123-pooler.eu-central-1.aws.neon.tech/db", "Neon, pooled"),
        ("postgresql://u:p@ep-cool-name-123.eu-central-1.aws.neon.tech/db", "Neon"),
        ("postgresql://u:p@127.0.0.1:5433/db", "this machine"),
        ("postgresql://u:p@[::1]/db", "this machine"),
        ("postgresql://u:p@localhost/db", "this machine"),
        ("postgresql:///db?host=/tmp", "a socket of this machine"),
        ("postgresql://u:p@10.1.2.3/db", "a private network"),
        ("postgresql://u:p@postgres/db", "a name of a private network"),
        ("postgresql://u:p@db.acme.example/db", "another host"),
        ("postgresql://u:p@x.rds.amazonaws.com/db", "Amazon RDS"),
    ],
)
def test_a_database_is_known_by_the_kind_of_its_host(url: str, kind: str) -> None:
    """Whose cloud, this machine, a private network: what helps, without a name."""
    assert host_kind(make_url(url)) == kind

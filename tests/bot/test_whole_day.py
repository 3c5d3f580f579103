"""Nothing that people say, and nothing that gives access, is in a log, a metric or a trace, whatever happens."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.engine import make_url

from tests.bot.day import DATABASE_PASSWORD, KEY, METRICS_TOKEN, OTLP_KEY, Day, metrics
from tests.bot.process import WATCHED, for_discord, for_openai, for_slack, running
from tests.bot.promql import metrics_of
from tests.fakes.collector import Collector
from tests.fakes.discord import DiscordServer
from tests.fakes.openai import OpenAIServer
from tests.fakes.slack import SlackServer
from tests.fakes.wire import PostgresWire


@pytest.mark.parametrize("style", ["console", "json"])
async def test_a_day_at_debug_leaves_no_word_and_no_secret_behind(
    bare_environment: dict[str, str], database_url: str, tmp_path: Path, style: str
) -> None:
    """All the work of a day with all its mishaps is in log, metrics and traces, and of its people nothing is.

    And every metric that the dashboard asks for is among those of that day.
    """
    async with (
        SlackServer() as slack,
        DiscordServer(second=0.01) as discord,
        OpenAIServer(key=KEY, models=("gpt-6-luna",)) as openai,
        PostgresWire(database_url) as wire,
        Collector() as collector,
    ):
        day = Day(slack, discord, openai, wire, database_url)
        password = make_url(wire.url).set(password=DATABASE_PASSWORD).render_as_string(hide_password=False)
        environment = bare_environment | for_slack(slack) | for_discord(discord) | for_openai(openai, KEY) | WATCHED
        environment |= {
            "DATABASE_URL": password,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "OPENAI_MODEL": "gpt-6-luna",
            "OPENAI_TIMEOUT": "1",
            "LOG_LEVEL": "DEBUG",
            "LOG_FORMAT": style,
            "METRICS_TOKEN": METRICS_TOKEN,
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
            "OTEL_EXPORTER_OTLP_HEADERS": f"api-key={OTLP_KEY}",
        }
        pages, logs, outs = [], [], []
        async with running(environment, tmp_path) as morning:
            await morning.until(lambda: "slack.connected" in morning.written and "discord.connected" in morning.written)
            await day.in_slack(morning)
            await day.in_discord(morning)
            await day.of_the_model(morning)
            await day.of_the_platforms(morning)
            await day.of_the_database(morning)
            pages.append(await metrics(morning))
        day.leave_behind()
        async with running(environment, tmp_path) as evening:
            await slack.until(lambda: len(slack.messages(slack.dm(day.ana))) > 1, 60)
            await evening.until(lambda: "reminder.told" in evening.written)
            day.restarted()
            await day.forgotten(evening)
            pages.append(await metrics(evening))
        for bot in (morning, evening):
            logs.append("".join(bot.log))
            outs.append("".join(bot.out))
        sent = _decoded(collector.raw)
    written = {"log": "\n".join(logs), "metrics": "\n".join(pages), "traces": sent}
    for name, text in written.items():
        for never in (*day.words, *day.secrets(), *day.ids(), *day.names()):
            assert never not in text, (name, never)
    for never in (*day.words, *day.secrets(), *day.ids()):
        assert never not in "".join(outs), never
    assert written["log"].count("turn.ended") > 20
    assert "reply.failed" in written["log"]
    told = {
        sample.name for page in pages for family in text_string_to_metric_families(page) for sample in family.samples
    }
    assert _asked_for() <= told


def _decoded(raw: Iterable[str]) -> str:
    """What was sent, with letters as they are."""
    return "\n".join(json.dumps(json.loads(one), ensure_ascii=False) for one in raw)


def _asked_for() -> set[str]:
    """The metrics of the dashboard's queries."""
    board = json.loads(files("bot.watching").joinpath("grafana.json").read_text())
    targets = [target for panel in board["panels"] for target in panel.get("targets", ())]
    return {name for target in targets for name in metrics_of(target["expr"])}

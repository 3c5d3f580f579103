"""What a running bot tells of itself: one line and one trace a turn, numbers that are right, and nothing unasked."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from core.agent.prices import PRICES
from tests.bot.conftest import RunBot
from tests.bot.process import LONG, WATCHED, for_discord, for_openai, for_slack, got, running
from tests.fakes.collector import Collector
from tests.fakes.discord import DiscordServer
from tests.fakes.openai import OpenAIServer
from tests.fakes.openai.faults import Fault
from tests.fakes.slack import Channel, SlackServer

MODEL = "gpt-6-luna"
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples(text: str) -> Samples:
    """All that a page of metrics tells, each series once."""
    families = list(text_string_to_metric_families(text))
    every = [((one.name, frozenset(one.labels.items())), one.value) for family in families for one in family.samples]
    told = dict(every)
    assert len(told) == len(every), "of two series with one name and labels, Prometheus reads one"
    return told


def _answered(slack: SlackServer, channel: Channel, thread: str) -> bool:
    return any(one.metadata for one in slack.messages(channel, thread))


def total(told: Samples, name: str, **labels: str) -> float:
    """The sum of a metric, of the series that have these labels."""
    wanted = set(labels.items())
    return sum(value for (metric, has), value in told.items() if metric == name and wanted <= has)


async def test_a_turn_is_one_line_and_one_trace_with_the_same_id(
    bare_environment: dict[str, str], database_url: str, tmp_path: Path
) -> None:
    """At INFO an ordinary turn logs nothing else; all that was asked of model, database, platform is in its trace."""
    async with (
        SlackServer() as slack,
        DiscordServer(second=0.01) as discord,
        OpenAIServer() as openai,
        Collector() as to,
    ):
        ana, ben = slack.user("Ana"), discord.user("Ben")
        channel, place = slack.channel("general", members=[ana]), discord.channel("general")
        environment = bare_environment | for_slack(slack) | for_discord(discord) | for_openai(openai) | WATCHED
        environment |= {"DATABASE_URL": database_url, "OTEL_EXPORTER_OTLP_ENDPOINT": to.url}
        async with running(environment, tmp_path) as bot:
            await bot.until(lambda: bot.events("slack.connected") and bot.events("discord.connected"))
            before = len(bot.log)
            thread = await slack.say(ana, channel, f"<@{slack.bot_user}> the door is blue")
            await slack.until(partial(_answered, slack, channel, thread), LONG)
            said = await discord.say(ben, place, "the door is red", mention=True)
            await discord.until(lambda: said.thread and len(discord.messages(said.thread)) > 1, LONG)
            await bot.until(lambda: len(bot.events("turn.ended")) == 2)
    lines = [json.loads(line) for line in bot.log[before:]]
    ordinary = [line for line in lines if line["event"] != "peers.alone"]
    assert [(line["event"], line.get("platform"), line.get("outcome")) for line in ordinary] == [
        ("turn.ended", "slack", "answered"),
        ("turn.ended", "discord", "answered"),
    ]
    for line in ordinary:
        trace = [span for span in to.spans if span.trace == line["job"]]
        assert {span.name for span in trace} == {"event", "turn", "model", "database", "request"}
        (root,) = [span for span in trace if not span.parent]
        assert root.name == "event"
        assert {span.parent for span in trace if span.parent} <= {span.id for span in trace}
        (turn,) = [span for span in trace if span.name == "turn"]
        assert turn.labels == {"platform": line["platform"], "kind": "message", "outcome": "answered"}
        posted = {"chat.postMessage", "chat.startStream", "create_message"}
        assert posted & {span.labels.get("operation") for span in trace}, "the answer is in the trace, too"


async def test_what_is_counted_is_what_happened(
    bare_environment: dict[str, str], database_url: str, tmp_path: Path
) -> None:
    """Turns and how they ended, tokens as OpenAI has counted them, dollars by the price table, and the process."""
    async with SlackServer() as slack, OpenAIServer(models=(MODEL,)) as openai:
        ana = slack.user("Ana")
        channel = slack.channel("general", members=[ana])
        environment = bare_environment | for_slack(slack) | for_openai(openai) | WATCHED | {"OPENAI_MODEL": MODEL}
        async with running(environment | {"DATABASE_URL": database_url}, tmp_path) as bot:
            address = await bot.address()
            await slack.until(lambda: slack.envelopes.connections, LONG)
            words = 'tool:add_task {"tasks": [{"title": "Milk"}]}'
            thread = await slack.say(ana, channel, f"<@{slack.bot_user}> {words}")
            await bot.until(lambda: len(bot.events("turn.ended")) == 1)
            openai.fail(Fault("status"))
            await slack.say(ana, channel, "list", thread=thread)
            await slack.say(ana, channel, "what do you think of doors?", thread=thread)
            await bot.until(lambda: len(bot.events("turn.ended")) == 3)
            await slack.slash(ana, channel, "/task", "add tomorrow")
            await bot.until(lambda: len(bot.events("turn.ended")) == 4)
            _, text = await got(f"{address}/metrics")
            used = [one.usage for one in openai.asked() if one.usage]
    told = samples(text)
    count = "task_bot_turns_total"
    assert total(told, count) == total(told, "task_bot_turn_duration_seconds_count") == 4
    assert (count, frozenset({"platform": "slack", "kind": "action", "outcome": "failed"}.items())) in told, "0 is told"
    assert total(told, count, kind="message", outcome="answered") == 1
    assert total(told, count, kind="message", outcome="fell_back") == 2
    assert total(told, count, kind="command", outcome="refused") == 1
    assert total(told, count, platform="slack") == 4
    assert total(told, "task_bot_turn_first_word_seconds_count", platform="slack") == 4
    tokens = {
        kind: total(told, "task_bot_model_tokens_total", model=MODEL, kind=kind) for kind in ("cached", "written")
    }
    assert tokens == {"cached": sum(one.cached for one in used), "written": sum(one.written for one in used)}
    every = sum(one.input + one.output for one in used)
    assert total(told, "task_bot_model_tokens_total") == every
    dollars = PRICES[MODEL].dollars(
        cached=sum(one.cached for one in used),
        written=sum(one.written for one in used),
        other=sum(one.input - one.cached - one.written for one in used),
        output=sum(one.output for one in used),
    )
    assert total(told, "task_bot_model_dollars_total") == pytest.approx(dollars)
    (line,) = [one for one in bot.events("turn.ended") if one.get("requests") == 2]
    assert line["input"] + line["output"] == every
    assert total(told, "task_bot_model_runs_total", outcome="down") >= 1
    assert total(told, "task_bot_platform_request_duration_seconds_count", operation="chat.postMessage") >= 1
    assert total(told, "task_bot_platform_connected", platform="slack") == 1
    assert total(told, "task_bot_database_reachable") == 1
    assert total(told, "process_memory_usage_bytes") > 1_000_000


def test_nothing_is_imported_that_nobody_asked_for(run_bot: RunBot) -> None:
    """A start without METRICS and without a collector knows neither OpenTelemetry nor Prometheus."""
    ran = run_bot("run", lines="list\n", PYTHONPROFILEIMPORTTIME="1")
    assert ran.returncode == 0
    imported = {line.rpartition("|")[2].strip() for line in ran.stderr.splitlines() if line.startswith("import time")}
    assert "core.observation" in imported
    assert not [one for one in imported if one.startswith(("opentelemetry", "prometheus_client", "google.protobuf"))]


@pytest.mark.parametrize("way", ["away", "hangs"])
async def test_a_collector_that_is_no_help_is_no_hindrance(
    bare_environment: dict[str, str], database_url: str, tmp_path: Path, way: str
) -> None:
    """Nothing listens there, or it takes everything and answers nothing: people are answered, and SIGTERM ends it."""
    async with SlackServer() as slack, OpenAIServer() as openai, Collector() as collector:
        collector.hangs = way == "hangs"
        ana = slack.user("Ana")
        channel = slack.channel("general", members=[ana])
        environment = bare_environment | for_slack(slack) | for_openai(openai) | WATCHED
        environment |= {
            "DATABASE_URL": database_url,
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url if collector.hangs else "http://127.0.0.1:9",
            "OTEL_BSP_SCHEDULE_DELAY": "100",
            "OTEL_METRIC_EXPORT_INTERVAL": "100",
        }
        async with running(environment, tmp_path) as bot:
            await bot.until(lambda: bot.events("slack.connected"))
            for word in ("blue", "red"):
                thread = await slack.say(ana, channel, f"<@{slack.bot_user}> the door is {word}")
                await slack.until(partial(_answered, slack, channel, thread), LONG)
            bot.process.terminate()
            assert await bot.ended() == 0
    assert "Traceback" not in bot.written


@pytest.mark.parametrize(
    ("given", "wants"),
    [
        ({"METRICS": "sesame"}, "METRICS wants on or off."),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "sesame:4317"}, "OTEL_EXPORTER_OTLP_ENDPOINT wants a URL"),
        (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
            "OTEL_EXPORTER_OTLP_PROTOCOL wants http/protobuf",
        ),
        ({"OTEL_TRACES_EXPORTER": "sesame"}, "OTEL_TRACES_EXPORTER wants none or otlp."),
        ({"OTEL_METRICS_EXPORTER": "sesame"}, "OTEL_METRICS_EXPORTER wants none or otlp or prometheus."),
    ],
)
def test_a_bad_setting_is_named_with_what_it_wants(run_bot: RunBot, given: dict[str, str], wants: str) -> None:
    """And never quoted."""
    ran = run_bot("run", lines="list\n", **given)
    assert ran.returncode == 2
    assert wants in ran.stderr
    assert "sesame" not in ran.stderr
    assert "Traceback" not in ran.stderr


async def test_opentelemetrys_variables_count_in_dotenv_too(
    bare_environment: dict[str, str], database_url: str, tmp_path: Path
) -> None:
    """Name, headers and exporters as anywhere else; the environment wins, and a disabled SDK tells nothing."""
    async with SlackServer() as slack, Collector() as collector, Collector() as other:
        file = tmp_path / "settings"
        file.write_text(
            f"OTEL_EXPORTER_OTLP_ENDPOINT={other.url}\nOTEL_SERVICE_NAME=ours\n"
            "OTEL_EXPORTER_OTLP_HEADERS=api-key=open-sesame\nOTEL_METRICS_EXPORTER=none\n"
        )
        environment = bare_environment | for_slack(slack) | {"DATABASE_URL": database_url, "ENV_FILE": str(file)}
        environment |= {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "LOG_LEVEL": "INFO", "LOG_FORMAT": "json"}
        async with running(environment, tmp_path) as bot:
            await bot.until(lambda: bot.events("slack.connected"))
        assert collector.spans
        assert not collector.metrics
        assert not other.raw
        assert '"ours"' in collector.raw[0]
        assert {one.get("api-key") for one in collector.headers} == {"open-sesame"}
        sent = len(collector.raw)
        async with running(environment | {"OTEL_SDK_DISABLED": "true"}, tmp_path) as bot:
            await bot.until(lambda: bot.events("slack.connected"))
        assert len(collector.raw) == sent


async def test_metrics_are_shown_to_whoever_has_the_token(
    bare_environment: dict[str, str], database_url: str, tmp_path: Path
) -> None:
    """Where one is set; and where metrics are off, there is no such page."""
    async with SlackServer() as slack:
        environment = bare_environment | for_slack(slack) | WATCHED | {"DATABASE_URL": database_url}
        async with running(environment | {"METRICS_TOKEN": "open-sesame"}, tmp_path) as bot:
            page = f"{await bot.address()}/metrics"
            assert (await got(page))[0] == 401
            assert (await got(page, {"Authorization": "Bearer sesame"}))[0] == 401
            status, text = await got(page, {"Authorization": "Bearer open-sesame"})
            assert status == 200
            assert "sesame" not in text
        async with running(environment | {"METRICS": "off"}, tmp_path) as bot:
            assert (await got(f"{await bot.address()}/metrics"))[0] == 404

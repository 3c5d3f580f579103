"""`bot deploy …` prints files that the places they are for would take, and that ask nothing of the bot it can't do."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from pydantic_settings import BaseSettings

from adapters.discord.settings import DiscordSettings
from adapters.slack.settings import SlackSettings
from bot import __version__
from bot.cli import app
from bot.deploying import DeployError, chosen, places
from bot.settings import Settings
from tests.bot.conftest import RunBot

CHECK = Path(sys.executable).with_name("check-jsonschema")
DRAIN = 20
"""Seconds for which a bot that is asked to stop lets running turns finish (the README says so)."""
BESIDE = {"PORT", "HOST", "DATA_DIR", "SECRETS_DIR", "PYTHONUNBUFFERED", "POSTGRES_USER", "POSTGRES_DB"}
NAMES = [*places()]


def variables() -> set[str]:
    """Every setting of the bot, as a variable."""
    of: list[tuple[type[BaseSettings], str]]
    of = [(Settings, ""), (SlackSettings, "SLACK_"), (DiscordSettings, "DISCORD_")]
    return {f"{prefix}{name}".upper() for kind, prefix in of for name in kind.model_fields}


def documents(name: str) -> list[Any]:
    """What is in a YAML file of these."""
    return list(yaml.safe_load_all(chosen(name).file()))


def everything(part: Any) -> Iterator[tuple[str, Any]]:
    """Each key of nested mappings, with what it holds."""
    match part:
        case dict():
            for key, value in part.items():
                yield str(key), value
                yield from everything(value)
        case list():
            for one in part:
                yield from everything(one)


def test_there_is_a_file_for_each_place() -> None:
    """Six, each with a README that says how it is used."""
    assert NAMES == ["compose", "fly", "kubernetes", "railway", "render", "systemd"]
    for place in places().values():
        assert place.readme().startswith("# On ")
        assert f"bot deploy {place.name}" in place.readme()


@pytest.mark.parametrize("name", NAMES)
def test_the_command_prints_it(run_bot: RunBot, name: str) -> None:
    """The file alone on standard output; what to do with it beside; and the README for whoever has no checkout."""
    printed = run_bot("deploy", name)
    assert (printed.returncode, printed.stdout) == (0, chosen(name).file())
    assert chosen(name).template.name in printed.stderr
    assert run_bot("deploy", name, "--readme").stdout == chosen(name).readme()


def test_a_place_that_nobody_knows_is_told(run_bot: RunBot) -> None:
    """With those that are known; exit code 2."""
    told = run_bot("deploy", "mars")
    assert (told.returncode, told.stdout) == (2, "")
    assert "compose, fly, kubernetes" in told.stderr


def test_the_image_is_of_this_version_or_the_one_that_is_named() -> None:
    """And a name can't bring lines of its own."""
    assert f'image: "task-bot:{__version__}"' in chosen("compose").file()
    named = "registry.example/people/task-bot@sha256:" + "0" * 64
    assert f'image = "{named}"' in chosen("fly").file(named)
    for hostile in ('x"\nprivileged: true', "x y", "", "-x", "$(x)", "x" * 256):
        with pytest.raises(DeployError, match="--image wants"):
            chosen("compose").file(hostile)


def test_where_no_image_is_named_that_is_told(run_bot: RunBot) -> None:
    """An option that does nothing would be believed."""
    assert "changes nothing" in run_bot("deploy", "systemd", "--image", "x").stderr
    assert "changes nothing" not in run_bot("deploy", "compose", "--image", "x").stderr


def test_a_name_that_a_shell_left_empty_is_told(run_bot: RunBot) -> None:
    """`--image "$IMAGE"` of a variable that isn't set would be this version's image, which nobody asked for."""
    told = run_bot("deploy", "compose", "--image", "")
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith("--image wants")


def test_the_compose_file_is_valid(tmp_path: Path) -> None:
    """By the Compose specification's schema, which refuses what it doesn't know."""
    file = tmp_path / "compose.yaml"
    file.write_text(chosen("compose").file())
    assert checked("vendor.compose-spec", file) == 0
    file.write_text(chosen("compose").file().replace("read_only:", "readonly:"))
    assert checked("vendor.compose-spec", file) == 1


def checked(schema: str, file: Path) -> int:
    """The exit code of a check by a schema that is published with the checker."""
    command = [str(CHECK), "--builtin-schema", schema, str(file)]
    return subprocess.run(command, capture_output=True, check=False).returncode


@pytest.mark.parametrize("version", ["1.29", kubernetes_validate.latest_version()])
def test_the_kubernetes_manifests_are_valid(version: str) -> None:
    """By the schemas of an old release and the newest there is, with nothing in them that these don't know."""
    kinds = [document["kind"] for document in documents("kubernetes")]
    assert kinds == ["ServiceAccount", "ConfigMap", "Deployment", "PodDisruptionBudget", "Service"]
    for document in documents("kubernetes"):
        kubernetes_validate.validate(document, version, strict=True)
    deployment = documents("kubernetes")[2]
    deployment["spec"]["template"]["spec"]["containers"][0]["readinesProbe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(deployment, version, strict=True)


def test_pods_may_do_nothing_they_need_not() -> None:
    """The restricted pod security standard, and nothing to write on but memory."""
    spec = documents("kubernetes")[2]["spec"]["template"]["spec"]
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in (*spec["containers"], *spec["initContainers"]):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
    (required,) = [
        source["secret"] for source in spec["volumes"][0]["projected"]["sources"] if "items" in source["secret"]
    ]
    assert required["items"] == [{"key": "database_url", "path": "database_url"}]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze")
def test_the_unit_is_valid_and_closed(tmp_path: Path) -> None:
    """As systemd reads it; and what it may do is little, by systemd's own measure (0 is nothing, 10 all there is)."""
    file = tmp_path / "task-bot.service"
    file.write_text(chosen("systemd").file().replace("/opt/task-bot/bin/bot", shutil.which("true") or "/bin/true"))
    verified = subprocess.run(["systemd-analyze", "verify", file], capture_output=True, text=True, check=False)
    assert (verified.returncode, verified.stderr) == (0, "")
    closed = ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(file)]
    assert subprocess.run(closed, capture_output=True, check=False).returncode == 0


def test_the_others_are_what_their_parsers_read() -> None:
    """TOML, JSON and YAML, with the commands where each place looks for them."""
    fly = tomllib.loads(chosen("fly").file())
    assert fly["deploy"]["release_command"] == "bot migrate"
    railway = json.loads(chosen("railway").file())
    assert railway["deploy"]["preDeployCommand"] == ["bot migrate"]
    # strings are refused there, whatever the reference shows
    assert all(isinstance(railway["deploy"][key], int) for key in ("drainingSeconds", "overlapSeconds"))
    (render,) = documents("render")
    assert render["services"][0]["preDeployCommand"] == "bot migrate"
    assert render["services"][0]["runtime"] == "image"


@pytest.mark.parametrize("name", NAMES)
def test_every_variable_and_secret_is_a_setting_of_the_bot(name: str) -> None:
    """A name that nobody reads would be a setting that is silently not set."""
    text = "\n".join(line for line in chosen(name).file().splitlines() if not line.lstrip().startswith("#"))
    capitals = set(re.findall(r"\b[A-Z][A-Z]+(?:_[A-Z]+)+(?=\b)", text)) - BESIDE
    assert {one for one in capitals if not one.startswith(("POSTGRES_", "CAP_", "AF_", "ON_"))} <= variables()
    secrets = set(re.findall(r"(?:secrets/|LoadCredential=|key: )([a-z_]+)(?![\w-])", text))
    assert {one.upper() for one in secrets} <= variables()


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("compose", lambda: int(documents("compose")[0]["services"]["bot"]["stop_grace_period"].removesuffix("s"))),
        ("kubernetes", lambda: documents("kubernetes")[2]["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]),
        ("fly", lambda: tomllib.loads(chosen("fly").file())["kill_timeout"]),
        ("render", lambda: documents("render")[0]["services"][0]["maxShutdownDelaySeconds"]),
        ("railway", lambda: json.loads(chosen("railway").file())["deploy"]["drainingSeconds"]),
        ("systemd", lambda: int(re.findall(r"^TimeoutStopSec=(\d+)$", chosen("systemd").file(), re.MULTILINE)[0])),
    ],
)
def test_running_turns_are_given_their_time(name: str, seconds: Any) -> None:
    """Twice what the bot takes: then it has said of what it had to cut that it did."""
    assert seconds() >= 2 * DRAIN


@pytest.mark.parametrize("name", [name for name in NAMES if name != "systemd"])
def test_each_waits_until_a_new_process_takes_work(name: str) -> None:
    """`/ready` decides whether it is used, and only `/health`, never `/ready`, whether it is killed."""
    assert "/ready" in chosen(name).file()
    if name == "kubernetes":
        probes = dict(everything(documents(name)))
        assert probes["readinessProbe"]["httpGet"]["path"] == "/ready"
        assert probes["livenessProbe"]["httpGet"]["path"] == "/health"


def test_containers_run_commands_of_the_bot() -> None:
    """The image has no entrypoint, so each says the whole command, with words that the command line knows."""
    spec = documents("kubernetes")[2]["spec"]["template"]["spec"]
    said = [container["command"] for container in (*spec["initContainers"], *spec["containers"])]
    said += [documents("compose")[0]["services"]["migrate"]["command"]]
    assert said == [["bot", "migrate"], ["bot", "run"], ["bot", "migrate"]]
    names = {command.callback.__name__ for command in app.registered_commands if command.callback}
    assert {"migrate", "run", "check", "deploy"} <= names

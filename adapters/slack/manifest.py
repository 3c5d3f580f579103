"""The app's manifest (https://docs.slack.dev/reference/app-manifest): what is pasted where a Slack app is created."""

from __future__ import annotations

import json
from importlib.resources import files

EVENTS_PATH = "/slack/events"


def manifest(url: str | None = None) -> str:
    """The manifest as JSON: for Socket Mode, or for events over HTTP to the bot's public address."""
    kept = files("adapters.slack").joinpath("manifest.json").read_text(encoding="utf-8")
    if url is None:
        return kept.rstrip()
    told = json.loads(kept)
    address = url.rstrip("/") + EVENTS_PATH
    settings = told["settings"]
    settings["socket_mode_enabled"] = False
    settings["event_subscriptions"]["request_url"] = address
    settings["interactivity"]["request_url"] = address
    for command in told["features"]["slash_commands"]:
        command["url"] = address
    return json.dumps(told, indent=2)

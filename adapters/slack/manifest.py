"""The app's manifest (https://docs.slack.dev/reference/app-manifest): what a Slack app is created from."""

from __future__ import annotations

import json
from importlib.resources import files
from urllib.parse import urlencode

EVENTS_PATH = "/slack/events"
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
_CREATE = "https://api.slack.com/apps"


def manifest(url: str | None = None) -> str:
    """The manifest as JSON: for Socket Mode, or for events over HTTP to the bot's public address."""
    kept = files("adapters.slack").joinpath("manifest.json").read_text(encoding="utf-8")
    if url is None:
        return kept.rstrip()
    told = json.loads(kept)
    told["oauth_config"]["redirect_urls"] = [url.rstrip("/") + REDIRECT_PATH]
    address = url.rstrip("/") + EVENTS_PATH
    settings = told["settings"]
    settings["socket_mode_enabled"] = False
    settings["event_subscriptions"]["request_url"] = address
    settings["interactivity"]["request_url"] = address
    for command in told["features"]["slash_commands"]:
        command["url"] = address
    return json.dumps(told, indent=2)


def bot_scopes() -> tuple[str, ...]:
    """What the app has to be allowed, in the manifest's order (https://docs.slack.dev/reference/scopes)."""
    told = json.loads(manifest())
    return tuple(told["oauth_config"]["scopes"]["bot"])


def creation_link(manifest: str) -> str:
    """The address that opens Slack's dialog for a new app with this manifest filled in.

    See https://docs.slack.dev/app-manifests/configuring-apps-with-app-manifests#creating_apps.
    """
    short = json.dumps(json.loads(manifest), separators=(",", ":"))
    return f"{_CREATE}?{urlencode({'new_app': 1, 'manifest_json': short})}"

"""Slack: threads, the assistant's pane, slash commands, buttons, App Home."""

from adapters.slack.platform import Slack
from adapters.slack.settings import SlackSettings

__all__ = ["Slack", "SlackSettings"]

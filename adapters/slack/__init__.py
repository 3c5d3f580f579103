"""Slack: threads, the assistant's pane, slash commands, buttons, App Home."""

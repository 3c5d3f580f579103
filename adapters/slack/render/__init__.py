"""Parts of a reply as Slack's blocks; pure functions."""

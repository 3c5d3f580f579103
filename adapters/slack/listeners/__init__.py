"""What Slack sends, one subject a file; each registers its own listeners."""

"""What the bot does, on any platform."""

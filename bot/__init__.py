"""The process: settings, commands, wiring."""

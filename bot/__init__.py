"""The process: settings, commands, wiring."""

__version__ = "0.1.0"

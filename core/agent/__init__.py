"""The agent: the only place that imports the Agents SDK, and so to be imported only where a turn is run."""

"""What the platforms' adapters have in common: running turns in order, and cutting text to what a message takes."""

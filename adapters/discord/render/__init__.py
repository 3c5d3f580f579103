"""What Discord shows: pure functions from parts to components."""

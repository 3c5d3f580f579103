"""What people do in Discord."""

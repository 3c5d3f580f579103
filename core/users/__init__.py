"""Identities, accounts and preferences."""

from core.users.actor import Actor
from core.users.operations import forget, identify, set_preferences

__all__ = ["Actor", "forget", "identify", "set_preferences"]

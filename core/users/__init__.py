"""Identities, accounts and preferences."""

from core.users.actor import Actor
from core.users.operations import identify, set_preferences

__all__ = ["Actor", "identify", "set_preferences"]

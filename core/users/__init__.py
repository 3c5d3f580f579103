"""Identities, accounts and preferences."""

from core.users.actor import Actor
from core.users.forget import Forgotten, forget
from core.users.operations import identify, recognise, set_preferences

__all__ = ["Actor", "Forgotten", "forget", "identify", "recognise", "set_preferences"]

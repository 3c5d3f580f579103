"""The REST API: one module for each part of it, and all operations in one list."""

from tests.fakes.discord.rest.channels import OPERATIONS as CHANNELS
from tests.fakes.discord.rest.commands import OPERATIONS as COMMANDS
from tests.fakes.discord.rest.identity import OPERATIONS as IDENTITY
from tests.fakes.discord.rest.interactions import OPERATIONS as INTERACTIONS
from tests.fakes.discord.rest.messages import OPERATIONS as MESSAGES
from tests.fakes.discord.rest.operation import Asked, Operation
from tests.fakes.discord.rest.threads import OPERATIONS as THREADS
from tests.fakes.discord.rest.webhooks import OPERATIONS as WEBHOOKS

OPERATIONS = (*IDENTITY, *CHANNELS, *MESSAGES, *THREADS, *COMMANDS, *INTERACTIONS, *WEBHOOKS)

__all__ = ["OPERATIONS", "Asked", "Operation"]

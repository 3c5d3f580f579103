"""Other people's services: real MCP servers, of the `mcp` package, over Streamable HTTP on loopback and over stdio.

async with HttpService(calendar(events)) as service:
    service.fault = "500"
"""

from tests.fakes.services.calendar import calendar
from tests.fakes.services.http import HttpService
from tests.fakes.services.odd import odd
from tests.fakes.services.stdio import StdioService

__all__ = ["HttpService", "StdioService", "calendar", "odd"]

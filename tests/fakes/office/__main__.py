"""`python -m tests.fakes.office DATABASE OFFICE LEASE PACE [SPEED BEGIN]`: a process that speaks up in a post office.

With SPEED its clock runs so many times faster than the real one since the instant BEGIN (seconds since 1970).
"""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
import time

import aiohttp

from core.database import Database
from core.reminders import Reminders
from tests.core.statements import counted
from tests.fakes.office import Counter

RECHECK = dt.timedelta(seconds=1)
_NAP = 0.05


async def main(database_url: str, office: str, lease: float, pace: float, speed: float, begin: float) -> None:
    """Speak up until killed; every second tell how many statements that has taken."""

    def clock() -> dt.datetime:
        return dt.datetime.fromtimestamp(begin + (time.time() - begin) * speed, dt.UTC)

    database = Database(database_url)
    async with aiohttp.ClientSession() as http:
        with counted(database) as statements:
            counter = Counter(office, http, pace * speed, lambda: len(statements))
            reminders = Reminders(
                database,
                counter,
                default_zone="UTC",
                clock=clock if speed != 1.0 else None,
                posted=lambda thread: None,
                lease=lease,
                recheck=RECHECK * speed,
                nap=_NAP,
            )
            await reminders.run()


if __name__ == "__main__":
    url, address, *numbers = sys.argv[1:]
    seconds, most, speed, begin = (*map(float, numbers), *(1.0, time.time())[len(numbers) - 2 :])
    asyncio.run(main(url, address, seconds, most, speed, begin))

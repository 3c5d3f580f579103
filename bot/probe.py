"""`python -m bot.probe [PATH]`: ask the bot of this machine how it is, as a container's health check does.

It loads nothing of the bot, as it is run every half minute. Exits 0 when `PATH` (/health if nothing is said) on PORT
answers 200, else 1 with what is wrong.
"""

from __future__ import annotations

import http.client
import os
import sys

SECONDS = 5.0


def main(path: str = "/health") -> int:
    """The exit code; what the bot says of itself goes to standard output, for whoever looks at a container's state."""
    port = os.environ.get("PORT", "")
    if not port.isdecimal():
        print("PORT wants the number of the port on which the bot answers.")
        return 1
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        print(answer.read(2_000).decode(errors="replace"))
    except (OSError, http.client.HTTPException) as error:
        print(f"Nothing answers on port {port} ({type(error).__name__}).")
        return 1
    finally:
        connection.close()
    return 0 if answer.status == http.HTTPStatus.OK else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))

"""`python -m tests.benchmarks.child FILE COMMAND…`: run a command on FILE's lines, print what it took as JSON.

A process of its own, and a small one: on Linux a child's peak memory counts from its parent's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time


def main(stdin: str, command: list[str]) -> None:
    """Wall-clock seconds, processor seconds and peak resident kilobytes of the command; its exit code as ours."""
    with open(stdin, "rb") as lines:
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdin=lines, stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    kilobytes = used.ru_maxrss / 1024 if sys.platform == "darwin" else used.ru_maxrss
    print(json.dumps({"seconds": seconds, "cpu": used.ru_utime + used.ru_stime, "kilobytes": kilobytes}))
    sys.exit(process.returncode)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])

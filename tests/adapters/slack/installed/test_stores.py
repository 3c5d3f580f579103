"""Where installations are kept: a folder and a bucket, which are the same to whoever asks."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from adapters.slack.installed.bucket import Bucket
from adapters.slack.installed.folder import Folder
from adapters.slack.installed.installation import Installation, Key
from adapters.slack.installed.store import Backend, Installations, StoreError
from tests.fakes.s3 import S3Server

KEY = Fernet.generate_key().decode()
Open = Callable[[], Installations]


def installation(team: str = "T0A", enterprise: str = "", token: str = "xoxb-secret") -> Installation:
    """One of a workspace."""
    return Installation(
        Key(enterprise, team), token, "B0A", "U0A", f"Workspace {team}", "A0", "https://a.slack.com/", "bot",
        ("chat:write",), 1_700_000_000.0, "xoxe-refresh", time.time() + 60,
    )  # fmt: skip


@pytest.fixture
async def s3(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[S3Server]:
    """A bucket, with the keys of AWS where boto3 looks for them."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "stand-in")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    async with S3Server() as server:
        yield server


@pytest.fixture(params=["folder", "bucket"])
def opened(request: pytest.FixtureRequest, tmp_path: Path, s3: S3Server) -> Open:
    """Opens the store once more, as another process does."""

    def open_() -> Installations:
        backend: Backend = (
            Folder(tmp_path / "slack") if request.param == "folder" else Bucket("installations", "1.2", s3.url)
        )
        return Installations(backend, [KEY])

    return open_


async def test_what_is_kept_is_found_by_another_process(opened: Open) -> None:
    """All of it, and the newest of a workspace; nothing of one that is not kept."""
    first, other = opened(), opened()
    assert await first.all() == []
    for one in (installation("T0A"), installation("T0B", "E0X"), installation("", "E0Y"), installation("T0C")):
        await first.save(one)
    assert sorted(key.workspace for key in await other.all()) == ["E0Y", "T0A", "T0B", "T0C"]
    newest = installation("T0A", token="xoxb-newest")
    await first.save(newest)
    found = await other.find(Key(team="T0A"))
    assert found
    assert found.token == "xoxb-newest"
    assert found.refresh == "xoxe-refresh"
    assert (found.name, found.url, found.scopes) == (newest.name, newest.url, newest.scopes)
    assert int(found.expires) == int(newest.expires)
    assert await other.find(Key(team="T0Z")) is None
    await other.remove(Key(team="T0A"))
    assert await first.find(Key(team="T0A")) is None
    assert len(await first.all()) == 3


async def test_a_name_that_is_no_id_reaches_no_file(opened: Open, tmp_path: Path) -> None:
    """Ids come from outside."""
    store = opened()
    (tmp_path / "none-x").mkdir(exist_ok=True)
    for key in (Key(team="../none-x"), Key(team="T/../../x"), Key(team="t0a"), Key(), Key("E0", "*")):
        assert await store.find(key) is None
        await store.remove(key)


async def test_one_process_at_a_time_changes_an_installation(opened: Open) -> None:
    """Two that want the same wait for one another; two that want different ones don't."""
    one, two = opened(), opened()
    inside: list[str] = []

    async def change(store: Installations, name: str) -> None:
        async with store.locked(Key(team="T0A")):
            inside.append(f"{name} in")
            async with store.locked(Key(team="T0B")):
                await store.save(installation("T0B"))
            inside.append(f"{name} out")

    await asyncio.gather(change(one, "one"), change(two, "two"))
    assert [word.split()[1] for word in inside] == ["in", "out", "in", "out"]


async def test_the_lock_of_a_process_that_died_in_a_bucket_ends(s3: S3Server) -> None:
    """After a minute it counts no more, and only one of those who wait has it next."""
    store = Installations(Bucket("installations", "1.2", s3.url), [KEY])
    s3.objects["1.2/none-T0A/lock"] = json.dumps({"until": time.time() - 1}).encode()
    count = 0

    async def change() -> None:
        nonlocal count
        async with store.locked(Key(team="T0A")):
            before = count
            await store.save(installation())
            count = before + 1

    await asyncio.gather(change(), change(), change())
    assert count == 3


async def test_a_bucket_that_is_away_is_not_an_empty_one(s3: S3Server) -> None:
    """Nobody loses their workspace because S3 doesn't answer."""
    store = Installations(Bucket("installations", "1.2", s3.url), [KEY])
    await store.save(installation())
    s3.away = True
    for asked in (store.find(Key(team="T0A")), store.all(), store.save(installation()), store.remove(Key(team="T0A"))):
        with pytest.raises(StoreError, match="bucket"):
            await asked
    s3.away = False
    assert await store.find(Key(team="T0A"))


async def test_a_bucket_holds_no_token_in_clear(s3: S3Server) -> None:
    """Nor does a log line of the store's."""
    store = Installations(Bucket("installations", "1.2", s3.url), [KEY])
    await store.save(installation())
    assert not any(b"xox" in body for body in s3.objects.values())


async def test_a_file_that_makes_no_sense_is_said_to_be_one(tmp_path: Path) -> None:
    """A sentence with the folder's name, and no exception of another library's."""
    store = Installations(Folder(tmp_path), [KEY])
    await store.save(installation())
    (tmp_path / "none-T0A" / "bot-latest").write_text("{")
    with pytest.raises(StoreError, match="makes no sense"):
        await store.find(Key(team="T0A"))

"""Who an author is: one identity, made once, and kept up to date."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from core.chat import Author
from core.database import Database
from core.errors import Invalid
from core.users import Actor, identify, set_preferences
from tests.core.statements import counted

ANA = Author("slack", "T1", "U1", "Ana", timezone="Europe/Berlin", locale="en-GB")


async def _identify(database: Database, author: Author, default_zone: str = "UTC") -> Actor:
    async with database.transaction() as session:
        return await identify(session, author, default_zone)


async def test_a_first_message_makes_an_identity_with_an_account_of_its_own(database: Database) -> None:
    """The account is the identity itself until others are linked to it."""
    actor = await _identify(database, ANA)
    assert actor.account_id == actor.user_id
    assert (actor.name, actor.timezone.key, actor.timezone_known, actor.locale) == (
        "Ana",
        "Europe/Berlin",
        True,
        "en-GB",
    )
    assert (f"{actor.morning:%H:%M}", actor.digest, actor.reminder_lead_minutes) == ("09:00", False, 0)


async def test_the_same_author_is_the_same_identity(database: Database) -> None:
    """And costs one statement from then on."""
    first = await _identify(database, ANA)
    with counted(database) as statements:
        assert await _identify(database, ANA) == first
    assert len(statements) == 1


@pytest.mark.parametrize("other", [{"platform": "discord"}, {"workspace": "T2"}, {"external_id": "U2"}])
async def test_another_platform_workspace_or_id_is_another_identity(database: Database, other: dict[str, str]) -> None:
    """Ids are only unique within their workspace."""
    first = await _identify(database, ANA)
    second = await _identify(database, replace(ANA, **other))
    assert first.account_id != second.account_id


async def test_first_messages_at_the_same_time_make_one_identity(database: Database) -> None:
    """Eight of them on eight connections."""
    actors = await asyncio.gather(*(_identify(database, ANA) for _ in range(8)))
    assert len({actor.user_id for actor in actors}) == 1


async def test_a_new_name_is_taken_over(database: Database) -> None:
    """In one line, without control characters, and shortened to what is kept."""
    await _identify(database, ANA)
    actor = await _identify(database, replace(ANA, name="Ana\x00 \n\u202eLee" + "!" * 300))
    assert actor.name.startswith("Ana \u202eLee!!!")
    assert len(actor.name) == 200


async def test_someone_without_a_name_is_called_by_their_id(database: Database) -> None:
    """A platform may hide it."""
    assert (await _identify(database, replace(ANA, name=" \n"))).name == "U1"


async def test_the_zone_the_platform_tells_is_followed(database: Database) -> None:
    """Someone who travels changes it there."""
    await _identify(database, ANA)
    moved = replace(ANA, timezone="Asia/Tokyo")
    assert (await _identify(database, moved)).timezone.key == "Asia/Tokyo"
    assert (await _identify(database, moved)).timezone.key == "Asia/Tokyo"


async def test_a_platform_that_stops_telling_the_zone_does_not_take_it_away(database: Database) -> None:
    """Discord never tells one, Slack sometimes doesn't."""
    await _identify(database, ANA)
    assert (await _identify(database, replace(ANA, timezone=None))).timezone.key == "Europe/Berlin"


async def test_a_zone_the_person_chose_wins_over_the_platforms(database: Database) -> None:
    """However often the platform tells its own, and whatever else changes."""
    actor = await _identify(database, ANA)
    async with database.transaction() as session:
        await set_preferences(session, actor, timezone="Asia/Tokyo")
    assert (await _identify(database, ANA)).timezone.key == "Asia/Tokyo"
    assert (await _identify(database, replace(ANA, name="Ana Lee"))).timezone.key == "Asia/Tokyo"


@pytest.mark.parametrize("told", [None, "", "Mars/Olympus", "../../etc/passwd", "\x00", "europe/berlin"])
async def test_without_a_usable_zone_the_default_stands_in_and_is_not_taken_for_known(
    database: Database, told: str | None
) -> None:
    """So that the bot can ask."""
    actor = await _identify(database, replace(ANA, timezone=told), "America/Lima")
    assert (actor.timezone.key, actor.timezone_known) == ("America/Lima", False)


@pytest.mark.parametrize(
    "broken",
    [
        {"platform": ""},
        {"platform": "p" * 33},
        {"workspace": "w" * 201},
        {"external_id": ""},
        {"external_id": "i" * 201},
        {"external_id": "a\x00b"},
        {"external_id": "\ud800"},
    ],
)
async def test_unusable_ids_are_refused(database: Database, broken: dict[str, str]) -> None:
    """They come from the platform, so the sentence doesn't blame the person."""
    with pytest.raises(Invalid, match="the platform sent an unusable"):
        await _identify(database, replace(ANA, **broken))


async def test_sql_in_a_name_is_a_name(database: Database) -> None:
    """Nothing people write is ever part of a statement."""
    name = "'); DROP TABLE users; --"
    assert (await _identify(database, replace(ANA, name=name))).name == name
    async with database.transaction() as session:
        assert (await session.execute("SELECT count(*) FROM users")).scalar() == 1

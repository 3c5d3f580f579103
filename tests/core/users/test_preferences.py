"""How people want things, and what is no way to want them."""

from __future__ import annotations

import datetime as dt

import pytest

from core.database import Database
from core.errors import Invalid
from core.users import Actor, identify, set_preferences
from tests.conftest import ANA


async def _set(database: Database, actor: Actor, **wishes: object) -> Actor:
    async with database.transaction() as session:
        return await set_preferences(session, actor, **wishes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Asia/Tokyo", "Asia/Tokyo"),
        ("  asia/tokyo ", "Asia/Tokyo"),
        ("America/New York", "America/New_York"),
        ("Tokyo", "Asia/Tokyo"),
        ("new york", "America/New_York"),
        ("São Paulo", "America/Sao_Paulo"),
        ("Buenos Aires", "America/Argentina/Buenos_Aires"),
        ("utc", "UTC"),
        ("berlin", "Europe/Berlin"),
    ],
)
async def test_a_zone_can_be_set_by_its_name_or_city(database: Database, actor: Actor, text: str, zone: str) -> None:
    """In any case, with spaces for underscores; what is set is what comes back."""
    changed = await _set(database, actor, timezone=text)
    assert (changed.timezone.key, changed.timezone_known) == (zone, True)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Europe/Berlni", "Europe/Berlin"),
        ("Berlni", "Europe/Berlin"),
        ("Ameria/New_York", "America/New_York"),
        ("Mars/Olympus", "Europe/Berlin or America/New_York"),
        ("", "Europe/Berlin or America/New_York"),
        ("x" * 100_000, "Europe/Berlin or America/New_York"),
        ("'; DROP TABLE users; --", "Europe/Berlin or America/New_York"),
        ("../../../etc/passwd", "Europe/Berlin or America/New_York"),
    ],
)
async def test_an_unknown_zone_is_refused_with_names_that_work(
    database: Database, actor: Actor, text: str, hint: str
) -> None:
    """The closest ones where there are any."""
    with pytest.raises(Invalid) as caught:
        await _set(database, actor, timezone=text)
    assert hint in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("wish", "morning"),
    [(dt.time(7, 30, 15), "07:30"), ("8:15", "08:15"), ("7am", "07:00"), ("12 a.m.", "00:00"), ("12:30 PM", "12:30")],
)
async def test_the_morning_is_a_time_of_day(
    database: Database, actor: Actor, wish: dt.time | str, morning: str
) -> None:
    """To the minute, as a time or as people write one."""
    assert f"{(await _set(database, actor, morning=wish)).morning:%H:%M}" == morning


@pytest.mark.parametrize("wish", ["", "25:00", "8:61", "13pm", "0am", "noonish", "8", "٣:٣٠"])
async def test_what_is_no_time_of_day_is_refused(database: Database, actor: Actor, wish: str) -> None:
    """With an example of one."""
    with pytest.raises(Invalid, match="Write it like 08:30"):
        await _set(database, actor, morning=wish)


@pytest.mark.parametrize("lead", [-1, 7 * 24 * 60 + 1])
async def test_a_lead_outside_a_week_is_refused(database: Database, actor: Actor, lead: int) -> None:
    """It would remind after the task is due, or never in time."""
    with pytest.raises(Invalid, match="0 minutes to a week"):
        await _set(database, actor, reminder_lead_minutes=lead)


async def test_what_is_not_given_stays(database: Database, actor: Actor) -> None:
    """Also across a refusal, and for the next message."""
    await _set(database, actor, timezone="Asia/Tokyo", morning="07:00", digest=True, reminder_lead_minutes=15)
    await _set(database, actor, digest=False)
    with pytest.raises(Invalid):
        await _set(database, actor, morning="08:00", timezone="nowhere")
    async with database.transaction() as session:
        read = await identify(session, ANA, "UTC")
    assert (read.timezone.key, read.morning, read.digest, read.reminder_lead_minutes) == (
        "Asia/Tokyo",
        dt.time(7),
        False,
        15,
    )


async def test_preferences_are_one_persons_own(database: Database, actor: Actor, other_actor: Actor) -> None:
    """Nobody else's change."""
    await _set(database, actor, timezone="Asia/Tokyo", digest=True)
    unchanged = await _set(database, other_actor)
    assert unchanged == other_actor

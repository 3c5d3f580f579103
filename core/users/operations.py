"""Who is talking, and how they want things."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.chat import Author
from core.errors import Invalid
from core.text import clean, clean_line
from core.users.actor import Actor
from core.users.model import UserRow
from core.users.zones import known_zone, resolve_zone

USERS = UserRow.__table__
_LONGEST = {"platform": 32, "workspace": 200, "external_id": 200, "name": 200, "timezone": 64}
_MOST_LEAD = 7 * 24 * 60
_TIME = re.compile(r"(\d{1,2})(?:[:.]([0-5]\d)(?::00)?)?\s*(?:([ap])\.?m\.?)?", re.ASCII)


async def identify(session: AsyncSession, author: Author, default_zone: str) -> Actor:
    """Return the actor an author is, making the identity and its account at the first sight of it.

    One statement for someone known. Takes over the name, and the zone the platform tells unless the person chose one;
    `default_zone` (IANA) stands in when nobody told any. Two first messages at once make one identity. Raises Invalid
    when the platform's ids are empty or too long.
    """
    _check_identity(author)
    told = known_zone(author.timezone)
    name = clean_line(author.name)[: _LONGEST["name"]] or author.external_id
    row = (await session.execute(sa.select(UserRow).where(_is(author)))).scalar_one_or_none()
    if row is None or row.name != name or (told and not row.timezone_chosen and row.timezone != told.key):
        row = await _remember(session, author, name, told.key if told else None)
    return _actor(row, author.locale or "en", default_zone)


async def set_preferences(
    session: AsyncSession,
    actor: Actor,
    *,
    timezone: str | None = None,
    morning: dt.time | str | None = None,
    digest: bool | None = None,
    reminder_lead_minutes: int | None = None,
) -> Actor:
    """Change what is given and return the actor as it is then.

    `timezone` is an IANA name or a city, and from now on wins over what the platform tells; `morning` is a wall-clock
    time, or one as people write it (`8:30`, `7am`). Raises Invalid for an unknown zone, no time of day, or a lead outside
    0 minutes to a week.
    """
    values: dict[str, object] = {}
    if timezone is not None:
        values |= {"timezone": resolve_zone(timezone).key, "timezone_chosen": True}
    if morning is not None:
        values["morning"] = _time_of_day(morning)
    if digest is not None:
        values["digest"] = digest
    if reminder_lead_minutes is not None:
        if not 0 <= reminder_lead_minutes <= _MOST_LEAD:
            raise Invalid("A reminder can come from 0 minutes to a week before the task is due.")
        values["reminder_lead_minutes"] = reminder_lead_minutes
    if not values:
        return actor
    statement = sa.update(UserRow).where(UserRow.id == actor.user_id).values(values).returning(UserRow)
    row = (await session.execute(statement, execution_options={"populate_existing": True})).scalar_one()
    return _actor(row, actor.locale, actor.timezone.key)


def _time_of_day(value: dt.time | str) -> dt.time:
    if isinstance(value, dt.time):
        return value.replace(second=0, microsecond=0, tzinfo=None, fold=0)
    found = _TIME.fullmatch(value.strip().lower())
    if found is not None:
        hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
        if minute < 60 and (1 <= hour <= 12 if half else hour < 24 and found[2]):
            return dt.time(hour % 12 + 12 * (half == "p") if half else hour, minute)
    raise Invalid(f"“{clean_line(value)[:40]}” is no time of day. Write it like 08:30.")


async def _remember(session: AsyncSession, author: Author, name: str, zone: str | None) -> UserRow:
    """Insert the identity, its own account, or take over what the platform tells of it now."""
    fresh = sa.select(sa.func.nextval(sa.func.pg_get_serial_sequence("users", "id")).label("id")).cte("fresh")
    values = (author.platform, author.workspace, author.external_id, name, zone)
    columns = ["id", "account_id", "platform", "workspace", "external_id", "name", "timezone"]
    new = insert(UserRow).from_select(
        columns, sa.select(fresh.c.id, fresh.c.id, *(sa.literal(value, sa.Text) for value in values))
    )
    told = sa.case(
        (UserRow.timezone_chosen, UserRow.timezone), else_=sa.func.coalesce(new.excluded.timezone, UserRow.timezone)
    )
    statement = new.on_conflict_do_update(
        constraint="users_identity_key", set_={"name": new.excluded.name, "timezone": told}
    ).returning(UserRow)
    return (await session.execute(statement, execution_options={"populate_existing": True})).scalar_one()


def _is(author: Author) -> sa.ColumnElement[bool]:
    return sa.and_(
        UserRow.platform == author.platform,
        UserRow.workspace == author.workspace,
        UserRow.external_id == author.external_id,
    )


def _check_identity(author: Author) -> None:
    for field in ("platform", "workspace", "external_id"):
        value: str = getattr(author, field)
        if clean(value) != value or len(value) > _LONGEST[field] or (not value and field != "workspace"):
            raise Invalid(f"I can't tell who you are: the platform sent an unusable {field.replace('_', ' ')}.")


def _actor(row: UserRow, locale: str, default_zone: str) -> Actor:
    zone = known_zone(row.timezone)
    return Actor(
        user_id=row.id,
        account_id=row.account_id,
        name=row.name,
        timezone=zone or ZoneInfo(default_zone),
        timezone_known=zone is not None,
        locale=locale,
        morning=row.morning,
        digest=row.digest,
        reminder_lead_minutes=row.reminder_lead_minutes,
    )

"""Who is talking, and how they want things."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

from core.chat import Author
from core.database import Row, Session, statement
from core.errors import FORGOTTEN, Invalid, NotFound
from core.text import clean, clean_line
from core.users.actor import Actor
from core.users.mornings import NEXT_MORNING, SAME_CLOCK
from core.users.zones import known_zone, resolve_zone

_LONGEST_NAME = 200
_LONGEST = {"platform": 32, "workspace": 200, "external_id": 200}
_MOST_LEAD = 7 * 24 * 60
_TIME = re.compile(r"(\d{1,2})(?:[:.]([0-5]\d)(?::00)?)?\s*(?:([ap])\.?m\.?)?", re.ASCII)

USER = (
    "id, account_id, name, timezone, timezone_chosen, morning, digest, reminder_lead_minutes, reminders_here, unreached"
)
"""The columns of an `Actor`."""

_FIND = f"""
    SELECT {USER} FROM users
    WHERE platform = :platform AND workspace = :workspace AND external_id = :external_id
"""

# Two first messages at once: the second one waits for the first, and then reads and refreshes its row.
_REMEMBER = f"""
    WITH fresh AS (SELECT nextval(pg_get_serial_sequence('users', 'id')) AS id), new AS (
        INSERT INTO users (id, account_id, platform, workspace, external_id, name, timezone)
        SELECT id, id, :platform, :workspace, :external_id, :name, CAST(:timezone AS text) FROM fresh
        ON CONFLICT ON CONSTRAINT users_identity_key DO UPDATE
        SET name = EXCLUDED.name,
            timezone = CASE WHEN users.timezone_chosen THEN users.timezone
                            ELSE COALESCE(EXCLUDED.timezone, users.timezone) END,
            next_digest_at = CASE WHEN users.timezone_chosen THEN users.next_digest_at
                                  ELSE {SAME_CLOCK.format(at="users.next_digest_at")} END
        RETURNING *
    )
    SELECT {USER} FROM new
"""

_PREFER = f"""
    WITH old AS (SELECT * FROM users WHERE id = :user FOR UPDATE), new AS (
        UPDATE users
        SET timezone = wanted.timezone, timezone_chosen = users.timezone_chosen OR CAST(:timezone AS text) IS NOT NULL,
            morning = wanted.morning, digest = wanted.digest,
            reminder_lead_minutes = COALESCE(CAST(:lead AS integer), users.reminder_lead_minutes),
            reminders_here = COALESCE(CAST(:here AS boolean), users.reminders_here),
            next_digest_at = CASE WHEN wanted.digest THEN {NEXT_MORNING} END
        FROM (
            SELECT COALESCE(CAST(:timezone AS text), timezone) AS timezone,
                   COALESCE(CAST(:morning AS time), morning) AS morning,
                   COALESCE(CAST(:digest AS boolean), digest) AS digest,
                   timezone(COALESCE(CAST(:timezone AS text), timezone, :zone), CAST(:now AS timestamptz)) AS local
            FROM old
        ) AS wanted
        WHERE id = :user RETURNING users.*
    )
    SELECT {USER} FROM new
"""

# What is open follows; what is added from now on finds the preference by itself.
_HERE = """
    WITH others AS (
        UPDATE users SET reminders_here = false WHERE account_id = :account AND id <> :user AND reminders_here
    )
    UPDATE tasks
    SET made_by = CASE WHEN CAST(:user AS bigint) <> :account THEN CAST(:user AS bigint) END,
        reminder_claim = NULL, reminder_lease = NULL
    WHERE account_id = :account AND completed_at IS NULL AND deleted_at IS NULL
"""


async def identify(session: Session, author: Author, default_zone: str) -> Actor:
    """Return the actor an author is, making the identity and its account at the first sight of it.

    One statement for someone known. Takes over the name, and the zone the platform tells unless the person chose one;
    `default_zone` (IANA) stands in when nobody told any. Two first messages at once make one identity. Raises Invalid
    when the platform's ids are empty or too long.
    """
    return (await recognise(session, author, default_zone))[0]


async def recognise(session: Session, author: Author, default_zone: str) -> tuple[Actor, Actor]:
    """Return what `identify` does, and the actor as it was before: the same, unless the platform told another zone."""
    before = (await session.execute(statement(_FIND), identity(author))).one_or_none()
    return await as_told(session, author, default_zone, before)


async def as_told(session: Session, author: Author, default_zone: str, before: Row | None) -> tuple[Actor, Actor]:
    """Return what `recognise` does, where the identity's row was read already: no statement, unless there are news.

    Where what depends on the zone has to follow it, the session's statements are one transaction from here on.
    """
    name = clean_line(author.name)[:_LONGEST_NAME] or author.external_id
    told = known_zone(author.timezone)
    standard = ZoneInfo(default_zone)
    row = before
    moved = row is not None and told is not None and not row["timezone_chosen"] and row["timezone"] != told.key
    if row is None or row["name"] != name or moved:
        if moved:
            session.begin()
        values = {**identity(author), "name": name, "timezone": told.key if told else None, "zone": default_zone}
        row = (await session.execute(statement(_REMEMBER), values)).one()
    actor = actor_of(row, author.locale or "en", standard)
    return actor, actor_of(before, author.locale or "en", standard) if before and moved else actor


async def set_preferences(
    session: Session,
    actor: Actor,
    *,
    timezone: str | None = None,
    morning: dt.time | str | None = None,
    digest: bool | None = None,
    reminder_lead_minutes: int | None = None,
    reminders_here: bool | None = None,
    now: dt.datetime | None = None,
) -> Actor:
    """Change what is given and return the actor as it is then; the digest follows, and see `core.preferences`.

    `timezone` is an IANA name or a city, and from now on wins over what the platform tells; `morning` is a wall-clock
    time, or one as people write it (`8:30`, `7am`); `reminders_here`: all the account's reminders come to this identity
    from now on; `now` is the present unless it is given. Raises Invalid for an unknown zone, for what is no time, or a
    lead outside 0 minutes to a week, NotFound for a person who has been forgotten meanwhile.
    """
    if reminder_lead_minutes is not None and not 0 <= reminder_lead_minutes <= _MOST_LEAD:
        raise Invalid("A reminder can come from 0 minutes to a week before the task is due.")
    values = {
        "user": actor.user_id,
        "timezone": None if timezone is None else resolve_zone(timezone).key,
        "morning": None if morning is None else _time_of_day(morning),
        "digest": digest,
        "lead": reminder_lead_minutes,
        "here": reminders_here,
        "zone": actor.timezone.key,
        "now": now or dt.datetime.now(dt.UTC),
    }
    if reminders_here:
        await session.execute(statement(_HERE), {"user": actor.user_id, "account": actor.account_id})
    row = (await session.execute(statement(_PREFER), values)).one_or_none()
    if row is None:
        raise NotFound(FORGOTTEN)
    return actor_of(row, actor.locale, actor.timezone)


def _time_of_day(value: dt.time | str) -> dt.time:
    if isinstance(value, dt.time):
        return value.replace(second=0, microsecond=0, tzinfo=None, fold=0)
    found = _TIME.fullmatch(value.strip().lower())
    if found is not None:
        hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
        if minute < 60 and (1 <= hour <= 12 if half else hour < 24 and found[2]):
            return dt.time(hour % 12 + 12 * (half == "p") if half else hour, minute)
    raise Invalid(f"“{clean_line(value)[:40]}” is no time of day. Write it like 08:30.")


def identity(author: Author) -> dict[str, str]:
    """What the author's row is found by. Raises Invalid when the platform's ids are empty or too long."""
    found = {"platform": author.platform, "workspace": author.workspace, "external_id": author.external_id}
    for field, value in found.items():
        if clean(value) != value or len(value) > _LONGEST[field] or (not value and field != "workspace"):
            raise Invalid(f"I can't tell who you are: the platform sent an unusable {field.replace('_', ' ')}.")
    return found


def actor_of(row: Row, locale: str, default_zone: ZoneInfo) -> Actor:
    """The actor of a row of `USER`; `default_zone` stands in where nobody told one."""
    zone = known_zone(row["timezone"])
    return Actor(
        user_id=row["id"],
        account_id=row["account_id"],
        name=row["name"],
        timezone=zone or default_zone,
        timezone_known=zone is not None,
        locale=locale,
        morning=row["morning"],
        digest=row["digest"],
        reminder_lead_minutes=row["reminder_lead_minutes"],
        reminders_here=row["reminders_here"],
        unreached=row["unreached"],
    )

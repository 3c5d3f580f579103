"""The rules the database keeps by itself, whoever writes to it: plain SQL that must fail."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors, sql

USER = {"id": 1, "account_id": 1, "platform": "console", "workspace": "", "external_id": "ana", "name": "Ana"}
TASK = {"account_id": 1, "number": 1, "title": "Buy milk"}
DUE = {"due_date": "2026-11-27", "due_zone": "Europe/Berlin"}


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection]:
    """With one user, and rolled back at the end."""
    with psycopg.connect(database_url) as connection:
        insert(connection, "users", USER)
        yield connection
        connection.rollback()


def insert(connection: psycopg.Connection, table: str, row: dict[str, object]) -> None:
    """Insert one row."""
    columns = sql.SQL(", ").join(map(sql.Identifier, row))
    values = sql.SQL(", ").join([sql.Placeholder()] * len(row))
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(table), columns, values)
    connection.execute(statement, list(row.values()))


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ({"id": 2}, "users_identity_key"),
        ({"id": 2, "external_id": "x", "platform": ""}, "users_platform_length"),
        ({"id": 2, "external_id": "x", "platform": "p" * 33}, "users_platform_length"),
        ({"id": 2, "external_id": "x", "workspace": "w" * 201}, "users_workspace_length"),
        ({"id": 2, "external_id": ""}, "users_external_id_length"),
        ({"id": 2, "external_id": "i" * 201}, "users_external_id_length"),
        ({"id": 2, "external_id": "x", "name": "n" * 201}, "users_name_length"),
        ({"id": 2, "external_id": "x", "timezone": ""}, "users_timezone_length"),
        ({"id": 2, "external_id": "x", "timezone_chosen": True}, "users_chosen_timezone_known"),
        ({"id": 2, "external_id": "x", "reminder_lead_minutes": -1}, "users_reminder_lead_range"),
        ({"id": 2, "external_id": "x", "next_number": 0}, "users_next_number_positive"),
    ],
)
def test_the_database_refuses_a_user_that_breaks_a_rule(
    connection: psycopg.Connection, row: dict[str, object], rule: str
) -> None:
    """By the name of the rule."""
    with pytest.raises(errors.IntegrityError) as caught:
        insert(connection, "users", USER | row)
    assert caught.value.diag.constraint_name == rule


def test_an_account_is_a_user(connection: psycopg.Connection) -> None:
    """Checked at the latest when the transaction ends."""
    insert(connection, "users", USER | {"id": 2, "external_id": "x", "account_id": 1})
    with pytest.raises(errors.ForeignKeyViolation):
        insert(connection, "users", USER | {"id": 3, "external_id": "y", "account_id": 99})


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ({"account_id": 99}, "tasks_account_id_fkey"),
        ({"number": 0}, "tasks_number_positive"),
        ({"number": -3}, "tasks_number_positive"),
        ({"title": ""}, "tasks_title_length"),
        ({"title": "   "}, "tasks_title_length"),
        ({"title": "x" * 501}, "tasks_title_length"),
        ({"notes": "x" * 4001}, "tasks_notes_length"),
        ({"priority": 0}, "tasks_priority_range"),
        ({"priority": 5}, "tasks_priority_range"),
        ({"tags": ["x"] * 21}, "tasks_tags_count"),
        ({"tags": [""]}, "tasks_tags_filled"),
        ({"tags": [None]}, "tasks_tags_filled"),
        ({"tags": ["two words"]}, "tasks_tags_filled"),
        ({"tags": ["x" * 51]}, "tasks_tags_filled"),
        ({"due_date": "2026-11-27"}, "tasks_due_date_with_zone"),
        ({"due_zone": "Europe/Berlin"}, "tasks_due_date_with_zone"),
        ({"due_time": "09:00"}, "tasks_due_time_needs_date"),
        ({"recurrence": "FREQ=DAILY"}, "tasks_recurrence_needs_due"),
        (DUE | {"recurrence": ""}, "tasks_recurrence_length"),
        (DUE | {"recurrence": "x" * 1001}, "tasks_recurrence_length"),
        ({"source": "x" * 2001}, "tasks_source_length"),
        ({"change": 1}, "tasks_change_is_newest"),
        ({"previous": '[{"change": 1}]'}, "tasks_change_is_newest"),
        ({"change": 2, "previous": '[{"change": 1}, {"change": 2}]'}, "tasks_change_is_newest"),
    ],
)
def test_the_database_refuses_a_task_that_breaks_a_rule(
    connection: psycopg.Connection, row: dict[str, object], rule: str
) -> None:
    """By the name of the rule."""
    with pytest.raises(errors.IntegrityError) as caught:
        insert(connection, "tasks", TASK | row)
    assert caught.value.diag.constraint_name == rule


def test_a_number_is_an_accounts_own(connection: psycopg.Connection) -> None:
    """Twice in one account is refused, once in each of two is not."""
    insert(connection, "users", USER | {"id": 2, "account_id": 2, "external_id": "ben"})
    insert(connection, "tasks", TASK)
    insert(connection, "tasks", TASK | {"account_id": 2})
    with pytest.raises(errors.UniqueViolation, match="tasks_account_number_key"):
        insert(connection, "tasks", TASK | {"title": "Other"})


@pytest.mark.parametrize(
    ("row", "error"),
    [
        (DUE | {"due_at": "2026-11-27T09:00Z"}, errors.GeneratedAlways),
        (DUE | {"due_zone": "Mars/Olympus"}, errors.InvalidParameterValue),
        ({"number": 10**12}, errors.NumericValueOutOfRange),
        ({"title": None}, errors.NotNullViolation),
    ],
)
def test_the_instant_of_a_due_date_is_the_databases_own(
    connection: psycopg.Connection, row: dict[str, object], error: type[psycopg.Error]
) -> None:
    """It can't be written, and is none without a zone there is."""
    with pytest.raises(error):
        insert(connection, "tasks", TASK | row)


def test_what_keeps_all_the_rules_is_taken(connection: psycopg.Connection) -> None:
    """At every limit at once, so that no rule above refuses everything."""
    longest = {"title": "é" * 500, "notes": "é" * 4000, "source": "x" * 2000, "recurrence": "x" * 1000, "priority": 1}
    stack = {"change": 7, "previous": '[{"change": 7}, {"change": 3}]', "tags": ["é" * 50] * 20, "due_time": "09:00"}
    insert(connection, "tasks", TASK | DUE | longest | stack | {"number": 2**31 - 1})
    row = connection.execute("SELECT due_at AT TIME ZONE 'UTC' FROM tasks").fetchone()
    assert row is not None
    assert str(row[0]) == "2026-11-27 08:00:00"

"""Why a database can't be used, in words for whoever looks after it: host, role, database and reason, no password."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError

from core.connections import CONNECT_SECONDS
from core.database import parse_url
from core.errors import DatabaseUnavailable

_REASONS = tuple(
    (re.compile(pattern, re.IGNORECASE), reason)
    for pattern, reason in (
        (
            r"password authentication failed|SASL authentication failed",
            "the password is wrong, or there is no such role",
        ),
        (r"no password supplied", "it asks for a password, and the address has none"),
        (r'database ".*" does not exist', "there is no such database; create it, or correct the address"),
        (r'role ".*" does not exist', "there is no such role"),
        (r"is not permitted to log in", "the role may not log in (ALTER ROLE … LOGIN)"),
        (r"peer authentication failed|ident authentication failed", "it takes this role from its own system user only"),
        (r"permission denied for database|CONNECT privilege", "the role may not connect to this database"),
        (r"no encryption|SSL is required|connection is insecure", "it wants TLS: add ?sslmode=require to the address"),
        (r"does not support SSL", "it speaks no TLS, and the address asks for it (sslmode)"),
        (r"certificate|sslrootcert", "its TLS certificate is not accepted; sslmode and sslrootcert say which would be"),
        (r"SSL error|SSL SYSCALL|tlsv1", "TLS fails on the way; is this the port of a Postgres?"),
        (r"no pg_hba\.conf entry", "it lets this role in from elsewhere only (pg_hba.conf)"),
        (r"connection refused", "nothing listens there; is the server running, and the port right?"),
        (r"failed to resolve host|could not translate host name", "there is no such host"),
        (r"No such file or directory", "no server has its socket there; is it running?"),
        (r"socket .* failed: Permission denied", "this user of the machine may not use its socket"),
        (r"unreachable|no route to host", "the network has no way there"),
        (r"too many clients|connection slots|too many connections", "all its connections are taken"),
        (r"starting up|shutting down|in recovery mode", "it is starting or stopping; try again in a minute"),
        (r"timeout expired|timed out|connection timeout", f"nobody answered within {CONNECT_SECONDS} seconds"),
        (
            r"invalid connection option|invalid .* value|invalid URI query",
            "the address has an option that libpq doesn't know",
        ),
        (
            r"closed the connection unexpectedly|received invalid response|expected authentication request",
            "what answers there is no Postgres, or it hung up",
        ),
    )
)
_STATES = {
    "42501": "the role may not do that; make it owner of the database, or GRANT CREATE on database and schema public",
    "25006": "it is read-only: a standby, or closed for writing",
    "53100": "its disk is full",
    "53300": "all its connections are taken",
    "57P03": "it is starting or stopping; try again in a minute",
    "57014": "it took too long",
    "3D000": "there is no such database; create it, or correct the address",
    "28P01": "the password is wrong, or there is no such role",
}
_UNKNOWN = "it refuses; its own log says why"
_SLOW = "it took too long to answer"


@contextmanager
def explained(url: str) -> Iterator[None]:
    """Raise what goes wrong with the database of `url` in the block as a DatabaseUnavailable that says what it is."""
    try:
        yield
    except (DatabaseUnavailable, DBAPIError, psycopg.Error) as error:
        raise DatabaseUnavailable(diagnosis(url, error)) from error


def diagnosis(url: str, error: BaseException) -> str:
    """The sentence about one failure. Never quotes the driver's text or the address, which may hold a password."""
    parsed = parse_url(url)
    named = (parsed.host or "", parsed.database or "", parsed.username or "")
    if any("@" in one for one in named):
        return (
            "I can't use the database: its address has one @ too many. Write an @ of the password as %40, a / as %2F."
        )
    sockets = parsed.query.get("host")
    host = parsed.host or (sockets if isinstance(sockets, str) else "the local socket")
    where = f"{host}:{parsed.port}" if parsed.port else host
    role = f" as {parsed.username}" if parsed.username else ""
    return f"I can't use the database {parsed.database or 'of that name'} on {where}{role}: {reason(error)}."


def reason(error: BaseException) -> str:
    """Why, without any name: neither host nor role."""
    slow = False
    for one in _chain(error):
        if isinstance(one, psycopg.Error):
            if one.sqlstate in _STATES:
                return _STATES[one.sqlstate]
            return next((reason for pattern, reason in _REASONS if pattern.search(str(one))), _UNKNOWN)
        slow = slow or isinstance(one, TimeoutError)
    return _SLOW if slow else _UNKNOWN


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error, what the driver raised beneath it, and what caused it."""
    while error is not None:
        yield error
        error = error.orig if isinstance(error, DBAPIError) and error.orig else error.__cause__

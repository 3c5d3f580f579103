"""Installations in a bucket of S3, or of what speaks its language: for processes on many machines.

The keys of AWS come from where boto3 looks for them, the environment for one. What is needed beyond Bolt's store are
conditional writes (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html).
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import structlog
from slack_sdk.errors import SlackClientConfigurationError
from slack_sdk.oauth.installation_store import Bot

from adapters.slack.installed.installation import Key
from adapters.slack.installed.store import StoreError

log = structlog.get_logger()

_NONE = "none"
_LATEST = re.compile(r".*/([A-Z0-9]+|none)-([A-Z0-9]+|none)/bot-latest")
_LEASE = 60.0
"""Seconds after which the lock of a process that died counts no more."""
_PATIENCE = 90.0
_PAUSE = 0.5
_TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})
_MISSING = frozenset({"NoSuchKey", "404", "NotFound"})


class NoS3Error(Exception):
    """boto3 is not installed; the text is a sentence."""


class Bucket:
    """Bolt's bucket of installations: see `Backend`."""

    def __init__(self, name: str, client_id: str, endpoint: str | None = None) -> None:
        """Raises NoS3Error."""
        try:
            import boto3  # type: ignore[import-untyped]
            from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]
            from slack_sdk.oauth.installation_store.amazon_s3 import AmazonS3InstallationStore
        except ImportError:
            raise NoS3Error("SLACK_S3_BUCKET wants boto3: install task-bot[s3].") from None
        self._refusals = (BotoCoreError, ClientError, SlackClientConfigurationError)
        self._name, self._prefix = name, f"{client_id}/"
        self._s3: Any = boto3.client("s3", endpoint_url=endpoint)
        self._store = AmazonS3InstallationStore(
            s3_client=self._s3,
            bucket_name=name,
            client_id=client_id,
            historical_data_enabled=False,
            logger=logging.getLogger("slack.quiet"),
        )

    def find(self, key: Key) -> Bot | None:
        """See `Backend`."""
        found: Bot | None = self._store.find_bot(enterprise_id=key.enterprise or None, team_id=key.team or None)
        if found is None:
            self._missing(f"{self._path(key)}/bot-latest")
        return found

    def save(self, bot: Bot) -> None:
        """See `Backend`."""
        with self._told("written"):
            self._store.save_bot(bot)

    def delete(self, key: Key) -> None:
        """See `Backend`."""
        with self._told("written"):
            self._store.delete_bot(enterprise_id=key.enterprise or None, team_id=key.team or None)

    def keys(self) -> Sequence[Key]:
        """See `Backend`."""
        with self._told("read"):
            pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._name, Prefix=self._prefix)
            names = [one["Key"] for page in pages for one in page.get("Contents") or ()]
        found = (_LATEST.fullmatch(name) for name in names)
        return [Key(*("" if part == _NONE else part for part in one.groups())) for one in found if one]

    @asynccontextmanager
    async def locked(self, key: Key) -> AsyncIterator[None]:
        """See `Backend`: an object that only one process can make, which counts for a minute."""
        name, until = f"{self._path(key)}/lock", time.monotonic() + _PATIENCE
        while not await asyncio.to_thread(self._taken, name):
            if time.monotonic() > until:
                raise StoreError(f"Another process keeps an installation in the bucket {self._name} locked.")
            await asyncio.sleep(_PAUSE)
        try:
            yield
        finally:
            try:
                await asyncio.to_thread(self._freed, name)
            except StoreError as error:
                log.warning("slack.lock_left", reason=str(error))  # it ends by itself

    def _taken(self, name: str) -> bool:
        """Take the lock, if it is free or its holder has died."""
        held: dict[str, str] = {"IfNoneMatch": "*"}
        with self._told("written"):
            try:
                found = self._s3.get_object(Bucket=self._name, Key=name)
                if json.loads(found["Body"].read())["until"] > time.time():
                    return False
                held = {"IfMatch": found["ETag"]}
            except self._refusals as error:
                if _code(error) not in _MISSING:
                    raise
            try:
                body = json.dumps({"until": time.time() + _LEASE})
                self._s3.put_object(Bucket=self._name, Key=name, Body=body, **held)
            except self._refusals as error:
                if _code(error) in _TAKEN | _MISSING:
                    return False
                raise
        return True

    def _freed(self, name: str) -> None:
        with self._told("written"):
            self._s3.delete_object(Bucket=self._name, Key=name)

    def _missing(self, name: str) -> None:
        """Bolt takes a bucket that doesn't answer for an empty one: raise StoreError unless it says that it is."""
        try:
            self._s3.head_object(Bucket=self._name, Key=name)
        except self._refusals as error:
            if _code(error) in _MISSING:
                return
            raise StoreError(f"The bucket {self._name} can't be read ({_code(error)}).") from error
        raise StoreError(f"An installation in the bucket {self._name} can't be read.")

    def _path(self, key: Key) -> str:
        return f"{self._prefix}{key.enterprise or _NONE}-{key.team or _NONE}"

    @contextmanager
    def _told(self, done: str) -> Iterator[None]:
        try:
            yield
        except self._refusals as error:
            raise StoreError(f"The bucket {self._name} can't be {done} ({_code(error)}).") from error
        except (ValueError, TypeError, LookupError) as error:
            raise StoreError(f"The bucket {self._name} makes no sense ({type(error).__name__}).") from error


def _code(error: Exception) -> str:
    told = getattr(error, "response", None)
    return str(told.get("Error", {}).get("Code", "")) if isinstance(told, dict) else type(error).__name__

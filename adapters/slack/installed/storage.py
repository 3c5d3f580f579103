"""Where installations are kept, as the settings say."""

from __future__ import annotations

from pathlib import Path

from adapters.slack.installed.bucket import Bucket
from adapters.slack.installed.folder import Folder
from adapters.slack.installed.store import Backend, Installations
from adapters.slack.settings import SlackSettings

FOLDER = "slack"
"""In the data directory."""


def installations(settings: SlackSettings, data_dir: Path) -> Installations:
    """In a bucket where there is one, else in the data directory. Raises NoS3Error."""
    client = settings.client_id or ""
    backend: Backend = (
        Bucket(settings.s3_bucket, client, settings.s3_endpoint)
        if settings.s3_bucket
        else Folder(data_dir / FOLDER / client)
    )
    return Installations(backend, settings.installation_keys)

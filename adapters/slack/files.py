"""A file for one person: uploaded to their direct messages with the bot."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from adapters.slack.api import REFUSED, Api, code
from core.chat import File

log = structlog.get_logger()


async def send(api: Api, user: str, files: Sequence[File]) -> str | None:
    """Upload the files and share them with the person, in one message; a sentence when Slack refuses.

    See https://docs.slack.dev/messaging/working-with-files: an address for each, its bytes, then all are made public in
    the direct messages at once.
    """
    try:
        channel = (await api.read.conversations_open(users=user))["channel"]["id"]
        shared = []
        for file in files:
            place = await api.read.files_getUploadURLExternal(filename=file.name, length=file.size)
            async with api.session.post(place["upload_url"], data=file.body) as response:
                response.raise_for_status()
            shared.append({"id": place["file_id"], "title": file.name})
        await api.write.files_completeUploadExternal(files=shared, channel_id=channel)
    except REFUSED as error:
        log.warning("slack.file_refused", error=code(error) or type(error).__name__)
        return "Slack didn't take the file. Please try again in a moment; nothing is lost."
    return None

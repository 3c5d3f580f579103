"""What comes with a message beside its words: files, clips, snippets, and messages that were passed on.

See https://docs.slack.dev/reference/objects/file-object and https://docs.slack.dev/reference/messaging/attachments.
Slack has no polls and no stickers of its own: those are other apps' messages and pictures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from adapters.slack.inbound import Event, readable, text_of
from core.chat import Attachment, AttachmentKind

_KINDS = {"image": AttachmentKind.IMAGE, "audio": AttachmentKind.AUDIO, "video": AttachmentKind.VIDEO}
_CLIPS = {"slack_audio": AttachmentKind.AUDIO, "slack_video": AttachmentKind.VIDEO}
"""Recorded in Slack itself: an audio clip is an MP4, as a video's is."""
_GONE = frozenset({"tombstone", "hidden_by_limit"})
_LONGEST = 4_000
"""Characters of a snippet or of a message that was passed on."""
_MOST = 20


def attachments(event: Event, names: Mapping[str, str] | None = None) -> tuple[Attachment, ...]:
    """All that came with a message; `names` are those of the people whom a message that was passed on mentions."""
    return tuple(_all(event, names or {}))[:_MOST]


def passed_on(event: Event) -> str:
    """The words of the messages that were passed on, as Slack has them: for the mentions in them."""
    return " ".join(text_of(one) for one in _parts(event, "attachments") if _is_message(one))


def in_words(found: Sequence[Attachment]) -> str:
    """A line each, for who reads earlier messages as text alone."""
    return "\n".join(f"[{one.kind}: {' '.join(part for part in (one.name, one.text) if part)}]" for one in found)


def _all(event: Event, names: Mapping[str, str]) -> Iterator[Attachment]:
    for file in _parts(event, "files"):
        if text_of(file, "mode") not in _GONE:
            yield Attachment(_kind(file), _name(file), text_of(file, "preview")[:_LONGEST])
    for one in _parts(event, "attachments"):
        if _is_message(one):
            words = readable(text_of(one) or text_of(one, "fallback"), names)
            yield Attachment(AttachmentKind.FORWARD, text_of(one, "author_name"), words[:_LONGEST])
            yield from _all({"files": one.get("files")}, names)


def _kind(file: Mapping[str, object]) -> AttachmentKind:
    clip = _CLIPS.get(text_of(file, "subtype"))
    return clip or _KINDS.get(text_of(file, "mimetype").partition("/")[0], AttachmentKind.FILE)


def _name(file: Mapping[str, object]) -> str:
    return text_of(file, "title") or text_of(file, "name")


def _is_message(attachment: Mapping[str, object]) -> bool:
    """Passed on, or shown for a link to it that the person wrote."""
    return attachment.get("is_share") is True or attachment.get("is_msg_unfurl") is True


def _parts(event: Event, name: str) -> list[Mapping[str, object]]:
    parts = event.get(name)
    return [one for one in parts if isinstance(one, Mapping)] if isinstance(parts, list) else []

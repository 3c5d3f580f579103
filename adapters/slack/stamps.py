"""How Slack keeps a conversation's id: in the metadata of the bot's own messages.

See https://docs.slack.dev/messaging/message-metadata. Anyone in the workspace can read it, only the app that posted a
message can write it, and so only messages of the bot's own count.
"""

from __future__ import annotations

from collections.abc import Mapping

from adapters.slack.inbound import Event
from core.chat import Stamp, StampKind

EVENT_TYPE = "task_bot_reply"
_CONVERSATION = "conversation"


def metadata(stamp: Stamp, part: int = 0) -> dict[str, object]:
    """A stamp as message metadata; what is not known is left out. `part` counts the messages of one reply."""
    kept = {
        _CONVERSATION: stamp.conversation,
        "answers": stamp.answers,
        "about": list(stamp.about),
        "asks": stamp.asks,
        "kind": None if stamp.kind is StampKind.ANSWER else str(stamp.kind),
        "part": part,
    }
    return {"event_type": EVENT_TYPE, "event_payload": {name: value for name, value in kept.items() if value}}


def payload(said: Event) -> Mapping[str, object]:
    """What is noted on a message; nothing where that is not in the bot's form."""
    kept = said.get("metadata")
    if not isinstance(kept, Mapping) or kept.get("event_type") != EVENT_TYPE:
        return {}
    noted = kept.get("event_payload")
    return noted if isinstance(noted, Mapping) else {}


def stamp_of(said: Event) -> Stamp | None:
    """What is noted on a message of the bot's own, as the core takes it."""
    kept = said.get("metadata")
    if not isinstance(kept, Mapping) or kept.get("event_type") != EVENT_TYPE:
        return None
    noted = payload(said)
    kind, about = noted.get("kind"), noted.get("about")
    return Stamp(
        conversation=_text(noted.get(_CONVERSATION)),
        answers=_text(noted.get("answers")),
        about=tuple(number for number in about if isinstance(number, int)) if isinstance(about, list) else (),
        asks=_text(noted.get("asks")) or "",
        kind=next((one for one in StampKind if one == kind), StampKind.ANSWER),
    )


def without_conversation(said: Event) -> dict[str, object]:
    """The metadata of a message without the conversation's id; what was answered stays answered."""
    noted = {name: value for name, value in payload(said).items() if name != _CONVERSATION}
    return {"event_type": EVENT_TYPE, "event_payload": noted}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None

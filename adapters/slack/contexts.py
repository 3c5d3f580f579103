"""What a person has before their eyes beside the bot, as Slack tells it; kept in memory for a while, and never fetched.

See https://docs.slack.dev/reference/events/app_context_changed.
"""

from __future__ import annotations

from collections.abc import Mapping

from cachetools import LRUCache, TTLCache

from adapters.slack.inbound import text_of
from adapters.slack.me import Me

_PEOPLE = 10_000
_CHANNELS = 10_000
_A_WHILE = 15 * 60.0
"""Seconds after which what somebody looked at says nothing of what they mean."""
_CHANNEL, _THREAD, _MESSAGE = (f"slack#/types/{kind}" for kind in ("channel_id", "thread_ts", "message_context"))
_NAMELESS = frozenset({"", "directmessage", "privategroup"})
"""What Slack puts where it doesn't tell a channel's name."""


class Contexts:
    """By person, the link or the channel's name that stands for what they look at."""

    def __init__(self, me: Me) -> None:
        self._me = me
        self._seen: TTLCache[str, str] = TTLCache(_PEOPLE, _A_WHILE)
        self._names: LRUCache[str, str] = LRUCache(_CHANNELS)

    def changed(self, user: str, context: object) -> None:
        """The person looks at something else now: `{}` at nothing that has a name."""
        if not user or not isinstance(context, Mapping):
            return
        shown = self._shown(context)
        if shown:
            self._seen[user] = shown
        else:
            self._seen.pop(user, None)

    def of(self, user: str) -> str | None:
        """A permanent link or `#general`; `None` when it isn't known."""
        shown: str | None = self._seen.get(user)
        return shown

    def channel(self, channel: str, name: str = "") -> str | None:
        """A channel by its name, if an event has told it, else by its link. `name` is what this event tells."""
        if not channel.startswith(("C", "G")):
            return None
        if name not in _NAMELESS:
            self._names[channel] = name
        known = self._names.get(channel)
        return f"#{known}" if known else self._me.channel_link(channel)

    def _shown(self, context: Mapping[str, object]) -> str | None:
        """The first of the entities, which come by relevance, that has a link; or the one channel of older apps."""
        entities = context.get("entities")
        given = [one for one in entities if isinstance(one, Mapping)] if isinstance(entities, list) else []
        if not given and context.get("channel_id"):
            return self.channel(text_of(context, "channel_id"))
        thread = next((text_of(one, "value") for one in given if one.get("type") == _THREAD), "")
        for entity in given:
            value = entity.get("value")
            if entity.get("type") == _MESSAGE and isinstance(value, Mapping):
                channel, ts = text_of(value, "channel_id"), text_of(value, "message_ts")
                if channel and ts:
                    return self._me.permalink(channel, ts)
            elif entity.get("type") == _CHANNEL and isinstance(value, str) and (named := self.channel(value)):
                return self._me.permalink(value, thread) if thread else named
        return None

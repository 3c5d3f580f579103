"""Whether a message in a thread of the bot's is said to it, or among people, who talk together there as well.

Who isn't sure asks the bot's model, which may find that nothing is to be said; this rule only keeps the bot out of what
is plainly among people. Slack and Discord write mentions alike.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Generic, TypeVar

from cachetools import LRUCache

Place = TypeVar("Place", bound=Hashable)

_KEPT = 10_000
_MENTION = re.compile(r"<@!?(\w+)(?:\|[^<>]*)?>")
_EMOJI = re.compile(r":[\w+-]{1,50}:|<a?:\w{1,32}:\d{1,20}>")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_LAUGH = re.compile(r"(?:a?(?:ha){2,}h?|(?:he){2,}|lo+l|lmao|rofl|xd|jaja(?:ja)*)")
_MOST_WORDS = 5


def _words(line: str) -> frozenset[str]:
    return frozenset(line.split())


_CHATTER = _words(
    "thanks thank you thx ty cheers nice great cool awesome wow yay congrats congratulations good one well done lovely "
    "perfect agreed same here exactly indeed true welcome all everyone guys so much very danke dir euch super merci "
    "beaucoup gracias grazie obrigado tack brb morning night bye see"
)
_THANKS = _words("thanks thank thx ty cheers danke merci gracias grazie obrigado tack welcome")
_ALONE = _words(
    "nice great cool awesome wow yay congrats congratulations lovely perfect agreed exactly indeed true super brb bye"
)
_REQUEST = _words(
    "add remind list show done complete finish delete remove move postpone snooze undo redo edit change rename create "
    "assign ask give tell what which who when where how can could would please let's erinnere zeig füge lösche"
)


class Talkers(Generic[Place]):
    """Who was heard in which thread, by this process: with one person alone, thanks are the bot's."""

    def __init__(self) -> None:
        self._heard: LRUCache[Place, frozenset[str]] = LRUCache(_KEPT)

    def several(self, where: Place, author: str) -> bool:
        """Note who speaks; tells whether others did before."""
        known = self._heard.get(where, frozenset()) | {author}
        self._heard[where] = known
        return len(known) > 1


def meant(text: str, bot: str, *, several: bool) -> bool:
    """Whether a message that doesn't mention the bot may be meant for it. `text` is as the platform gives it.

    `several`: whether more than one person talks in the thread.
    """
    others = [found for found in _MENTION.finditer(text) if found[1] != bot]
    words = _WORD.findall(_EMOJI.sub(" ", _MENTION.sub(" ", text)).casefold())
    if not words:
        return not (several and text.strip())  # nothing but emoji and names; files come without a word
    if others and not text[: others[0].start()].strip():
        return False
    if several and _is_chatter(words):
        return False
    return not others or words[0] in _REQUEST or text.rstrip().endswith("?")


def _is_chatter(words: list[str]) -> bool:
    """Thanks, laughter and applause."""
    if len(words) > _MOST_WORDS:
        return False
    left = [word for word in words if not _LAUGH.fullmatch(word)]
    if not all(word in _CHATTER for word in left):
        return False
    return len(left) < len(words) or bool(_THANKS & set(left)) or all(word in _ALONE for word in left)

"""Asking a person before a call is made, without keeping anything: the call itself lies in the conversation.

The call's item there has its arguments; the question's button has a reference, by which only the person who was asked
finds the item, as long as its arguments are those that were shown. So a press can be answered by any process.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.agent.servers.catalogue import ServerTool
from core.agent.servers.results import failed
from core.chat import Approval, Author
from core.commands.questions import answered
from core.tools.context import TurnContext

LONGEST_ARGUMENTS = 2_500
"""Characters of the arguments as they are shown: a message of every platform takes so many, all in sight."""
MOST_ASKED = 5
"""Questions of one turn."""
EXPIRY = dt.timedelta(hours=24)
_EPOCH = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
_TIME_BYTES, _DIGEST_BYTES = 3, 9
_LINE = re.compile(r"(approve|deny) ([\w-]{16})")
_YES, _NO = "approve", "deny"

_WAITING = (
    "NOT DONE YET. The person has just been asked, by a question with a button that they see. They decide later; if it "
    "is done, a newer call of the same tool with its result will stand in this conversation. Don't call it again, and "
    "don't say that it is done."
)
_TOO_LONG = (
    f"Not done: the person has to approve this call, and its arguments are too long to be shown to them (at most "
    f"{LONGEST_ARGUMENTS} characters). Make them shorter, or tell the person."
)
_TOO_MANY = (
    f"Not done: the person was asked about {MOST_ASKED} calls for this message already. Tell them that the rest can be "
    "asked for in another message."
)
_NO_MEMORY = (
    "Not done: this call has to be approved, and this thread's memory can't be reached right now, where it would be "
    "kept until then. Tell the person to ask again in a few minutes."
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person has said to the question with this reference."""

    reference: str
    approved: bool

    @property
    def line(self) -> str:
        """What a yes to the question stands for."""
        return f"{_YES} {self.reference}"


def decision(text: str, asks: str) -> Decision | None:
    """What a message decides: `approve …` and `deny …` as a button says it, or a mere yes or no to the one question."""
    if match := _LINE.fullmatch(text.strip()):
        return Decision(match[2], match[1] == _YES)
    asked = _LINE.fullmatch(asks)
    line = answered(text, asks) if asked else None
    return Decision(asked[2], line == asks) if asked and line in (asks, "") else None


def ask(turn: TurnContext, tool: ServerTool, arguments: Mapping[str, Any], call: str, secret: str) -> str:
    """Show the question before a call; returns what the model is told. The person acts later, by a `Decision`."""
    shown = as_shown(arguments)
    if turn.author is None or not turn.remembers:
        return failed(tool.label, _NO_MEMORY)
    if len(shown) > LONGEST_ARGUMENTS:
        return failed(tool.label, _TOO_LONG)
    if turn.approvals >= MOST_ASKED:
        return failed(tool.label, _TOO_MANY)
    name = reference(secret, turn.author, call, tool.function, arguments, turn.now)
    turn.approvals += 1
    # a mere yes can't tell which of several questions it answers, nor, among others, whose it is
    turn.asks = f"{_YES} {name}" if turn.approvals == 1 and not turn.shared else ""
    question = f"May I call “{tool.name}” of the service “{tool.label}” with this?"
    turn.show(Approval(question, shown, f"{_YES} {name}", f"{_NO} {name}"))
    return json.dumps({"from": tool.label, "result": _WAITING})


def as_shown(arguments: Mapping[str, Any]) -> str:
    """All of the arguments, one a line, as JSON that means just what is sent.

    Nothing in them is unseen, turns text around or ends the block of code that they are shown in: such characters are
    written as JSON's escapes.
    """
    written = json.dumps(arguments, ensure_ascii=False, indent=2)
    return "".join(one if one == "\n" or _is_plain(one) else _escaped(one) for one in written)


def reference(
    secret: str, author: Author, call: str, function: str, arguments: Mapping[str, Any], asked: dt.datetime
) -> str:
    """Sixteen characters that name the call, with these arguments, asked of this person in that minute."""
    minutes = max(0, int((asked - _EPOCH).total_seconds() // 60)).to_bytes(_TIME_BYTES, "big")
    return _text(minutes + _digest(secret, author, call, function, arguments, minutes))


def asked_at(name: str) -> dt.datetime:
    """When the question with this reference was asked, as an aware instant, to the minute."""
    return _EPOCH + dt.timedelta(minutes=int.from_bytes(_bytes(name)[:_TIME_BYTES], "big"))


def is_of(name: str, secret: str, author: Author, call: str, function: str, arguments: Mapping[str, Any]) -> bool:
    """Whether the reference is of this call, and this person was asked about it."""
    raw = _bytes(name)
    return raw[_TIME_BYTES:] == _digest(secret, author, call, function, arguments, raw[:_TIME_BYTES])


def _digest(
    secret: str, author: Author, call: str, function: str, arguments: Mapping[str, Any], minutes: bytes
) -> bytes:
    words = [author.platform, author.workspace, author.external_id, call, function, minutes.hex()]
    told = "\0".join([*words, json.dumps(arguments, sort_keys=True)])
    key = hashlib.sha256(b"approval\0" + secret.encode()).digest()
    return hashlib.blake2b(told.encode(errors="surrogatepass"), key=key, digest_size=_DIGEST_BYTES).digest()


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode()


def _bytes(name: str) -> bytes:
    """Sixteen characters of the alphabet are always twelve bytes; letters of others are none of it."""
    return urlsafe_b64decode(name) if name.isascii() else bytes(_TIME_BYTES)


def _is_plain(character: str) -> bool:
    category = unicodedata.category(character)
    return character == " " or (category[0] not in "CZ" and character not in "`\u2800\u3164\uffa0\u115f\u1160")


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1] if ord(character) > 0x7E else f"\\u{ord(character):04x}"

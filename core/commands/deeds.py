"""What people say they did: `I bought the milk` completes the task that says so. Pure."""

from __future__ import annotations

import re

from core.commands.rules import rule
from core.commands.targets import target
from core.intents.values import Complete, Intent, Words

_DID = {
    "bought": "buy", "paid": "pay", "called": "call", "sent": "send", "wrote": "write", "cleaned": "clean",
    "fixed": "fix",
    "washed": "wash", "booked": "book", "ordered": "order", "submitted": "submit", "returned": "return",
    "emailed": "email", "watered": "water", "renewed": "renew", "signed": "sign", "shipped": "ship", "read": "read",
    "picked up": "pick up", "took out": "take out", "made": "make", "sold": "sell", "packed": "pack", "mailed": "mail",
}  # fmt: skip


def _did(match: re.Match[str]) -> Intent | None:
    """`I bought the milk` completes `Buy milk`, and nothing that only has milk in it."""
    verb = _DID[" ".join(match["verb"].lower().split())]
    named = target(match["t"])
    return Complete(Words(f"{verb} {named.words}")) if isinstance(named, Words) and not named.every else None


DID = rule(
    rf"i(?:['’]ve|\s+have)?\s+(?:just\s+|already\s+)?(?P<verb>{'|'.join(_DID).replace(' ', '[ ]')})"
    r"\s+(?P<t>[^\s.,!?]+(?:\s+[^\s.,!?]+){0,5}?)(?:\s+(?:today|already|now|yesterday))?[.!]*",
    _did,
)

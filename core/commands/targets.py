"""Which tasks a sentence means: `3`, `#3, 4 and 7`, `tasks 2-5`, `the milk one`, `my morning meetings`."""

from __future__ import annotations

import re

from core.intents.values import Numbers, Target, Words

_LONGEST_RANGE = 100
_NOUN = r"(?:tasks?|to-?dos?|items?|reminders?|numbers?|nos?\.?|nr\.?)"
_NUMBERS = re.compile(
    rf"(?:(?:the|my)\s+)?(?:{_NOUN}\s*)?#?\d+(?:(?:\s*(?:,|&|\+|-|–|\band\b|\bto\b)\s*(?:and\s+)?|\s+)(?:{_NOUN}\s*)?#?\d+)*",
    re.IGNORECASE,
)
_NUMBER_OR_RANGE = re.compile(r"(\d+)(?:\s*(?:-|–|\bto\b)\s*#?(\d+))?", re.IGNORECASE)
_LEAD = re.compile(
    rf"^(?:(?:all|every|each|both|everything)\s+(?:of\s+)?)?(?:(?:the|my|that|this|those|these|a|an)\s+)?(?:{_NOUN}\s+"
    r"(?:about|called|named|with|to|for|on)\s+)?",
    re.IGNORECASE,
)
_TAIL = re.compile(rf"\s+(?:ones?|thing|stuff|{_NOUN})$", re.IGNORECASE)
_MANY = re.compile(
    r"^(?:all|every|each|both|everything|those|these)\b|\s(?:ones|tasks|items|to-?dos|reminders)$", re.IGNORECASE
)
_PLURAL = re.compile(r"[a-z]{3,}(?<!s)s$", re.IGNORECASE)
_LIST = re.compile(r"\s+(?:from|off|on|in)\s+(?:my|the)\s+(?:task\s+|to-?do\s+)?lists?$", re.IGNORECASE)
_EVERYTHING = re.compile(
    rf"(?:all|every|everything|each)(?:\s+(?:of\s+)?(?:(?:my|the|open)\s+)*(?:{_NOUN}|of\s+them)?)?|them\s+all", re.I
)
_OPENING = "\"'“‘«`"
_CLOSING = "\"'”’»`"
"""Each opening quotation mark has its closing one at the same place."""


def unquote(text: str) -> str:
    """The text without one pair of quotes around the whole of it."""
    text = text.strip()
    inside = text[1:-1]
    whole = len(text) > 2 and text[0] in _OPENING and text[-1] == _CLOSING[_OPENING.index(text[0])]
    return inside.strip() if whole and text[-1] not in inside else text


def is_quoted(text: str) -> bool:
    """Whether the whole text stands in quotes."""
    return unquote(text) != text.strip()


def numbers(text: str) -> Numbers | None:
    """The task numbers the text consists of, each once and in order; `None` when it says anything else."""
    if not _NUMBERS.fullmatch(text.strip()):
        return None
    found: dict[int, None] = {}
    for low, high in _NUMBER_OR_RANGE.findall(text):
        first = int(low)
        last = int(high) if high else first
        if last - first >= _LONGEST_RANGE:
            last = first
        found.update(dict.fromkeys(range(first, max(first, last) + 1)))
    return Numbers(tuple(found))


def target(text: str) -> Target | None:
    """Numbers, or the words that tell the task (no words and `every`: all open ones); `None` for empty text."""
    text = _LIST.sub("", text.strip().rstrip(".!?,"))
    named = numbers(text)
    if named:
        return named
    if is_quoted(text):
        return Words(unquote(text))
    if _EVERYTHING.fullmatch(text):
        return Words("", every=True)
    mine = re.match(r"(?:my|all|those|these)\b", text, re.IGNORECASE)
    every = bool(_MANY.search(text)) or bool(mine and _PLURAL.search(text))
    words = _TAIL.sub("", _LEAD.sub("", text)).strip()
    return Words(unquote(words), every) if words else None

"""What says by its first words that it adds: `add a task to …`, `remind me to …`, `put milk on my list`. Pure."""

from __future__ import annotations

import re

from core.intents.values import Add

TASK = r"(?:tasks?|to-?dos?|items?|reminders?)"
_ADD_NOUN = re.compile(
    rf"^(?:(?:add|create|make|new|set(?:\s+up)?|put|write\s+down)\s+)?(?:(?:an?|another|the|one)\s+)?(?:new\s+)?{TASK}"
    r"(?:\s*:\s*|\s+(?:to|for|about|called|named|saying|that\s+says)\s+|\s+)(?P<text>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_ADD = re.compile(r"^(?:add|todo|create)\s*:?\s+(?P<text>\S.*)$", re.IGNORECASE | re.DOTALL)
_ADD_TAIL = re.compile(r"\s+(?:to|on)\s+(?:my|the)\s+(?:task\s+|to-?do\s+)?lists?[.!]?$", re.IGNORECASE)
_TO_LIST = re.compile(
    r"(?:add|put)\s+(?P<text>\S.*?)\s+(?:to|on|in|onto)\s+(?:my|the)\s+(?:(?P<list>[^\W\d]\w*)\s+)?list[.!]?",
    re.IGNORECASE | re.DOTALL,
)
_REMEMBER = re.compile(
    r"^(?:remind\s+me|(?:please\s+)?remember|note(?:\s+down)?|do\s*n['’]?o?t\s+(?:let\s+me\s+)?forget"
    r"|i\s+(?:really\s+)?(?:need|have|want|ought|must|should|must\s+not|mustn['’]?t)(?:\s+to)?\s+(?:remember|not\s+forget|forget)"
    r"|i\s+(?:really\s+)?(?:need\s+to|have\s+to|must|should|ought\s+to|gotta|got\s+to)|i['’]ve\s+got\s+to"
    r"|make\s+sure\s+(?:that\s+)?i)\b[\s:,]*(?:(?:to|that|about)\s+)?(?P<text>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)


def plainly_added(text: str) -> Add | None:
    """`add …`, where it is nothing else."""
    match = _ADD.match(text)
    return Add(_ADD_TAIL.sub("", match["text"])) if match else None


def addition(text: str) -> Add | None:
    """`Add a task to …`, `remind me to …`: what says by its first words that it adds."""
    if listed := _TO_LIST.fullmatch(text):
        return _on_list(listed)
    if _AGAIN.match(text):
        return None
    return added(text)


_AGAIN = re.compile(
    r"remind\s+me\s+(?:again\s+)?(?:about|of)\s+"
    r"(?:(?:#|tasks?\s)?\d|\S.*?\s(?:in|at|on|tomorrow|tonight|later|again)\b)",
    re.IGNORECASE,
)
"""`remind me about the garage in 2 hours`: of a task that is there, if one is."""


_NUMBERED = re.compile(
    r"(?:(?:add|create)\s+)?(?:task|todo|to-do|item)\s+#?\d+"
    r"(?=\W*$|\s+(?:today|tomorrow|tonight|on|at|by|due|next|this|every|in|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)\b)",
    re.IGNORECASE,
)
"""`add Task 3 tomorrow`: the noun is the title's."""


def added(text: str) -> Add | None:
    """The same of a text that may mean a task that is there, where none is."""
    if _NUMBERED.match(text):
        return None
    for pattern in (_ADD_NOUN, _REMEMBER):
        match = pattern.match(text)
        if match and not _lists(pattern, text):
            return Add(_ADD_TAIL.sub("", match["text"]))
    return None


def _lists(pattern: re.Pattern[str], text: str) -> bool:
    """`tasks today` and `note 3 call back` begin like an addition and are none."""
    if pattern is _ADD_NOUN:
        return not re.match(
            r"(?:add|create|make|new|set|put|write|reminder\s+(?:for|to|about))\b|[^:]{0,20}:", text, re.IGNORECASE
        ) or bool(re.match(r"(?:set|make)\s+task\s+#?\d", text, re.IGNORECASE))
    return bool(re.match(r"notes?\s+(?:on\s+|for\s+|to\s+)?#?\d", text, re.IGNORECASE))


def _on_list(match: re.Match[str]) -> Add:
    """`put milk on my shopping list`: a list is a tag."""
    name = (match["list"] or "").lower()
    return Add(match["text"] + (f" #{name}" if name and name not in ("task", "todo", "to-do") else ""))

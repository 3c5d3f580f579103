"""The command grammar: one sentence to what it asks for. Pure; no model, no I/O.

`done 12`, `/task list overdue`, "Mark task 3 as complete" and "I finished the milk one" all pass through `understand`.
Dates are left as the phrases they are, for quick add to resolve.
"""

from __future__ import annotations

import re

from core.commands.additions import TASK, addition, plainly_added
from core.commands.deeds import DID
from core.commands.lists import listing
from core.commands.moves import moved
from core.commands.reminder_rules import ABOUT_REMINDERS, SKIPS_AND_PREFERENCES
from core.commands.rules import Rule, always, first, on, rule
from core.commands.targets import is_quoted, numbers, target, unquote
from core.intents.values import (
    Complete,
    Delete,
    Edit,
    Export,
    Forget,
    ForgetMe,
    Help,
    Intent,
    New,
    Prefer,
    Redo,
    Reopen,
    Restore,
    Show,
    Snooze,
    Undo,
    Unknown,
    Words,
)
from core.model import TaskQuery

LONGEST_COMMAND = 2_000
"""Characters; a longer text can only be a task to add."""

_POLITE = re.compile(
    r"^(?:(?:please|pls|hey|hi|hello|ok|okay|oops|whoops|oh|wait|sorry|actually|so|and|now|bot|kindly|just)[\s,!]+|"
    r"(?:can|could|would|will)\s+you\s+(?:please\s+)?|i(?:['’]d|\s+would)\s+like\s+(?:you\s+)?to\s+|"
    r"i\s+want\s+(?:you\s+)?to\s+|let['’]?s\s+)",
    re.IGNORECASE,
)
_NOT_DONE = r"(?:not\s+(?:yet\s+)?(?:done|complete[d]?|finished)|incomplete|undone|open|pending|unfinished|todo)"
_DONE = r"(?:done|complete[d]?|finished|closed|off)"


def _rename_or_move(match: re.Match[str]) -> Intent | None:
    """`change 1 to 'Call mom'` renames; whether an unquoted text is a date is decided where the clock is known."""
    found = target(match["t"])
    to = match["to"].strip()
    if not found:
        return None
    return Edit(found, title=unquote(to)) if is_quoted(to) else Edit(found, title_or_due=to)


def _rename(match: re.Match[str]) -> Intent | None:
    found = target(match["t"])
    return Edit(found, title=unquote(match["title"])) if found else None


def _move(match: re.Match[str]) -> Intent | None:
    found = target(match["t"])
    return Edit(found, due=unquote(match["when"])) if found else None


def _snooze(match: re.Match[str]) -> Intent | None:
    found = target(match["t"])
    if not found:
        return None
    when = (match["when"] or "").strip()
    if not when:
        return Snooze(found)
    return Snooze(found, f"in {when}" if re.match(r"(?:\d|an?\s|half)", when) and not _CLOCK.search(when) else when)


MUST_BE_DONE = (
    r"(?!(?:i|you|we|they|he|she|it|this|that|what|which|there)\b)(?P<t>.+?)\s+(?:should|must|has\s+to|have\s+to|needs?\s+to)\s+be"
    r"\s+(?:done|finished|completed?|ready)\s+(?:by|on|before|until)\s+(?P<when>\S.*)"
)
"""`the report should be done by sunday`: when a task is due, or one to add."""
_CLOCK = re.compile(r"\d\s*(?:am|pm|a\.m|p\.m|:\d)|o'clock", re.IGNORECASE)


def _prioritise(match: re.Match[str]) -> Intent | None:
    found = target(match["t"])
    level = _LEVELS.get((match["p"] or "urgent").lower().removeprefix("priority").removeprefix("p").strip(" :="))
    return Edit(found, priority=level) if found and level else None


_LEVELS = {
    "1": 1, "2": 2, "3": 3, "4": 4, "urgent": 1, "highest": 1, "important": 1, "top": 1, "high": 2, "medium": 3,
    "normal": 4, "low": 4, "lowest": 4, "none": 4,
}  # fmt: skip
_LEVEL = (
    r"(?:(?:priority\s*[:=]?\s*)?(?:p\s?)?(?:[1-4]|urgent|highest|important|top|high|medium|normal|lowest|low|none))"
)


def _tag(match: re.Match[str]) -> Intent | None:
    found = target(match["t"])
    tags = tuple(tag.lower().lstrip("#") for tag in re.split(r"[\s,]+", match["tags"].strip()) if tag.strip("#"))
    if not found or not tags:
        return None
    removing = match["verb"].lower() in ("untag", "remove")
    return Edit(found, tags=tuple(f"{'-' if removing else '+'}{tag}" for tag in tags))


def _clear(match: re.Match[str]) -> Intent | None:
    found = target(match["t"])
    field = _FIELDS[re.sub(r"\s+", " ", match["field"].lower())]
    return Edit(found, clear=frozenset({field})) if found else None


_FIELDS = {
    "due date": "due", "due": "due", "date": "due", "deadline": "due", "time": "due", "notes": "notes", "note": "notes",
    "priority": "priority", "tags": "tags", "tag": "tags", "recurrence": "recurrence", "repeat": "recurrence",
    "repetition": "recurrence",
}  # fmt: skip


_FIELD = "|".join(sorted(_FIELDS, key=len, reverse=True))


def _note(match: re.Match[str]) -> Intent | None:
    found = numbers(match["t"])
    return Edit(found, notes=match["text"].strip()) if found else None


_FORMATS = {
    "json": "json", "csv": "csv", "ical": "ics", "icalendar": "ics", "ics": "ics", "todo.txt": "txt", "todotxt": "txt",
}  # fmt: skip


_RULES: tuple[Rule, ...] = (
    rule(r"help|\?|h|commands|what\s+can\s+(?:you|i)\s+(?:do|say|type)\b.*", always(Help())),
    rule(r"new|new\s+(?:conversation|chat|thread)|start\s+over", always(New())),
    rule(
        r"(?:forget\s+(?:about\s+)?me|delete\s+(?:all\s+)?my\s+(?:data|account)|delete\s+me)(?P<sure>\s+for\s+good)?\W*",
        lambda m: ForgetMe(confirmed=bool(m["sure"])),
    ),
    rule(
        rf"(?:export|download|back\s*up)(?:\s+(?:all\s+)?(?:my\s+)?{TASK})?(?:\s+(?:as|to|in))?(?:\s+an?)?"
        r"(?:\s+(?P<format>json|csv|ical(?:endar)?|ics|todo\.?txt))?(?:\s+files?)?\W*",
        lambda m: Export(_FORMATS[m["format"].lower()] if m["format"] else None),
    ),
    rule(r"forget|forget\s+(?:this|everything|the|our)(?:\s+\w+)?", always(Forget())),
    rule(
        r"(?:undo|revert|take\s+(?:that|it)\s+back)(?:\s+(?:that|it|this|the\s+last(?:\s+\w+)?|last|my\s+last\s+\w+))?"
        r"(?:\s*(?:change|#)?\s*(?P<change>\d{1,18}))?\W*",
        lambda m: Undo(int(m["change"]) if m["change"] else None),
    ),
    rule(
        r"(?:redo|do\s+(?:it|that)\s+again|undo\s+the\s+(?:last\s+)?undo)(?:\s+(?:that|it|this|the\s+last))?\W*",
        always(Redo()),
    ),
    rule(
        r"(?:restore|un-?delete|recover|bring\s+back)\s*:?\s+(?P<t>.+?)(?:\s+from\s+(?:the\s+)?(?:trash|bin))?",
        on(Restore),
    ),
    rule(
        r"(?:set\s+)?(?:my\s+)?(?:time\s*zone|tz)(?:\s+(?:to|is|=))?\s+(?P<zone>\S.*)",
        lambda m: Prefer(timezone=m["zone"].strip(" .!")),
    ),
    rule(
        r"(?:set\s+)?(?:my\s+)?morning(?:\s+time)?(?:\s+(?:to|is|at|starts\s+at|=))?\s+(?P<time>(?:at\s+)?\d.*|noon)",
        lambda m: Prefer(morning=m["time"].strip(" .!")),
    ),
    *SKIPS_AND_PREFERENCES,
    rule(rf"(?:mark|set|make)\s+(?P<t>.+?)\s+(?:as\s+|to\s+)?{_NOT_DONE}\W*", on(Reopen)),
    rule(r"(?:re-?open|uncomplete|un-?check|undone|undo\s+completing|reactivate)\s+(?P<t>.+)", on(Reopen)),
    rule(rf"(?:mark|set|tick|check|cross)\s+(?P<t>.+?)\s+(?:as\s+|to\s+)?{_DONE}\W*", on(Complete)),
    rule(r"(?:mark|tick|check|cross)\s+off\s+(?P<t>.+)", on(Complete)),
    rule(r"(?:done|completed?|finish(?:ed)?|close|tick|check)(?:\s+(?:with|off))?\s*:?\s+(?P<t>.+)", on(Complete)),
    rule(
        r"i(?:['’]ve|['’]m|\s+have|\s+am)?\s+(?:just\s+|already\s+)?(?:finished|did|done|completed)(?:\s+with)?\s+(?P<t>.+)",
        on(Complete),
    ),
    DID,
    rule(
        r"(?!(?:what|which|how|who|when|why|where|is|are|do|did|have|if)\b)(?P<t>.+?)"
        r"\s+(?:is|are|was|were)\s+(?:now\s+|all\s+)?(?:done|finished|completed?)\W*",
        on(Complete),
    ),
    rule(
        r"(?:snooze|remind\s+me\s+(?:again\s+)?(?:about|of))\s+(?P<t>.+?)"
        r"(?:\s+(?:(?:for|until|till|to|at)\s+)?(?P<when>(?:in\s+|tomorrow|tonight|this\s+|next\s+|on\s+|noon|mon|tue|wed|thu|fri|sat|sun"
        r"|\d{4}-\d|an?\s+(?:hour|day|week|minute)|half\s+an|\d+\s*(?:m|h|d|w|min|hour|day|week|o'clock|am|pm|:)).*))?",
        _snooze,
    ),
    rule(r"(?P<verb>tag|untag)\s+(?P<t>[^#]+?)\s+(?:with\s+|as\s+)?(?P<tags>#?\w\S*(?:[\s,]+#\S+)*)", _tag),
    rule(
        r"(?P<verb>add|remove)\s+(?:the\s+)?(?:tags?\s+)?(?P<tags>(?:#[^\W\d]\S*[\s,]*)+)"
        r"\s*(?:tags?\s+)?(?:to|from)\s+(?P<t>.+)",
        _tag,
    ),
    rule(r"(?P<verb>add)\s+(?:the\s+)?tags?\s+(?P<tags>[^\W\d]\S*)\s+to\s+(?P<t>.+)", _tag),
    rule(r"(?P<verb>remove)\s+(?:the\s+)?tags?\s+(?P<tags>[^\W\d]\S*)\s+from\s+(?P<t>.+)", _tag),
    rule(
        rf"(?:clear|remove|delete|drop|unset)\s+(?:the\s+)?(?P<field>{_FIELD})"
        r"\s+(?:of|from|on|for)\s+(?P<t>.+)",
        _clear,
    ),
    rule(r"(?:no|not\s+a)\s+(?P<field>date|due\s+date)\s+(?:(?:for|on)\s+)?(?P<t>.+)", _clear),
    rule(
        rf"clear\s+(?:(?:all|my|the)\s+)*(?P<t>(?:done|completed?|finished)\s+{TASK})",
        lambda m: Delete(Words(m["t"], every=True)),
    ),
    rule(r"(?:delete|remove|drop|cancel|trash|erase|rm|scrap|get\s+rid\s+of)\s*:?\s+(?P<t>.+)", on(Delete)),
    rule(rf"(?:prioriti[sz]e|priority)\s+(?P<t>.+?)(?:\s+(?:(?:as|to|at)\s+)?(?P<p>{_LEVEL}))?", _prioritise),
    rule(rf"(?:set|change)\s+(?:the\s+)?priority\s+(?:of|for)\s+(?P<t>.+?)\s+to\s+(?P<p>{_LEVEL})\W*", _prioritise),
    rule(rf"(?:make|mark|set)\s+(?P<t>.+?)\s+(?:as\s+|to\s+)?(?P<p>{_LEVEL})(?:\s+priority)?\W*", _prioritise),
    rule(
        r"(?:note|notes|comment)\s+(?:on\s+|for\s+|to\s+)?(?P<t>#?\d+)\s*[:\s]\s*(?P<text>\S.*)",
        _note,
    ),
    rule(
        r"(?:move|reschedule|postpone|push|shift|defer|delay|bring\s+forward)\s+(?P<t>#?\d+(?:\s*(?:,|and|&)\s*#?\d+)*)"
        r"\s+(?:back\s+|out\s+)?(?:to|until|till|for|by|on|at)\s+(?P<when>\S.*)",
        _move,
    ),
    rule(
        r"(?:move|reschedule|postpone|push|shift|defer|delay|bring\s+forward)\s+(?P<t>.+)"
        r"\s+(?:back\s+|out\s+)?(?:to|until|till|for|by|on|at)\s+(?P<when>\S.*)",
        _move,
    ),
    rule(r"(?:move|reschedule|postpone|push|shift|defer|delay)\s+(?P<t>#?\d+)\s+(?P<when>\S.*)", _move),
    rule(
        r"(?:set|change)\s+(?:the\s+)?(?:due(?:\s+date)?|date|deadline|time)\s+(?:of|for|on)\s+(?P<t>.+)\s+to\s+(?P<when>.+)",
        _move,
    ),
    rule(r"(?P<t>#?\d+)\s+(?:is\s+)?due\s+(?P<when>\S.*)", _move),
    rule(MUST_BE_DONE, _move),
    rule(
        r"(?!(?:this|that|it|what|which|how|who|why|there)\b)(?P<t>.+?)\s+(?:is|are)\s+(?:now\s+|very\s+)?"
        r"(?P<p>urgent|important|(?:top|high|low|medium)\s+priority|p[1-4])\W*",
        _prioritise,
    ),
    rule(r"(?:set|make|mark)\s+(?P<t>.+?)\s+(?:to\s+be\s+|as\s+)?due\s+(?:on\s+|by\s+)?(?P<when>\S.*)", _move),
    rule(
        r"(?:make|set|have|let|change|update)\s+(?P<t>.+?)\s+(?:to\s+)?(?:repeat|recur)(?:s|ing)?"
        r"\s+(?P<when>\S.*?)(?:\s+instead)?[.!]?",
        _move,
    ),
    rule(
        r"when(?:['’]s|\s+is|\s+are|\s+do\s+i\s+have)\s+(?:(?:the|my)\s+)?(?P<text>(?:[^\s?]+\s*){1,5}?)(?:\s+due)?\s*\?*",
        lambda m: Show(TaskQuery(text=m["text"].strip())),
    ),
    rule(r"(?:rename|retitle)\s+(?P<t>.+?)\s+(?:to|as|into)\s+(?P<title>\S.*)", _rename),
    rule(
        r"(?:change|update|edit|set)\s+(?P<t>.+?)\s+(?:to\s+(?:say\s+|be\s+|read\s+)?|into\s+|as\s+)(?P<to>\S.*)",
        _rename_or_move,
    ),
    rule(r"(?:edit|update|change)\s+(?P<t>#?\d+)\s*:?\s+(?P<to>\S.*)", _rename_or_move),
)  # fmt: skip


def understand(text: str) -> Intent:
    """What one sentence asks for; `Unknown` when the grammar has no place for it. Never raises."""
    text = _without_politeness(text.strip())
    if not text:
        return Unknown(text)
    if len(text) <= LONGEST_COMMAND:
        if about := first(ABOUT_REMINDERS, text) or addition(text) or moved(text) or first(_RULES, text):
            return about
        if shown := listing(text):
            return shown
    return plainly_added(text) or Unknown(text)


def _without_politeness(text: str) -> str:
    while lead := _POLITE.match(text):
        text = text[lead.end() :]
    return (
        re.sub(r"[\s,]+(?:please|pls|thanks|thank\s+you)[.!]*$", "", text, flags=re.IGNORECASE)
        if len(text) < 500
        else text
    )

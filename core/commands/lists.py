"""Which tasks a listing asks for: `list today #home`, `what's overdue?`, `what have I completed?`, `find milk`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.commands.spans import PHRASE
from core.commands.targets import unquote
from core.intents.values import Show
from core.model import DueFilter, Sort, Status, TaskQuery

_LEAD = re.compile(
    r"^(?:(?P<search>find|search(?:\s+for)?|look\s+for)"
    r"|(?P<list>list|ls|show|display|view|see(?!\s+you\b)|tasks?|agenda|todos?|(?:give|get|tell)\s+me\s+(?:my|all|a\s+list))"
    r"|(?P<ask>what(?:['’]s|s|\s+is|\s+are|\s+do|\s+have|\s+did|\s+was)?|which|how\s+many|do\s+i\s+have|have\s+i|am\s+i"
    r"|is\s+there|are\s+there|anything|my))\b",
    re.IGNORECASE,
)
_PAGE = re.compile(r"\bpage\s+(\d{1,6})\b", re.IGNORECASE)
_SORT = re.compile(r"\b(?:sort(?:ed)?|order(?:ed)?)\s+by\s+(?:the\s+)?(\w+)(?:\s+date)?\b", re.IGNORECASE)
_TEXT = re.compile(
    r"\b(?:about|containing|matching|mentioning|named|called|with\s+the\s+words?)\s+(.+)$|([\"“'‘].+[\"”'’])",
    re.IGNORECASE,
)
_TAG = re.compile(r"(?<!\w)#([^\W\d][\w/-]*)", re.UNICODE)
_PRIORITY = re.compile(r"\b(?:p([1-4])['’]?s?|priority\s+([1-4]))\b", re.IGNORECASE)
_NO_DATE = re.compile(
    r"\b(?:no|without(?:\s+an?y?)?)\s+(?:due\s+)?dates?\b|\bundated\b|\bsomeday\b|\bunscheduled\b", re.I
)
_DID = re.compile(r"\bdid\s+i\s+(do|get\s+done|finish|complete)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\s,;:?!.()]+")
_TAGGED = re.compile(r"\b(?:tagged(?:\s+(?:with|as))?|with\s+(?:the\s+)?tags?|tags?)\s+([^\W\d][\w/-]*)", re.IGNORECASE)
_REPEATS = re.compile(r"\b(?:recurring|repeating|recurrent|repetitive|that\s+(?:repeat|recur)s?)\b", re.IGNORECASE)
_WHEN = re.compile(rf"\b(?:(?:due|on|for|in|from|during|within|by)\s+)*({PHRASE})(?!\w)", re.IGNORECASE)

_DUE = {
    "overdue": DueFilter.OVERDUE, "late": DueFilter.OVERDUE, "missed": DueFilter.OVERDUE,
    "today": DueFilter.TODAY, "tonight": DueFilter.TODAY, "today's": DueFilter.TODAY,
    "tomorrow": DueFilter.TOMORROW, "tomorrow's": DueFilter.TOMORROW,
    "week": DueFilter.WEEK, "week's": DueFilter.WEEK,
}  # fmt: skip
_STATUS = {
    "done": Status.DONE, "completed": Status.DONE, "complete": Status.DONE, "finished": Status.DONE,
    "closed": Status.DONE, "open": Status.OPEN, "pending": Status.OPEN, "outstanding": Status.OPEN,
    "remaining": Status.OPEN, "left": Status.OPEN, "incomplete": Status.OPEN, "unfinished": Status.OPEN,
    "deleted": Status.DELETED, "trashed": Status.DELETED, "removed": Status.DELETED, "bin": Status.DELETED,
    "trash": Status.DELETED, "active": Status.OPEN,
    "all": Status.ALL, "everything": Status.ALL, "any": Status.OPEN, "anything": Status.OPEN,
}  # fmt: skip
_FINISHED: Mapping[DueFilter | None, str] = {DueFilter.TODAY: "today", DueFilter.WEEK: "this week"}
_URGENT = {"urgent": 1, "important": 1, "high": 2, "medium": 3}
_SORTS = {
    "due": Sort.DUE, "date": Sort.DUE, "priority": Sort.PRIORITY, "importance": Sort.PRIORITY, "created": Sort.CREATED,
    "creation": Sort.CREATED, "age": Sort.CREATED, "newest": Sort.CREATED, "title": Sort.TITLE, "name": Sort.TITLE,
}  # fmt: skip
_FILLER = frozenset({
    "reminder", "reminders", "appointment", "appointments", "deadline", "deadlines",
    "a", "an", "the", "of", "on", "in", "at", "to", "for", "by", "me", "my", "mine", "i", "i've", "ive", "i'd", "us",
    "you", "your", "is", "are", "am", "was", "were", "be", "been", "do", "did", "does", "have", "has", "had", "got",
    "get", "what", "what's", "whats", "which", "how", "many", "there", "that", "this", "these", "those", "it", "its",
    "tasks", "task", "todo", "todos", "to-do", "to-dos", "item", "items", "list", "lists", "thing", "things", "stuff",
    "plate", "agenda", "schedule", "day", "work", "due", "coming", "up", "next", "need", "please", "now", "still",
    "yet", "so", "far", "already", "just", "priority", "with", "and", "or", "can", "should", "must", "show", "see",
    "view", "give", "tell", "from", "current", "currently", "not",
})  # fmt: skip


@dataclass(slots=True)
class _Found:
    """What has been recognised so far, and the words nobody has claimed."""

    status: Status | None = None
    due: DueFilter | None = None
    priority: int | None = None
    rest: list[str] = field(default_factory=list)

    def take(self, word: str) -> None:
        """File one word under what it means."""
        low = word.lower().replace("’", "'")
        if low in _DUE:
            self.due = _DUE[low]
        elif low in _STATUS:
            # "all done tasks" are the done ones: a real status wins over "all"
            if self.status in (None, Status.ALL):
                self.status = _STATUS[low]
        elif low in _URGENT:
            self.priority = _URGENT[low]
        elif low not in _FILLER:
            self.rest.append(word)


def listing(text: str) -> Show | None:
    """What a listing asks for; `None` when the text is no listing.

    A question with words that mean nothing here ("what is love?") is no listing, while `list` and `find` take such
    words as a text search.
    """
    lead = _LEAD.match(text)
    bare = _only_filters(text) if not lead else None
    if not lead and bare is None:
        return None
    rest = text[lead.end() :] if lead and not lead["ask"] else text
    if lead and lead["search"]:
        sought = unquote(rest.strip().rstrip("?"))
        return Show(TaskQuery(status=Status.ALL, text=sought)) if sought else None
    rest, page = _cut(_PAGE, rest)
    rest, sort = _cut(_SORT, rest)
    tags = [found.lower() for found in dict.fromkeys(_TAG.findall(rest))]
    rest = _TAG.sub(" ", rest)
    rest, tagged = _cut(_TAGGED, rest)
    tags += [tagged.lower()] if tagged else []
    rest, priority = _cut(_PRIORITY, rest)
    rest, quoted = _cut(_TEXT, rest)
    rest, did = _cut(_DID, rest)
    repeats = _REPEATS.search(rest) is not None
    rest = _REPEATS.sub(" ", rest)
    rest, when = _cut(_WHEN, rest)
    without_date = _NO_DATE.search(rest)
    found = _Found()
    for word in _WORD.findall(_NO_DATE.sub(" ", rest)):
        found.take(word)
    if found.rest and not (lead and lead["list"]):
        return None
    looked_for = unquote(quoted) if quoted else " ".join(found.rest)
    status = found.status or (Status.DONE if did else Status.OPEN)
    if status is Status.DONE and found.due in _FINISHED:
        found.due, when = None, _FINISHED[found.due]  # whenever it was due
    query = TaskQuery(
        status=status,
        due=DueFilter.NONE if without_date else found.due,
        priority=int(priority) if priority else found.priority,
        tag=tags[0] if len(tags) == 1 else None,
        tags=tuple(tags) if len(tags) > 1 else (),
        repeats=repeats,
        text=looked_for or None,
        sort=_SORTS.get(sort.lower(), Sort.DUE) if sort else Sort.DUE,
        page=max(1, int(page)) if page else 1,
    )
    return Show(query, when)


def _cut(pattern: re.Pattern[str], text: str) -> tuple[str, str | None]:
    """The text without the pattern's first match, and what its first filled group said."""
    match = pattern.search(text)
    if not match:
        return text, None
    said = next((group for group in match.groups() if group), None)
    return text[: match.start()] + " " + text[match.end() :], said


def _only_filters(text: str) -> bool | None:
    """True for a text of nothing but filters: `today`, `overdue #home`, `everything`."""
    words = _WORD.findall(_PRIORITY.sub(" ", _TAG.sub(" ", text)))
    if any(word.lower() in ("you", "your", "us") for word in words):
        return None  # `how are you all?`
    known = [word.lower() for word in words if word.lower() in _DUE or word.lower() in ("everything", "all", "pending")]
    return True if known and all(word.lower() in known or word.lower() in _FILLER for word in words) else None

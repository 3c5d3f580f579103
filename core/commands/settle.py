"""What the grammar leaves open until the clock is known, shared by commands and the offline assistant."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

from core import quickadd
from core.chat import Part, Text
from core.commands.help import EXAMPLES
from core.intents.values import Add, Edit, Intent, Unknown

_HOURS = {"morning": (0, 12), "afternoon": (12, 18), "evening": (17, 24), "night": (20, 24)}

_VERBS = frozenset({
    "add", "done", "complete", "finish", "reopen", "delete", "remove", "move", "reschedule", "snooze", "rename",
    "change", "update", "tag", "untag", "priority", "prioritise", "prioritize", "note", "clear", "find", "search",
    "todo", "set",
})  # fmt: skip

_QUESTION = re.compile(
    r"\s*(?:what|which|who|whose|how|why|where|do\s+i|did\s+i|am\s+i|have\s+i|are\s+there|is\s+there|when\s+(?:is|are|do|did|was))\b",
    re.IGNORECASE,
)
"""How a question begins that somebody sends without its mark."""


@dataclasses.dataclass(frozen=True, slots=True)
class DayPart:
    """`morning meetings`: the words without the part of day, and its hours (the last one excluded)."""

    rest: str
    first: int
    last: int


def day_part(words: str) -> DayPart | None:
    """The part of day that the words name beside something else; `None` when they name none."""
    for part, (first, last) in _HOURS.items():
        rest = re.sub(rf"\b{part}(?:'s)?\b", " ", words, flags=re.IGNORECASE).strip()
        if rest and rest != words.strip():
            return DayPart(rest, first, last)
    return None


def in_hours(hour: int, part: DayPart) -> bool:
    """Whether an hour of the day, 0 to 23, lies in the part."""
    return part.first <= hour < part.last


def counts_from_due(intent: Intent) -> bool:
    """Whether it moves tasks from where they are: those without a date stay out of it when several are meant."""
    return isinstance(intent, Edit) and bool(intent.due) and quickadd.resolve_offset(intent.due or "") is not None


def quick(text: str, *, now: dt.datetime, locale: str) -> Intent:
    """A plain text that carries a date, a repetition, a priority or a tag is a task to add: `Pay rent fri #home`."""
    if text.rstrip().endswith("?") or _QUESTION.match(text):
        return Unknown(text)
    try:
        draft = quickadd.parse(text, now=now, locale=locale)
    except quickadd.QuickAddError:
        return Unknown(text) if is_chatter(text) else Add(text)
    if not draft.title:
        return Unknown(text)
    if draft.priority or draft.tags or (draft.doubt and not is_chatter(text)):
        return Add(text)
    past = draft.due is not None and not draft.recurrence and draft.due.date < now.date()
    return Add(text) if (draft.due or draft.recurrence) and not past and not is_chatter(text) else Unknown(text)


_MOST_WORDS = 14
_TELLS = re.compile(
    r"^\s*(?:(?:and|but|so|well|oh|yes|no|ok(?:ay)?|hi|hey|hello|dear|then|because|if|when|while|as|since|though|maybe"
    r"|perhaps|still|also|actually|it['’]?s|that['’]?s|there['’]?s|here['’]?s|he['’]?s|she['’]?s|what['’]?s|let['’]?s)\b[,!]?\s*)*"
    r"(?:i|you|he|she|it|we|they|this|these|those|that|there|here|nobody|everybody|everyone|someone|somebody|people|who"
    r"|ich|du|er|sie|es|wir|ihr|yo|tú|él|ella|nosotros|je|tu|il|elle|nous|vous|on)\b",
    re.IGNORECASE,
)
"""A sentence with such a subject tells something; what is to be done has none."""
_TOLD = re.compile(
    r"\b(?:was|were|had|did|said|went|came|got|saw|told|made|took|thought|knew|felt|left|met|(?:has|have|had)\s+been|is|are|am"
    r"|isn['’]t|aren['’]t|wasn['’]t|won['’]t|doesn['’]t|don['’]t|didn['’]t|can['’]t|will\s+be|would|could|might|happened|started"
    r"|seems?|looks?\s+like|sounds?\s+like)\b",
    re.IGNORECASE,
)
_SAYINGS = re.compile(
    r"(?:see\s+you|good\s+(?:morning|night|luck)|happy|merry|congratulations|sorry|wow|haha|lol|omg|welcome|nice|great)\b",
    re.I,
)


def is_chatter(text: str) -> bool:
    """Whether a text tells something rather than names what is to be done, though it has a date in it."""
    stripped = text.strip()
    sentences = [one for one in re.split(r"[.!?…]+\s+", stripped) if one]
    return (
        len(stripped.split()) > _MOST_WORDS
        or len(sentences) > 1
        or bool(_TELLS.match(stripped) or _SAYINGS.match(stripped) or _TOLD.search(stripped))
    )


_HELLO = re.compile(
    r"(?:hi|hello|hey|good\s+(?:morning|afternoon|evening)|hallo|hola|salut|ol[aá])\b[\s\w,!.]{0,20}", re.IGNORECASE
)
_THANKS = re.compile(
    r"(?:many\s+|ok(?:ay)?,?\s+)?(?:thanks?|thank\s+you|thx|cheers|danke|merci|gracias)\b[\s\w,!.]{0,20}", re.IGNORECASE
)


_WHO = re.compile(r"(?:so\s+)?(?:who|what)\s+are\s+you\W*|what(?:['’]s|\s+is)\s+this(?:\s+bot)?\W*", re.IGNORECASE)
_FINE = re.compile(
    r"(?:ok(?:ay)?|nice|great|cool|perfect|awesome|good|super|wonderful|got\s+it|all\s*right|👍|🎉|❤️)[\s!.]*",
    re.IGNORECASE,
)


def small_talk(text: str) -> list[Part]:
    """An answer to a greeting or to thanks; nothing for what asks for anything."""
    if _HELLO.fullmatch(text.strip()):
        return [Text(f"Hello! Tell me what is to be done, for example {EXAMPLES[0]}, or say `list`.")]
    if _WHO.fullmatch(text.strip()):
        return [Text(f"I keep your tasks and remind you of them. Try {EXAMPLES[0]}, or `list`; `help` shows the rest.")]
    if _FINE.fullmatch(text.strip()):
        return [Text("👍")]
    return [Text("You're welcome.")] if _THANKS.fullmatch(text.strip()) else []


def is_lone_verb(text: str) -> bool:
    """Whether the text is a verb of the grammar and nothing else, so that its object is missing."""
    return text.strip(" .!?").lower() in _VERBS


def dont_understand(text: str) -> str:
    """What to say to a text with no place in the grammar, with two examples, one made of the person's own words."""
    words = " ".join(text.split())[:60].replace("`", "'").strip(" .!?")
    own = EXAMPLES[0] if not words or is_lone_verb(words) else f"`add {words}`"
    return (
        f"I didn't understand that. To keep it as a task, say {own}; to see your tasks, say `list`. `help` shows more."
    )

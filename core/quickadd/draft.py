"""One text -> a task draft. Pure: nothing is read but the text and the `now` that is handed in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Final

from core.model import Due
from core.quickadd.alone import alone
from core.quickadd.doubts import Doubt
from core.quickadd.errors import QuickAddError
from core.quickadd.evidence import claims
from core.quickadd.leftover import Span, left_over
from core.quickadd.markers import Marked, read_markers
from core.quickadd.moments import Phrase, phrase_at, through
from core.quickadd.reading import Rule
from core.quickadd.refusals import Claim
from core.quickadd.resolve import When, resolve
from core.quickadd.rule_evidence import find_rule, rule_start
from core.quickadd.rules import write
from core.quickadd.titles import cut, lead_in, plain
from core.quickadd.tokens import Tokens
from core.quickadd.values import Clock, Context, Level, Part
from core.quickadd.whole import MORNING, context_of, due_of, zone_of
from core.quickadd.words import word_set
from core.text import clean

_LONGEST_SHOWN: Final = 80
"""Characters of the words that are asked about."""
_OF_ANOTHER: Final = word_set("for from about before after over during")
"""Leads of a date that something else has: `slides for monday by tomorrow`."""
_EVENING: Final = word_set(
    "dinner supper drinks party concert movie movies cinema theatre theater opera pub evening night"
)
_MORNING: Final = word_set("wake waking alarm breakfast sunrise morning jog")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a text asks for, before any task exists."""

    title: str
    """May be empty, where the text held nothing but a date."""
    notes: str | None = None
    due: Due | None = None
    """Of a recurring task, its first occurrence."""
    recurrence: str | None = None
    """RFC 5545 RRULE value; EXDATE lines may follow it."""
    priority: int | None = None
    """1 (urgent) to 4, or None where none was said."""
    tags: tuple[str, ...] = ()
    """Lower case, without `#`, each once, in the order written."""
    recurs_from_completion: bool = False
    doubt: Doubt | None = None
    """Words of the title that may say when; then there is neither due nor recurrence."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What a line's words say, and the tokens to take out of its title."""

    due: Due | None = None
    recurrence: str | None = None
    from_completion: bool = False
    spans: tuple[Span, ...] = ()
    others: tuple[tuple[Span, Due], ...] = ()
    """Other dates that were not taken, and where they stand."""
    doubt: Doubt | None = None


def parse(text: str, *, now: dt.datetime, locale: str = "en-US", morning: dt.time = MORNING) -> Draft:
    """Read a task from one text.

    `now` is aware; its `ZoneInfo` is the user's zone, in which the due is given. `locale` (BCP 47) decides the order of
    day and month, `morning` (wall clock) is what `tomorrow morning` means. Raises QuickAddError for a date or a time
    that cannot be; for nothing else, whatever the text.
    """
    cx = context_of(now, locale, morning)
    marked = read_markers(clean(text))
    ts = Tokens(marked.line)
    lead = lead_in(marked.line)
    first = next((k for k in range(ts.size) if ts.starts[k] >= lead.end), ts.size)
    read = _read(ts, first, cx)
    dated = any(low <= first for low, _ in read.spans)
    begin = 0 if lead.bare and not dated and first < ts.size else lead.end
    places = [(ts.starts[low], ts.ends[high - 1]) for low, high in read.spans]
    title = cut(marked.full, begin, [*places, *marked.marks])
    return _draft(plain(title, lead, dated=dated), marked, read)


def _draft(title: str, marked: Marked, read: _Read) -> Draft:
    return Draft(
        title=title,
        notes=marked.notes,
        due=read.due,
        recurrence=read.recurrence,
        priority=marked.priority,
        tags=marked.tags,
        recurs_from_completion=read.from_completion,
        doubt=read.doubt,
    )


def _read(ts: Tokens, first: int, cx: Context) -> _Read:
    """Find the rule and the date of a line, from a token on; what was understood in part is not taken."""
    read = _read_all(ts, first, cx)
    if read.doubt is None:
        half = left_over(ts, first, read.spans, [span for span, _ in read.others]) if read.spans else None
        if half is None:
            return read
        read = _Read(doubt=Doubt(_written(ts, half), _meanings(read, half)))
    whole = _read_alone(ts, first, cx)
    return whole if whole.due else read


def _meanings(read: _Read, half: Span) -> tuple[Due, ...]:
    """The due that was read, and the others among the words in doubt."""
    if read.due is None or read.recurrence:
        return ()
    rivals = (due for (start, end), due in read.others if half[0] <= start and end <= half[1])
    return tuple(dict.fromkeys((*rivals, read.due)))


def _written(ts: Tokens, span: Span) -> str:
    """Tokens as they stand in the text, not too many of them."""
    words = " ".join(ts.text[ts.starts[span[0]] : ts.ends[span[1] - 1]].split())
    return words if len(words) <= _LONGEST_SHOWN else f"{words[:_LONGEST_SHOWN]}…"


def _read_all(ts: Tokens, first: int, cx: Context) -> _Read:
    """The rule and the date of a line, from a token on, whatever is left beside them."""
    rule = find_rule(ts, first, cx)
    phrases = _find_phrases(ts, first, cx, rule)
    hit = claims(ts, phrases, first, rule)
    if rule:
        return _with_rule(ts, rule, hit, cx) or _Read(doubt=Doubt(_written(ts, (rule.start, rule.end))))
    if not hit:
        return _read_alone(ts, first, cx)
    chosen = [_hinted(claim, ts) for claim in _choose(hit)]
    when = _resolved(chosen, cx)
    spans = tuple((claim.start, claim.phrase.end) for claim in chosen)
    if when.either:
        meanings = tuple(due_of(When(day, when.time), cx) for day in when.either)
        return _Read(doubt=Doubt(_written(ts, (spans[0][0], spans[-1][1])), meanings, when.contradiction))
    if when.error:
        raise QuickAddError(when.error)
    rest = [claim for claim in hit if claim.start not in {start for start, _ in spans}]
    rivals = tuple(
        ((claim.start, claim.phrase.end), due_of(claim.phrase.when, cx))
        for claim in rest
        if _OF_ANOTHER.isdisjoint(claim.leads) and not claim.phrase.when.error
    )
    return _Read(due_of(when, cx), spans=spans, others=rivals)


def _read_alone(ts: Tokens, first: int, cx: Context) -> _Read:
    """A text that is all date, in a form that beside other words would be words."""
    try:
        items = alone(ts, first, cx)
        when = resolve(items[0], cx) if items else None
    except (OverflowError, ValueError):
        return _Read()  # outside the calendar
    if items is None or when is None or when.error:
        return _Read()
    return _Read(due_of(when, cx), spans=((first, items[1]),))


def _find_phrases(ts: Tokens, first: int, cx: Context, rule: Rule | None) -> list[Phrase]:
    hit: list[Phrase] = []
    i = first
    while i < ts.size:
        if rule and rule.start <= i < rule.end:
            i = rule.end
            continue
        phrase = phrase_at(ts, i, cx)
        if phrase is None or (rule and i < rule.start < phrase.end):
            i += 1
            continue
        phrase = through(ts, phrase, cx)
        hit.append(phrase)
        i = phrase.end
    return hit


def _choose(hit: list[Claim]) -> list[Claim]:
    """The claim that counts: the last sure one; and a time or a day that stands apart from it, if it lacks one."""
    sure = [claim for claim in hit if claim.phrase.level > Level.WEAK or claim.leads]
    chosen = (sure or hit)[-1]
    if chosen.phrase.has_day and not chosen.phrase.has_time:
        partners = [c for c in hit if c.phrase.has_time and not c.phrase.has_day]
    elif chosen.phrase.has_time and not chosen.phrase.has_day:
        partners = [c for c in hit if c.phrase.has_day and not c.phrase.has_time]
    else:
        partners = []
    if not partners:
        return [chosen]
    return sorted((chosen, partners[-1]), key=lambda claim: claim.start)


def _hinted(claim: Claim, ts: Tokens) -> Claim:
    """The claim with the half of the day that the title tells: dinner at 7 is in the evening."""
    items = claim.phrase.items
    clock = next((item for item in items if isinstance(item, Clock)), None)
    if clock is None or clock.sure or any(isinstance(item, Part) for item in items):
        return claim
    words = set(ts.words[: claim.start])
    part = "evening" if words & _EVENING and clock.hour >= 5 else "morning" if words & _MORNING else None
    if part is None:
        return claim
    return replace(claim, phrase=replace(claim.phrase, items=(*items, Part(part)), hint=True))


def _resolved(chosen: list[Claim], cx: Context) -> When:
    """The moment of one claim, or of a day and a time apart."""
    when: When | None = None
    if len(chosen) > 1 or chosen[0].phrase.hint:
        try:
            when = resolve(tuple(item for claim in chosen for item in claim.phrase.items), cx)
        except (OverflowError, ValueError):
            when = None  # the two together are outside the calendar: the first alone
    return when or chosen[0].phrase.when


def _with_rule(ts: Tokens, rule: Rule, hit: list[Claim], cx: Context) -> _Read | None:
    """The rule with a time, or a first day, that stands apart from it."""
    spec, spans = rule.spec, [(rule_start(ts, rule), rule.end)]
    for claim in hit[::-1]:
        phrase = claim.phrase
        if phrase.when.either:
            return None  # a first day that contradicts itself
        if phrase.when.error:
            raise QuickAddError(phrase.when.error)
        time = phrase.when.time
        takes_time = time is not None and not phrase.has_day and not spec.hours
        starts = phrase.has_day and spec.start is None
        if not takes_time and not starts:
            continue
        if starts:
            spec = replace(spec, start=phrase.when.date, until=spec.until or phrase.last)
        if time and not spec.hours:
            spec = replace(spec, hours=[time.hour], minutes=[time.minute])
        spans.append((claim.start, phrase.end))
    try:
        written = write(spec, cx)
    except (OverflowError, ValueError):
        return None  # the rule has no occurrence within the calendar
    if written is None:
        return None
    due = Due(written.first, written.time, zone_of(cx))
    return _Read(due, written.rule, written.from_completion, tuple(sorted(spans)))

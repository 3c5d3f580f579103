"""Whether words that could be a date are one here, or belong to the title: precision before recall."""

from __future__ import annotations

from typing import Final

from core.quickadd.moments import Phrase
from core.quickadd.reading import Rule
from core.quickadd.refusals import AMBIGUOUS, REFUSALS, Claim, Place, lacks_object
from core.quickadd.tokens import OPAQUE, Tokens
from core.quickadd.values import Clock, DayOfMonth, Level, MonthDay, Part, Shift, Weekday
from core.quickadd.words import WEEKDAY_NAMES, WEEKEND, word_set

_LEADS: Final = frozenset(
    {"on", "at", "@", "by", "due", "before", "starting", "beginning", "around", "approximately", "approx", "circa", "~",
     "deadline", "from", "after", "for", "in", "about", "between", "during", "sometime", "over"}
)  # fmt: skip
_FIRM: Final = frozenset({"on", "at", "@", "by", "due", "before", "starting", "beginning", "deadline"})
_DANGLING: Final = word_set("for in from with without during via as between after at on by")
_CONTINUERS: Final = frozenset(
    {"and", "to", "with", "at", "@", "in", "on", "for", "from", "because", "so", "if", "when", "but", "or", "re",
     "via", "regarding", "about", "then", "before", "after", "until", "till", "by", "-", "–", "—", "(", ",", ":", ";",
     ".", "!", "?", ")", "…", "/", "|", "near", "over", "as", "w", "&", "due", "please", "pls", "that",
     "sharp", "latest"}
)  # fmt: skip
_CLOSERS: Final = frozenset({")", "]", ".", ",", "!", "?", ";", ":", "…", "-", "–", "—"})
_COMPOUNDS: Final = word_set("school schools roast times best paper papers night nights football blues league")


def claims(ts: Tokens, phrases: list[Phrase], first: int, rule: Rule | None) -> list[Claim]:
    """The phrases that are dates here, in order.

    `first` is the token the text begins at after a lead-in, `rule` the repetition that will be removed. The past counts
    only beside one, as the day it began on.
    """
    hit: list[Claim] = []
    starts = {rule.start} if rule else set()
    for phrase in reversed(phrases):
        claim = _claim(ts, phrase)
        if phrase.when.past and not (rule and _began(ts, claim, rule)):
            continue
        if _accept(ts, claim, _place(ts, claim, first, starts)):
            hit.append(claim)
            starts.add(claim.start)
    return hit[::-1]


def _began(ts: Tokens, claim: Claim, rule: Rule) -> bool:
    """Whether a rule stands beside a day gone by: `yesterday every day`, not `review last week every monday`."""
    phrase = claim.phrase
    gone_by = ts.words[phrase.start] == "yesterday" or ts.words[phrase.end - 1] == "ago"
    return gone_by and not claim.leads and (phrase.end == rule.start or claim.start == rule.end)


def _claim(ts: Tokens, phrase: Phrase) -> Claim:
    """Step back over the words that only introduce a date."""
    words, k, leads = ts.words, phrase.start, set[str]()
    clock_only = not phrase.has_day
    while k > 0:
        word = words[k - 1]
        if word == ":" and words[k - 2] in ("due", "deadline", "when", "date", "by") and k > 1:
            k -= 1
            continue
        if word in ("when", "date") and words[k] == ":":
            k -= 1
            leads.add("due")
            continue
        if word == "than" and words[k - 2] == "later" and words[k - 3] in ("no", "not"):
            k -= 3
            leads.add("by")
            continue
        if word not in _LEADS or not _introduces(ts, word, k, phrase, clock_only):
            break
        leads.add(word)
        k -= 1
    return Claim(phrase, k, frozenset(leads))


def _introduces(ts: Tokens, word: str, k: int, phrase: Phrase, clock_only: bool) -> bool:
    """Whether a word before a phrase belongs to it rather than to the title."""
    item = phrase.items[0]
    match word:
        case "between":
            return isinstance(item, Clock)
        case "about":
            return clock_only and (isinstance(item, Clock) or ts.words[k - 2] == "at")
        case "over":
            return ts.words[phrase.end - 1] in WEEKEND
        case "after":
            return clock_only or phrase.level > Level.WEAK
        case "in":
            return not isinstance(item, Shift | Clock | Weekday | DayOfMonth) and not (
                isinstance(item, MonthDay) and item.year is None
            )
        case "from":
            return not clock_only or phrase.level > Level.WEAK
        case "for":
            return k == phrase.start and (phrase.level > Level.WEAK or isinstance(item, Weekday))
        case _:
            return True


def _nothing_before(ts: Tokens, index: int, first: int) -> bool:
    """Whether only signs stand before a token."""
    return not any(ts.words[k] == OPAQUE or any(map(str.isalnum, ts.words[k])) for k in range(first, index))


def _place(ts: Tokens, claim: Claim, first: int, starts: set[int]) -> Place:
    words, end = ts.words, claim.phrase.end
    after = end
    while words[after] in _CLOSERS:
        after += 1
    at_start = _nothing_before(ts, claim.start, first)
    at_end = not words[after] or end in starts
    goes_on = at_end or words[end] in _CONTINUERS or after in starts
    return Place(words[claim.start - 1] if claim.start and not at_start else "", at_start, at_end, goes_on)


def _accept(ts: Tokens, claim: Claim, place: Place) -> bool:
    if any(refuses(ts, claim, place) for refuses in REFUSALS):
        return False
    match claim.phrase.level:
        case Level.STRONG:
            return place.goes_on or "for" not in claim.leads
        case Level.FAIR:
            begins = place.at_start and not _compound(ts, claim.phrase)
            return place.goes_on or begins or bool(claim.leads & _FIRM)
    return _accept_weak(ts, claim, place)


def _accept_weak(ts: Tokens, claim: Claim, place: Place) -> bool:
    """A weak phrase counts at the end, after a preposition, and for a weekday at the start."""
    phrase, words = claim.phrase, ts.words
    item = phrase.items[0]
    if claim.leads:
        return _accept_led(ts, claim, place)
    if place.before in _DANGLING:
        return False
    if isinstance(item, Part):
        return place.at_end and phrase.end - phrase.start > 1
    named = isinstance(item, Shift) and ts.raw(phrase.start)[:1].isupper()
    if not place.at_start and (named or lacks_object(ts, claim.start)):
        return False
    ambiguous = words[phrase.start] in AMBIGUOUS and phrase.end - phrase.start == 1
    if place.at_end:
        return not place.at_start or not ambiguous or not words[phrase.end]
    if place.at_start:
        return _accept_start(ts, phrase, ambiguous=ambiguous)
    return place.goes_on and not ambiguous and not isinstance(item, DayOfMonth)


def _accept_led(ts: Tokens, claim: Claim, place: Place) -> bool:
    """A weak phrase after a preposition."""
    phrase = claim.phrase
    if place.at_start and claim.leads & _FIRM:
        return not (_is_name(ts, phrase) or _compound(ts, phrase) or _counts(ts, phrase))
    return place.goes_on and ("for" not in claim.leads or place.at_end) and not _is_name(ts, phrase)


def _accept_start(ts: Tokens, phrase: Phrase, *, ambiguous: bool) -> bool:
    """A weak phrase at the start, with the title after it."""
    item, following = phrase.items[0], ts.words[phrase.end]
    if following in (",", ":", "-", "–", "—", ";"):
        return not (ambiguous and following == "-")
    if isinstance(item, Weekday):
        return not ambiguous and not _compound(ts, phrase)
    fraction = ts.text[ts.starts[phrase.start] : ts.ends[phrase.end - 1]] in ("1/2", "1/3", "2/3", "1/4", "3/4", "1/8")
    return isinstance(item, MonthDay) and not fraction and "/" in ts.words[phrase.start : phrase.end]


def _counts(ts: Tokens, phrase: Phrase) -> bool:
    """Whether a bare number at the start may count what follows, or name it: `by 5 points`, `at 10 Downing Street`."""
    following = ts.words[phrase.end]
    if not following or not isinstance(phrase.items[0], Clock) or ts.nums[phrase.end - 1] < 0:
        return False
    plural = following.endswith("s") and not following.endswith("ss")
    return plural or ts.raw(phrase.end)[:1].isupper() or ts.nums[phrase.end] >= 0


def _compound(ts: Tokens, phrase: Phrase) -> bool:
    """`Sunday School`, `Friday Night Lights`: a name that begins with a day."""
    following = ts.words[phrase.end]
    if following in _COMPOUNDS and isinstance(phrase.items[0], Weekday):
        return True
    single = phrase.end - phrase.start <= 2 and isinstance(phrase.items[0], Weekday)
    raw = ts.raw(phrase.end) if following else ""
    return (
        single and ts.raw(phrase.start)[:1].isupper() and raw[:1].isupper() and ts.words[phrase.start] in WEEKDAY_NAMES
    )


def _is_name(ts: Tokens, phrase: Phrase) -> bool:
    """After a preposition, a lone ambiguous word is still a date; a capital `Now` is not."""
    return isinstance(phrase.items[0], Shift) and ts.raw(phrase.start)[:1].isupper()

"""Whether words that could be a date are one here, or belong to the title: precision before recall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.quickadd.moments import Phrase
from core.quickadd.reading import Rule
from core.quickadd.tokens import Tokens
from core.quickadd.values import Clock, DayOfMonth, Level, MonthDay, Part, Shift, Weekday
from core.quickadd.words import NUMBERED, WEEKDAY_NAMES, WEEKDAYS, WEEKEND, word_set

_LEADS: Final = frozenset(
    {"on", "at", "@", "by", "due", "before", "starting", "beginning", "around", "approximately", "approx", "circa", "~",
     "deadline", "from", "after", "for", "in", "about", "between", "during", "sometime", "over"}
)  # fmt: skip
_FIRM: Final = frozenset({"on", "at", "@", "by", "due", "before", "starting", "beginning", "deadline"})
_BLOCKERS: Final = frozenset(
    {"to", "about", "than", "like", "since", "through", "vs", "versus", "called", "named", "titled", "of", "re",
     "regarding", "until", "till", "towards", "into", "onto", "last", "per", "not", "'s"}
)  # fmt: skip
_DANGLING: Final = word_set("for in from with without during via as between after at on by")
_DETERMINERS: Final = frozenset(
    {"the", "a", "an", "my", "our", "your", "his", "her", "their", "its", "this", "that", "these", "those", "some",
     "any", "no", "every", "each", "old", "new", "merry", "happy", "good", "&", "freaky", "casual", "ruby", "super",
     "bloody", "taco", "man", "girl", "all", "one"}
)  # fmt: skip
_PRONOUNS: Final = frozenset({"i", "we", "he", "she", "they", "you", "it", "who", "that", "which", "with"})
_AMBIGUOUS: Final = frozenset({"sun", "sat", "wed", "mon", "mar", "dec", "may", "march"})
_CONTINUERS: Final = frozenset(
    {"and", "to", "with", "at", "@", "in", "on", "for", "from", "because", "so", "if", "when", "but", "or", "re",
     "via", "regarding", "about", "then", "before", "after", "until", "till", "by", "-", "–", "—", "(", ",", ":", ";",
     ".", "!", "?", ")", "…", "/", "|", "near", "over", "as", "w", "&", "due", "please", "pls", "that",
     "sharp", "latest"}
)  # fmt: skip
_MOVES: Final = word_set("move reschedule change shift postpone push swap switch")
_SENT: Final = word_set(
    "email emails mail mails message messages letter letters note notes minutes comment comments feedback invoice "
    "invoices photos pictures order orders leftovers homework recording"
)
_JOINERS: Final = frozenset({"on", "and", "or", "&", ",", "/"})
_CLOSERS: Final = frozenset({")", "]", ".", ",", "!", "?", ";", ":", "…", "-", "–", "—"})
_NEED_OBJECT: Final = word_set(
    "watch read reread rewatch buy order stream download review celebrate plan organise organize enjoy prepare love "
    "see rent publish sell return learn memorise memorize"
)
_LOWER: Final = word_set(
    "day days week weeks month months year years after before next this in the of from now end second third first hour "
    "hours later minute minutes half past quarter to morning night evening afternoon tomorrow"
)
_COMPOUNDS: Final = word_set("school schools roast times best paper papers night nights football blues league")


@dataclass(frozen=True, slots=True)
class Claim:
    """A phrase that is taken for a date, and where what goes with it begins (`due on`, `by`)."""

    phrase: Phrase
    start: int
    """Index of the first token to remove."""
    leads: frozenset[str]


def claims(ts: Tokens, phrases: list[Phrase], first: int, rule: Rule | None) -> list[Claim]:
    """The phrases that are dates here, in order.

    `first` is the token the text begins at after a lead-in, `rule` the repetition that will be removed. The past counts
    only beside one, as the day it began on.
    """
    found: list[Claim] = []
    starts = {rule.start} if rule else set()
    for phrase in reversed(phrases):
        claim = _claim(ts, phrase)
        if phrase.when.past and not (rule and _began(ts, claim, rule)):
            continue
        if _accept(ts, claim, at_start=_nothing_before(ts, claim.start, first), starts=starts):
            found.append(claim)
            starts.add(claim.start)
    return found[::-1]


def _began(ts: Tokens, claim: Claim, rule: Rule) -> bool:
    """Whether a rule stands beside a day gone by: `yesterday every day`, not `review last week every monday`."""
    phrase = claim.phrase
    told = ts.words[phrase.start] == "yesterday" or ts.words[phrase.end - 1] == "ago"
    return told and not claim.leads and (phrase.end == rule.start or claim.start == rule.end)


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
    return (
        all(not ts.words[k].isalnum() and ts.words[k] != "\x00" for k in range(first, index)) if index > first else True
    )


def _accept(ts: Tokens, claim: Claim, *, at_start: bool, starts: set[int]) -> bool:
    phrase, words = claim.phrase, ts.words
    after = phrase.end
    while words[after] in _CLOSERS:
        after += 1
    at_end = not words[after] or phrase.end in starts
    goes_on = at_end or words[phrase.end] in _CONTINUERS or after in starts
    before = words[claim.start - 1] if claim.start and not at_start else ""
    if before in _BLOCKERS or (before in _PRONOUNS and words[phrase.start] in _AMBIGUOUS and not claim.leads):
        return False
    if phrase.level is Level.WEAK and before in ("-", "–", "/") and ts.glued(claim.start):
        return False
    if before in ("and", "or") and not claim.leads and phrase.level < Level.STRONG:
        return False
    if phrase.last and not _MOVES.isdisjoint(words[: claim.start]):
        return False  # it tells from when to when something is moved
    if at_start and _is_title(ts, phrase):
        return False
    if "from" in claim.leads and phrase.has_day and before in _SENT:
        return False
    if (not at_start and _looks_like_a_title(ts, phrase)) or _in_a_list(ts, claim):
        return False
    if phrase.level is Level.STRONG:
        return goes_on or "for" not in claim.leads
    if (
        _is_determiner(ts, claim.start - 1, before)
        and (not phrase.has_day or phrase.level is Level.WEAK)
        and not claim.leads
    ):
        return False
    if phrase.level is Level.FAIR:
        return goes_on or (at_start and not _compound(ts, phrase)) or bool(claim.leads & _FIRM)
    return _accept_weak(ts, claim, before, at_start=at_start, at_end=at_end, goes_on=goes_on)


def _is_determiner(ts: Tokens, k: int, before: str) -> bool:
    """Whether a word makes what follows a noun; the capital of `Report A` is a name."""
    return before in _DETERMINERS and not (before == "a" and k > 0 and ts.raw(k) == "A")


def _accept_weak(ts: Tokens, claim: Claim, before: str, *, at_start: bool, at_end: bool, goes_on: bool) -> bool:
    """A weak phrase counts at the end, after a preposition, and for a weekday at the start."""
    phrase, words = claim.phrase, ts.words
    item = phrase.items[0]
    if before in _DANGLING and not claim.leads:
        return False
    if claim.leads:
        if at_start and claim.leads & _FIRM:
            return not _is_name(ts, phrase) and not _compound(ts, phrase) and not _counts(ts, phrase)
        return goes_on and ("for" not in claim.leads or at_end) and not _is_name(ts, phrase)
    number_like = all(not word.isalpha() or word in ("t", "h") for word in words[phrase.start : phrase.end])
    if number_like and not at_start and (before in NUMBERED or (before == "." and words[claim.start - 2] in NUMBERED)):
        return False
    if isinstance(item, Part):
        return at_end and phrase.end - phrase.start > 1
    if isinstance(item, Shift) and ts.raw(phrase.start)[:1].isupper() and not at_start:
        return False
    if not at_start and _lacks_object(ts, claim.start):
        return False
    ambiguous = words[phrase.start] in _AMBIGUOUS and phrase.end - phrase.start == 1
    if at_end:
        return not at_start or not ambiguous or not words[phrase.end]
    if at_start:
        return _accept_start(ts, phrase, ambiguous=ambiguous)
    return goes_on and not ambiguous and not isinstance(item, DayOfMonth)


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


def _lacks_object(ts: Tokens, start: int) -> bool:
    """Whether all that stands before is a verb that needs an object: `Read 1984`, `Watch Friday the 13th`."""
    return ts.words[start - 1] in _NEED_OBJECT


def _in_a_list(ts: Tokens, claim: Claim) -> bool:
    """Whether a weekday is one of several, so that no one date is meant: `mon or tue`, `sat and sun next week`."""
    phrase, words = claim.phrase, ts.words
    if not isinstance(phrase.items[0], Weekday):
        return False
    low, high = phrase.start, phrase.end
    while low and words[low - 1] in _JOINERS:
        low -= 1
    while words[high] in _JOINERS:
        high += 1
    before = words[low : phrase.start] if low and words[low - 1] in WEEKDAYS else []
    after = words[phrase.end : high] if words[high] in WEEKDAYS else []
    return any(_joins(joiners, claim) for joiners in (before, after))


def _joins(joiners: list[str], claim: Claim) -> bool:
    """Whether the words between two weekdays put them in one list; after `on friday`, a comma alone does not."""
    return any(word not in (",", "on") for word in joiners) or (joiners == [","] and not claim.leads)


def _is_title(ts: Tokens, phrase: Phrase) -> bool:
    """Whether a phrase that is all of a text is a title by its capitals: `28 Days Later`, not `Next Monday`."""
    if ts.words[phrase.end]:
        return False
    small = [k for k in range(phrase.start + 1, phrase.end) if ts.words[k] in _LOWER]
    return len(small) > 1 and all(ts.raw(k)[0].isupper() and not ts.raw(k)[1:].isupper() for k in small)


def _looks_like_a_title(ts: Tokens, phrase: Phrase) -> bool:
    """`The Day After Tomorrow`: two or more words that are written small unless they are a title's."""
    words = [k for k in range(phrase.start, phrase.end) if ts.words[k] in _LOWER]
    capital = [k for k in words if ts.raw(k)[0].isupper() and not (len(ts.raw(k)) > 1 and ts.raw(k).isupper())]
    if len(capital) >= 2 and len(capital) == len(words):
        return True
    friday_13th = phrase.items[0].__class__ is Weekday and any(isinstance(i, DayOfMonth) for i in phrase.items)
    return bool(friday_13th and ts.raw(phrase.start)[0].isupper() and _lacks_object(ts, phrase.start))

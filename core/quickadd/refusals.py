"""Words that could be a date and are none here: `the 9am train`, `sales for this quarter`, `Watch Friday the 13th`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.quickadd.moments import Phrase
from core.quickadd.tokens import Tokens
from core.quickadd.values import Day, DayOfMonth, Grain, Level, Weekday
from core.quickadd.words import NUMBERED, WEEKDAYS, word_set

_BLOCKERS: Final = frozenset(
    {"to", "about", "than", "like", "since", "through", "vs", "versus", "called", "named", "titled", "of", "re",
     "regarding", "until", "till", "towards", "into", "onto", "last", "per", "not", "'s"}
)  # fmt: skip
_DETERMINERS: Final = frozenset(
    {"the", "a", "an", "my", "our", "your", "his", "her", "their", "its", "this", "that", "these", "those", "some",
     "any", "no", "every", "each", "old", "new", "merry", "happy", "good", "&", "freaky", "casual", "ruby", "super",
     "bloody", "taco", "man", "girl", "all", "one"}
)  # fmt: skip
_PRONOUNS: Final = frozenset({"i", "we", "he", "she", "they", "you", "it", "who", "that", "which", "with"})
_AM: Final = word_set("am are i'm we're you're they're he's she's it's")
AMBIGUOUS: Final = frozenset({"sun", "sat", "wed", "mon", "mar", "dec", "may", "march"})
_MOVES: Final = word_set("move reschedule change shift postpone push swap switch")
_SENT: Final = word_set(
    "email emails mail mails message messages letter letters note notes minutes comment comments feedback invoice "
    "invoices photos pictures order orders leftovers homework recording"
)
_JOINERS: Final = frozenset({"on", "and", "or", "&", ",", "/"})
NEED_OBJECT: Final = word_set(
    "watch read reread rewatch buy order stream download review celebrate plan organise organize enjoy prepare love "
    "see rent publish sell return learn memorise memorize"
)
_LOWER: Final = word_set(
    "day days week weeks month months year years after before next this in the of from now end second third first hour "
    "hours later minute minutes half past quarter to morning night evening afternoon tomorrow"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A phrase that is taken for a date, and where what goes with it begins (`due on`, `by`)."""

    phrase: Phrase
    start: int
    """Index of the first token to remove."""
    leads: frozenset[str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a claim stands in its text."""

    before: str
    """The word before it; empty at the start."""
    at_start: bool
    at_end: bool
    goes_on: bool
    """Whether what follows may follow a date."""


def _blocked(ts: Tokens, claim: Claim, place: Place) -> bool:
    """`about friday`, `since monday`, `they sat`."""
    pronoun = place.before in _PRONOUNS and ts.words[claim.phrase.start] in AMBIGUOUS and not claim.leads
    return place.before in _BLOCKERS or pronoun


def _tells(_: Tokens, claim: Claim, place: Place) -> bool:
    """`I'm at 10`: where somebody is, not when something is to be done."""
    return place.before in _AM and claim.leads == {"at"} and claim.phrase.level < Level.STRONG


def _joined(ts: Tokens, claim: Claim, place: Place) -> bool:
    """`stand-5`, `either/or friday`, `and friday`."""
    glued = claim.phrase.level is Level.WEAK and place.before in ("-", "–", "/") and ts.glued(claim.start)
    return glued or (place.before in ("and", "or") and not claim.leads and claim.phrase.level < Level.STRONG)


def _moves(ts: Tokens, claim: Claim, _: Place) -> bool:
    """From when to when something is moved."""
    return claim.phrase.last is not None and not _MOVES.isdisjoint(ts.words[: claim.start])


def _titled(ts: Tokens, claim: Claim, place: Place) -> bool:
    """`28 Days Later`, `Watch The Day After Tomorrow`, `mon or tue`."""
    if place.at_start and _is_title(ts, claim.phrase):
        return True
    return (not place.at_start and _looks_like_a_title(ts, claim.phrase)) or _in_a_list(ts, claim)


def _sent(_: Tokens, claim: Claim, place: Place) -> bool:
    """`the email from monday`."""
    return "from" in claim.leads and claim.phrase.has_day and place.before in _SENT


def _of_a_period(_: Tokens, claim: Claim, place: Place) -> bool:
    """`sales for this quarter`, `the budget for 2027`: what something is of, not when it is due."""
    grains = {item.grain for item in claim.phrase.items if isinstance(item, Day)}
    return "for" in claim.leads and not place.at_start and bool(grains & {Grain.QUARTER, Grain.YEAR})


def _determined(ts: Tokens, claim: Claim, place: Place) -> bool:
    """`the 9am train`; the capital of `Report A` is a name."""
    named = place.before == "a" and claim.start > 1 and ts.raw(claim.start - 1) == "A"
    if claim.phrase.level is Level.STRONG or place.before not in _DETERMINERS or named or claim.leads:
        return False
    return not claim.phrase.has_day or claim.phrase.level is Level.WEAK


def _numbered(ts: Tokens, claim: Claim, place: Place) -> bool:
    """`bug 5.12`, `Version: 1.10.30`, `page no. 5`."""
    words, phrase = ts.words, claim.phrase
    digits = all(not word.isalpha() or word in ("t", "h") for word in words[phrase.start : phrase.end])
    if not digits or place.at_start or claim.leads:
        return False
    sign = place.before in (".", ":")
    return (words[claim.start - 2] if sign and claim.start > 1 else place.before) in NUMBERED


def lacks_object(ts: Tokens, start: int) -> bool:
    """Whether all that stands before is a verb that needs an object: `Read 1984`, `Watch Friday the 13th`."""
    return ts.words[start - 1] in NEED_OBJECT


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
    return bool(friday_13th and ts.raw(phrase.start)[0].isupper() and lacks_object(ts, phrase.start))


REFUSALS: Final = (
    _blocked, _tells, _joined, _moves, _titled, _sent, _of_a_period, _determined, _numbered,
)  # fmt: skip
"""What keeps words that could be a date in the title."""

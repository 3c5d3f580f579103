"""Whether words that could be a date are one here, or belong to the title: precision before recall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.quickadd.moments import Phrase
from core.quickadd.tokens import Tokens
from core.quickadd.values import Clock, DayOfMonth, Level, MonthDay, Part, Shift, Weekday
from core.quickadd.words import WEEKDAY_NAMES, WEEKEND, word_set

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
_CLOSERS: Final = frozenset({")", "]", ".", ",", "!", "?", ";", ":", "…", "-", "–", "—"})
_NOUNS: Final = word_set(
    "no no. nr number num bug bugs issue issues ticket tickets pr task tasks version versions ver v release releases "
    "rev revision python java node nodejs django ruby rails php ubuntu debian fedora postgres postgresql mysql windows "
    "ios android macos firefox chrome angular react vue swift kotlin linux kernel go rust typescript docker kubernetes "
    "chapter chapters section sections page pages room rooms flight gate seat platform route bus train line step steps "
    "figure table item items part parts level unit units apartment apt suite floor building ch sec catch rule article "
    "size model episode season lesson exercise question problem level lot invoice order pin code id psalm verse act "
    "scene score ratio upgrade api sdk build patch dose appendix"
)
_NEED_OBJECT: Final = word_set(
    "watch read reread rewatch buy order stream download review celebrate plan organise organize enjoy prepare love "
    "see rent publish sell return learn memorise memorize"
)
_LOWER: Final = word_set(
    "day days week weeks month months year years after before next this in the of from now end second third first hour "
    "hours minute minutes half past quarter to morning night evening afternoon tomorrow"
)
_COMPOUNDS: Final = word_set("school schools roast times best paper papers night nights football blues league")


@dataclass(frozen=True, slots=True)
class Claim:
    """A phrase that is taken for a date, and where what goes with it begins (`due on`, `by`)."""

    phrase: Phrase
    start: int
    """Index of the first token to remove."""
    leads: frozenset[str]


def claims(ts: Tokens, phrases: list[Phrase], first: int, taken: frozenset[int]) -> list[Claim]:
    """The phrases that are dates here, in order.

    `first` is the token the text begins at after a lead-in, `taken` the tokens where something else that will be
    removed begins.
    """
    found: list[Claim] = []
    starts = set(taken)
    for phrase in reversed(phrases):
        claim = _claim(ts, phrase)
        if _accept(ts, claim, at_start=_nothing_before(ts, claim.start, first), starts=starts):
            found.append(claim)
            starts.add(claim.start)
    return found[::-1]


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
    if phrase.when.past:
        return False
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
    if not at_start and _looks_like_a_title(ts, phrase):
        return False
    if phrase.level is Level.STRONG:
        return goes_on or "for" not in claim.leads
    if before in _DETERMINERS and (not phrase.has_day or phrase.level is Level.WEAK) and not claim.leads:
        return False
    if phrase.level is Level.FAIR:
        return goes_on or (at_start and not _compound(ts, phrase)) or bool(claim.leads & _FIRM)
    return _accept_weak(ts, claim, before, at_start=at_start, at_end=at_end, goes_on=goes_on)


def _accept_weak(ts: Tokens, claim: Claim, before: str, *, at_start: bool, at_end: bool, goes_on: bool) -> bool:
    """A weak phrase counts at the end, after a preposition, and for a weekday at the start."""
    phrase, words = claim.phrase, ts.words
    item = phrase.items[0]
    if before in _DANGLING and not claim.leads:
        return False
    if claim.leads:
        return goes_on and ("for" not in claim.leads or at_end) and not _is_name(ts, phrase)
    number_like = all(not word.isalpha() or word in ("t", "h") for word in words[phrase.start : phrase.end])
    if number_like and not at_start and (before in _NOUNS or (before == "." and words[claim.start - 2] in _NOUNS)):
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


def _looks_like_a_title(ts: Tokens, phrase: Phrase) -> bool:
    """`The Day After Tomorrow`: two or more words that are written small unless they are a title's."""
    words = [k for k in range(phrase.start, phrase.end) if ts.words[k] in _LOWER]
    capital = [k for k in words if ts.raw(k)[0].isupper() and not (len(ts.raw(k)) > 1 and ts.raw(k).isupper())]
    if len(capital) >= 2 and len(capital) == len(words):
        return True
    friday_13th = phrase.items[0].__class__ is Weekday and any(isinstance(i, DayOfMonth) for i in phrase.items)
    return bool(friday_13th and ts.raw(phrase.start)[0].isupper() and _lacks_object(ts, phrase.start))

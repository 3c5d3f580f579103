"""A line cut into tokens, with what must stay whole (quotes, addresses, names such as Catch-22) made unreadable."""

from __future__ import annotations

import re
from typing import Final

from core.quickadd.words import VOCABULARY, word_set

WINDOW: Final = 1000
"""Of a longer line, only this many characters at each end are read; that keeps any text cheap."""
OPAQUE: Final = "\x00"
"""Stands for a token that no production may match."""
_PAD: Final = 6

_TOKEN = re.compile(r"[Ww]eek-[Ee]nds?\b|[^\W\d_]+(?:['’][^\W\d_]+)*['’]?|[0-9]+|\S")
_CHUNK = re.compile(r"[^\s,;()\[\]{}]+")
_WHOLE = re.compile(
    r"""
      "[^"\n]+"
    | “[^“”\n]+”
    | «[^«»\n]+»
    | `[^`\n]+`
    | (?<!\w)‘[^‘\n]{1,500}?’(?!\w)
    | (?<![\w'])'(?=\S)(?:[^'\n]|(?<=\w)'(?=\w)){1,500}'(?!\w)
    | \b[A-Za-z][A-Za-z0-9+.-]{1,20}://\S+
    | \bwww\.\S+
    | \bmailto:\S+
    | [\w.+%-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}
    """,
    re.VERBOSE,
)
_HANDLE = re.compile(r"@(?!noon\b|midnight\b|midday\b)[^\W\d]", re.IGNORECASE)
_LEADING = re.compile(r"[@~\"'“‘*-]+")
_NUMBER_UNITS: Final = frozenset({"d", "w", "s"})
_ODD = re.compile(r"[$€£¥₹₽%#°+*=<>^&\\|_?!](?=.)|^[$€£¥₹₽#°+]|[%°+]$")
_ADDED = re.compile(r"(?i)\+\d{1,4}(?:[a-z]{1,9})?")
_ZONE_SUM = re.compile(r"(?i)(?:.*\d(?:am|pm)?)?(?:utc|gmt)?[+-]\d{1,2}(?::?\d\d)?|\d{4}-.*T.*")
_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LETTER_DIGIT = re.compile(r"[^\W\d_](?=[0-9])")
_DIGIT_OK = frozenset({"q", "t", "h", "p", "m", "utc", "gmt", "am", "pm", "d"})
_WORD_BEFORE_DIGIT = re.compile(r"([^\W\d_]+)(?=[0-9])")


class Tokens:
    """Parallel lists, one entry a token, padded at the end so that looking ahead needs no bounds.

    `words` holds the lower-case text (`OPAQUE` where nothing may be read), `nums` the value of an ASCII number or -1,
    `gaps` whether white space comes before, `starts` and `ends` the place in the text.
    """

    __slots__ = ("ends", "gaps", "nums", "size", "starts", "text", "words")

    def __init__(self, text: str) -> None:
        self.text = text
        self.words: list[str] = []
        self.nums: list[int] = []
        self.gaps: list[bool] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        if len(text) <= 2 * WINDOW:
            self._read(0, len(text))
        else:
            self._read(0, WINDOW)
            self._add(WINDOW, len(text) - WINDOW, OPAQUE)
            self._read(len(text) - WINDOW, len(text))
        self.size = len(self.words)
        end = len(text)
        self.words += [""] * _PAD
        self.nums += [-1] * _PAD
        self.gaps += [True] * _PAD
        self.starts += [end] * _PAD
        self.ends += [end] * _PAD

    def raw(self, index: int) -> str:
        """The token as it was written."""
        return self.text[self.starts[index] : self.ends[index]]

    def glued(self, index: int) -> bool:
        """Whether the token follows the one before it without white space."""
        return not self.gaps[index]

    def width(self, index: int) -> int:
        """How many characters the token has."""
        return self.ends[index] - self.starts[index]

    def _add(self, start: int, end: int, word: str) -> None:
        self.gaps.append(start == 0 or self.text[start - 1].isspace())
        self.words.append(word)
        number = -1
        if word[0] in "0123456789" and len(word) <= 9:
            number = int(word)
        self.nums.append(number)
        self.starts.append(start)
        self.ends.append(end)

    def _read(self, start: int, end: int) -> None:
        opaque = whole_spans(self.text, start, end)
        opaque += _odd_chunks(self.text, start, end, opaque)
        opaque.sort()
        upcoming = iter(opaque)
        low, high = next(upcoming, (end, end))
        for match in _TOKEN.finditer(self.text, start, end):
            at = match.start()
            while at >= high and high < end:
                low, high = next(upcoming, (end, end))
            hidden = low <= at < high
            word = match.group().lower().replace("’", "'").replace("week-", "week")
            self._add(at, match.end(), OPAQUE if hidden else word)


def whole_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The places of quoted text, URLs and e-mail addresses between two positions."""
    return [match.span() for match in _WHOLE.finditer(text, start, end)]


def _odd_chunks(text: str, start: int, end: int, known: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The places of runs without white space that are names or amounts rather than dates: Catch-22, $5, v2.1, 3kg."""
    odd: list[tuple[int, int]] = []
    for match in _CHUNK.finditer(text, start, end):
        low, high = match.span()
        if match.group().isalpha() or any(a < high and low < b for a, b in known):
            continue
        if _is_odd(match.group()):
            odd.append((low, high))
    return odd


def _is_odd(chunk: str) -> bool:
    """Whether a run without white space must stay whole."""
    if len(chunk) > 60 or _HANDLE.match(chunk):
        return True
    core = chunk.rstrip(".:!?…\"'”’").lstrip("@~\"'“‘*-–—")
    if not core or core == "+" or core.isalpha():
        return False
    if _ODD.search(core) and not _ZONE_SUM.fullmatch(core) and not _ADDED.fullmatch(core):
        return True
    words = _WORDS.findall(core)
    if not words:
        return _odd_number(core)
    if len(words) == 1 and len(words[0]) == len(core):
        return False
    lowered = [word.lower().replace("’", "'") for word in words]
    if any(word not in VOCABULARY for word in lowered):
        return True
    return any(
        word.lower() not in _DIGIT_OK and word.lower()[:3] not in _MONTH_STEMS
        for word in _WORD_BEFORE_DIGIT.findall(core)
    )


_MONTH_STEMS: Final = word_set("jan feb mar apr may jun jul aug sep oct nov dec")


def _odd_number(core: str) -> bool:
    """Whether digits and signs alone are certainly no date or time: 5.12.1.3, 24/7, a phone number."""
    return core == "24/7" or core.count(".") > 2 or core.count("-") > 2

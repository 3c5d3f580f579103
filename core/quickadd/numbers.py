"""Numbers, in digits and in words: counts, ordinals, fractions and years."""

from __future__ import annotations

from fractions import Fraction

from core.quickadd.tokens import Tokens
from core.quickadd.words import ONES, ORDINALS, SUFFIXES, TENS

_HALVES = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4)}


def _below_hundred(ts: Tokens, i: int) -> tuple[int, int] | None:
    word = ts.words[i]
    if word in ONES:
        return ONES[word], i + 1
    if word in TENS:
        j = i + 2 if ts.words[i + 1] == "-" else i + 1
        unit = ONES.get(ts.words[j], 10)
        return (TENS[word] + unit, j + 1) if unit < 10 else (TENS[word], i + 1)
    return None


def spelled(ts: Tokens, i: int) -> tuple[int, int] | None:
    """A number in words up to 999: `twenty-seven`, `a hundred and five`."""
    hit = _below_hundred(ts, i)
    if hit is None and ts.words[i] in ("a", "hundred"):
        hit = (1, i + (ts.words[i] == "a"))
        if ts.words[hit[1]] != "hundred":
            return None
    if hit is None or ts.words[hit[1]] != "hundred" or hit[0] > 9:
        return hit
    value, j = hit[0] * 100, hit[1] + 1
    rest = _below_hundred(ts, j + 1 if ts.words[j] == "and" else j)
    return (value + rest[0], rest[1]) if rest else (value, j)


def digits(ts: Tokens, i: int) -> tuple[int, int] | None:
    """A number in digits."""
    return (ts.nums[i], i + 1) if ts.nums[i] >= 0 else None


def cardinal(ts: Tokens, i: int) -> tuple[int, int] | None:
    """A count in digits or words."""
    if ts.nums[i] >= 0:
        return ts.nums[i], i + 1
    return spelled(ts, i)


def ordinal(ts: Tokens, i: int) -> tuple[int, int] | None:
    """`1st`, `first`, `twenty-first`."""
    if ts.nums[i] >= 0:
        if ts.words[i + 1] in SUFFIXES and ts.glued(i + 1):
            return ts.nums[i], i + 2
        return None
    word = ts.words[i]
    if word in ORDINALS:
        return ORDINALS[word], i + 1
    if word in ("twenty", "thirty"):
        j = i + 2 if ts.words[i + 1] == "-" else i + 1
        unit = ORDINALS.get(ts.words[j], 10)
        if unit < 10:
            return TENS[word] + unit, j + 1
    return None


def day_number(ts: Tokens, i: int) -> tuple[int, int] | None:
    """The number of a day in its month, 1..31, as an ordinal or a count."""
    hit = ordinal(ts, i)
    if hit is None:
        if ts.nums[i] >= 0 and ts.ends[i] - ts.starts[i] > 2:
            return None
        hit = cardinal(ts, i)
    return hit if hit and 1 <= hit[0] <= 31 else None


def year(ts: Tokens, i: int) -> tuple[int, int] | None:
    """A year: `2027`, `'27`, `twenty twenty seven`, `two thousand and nineteen`."""
    number = ts.nums[i]
    if number >= 0:
        return (number, i + 1) if ts.ends[i] - ts.starts[i] == 4 and 1900 <= number <= 2199 else None
    word = ts.words[i]
    if word in ("'", "’") and ts.nums[i + 1] >= 0 and ts.ends[i + 1] - ts.starts[i + 1] == 2 and ts.glued(i + 1):
        return century(ts.nums[i + 1]), i + 2
    if word == "two" and ts.words[i + 1] == "thousand":
        rest = _below_hundred(ts, i + 3 if ts.words[i + 2] == "and" else i + 2)
        return (2000 + rest[0], rest[1]) if rest else (2000, i + 2)
    if word in ("twenty", "nineteen"):
        rest = _below_hundred(ts, i + 2 if ts.words[i + 1] == "-" else i + 1)
        if rest and rest[0] >= 10:
            return (20 if word == "twenty" else 19) * 100 + rest[0], rest[1]
    return None


def odd_year(ts: Tokens, i: int) -> bool:
    """Whether four digits stand here that may be a year, but none that a task is for, and no time of day: `9999`."""
    number = ts.nums[i]
    if number < 0 or ts.ends[i] - ts.starts[i] != 4 or 1900 <= number <= 2199:
        return False
    return number >= 2400 or number % 100 > 59


def century(two_digits: int) -> int:
    """The year two digits mean: 00..69 are this century's."""
    return two_digits + (2000 if two_digits < 70 else 1900)


def quantity(ts: Tokens, i: int) -> tuple[Fraction, int] | None:
    """How many: `3`, `a`, `a couple of`, `1.5`, `1/2`, `half an`, `three-quarters of an`, `two and a half`."""
    words = ts.words
    j = i + 1 if words[i] == "a" else i
    word = words[j]
    if word == "couple":
        return Fraction(2), j + 2 if words[j + 1] == "of" else j + 1
    if word == "few":
        return Fraction(3), j + 1
    if word == "dozen":
        return Fraction(12), j + 1
    if word == "half":
        k = j + 2 if words[j + 1] == "of" else j + 1
        if words[j + 1] == "-":
            return Fraction(1, 2), j + 2
        return Fraction(1, 2), k + 1 if words[k] in ("a", "an") else k
    if word == "quarter" and words[j + 1] == "of":
        return Fraction(1, 4), j + 3 if words[j + 2] in ("a", "an") else j + 2
    if words[i] in _HALVES:
        return _HALVES[words[i]], _of_a(ts, i + 1)
    hit = _digits(ts, i) if ts.nums[i] >= 0 else _spelled_quantity(ts, i)
    if hit is None and words[i] in ("a", "an", "another"):
        return Fraction(1), i + 1
    return hit


def _of_a(ts: Tokens, i: int) -> int:
    """Step over `of a`, `of an`, `a`, `an`."""
    j = i + 1 if ts.words[i] == "of" else i
    return j + 1 if ts.words[j] in ("a", "an") else i


def _digits(ts: Tokens, i: int) -> tuple[Fraction, int] | None:
    words, nums = ts.words, ts.nums
    whole = nums[i]
    if whole > 9999:
        return None
    if words[i + 1] in _HALVES:
        return whole + _HALVES[words[i + 1]], i + 2
    if words[i + 1] in (".", ",") and ts.glued(i + 1) and nums[i + 2] >= 0 and ts.glued(i + 2):
        return Fraction(f"{whole}.{words[i + 2]}"), i + 3
    if words[i + 1] == "/" and 0 < nums[i + 2] < 100 and ts.glued(i + 1):
        return Fraction(whole, nums[i + 2]), _of_a(ts, i + 3)
    if 0 < nums[i + 1] < 10 and words[i + 2] == "/" and 0 < nums[i + 3] < 10:
        return whole + Fraction(nums[i + 1], nums[i + 3]), i + 4
    return _with_half(ts, whole, i + 1)


def _spelled_quantity(ts: Tokens, i: int) -> tuple[Fraction, int] | None:
    hit = spelled(ts, i)
    return _with_half(ts, *hit) if hit else None


def _with_half(ts: Tokens, whole: int, j: int) -> tuple[Fraction, int]:
    """`two and a half`, `three quarters of an`, `three-quarters of an`."""
    words = ts.words
    k = j + 1 if words[j] == "-" else j
    if words[k] in ("quarters", "quarter") and words[k + 1] in ("of", "hour", "hours"):
        return Fraction(whole, 4), _of_a(ts, k + 1)
    if words[j] == "and" and words[j + 1] in ("a", "an", "one") and words[j + 2] in ("half", "quarter"):
        return whole + Fraction(1, 2 if words[j + 2] == "half" else 4), j + 3
    if words[j] == "and" and words[j + 1] == "half":
        return whole + Fraction(1, 2), j + 2
    return Fraction(whole), j

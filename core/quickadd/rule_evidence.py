"""Whether words that make a rule are one here, or belong to the title: `weekly` of `send weekly report`."""

from __future__ import annotations

from typing import Final

from core.quickadd.leftover import AFTER_RULE
from core.quickadd.reading import Rule
from core.quickadd.recurrence import might_hold_rule, read_rule
from core.quickadd.tokens import Tokens
from core.quickadd.values import Context
from core.quickadd.words import word_set

_OF_A_TITLE: Final = word_set("the a my our this of about")
_OF_A_LIST: Final = word_set("for of between about the to from with next this last either both either vs per re")


def find_rule(ts: Tokens, first: int, cx: Context) -> Rule | None:
    """The last certain rule of a line, or the last that stands where a rule is expected."""
    if not might_hold_rule(ts):
        return None
    best: Rule | None = None
    i = first
    while i < ts.size:
        rule = read_rule(ts, i, cx)
        if rule is None:
            i += 1
            continue
        excepted = best is not None and ts.words[rule.start - 1] in AFTER_RULE
        if not excepted and (rule.certain or (_is_expected(ts, rule, first) and not (best and best.certain))):
            best = rule
        i = rule.end
    return best


def _is_expected(ts: Tokens, rule: Rule, first: int) -> bool:
    """Whether `daily` or `mondays` is a rule here rather than a word of the title: it ends the text or says more."""
    following = ts.words[rule.end]
    if rule.start and (ts.words[rule.start - 1] in _OF_A_TITLE or ts.nums[rule.start - 1] >= 0):
        return False
    if rule.listed:
        return _list_expected(ts, rule, first)
    if ts.words[rule.start] in ("any", "all") and following.isalpha():
        return False
    return (
        rule.end - rule.start > 1
        or following in ("", ".", ",", "!", ":", "(", ")", "-", "–", "—")
        or following in ("to", "for", "and")
        or following in AFTER_RULE
    )


def _list_expected(ts: Tokens, rule: Rule, first: int) -> bool:
    """Whether weekdays in a row are a series: at either end of the text, of no one week, and not what is talked of."""
    before = ts.words[rule.start - 1] if rule.start > first else ""
    closed = ts.words[rule.end] in ("", ".", ",", "!", "(", ")", "-", "–", "—", "with", "at", "in")
    return before not in _OF_A_LIST and (closed or (rule.start == first and ts.words[rule.end] not in ("this", "next")))


def rule_start(ts: Tokens, rule: Rule) -> int:
    """A rule may be introduced by `on`, `due` or `repeat`."""
    k = rule.start
    while k and ts.words[k - 1] in ("on", "due", "repeat", "repeating", "repeats", "recurring"):
        k -= 1
    return k

"""How many of other people's phrases quick add reads as they are meant: `make bench ARGS="phrases FILE…"`.

A file holds one JSON object a line: `text`, `now` (ISO 8601, local), `timezone` (IANA), `locale`, and the meaning, as
`kind` (`date`, `datetime`, `recurrence` or `none`) with `value` (any of its entries counts), or as `expect`, the parts
of an RRULE by their names in lower case.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

from core.quickadd import Draft, QuickAddError, parse
from tests.benchmarks.table import Figure, Goal

GOALS = {"dates": Goal(92, at_least=True), "recurrence": Goal(95, at_least=True), "none": Goal(97, at_least=True)}
_KINDS = {"date": "dates", "datetime": "dates", "recurrence": "recurrence", "none": "none"}
_LEFT_OUT = frozenset({"BYHOUR", "BYMINUTE", "BYSETPOS"})
"""What an answer leaves out where the rule has a time of day."""
_MANY = 200


class Outcome(StrEnum):
    """What became of a phrase."""

    RIGHT = "right"
    WRONG = "wrong"
    """Another date or rule was read: worse than none, since it looks like the answer."""
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Sample:
    """A phrase, when it was written, and what it means."""

    text: str
    now: dt.datetime
    locale: str
    kind: str
    """`dates`, `recurrence` or `none`."""
    answers: tuple[str, ...]
    """ISO dates (or datetimes), or RRULE values; any counts."""
    tier: str
    expect: dict[str, object] | None = None

    def draft(self) -> Draft | None:
        """What quick add makes of it; None for a date that it says can't be."""
        try:
            return parse(self.text, now=self.now, locale=self.locale)
        except QuickAddError:
            return None

    def outcome(self) -> Outcome:
        """Whether it was read as it is meant."""
        draft = self.draft()
        due, rule = (str(draft.due) if draft and draft.due else None), draft.recurrence if draft else None
        match self.kind:
            case "none":
                return Outcome.RIGHT if due is None and rule is None else Outcome.WRONG
            case "recurrence":
                right = rule is not None and draft is not None and self._is_rule(draft, rule)
            case _:
                right = due is not None and rule is None and any(_same_moment(due, answer) for answer in self.answers)
        if right:
            return Outcome.RIGHT
        return Outcome.MISSED if due is None and rule is None else Outcome.WRONG

    def _is_rule(self, draft: Draft, rule: str) -> bool:
        if self.expect is not None:
            return _has_parts(rule, self.expect) and _leaves_out(draft, rule, self.expect)
        value = _comparable(rule)
        return any(_comparable(answer) == value for answer in self.answers)


def samples(path: Path) -> Iterator[Sample]:
    """The phrases of a file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        value = row.get("value", [])
        yield Sample(
            text=row["text"],
            now=dt.datetime.fromisoformat(row["now"]).replace(tzinfo=ZoneInfo(row.get("timezone", "UTC"))),
            locale=row.get("locale", "en-US"),
            kind=_KINDS[row.get("kind", "recurrence")],
            answers=tuple(value) if isinstance(value, list) else (value,),
            tier=row.get("tier") or row.get("lang", "core"),
            expect=row.get("expect"),
        )


def _same_moment(due: str, answer: str) -> bool:
    """Whether a due is an answer; of an answer that is a day alone, the day counts."""
    return due[:10] == answer if len(answer) == 10 else due == answer[:16]


def _parts(rule: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in rule.splitlines()[0].upper().split(";"))


def _comparable(rule: str) -> dict[str, str]:
    """The parts of a rule without its times of day, in a form that can be compared."""
    parts = _parts(rule)
    timed = "BYHOUR" in parts
    return {
        name: ",".join(sorted(value.split("T")[0].split(",")))
        for name, value in parts.items()
        if not (name in _LEFT_OUT and (timed or name != "BYSETPOS")) and (name, value) != ("INTERVAL", "1")
    }


def _has_parts(rule: str, expect: dict[str, object]) -> bool:
    parts = {"INTERVAL": "1", **_parts(rule)}
    named = {name.upper(): str(value).upper() for name, value in expect.items()}
    compared = {name: value for name, value in named.items() if name not in ("DTSTART", "EXDATE", "EXRULE")}
    return all(sorted(value.split(",")) == sorted(parts.get(name, "").split(",")) for name, value in compared.items())


def _leaves_out(draft: Draft, rule: str, expect: dict[str, object]) -> bool:
    """Whether no occurrence falls on what is excepted: a day, a month, or the occurrences of another rule."""
    assert draft.due is not None
    start = dt.datetime.combine(draft.due.date, draft.due.time or dt.time())
    occurrences = list(islice(rrulestr(f"RRULE:{rule}", dtstart=start), _MANY * 2))
    exdates = expect.get("exdate", [])
    assert isinstance(exdates, list)
    gone = [_excepted(one) for one in exdates]
    if any(str(when).startswith(tuple(gone)) for when in occurrences if gone):
        return False
    if "exrule" in expect:
        other = set(islice(rrulestr(f"RRULE:{expect['exrule']}", dtstart=start.replace(hour=0, minute=0)), _MANY))
        return not other & set(occurrences)
    return True


def _excepted(one: object) -> str:
    """How an occurrence that is left out begins, as text."""
    return f"{one[1]}-{one[0]:02}" if isinstance(one, list) else str(one)


def measure(paths: Iterable[str], *, misses: bool = False) -> list[Figure]:
    """The share of each kind and tier that is read as meant; with `misses`, the others are printed one by one."""
    figures: list[Figure] = []
    for path in map(Path, paths):
        counts: Counter[tuple[str, str, Outcome]] = Counter()
        for sample in samples(path):
            outcome = sample.outcome()
            counts[sample.kind, sample.tier, outcome] += 1
            if misses and outcome is not Outcome.RIGHT:
                print(_line(sample, outcome))
        for kind, tier in dict.fromkeys((kind, tier) for kind, tier, _ in sorted(counts)):
            figures.append(_figure(path.stem, kind, tier, {one: counts[kind, tier, one] for one in Outcome}))
    return figures


def _line(sample: Sample, outcome: Outcome) -> str:
    draft = sample.draft()
    rule = (draft.recurrence or "").replace("\n", " ") if draft else ""
    read = f"{draft.title!r} {draft.due} {rule}" if draft else "an error"
    meant = sample.expect if sample.expect is not None else sample.answers[:3]
    return f"{sample.tier} {sample.kind} {outcome}: {sample.text!r} at {sample.now:%a %Y-%m-%dT%H:%M}: {read}; {meant}"


def _figure(name: str, kind: str, tier: str, counts: dict[Outcome, int]) -> Figure:
    total = sum(counts.values())
    note = f"{counts[Outcome.RIGHT]} of {total}; {counts[Outcome.WRONG]} read as something else"
    goal = GOALS[kind] if tier == "core" else None
    return Figure(f"Phrases {name}", f"{kind}, {tier}", 100 * counts[Outcome.RIGHT] / total, "%", goal, note)

"""What people say about reminders, digests and reviews."""

from __future__ import annotations

import re

from core.commands.rules import Rule, always, on, rule
from core.commands.targets import target
from core.intents.values import Edit, Intent, Prefer, Review, Skip
from core.reminder_phrases import LEAD


def _remind(named: str, phrase: str) -> Intent | None:
    found = target(named)
    return Edit(found, remind=phrase) if found else None


def _lead(match: re.Match[str]) -> int:
    count = 1 if match["count"].lower() in ("a", "an") else int(match["count"])
    return count * {"h": 60, "d": 1440}.get((match["unit"] or "m")[0].lower(), 1)


ABOUT_REMINDERS: tuple[Rule, ...] = (
    rule(
        r"(?:always\s+)?remind\s+me\s+(?P<count>\d{1,5}|an?)\s*(?P<unit>m|min(?:ute)?s?|h|hours?|d|days?)\s+(?:before(?:hand)?|earlier|ahead)"
        r"(?:\s+(?:by\s+default|always|of\s+(?:everything|all\s+tasks)))\W*",
        lambda m: Prefer(lead=_lead(m)),
    ),
    rule(
        r"(?:(?:no|turn\s+off(?:\s+the)?|remove(?:\s+the)?|stop(?:\s+the)?)\s+reminders?\s+(?:for|of|about|on|from)"
        r"|(?:don['’]?t|do\s+not|never|stop)\s+remind(?:ing)?(?:\s+me)?\s+(?:of|about))\s+(?P<t>.+)",
        lambda m: _remind(m["t"], "never"),
    ),
    rule(
        rf"remind\s+me\s+(?:again\s+)?(?:(?:of|about)\s+)?(?P<t>#?\d+|(?:of|about)\s+.+?)\s+(?P<phrase>{LEAD})\W*",
        lambda m: _remind(re.sub(r"^(?:of|about)\s+", "", m["t"], flags=re.I), m["phrase"]),
    ),
    rule(rf"remind\s+me\s+(?P<phrase>{LEAD})\s+(?P<t>#\d+|tasks?\s+#?\d+)\W*", lambda m: _remind(m["t"], m["phrase"])),
    rule(
        r"(?:always\s+)?(?:send\s+(?:me\s+)?(?:my\s+|all\s+)?reminders|remind\s+me)\s+(?:only\s+)?here(?:\s+(?:only|always))?\W*",
        always(Prefer(here=True)),
    ),
    rule(
        r"(?:send\s+(?:me\s+)?(?:my\s+|all\s+)?reminders|remind\s+me)\s+where\s+(?:i\s+)?(?:made|added|wrote)\b.*|do\s*n['’]?t\s+remind\s+me\s+here\W*",
        always(Prefer(here=False)),
    ),
)
"""What begins like an addition (`remind me …`) and is none."""

SKIPS_AND_PREFERENCES: tuple[Rule, ...] = (
    rule(
        r"(?:(?:turn|switch)\s+(?P<on>on|off)\s+(?:the\s+|my\s+)?(?:daily\s+|morning\s+)?digests?"
        r"|(?:turn\s+|switch\s+)?(?:the\s+|my\s+)?(?:daily\s+|morning\s+)?digests?\s*:?\s+(?P<said>on|off)"
        r"|(?P<stop>stop|no|disable|enable)\s+(?:the\s+|my\s+)?(?:daily\s+|morning\s+)?digests?)\W*",
        lambda m: Prefer(digest=(m["on"] or m["said"] or m["stop"]).lower() in ("on", "enable")),
    ),
    rule(
        r"(?:my\s+)?(?:default\s+)?(?:reminder\s+)?lead(?:\s+time)?(?:\s+(?:to|is|=))?\s+(?P<count>\d{1,5})\s*(?P<unit>m|min(?:ute)?s?|h|hours?|d|days?)?\W*",
        lambda m: Prefer(lead=_lead(m)),
    ),
    rule(r"(?:my\s+)?(?:settings|preferences|time\s*zone|tz|morning|digest)\W*", always(Prefer())),
    rule(
        r"(?:(?:so\s+)?how\s+(?:was|is|did|has)\s+(?:my|this|the|our)?\s*(?:past\s+|last\s+)?week(?:\s+(?:go|been|going|look))?"
        r"|(?:(?:show|give)\s+(?:me\s+)?)?(?:my\s+|the\s+|a\s+)?(?:weekly\s+(?:review|report|summary)|week(?:['’]s)?\s+in\s+review|review)"
        r"|review\s+(?:my|the|of\s+(?:my|the))\s+week)\W*",
        always(Review()),
    ),
    rule(
        r"skip\s+(?:the\s+)?(?:next|this|today['’]?s?)\s+(?:one|time|date|occurrence)?\s*(?:of|for)\s+(?P<t>.+)",
        on(Skip),
    ),
    rule(r"skip\s*:?\s+(?P<t>.+?)(?:\s+(?:this\s+time|once|today|this\s+week))?", on(Skip)),
)

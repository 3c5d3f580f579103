"""Commands about reminders, digests and reviews."""

from __future__ import annotations

import pytest

from core.commands import understand
from core.intents import Add, Edit, Intent, Numbers, Prefer, Review, Skip, Snooze, Words


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("skip 3", Skip(Numbers((3,)))),
        ("skip 3 this time", Skip(Numbers((3,)))),
        ("skip the next one of 3", Skip(Numbers((3,)))),
        ("skip the plants today", Skip(Words("plants"))),
        ("remind me of 3 an hour before", Edit(Numbers((3,)), remind="an hour before")),
        ("remind me about the dentist 2 days before", Edit(Words("dentist"), remind="2 days before")),
        ("remind me an hour before #3", Edit(Numbers((3,)), remind="an hour before")),
        ("no reminder for 3", Edit(Numbers((3,)), remind="never")),
        ("don't remind me of 3", Edit(Numbers((3,)), remind="never")),
        ("digest on", Prefer(digest=True)),
        ("turn off the daily digest", Prefer(digest=False)),
        ("stop the digest", Prefer(digest=False)),
        ("lead 15 min", Prefer(lead=15)),
        ("remind me an hour before by default", Prefer(lead=60)),
        ("always remind me 2 days before by default", Prefer(lead=2880)),
        ("remind me here", Prefer(here=True)),
        ("remind me where I made the task", Prefer(here=False)),
        ("settings", Prefer()),
        ("how was my week?", Review()),
        ("how did my week go", Review()),
        ("weekly review", Review()),
        ("show me the weekly report", Review()),
        ("remind me to skip lunch", Add("skip lunch")),
        ("remind me an hour before the dentist friday 3pm", Add("an hour before the dentist friday 3pm")),
        ("remind me about 3 tomorrow", Snooze(Numbers((3,)), "tomorrow")),
    ],
)
def test_what_a_sentence_asks_for(text: str, intent: Intent) -> None:
    """In people's own words."""
    assert understand(text) == intent

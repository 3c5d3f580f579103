"""Forms beside a task's own: preferences, and those that only say something (https://docs.slack.dev/surfaces/modals)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from adapters.slack.render.blocks import Block, context, option, plain, section, select
from adapters.slack.render.inputs import VALUE, field_block, picker, refilled, text_input, values
from adapters.slack.render.markdown import escape
from core.chat import Preferences

PREFERENCES_FORM = "preferences_form"
_PROBLEM = "problem"


def preferences_form(kept: Preferences, private: Mapping[str, object]) -> Block:
    """How a person wants things."""
    switched = [option("On", "on"), option("Off", "off")]
    leads = [
        option(label, str(minutes))
        for minutes, label in (
            (0, "At its time"),
            (10, "10 minutes before"),
            (30, "30 minutes before"),
            (60, "1 hour before"),
            (1440, "1 day before"),
        )
    ]
    lead = next((one for one in leads if one["value"] == str(kept.lead)), None)
    if lead is None:
        # chosen in words: a form that shows another one would change it by being saved
        lead = option(f"{kept.lead} minutes before", str(kept.lead))
        leads.append(lead)
    return {
        "type": "modal",
        "callback_id": PREFERENCES_FORM,
        "title": plain("Preferences", 24),
        "submit": plain("Save", 24),
        "close": plain("Cancel", 24),
        "private_metadata": json.dumps(dict(private), separators=(",", ":")),
        "blocks": [
            field_block(
                "timezone",
                "Time zone",
                text_input(kept.timezone, most=60),
                hint="Europe/Berlin, or a city",
                optional=False,
            ),
            field_block(
                "morning",
                "My morning begins at",
                picker("timepicker", "initial_time", f"{kept.morning:%H:%M}"),
                optional=False,
            ),
            field_block(
                "digest",
                "Digest each morning",
                select("On or off", VALUE, switched, switched[0 if kept.digest else 1]),
                optional=False,
            ),
            field_block("lead", "Remind me of a task with a time", select("When", VALUE, leads, lead), optional=False),
        ],
    }


def preferences_fields(view: Mapping[str, object]) -> dict[str, str]:
    """The submitted preferences as the fields of an `Action`."""
    return {name: value.strip() for name, value in values(view).items() if value.strip()}


def waiting(title: str) -> Block:
    """A form that is still being filled in: Slack wants one within three seconds of the click."""
    return {
        "type": "modal",
        "title": plain(title, 24),
        "close": plain("Cancel", 24),
        "blocks": [section("One moment…")],
    }


def notice(title: str, sentence: str) -> Block:
    """A form that only says something."""
    return {
        "type": "modal",
        "title": plain(title, 24),
        "close": plain("Close", 24),
        "blocks": [section(escape(sentence))],
    }


def with_problem(view: Mapping[str, object], sentence: str) -> Block:
    """The same form with the sentence on top and all that was typed."""
    kept = [block for block in refilled(view) if block.get("block_id") != _PROBLEM]
    told = ("type", "callback_id", "title", "submit", "close", "private_metadata")
    warning = context(f":warning: {escape(sentence)}", block_id=_PROBLEM)
    return {**{name: view[name] for name in told if view.get(name)}, "blocks": [warning, *kept]}

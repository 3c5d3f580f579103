"""How one task is drawn: as a card with all its buttons, or as a row with a menu."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from adapters.shared.refs import Ref
from adapters.shared.wording import reminders, short, when
from adapters.slack.render import actions as press
from adapters.slack.render.blocks import Block, actions, button, context, option, overflow, section, select
from adapters.slack.render.identity import BUTTONS, CARD, FACTS, ROW, block_id
from adapters.slack.render.markdown import escape
from core.chat import ActionName, Task, TaskQuery

MOST_ROWS = 40
"""Rows of one card; a message takes 50 blocks."""
_LONGEST_NOTES = 300
_PRIORITY = {1: ":red_circle: p1", 2: ":large_orange_circle: p2", 3: ":large_blue_circle: p3", 4: ""}


def card(task: Task, who: str, heading: str, change: int | None, *, dated: bool) -> list[Block]:
    """Three blocks. `dated`: its words may have been taken for a date, which can be taken back.

    `change` is what its undo takes back.
    """
    ref = Ref.of(task)
    lines = [f"*{escape(heading)}*"] if heading else []
    lines.append(_title(task))
    if task.notes:
        lines.append(escape(short(task.notes, _LONGEST_NOTES)))
    facts = " · ".join(_facts(task))
    blocks = [section("\n".join(lines), block_id=block_id(CARD, who, ref))]
    if facts:
        blocks.append(context(facts, block_id=block_id(FACTS, who, ref)))
    blocks.append(actions(_buttons(task, who, change, dated=dated), block_id=block_id(BUTTONS, who, ref)))
    return blocks


def rows(tasks: Sequence[Task], who: str, query: TaskQuery | None = None) -> list[Block]:
    """A section each. Rows of a list carry its query: a message that only one person sees can't be read back."""
    asked = press.query_text(query) if query else ""
    shown = [row(task, who, block_id(ROW, who, Ref.of(task), query=asked)) for task in tasks[:MOST_ROWS]]
    rest = len(tasks) - MOST_ROWS
    return [*shown, context(f"and {rest} more")] if rest > 0 else shown


def row(task: Task, who: str, name: str) -> Block:
    """One line of a list; `name` is the block's id."""
    facts = " · ".join(_facts(task))
    return section(_title(task) + (f"\n{facts}" if facts else ""), block_id=name, accessory=_menu(task, who))


def act(label: str, name: ActionName, who: str, one: tuple[Ref, ...], change: int | None = None) -> Block:
    """A button that does something to a task at once."""
    return button(label, f"{press.ACT}:{name}", press.value(name, who, one, change=change))


def _buttons(task: Task, who: str, change: int | None, *, dated: bool) -> list[Block]:
    one = (Ref.of(task),)
    undo = [act("Undo", ActionName.UNDO, who, one, change)] if change is not None else []
    if task.deleted_at:
        return undo or [act("Take back", ActionName.RESTORE, who, one)]
    if task.done:
        return [act("Reopen", ActionName.REOPEN, who, one), *undo, act("Delete", ActionName.DELETE, who, one)]
    times = [option(label, press.value(ActionName.SNOOZE, who, one, until=phrase)) for label, phrase in press.SNOOZES]
    return [
        button("Done", f"{press.ACT}:done", press.value(ActionName.DONE, who, one), style="primary"),
        select("Remind me…", press.SNOOZE, times),
        *undo,
        _more(
            ("Edit", press.value(ActionName.EDIT, who, one)),
            *([("Skip this one", press.value(ActionName.SKIP, who, one))] if task.recurrence else []),
            *([("Not a date", press.value(ActionName.NOT_A_DATE, who, one))] if dated and task.due else []),
            ("Delete", press.value(ActionName.DELETE, who, one)),
        ),
    ]


def _menu(task: Task, who: str) -> Block:
    """What can be done to a task in a list, whatever state it is in."""
    one = (Ref.of(task),)
    edit = ("Edit", press.value(ActionName.EDIT, who, one))
    delete = ("Delete", press.value(ActionName.DELETE, who, one))
    if task.deleted_at:
        return _more(("Take back", press.value(ActionName.RESTORE, who, one)), edit)
    if task.done:
        return _more(("Reopen", press.value(ActionName.REOPEN, who, one)), delete)
    return _more(
        ("Done", press.value(ActionName.DONE, who, one)),
        edit,
        ("Remind in 1 hour", press.value(ActionName.SNOOZE, who, one, until="in 1 hour")),
        ("Remind tomorrow", press.value(ActionName.SNOOZE, who, one, until="tomorrow")),
        delete,
    )


def _more(*entries: tuple[str, str]) -> Block:
    """The three dots: two to five entries, each with the value of a button."""
    return overflow(press.MENU, [option(label, value) for label, value in entries])


def _title(task: Task) -> str:
    title = escape(task.title)
    gone = task.done or task.deleted_at
    # a tilde or a star of the title's own would end the strike or the bold
    marked = f"~{title}~" if gone and "~" not in title else title if gone or "*" in title else f"*{title}*"
    return f"#{task.number} {marked}"


def _facts(task: Task) -> list[str]:
    """What is known of the task, each in a few words."""
    facts = []
    if task.deleted_at:
        facts.append("deleted")
    if task.completed_at:
        facts.append(f"done {_instant(task.completed_at)}")
    if task.due:
        late = ":warning: overdue · " if task.overdue and not task.done else ""
        facts.append(f"{late}:calendar: {when(task)}{_ago(task)}")
    if task.repeats:
        facts.append(f":repeat: {escape(task.repeats)}")
    if told := reminders(task):
        facts.append(f":alarm_clock: {', '.join(one if isinstance(one, str) else _instant(one) for one in told)}")
    if _PRIORITY[task.priority]:
        facts.append(_PRIORITY[task.priority])
    facts += [f"#{escape(tag)}" for tag in task.tags[:20]]
    if task.source and task.source.startswith("https://"):
        facts.append(f"<{task.source.replace('|', '%7C').replace('>', '%3E')}|from this message>")
    return facts


def _ago(task: Task) -> str:
    """How far away it is, as Slack tells it to each reader; see its date formatting."""
    if not task.due or not task.due.time or task.done or task.deleted_at:
        return ""
    return f" (<!date^{int(task.due.at.timestamp())}^{{ago}}|{task.due.date.isoformat()}>)"


def _instant(at: dt.datetime) -> str:
    """An instant on the reader's clock, and the plain words for readers that know no dates."""
    words = f"{at:%a} {at.day} {at:%b %H:%M}"
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{words}>"

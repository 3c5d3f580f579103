"""Task cards, lists and questions as blocks. A card tells what the database holds, and can be told anew in place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace

from adapters.shared.wording import DATED, counted, heading, reminders, short, when
from adapters.slack.render import actions as press
from adapters.slack.render.blocks import (
    Block,
    actions,
    button,
    context,
    option,
    overflow,
    section,
    select,
)
from adapters.slack.render.markdown import escape
from core.chat import ActionName, Choices, Confirm, Offer, Receipt, Task, TaskList, TaskPage, TaskQuery

__all__ = [
    "Block",
    "beside_list",
    "choices",
    "confirm",
    "gone",
    "numbers",
    "offer",
    "owner",
    "receipt",
    "refresh",
    "task_list",
]

MOST_ROWS = 40
"""Rows of one card; a message takes 50 blocks."""
_LONGEST_NOTES = 300
_LONGEST_ID = 255
_PRIORITY = {1: ":red_circle: p1", 2: ":large_orange_circle: p2", 3: ":large_blue_circle: p3", 4: ""}


def receipt(part: Receipt, who: str) -> list[Block]:
    """What was done: one task as a card with all its buttons, several as rows."""
    said = heading(part.action)
    if len(part.tasks) == 1:
        blocks = _card(part.tasks[0], who, said, part.change, dated=part.action in DATED)
    elif part.tasks:
        blocks = [section(f"*{escape(said)}: {len(part.tasks)} tasks*"), *_rows(part.tasks, who)]
        if part.change is not None:
            blocks.append(_undo(part.change, who))
    else:
        blocks = []
    if part.detail:
        blocks.append(section(escape(part.detail)) if not part.tasks else context(escape(part.detail)))
    return blocks


def task_list(part: TaskList, who: str) -> list[Block]:
    """A page of tasks, with the buttons to the pages beside it."""
    page = part.page
    if not page.tasks:
        beyond = page.query.page > page.pages > 1
        return [section(f"There are only {page.pages} pages." if beyond else "No tasks here.")]
    title = [section(f"*{escape(part.title)}*")] if part.title else []
    blocks = [*title, *_rows(page.tasks, who, page.query), context(counted(page))]
    if turn := _pages(page, who):
        blocks.append(actions(turn, block_id=f"pages:{who}"))
    return blocks


def choices(part: Choices, who: str) -> list[Block]:
    """A question, and the tasks that could answer it, each with its own buttons."""
    return [section(escape(part.question)), *_rows(part.tasks, who)]


def confirm(part: Confirm, who: str) -> list[Block]:
    """A question before what can't be undone."""
    yes = button("Yes, do it", press.CONFIRM, press.value(part.action, who), style="danger")
    no = button("No", press.DISMISS, press.value("dismiss", who))
    return [section(escape(part.question)), actions([yes, no], block_id=f"confirm:{who}")]


def offer(part: Offer, who: str) -> list[Block]:
    """A button for what the person may want to do."""
    wanted = press.value(part.action, who, fields=part.fields)
    return [actions([button(part.label, press.OFFER, wanted)], block_id=f"offer:{who}")]


def refresh(
    blocks: Sequence[Block], tasks: Mapping[int, Task], *, change: int | None = None, heading: str = ""
) -> list[Block]:
    """A stored message's blocks with every card of these tasks told anew; all else stays as it is.

    `change` is what the undo button of a whole card takes back from now on.
    """
    fresh: list[Block] = []
    for block in blocks:
        kind, number, who = _identity(block)
        task = tasks.get(number)
        if kind == "undo" and change is None:
            continue  # what it took back is taken back
        if task is None:
            fresh.append(dict(block))
        elif kind == "row":
            fresh.append(_row(task, who, str(block["block_id"])))
        elif kind == "card":
            # the card's three blocks follow one another, and are told together
            fresh += _card(task, who, heading, change, dated=False)
    return fresh


def numbers(blocks: Sequence[Block]) -> tuple[int, ...]:
    """The numbers of the tasks that a stored message shows."""
    return tuple(dict.fromkeys(number for _, number, _ in map(_identity, blocks) if number))


def owner(blocks: Sequence[Block]) -> str | None:
    """Whose tasks a stored message shows."""
    return next((who for _, _, who in map(_identity, blocks) if who), None)


def beside_list(blocks: Sequence[Block]) -> list[Block]:
    """What of a stored message is not its list: the text before it."""
    ours = [index for index, block in enumerate(blocks) if _identity(block)[0] in ("row", "pages")]
    return [dict(block) for block in blocks[: ours[0] if ours else len(blocks)]]


def _card(task: Task, who: str, heading: str, change: int | None, *, dated: bool) -> list[Block]:
    place = f"{task.number}:{who}"
    lines = [f"*{escape(heading)}*"] if heading else []
    lines.append(_title(task))
    if task.notes:
        lines.append(escape(short(task.notes, _LONGEST_NOTES)))
    facts = " · ".join(_facts(task))
    if change is not None:
        facts = f"{facts}{' · ' if facts else ''}`undo {change}` takes it back"
    blocks = [section("\n".join(lines), block_id=f"card:{place}")]
    if facts:
        blocks.append(context(facts, block_id=f"facts:{place}"))
    blocks.append(actions(_buttons(task, who, change, dated=dated), block_id=f"buttons:{place}"))
    return blocks


def _buttons(task: Task, who: str, change: int | None, *, dated: bool) -> list[Block]:
    one = (task.number,)
    undo = [_act("Undo", ActionName.UNDO, who, one, change)] if change is not None else []
    if task.deleted_at:
        return undo or [_act("Undo", ActionName.UNDO, who, one)]
    if task.done:
        return [_act("Reopen", ActionName.REOPEN, who, one), *undo, _act("Delete", ActionName.DELETE, who, one)]
    times = [option(label, press.value(ActionName.SNOOZE, who, one, until=phrase)) for label, phrase in press.SNOOZES]
    return [
        button("Done", f"{press.ACT}:done", press.value(ActionName.DONE, who, one), style="primary"),
        select("Remind me…", press.SNOOZE, times),
        button("Edit", press.EDIT, press.value(ActionName.EDIT, who, one)),
        *([_act("Skip", ActionName.SKIP, who, one)] if task.recurrence else []),
        *undo,
        *([_act("Not a date", ActionName.NOT_A_DATE, who, one)] if dated and task.due else []),
        _act("Delete", ActionName.DELETE, who, one),
    ]


def _act(label: str, name: ActionName, who: str, one: tuple[int, ...], change: int | None = None) -> Block:
    return button(label, f"{press.ACT}:{name}", press.value(name, who, one, change=change))


def _undo(change: int, who: str) -> Block:
    return actions(
        [button("Undo", f"{press.ACT}:undo", press.value(ActionName.UNDO, who, change=change))],
        block_id=f"undo:{change}:{who}",
    )


def _rows(tasks: Sequence[Task], who: str, query: TaskQuery | None = None) -> list[Block]:
    """A section each. Rows of a list carry its query: a message that only one person sees can't be read back."""
    asked = f":{press.query_text(query)}" if query else ""
    shown = [_row(task, who, f"row:{task.number}:{who}{asked}"[:_LONGEST_ID]) for task in tasks[:MOST_ROWS]]
    rest = len(tasks) - MOST_ROWS
    return [*shown, context(f"and {rest} more")] if rest > 0 else shown


def _row(task: Task, who: str, block_id: str) -> Block:
    facts = " · ".join(_facts(task))
    return section(_title(task) + (f"\n{facts}" if facts else ""), block_id=block_id, accessory=_menu(task, who))


def _menu(task: Task, who: str) -> Block:
    """The three dots: two to five entries, whatever state the task is in."""
    one = (task.number,)
    if task.deleted_at:
        entries = [
            ("Take back", press.value(ActionName.UNDO, who, one)),
            ("Edit", press.value(ActionName.EDIT, who, one)),
        ]
    elif task.done:
        entries = [
            ("Reopen", press.value(ActionName.REOPEN, who, one)),
            ("Delete", press.value(ActionName.DELETE, who, one)),
        ]
    else:
        entries = [
            ("Done", press.value(ActionName.DONE, who, one)),
            ("Edit", press.value(ActionName.EDIT, who, one)),
            ("Remind in 1 hour", press.value(ActionName.SNOOZE, who, one, until="in 1 hour")),
            ("Remind tomorrow", press.value(ActionName.SNOOZE, who, one, until="tomorrow")),
            ("Delete", press.value(ActionName.DELETE, who, one)),
        ]
    return overflow(press.MENU, [option(label, told) for label, told in entries])


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
        facts.append(f"{late}:calendar: {when(task.due)}{_ago(task)}")
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


def _pages(page: TaskPage, who: str) -> list[Block]:
    def turn(label: str, query: TaskQuery, way: str) -> Block:
        return button(label, f"{press.PAGE}:{way}", press.value("page", who, query=query))

    here = page.query.page
    back = [turn("‹ Previous", replace(page.query, page=here - 1), "back")] if here > 1 else []
    on = [turn("Next ›", replace(page.query, page=here + 1), "on")] if here < page.pages else []
    return [*back, *on]


def _identity(block: Block) -> tuple[str, int, str]:
    """What a block of ours shows: its kind, the task's number (0 for none), whose it is."""
    kind, *rest = str(block.get("block_id", "")).split(":", 3)
    if kind in ("card", "facts", "buttons", "row", "undo") and len(rest) > 1 and rest[0].isdecimal():
        return kind, 0 if kind == "undo" else int(rest[0]), rest[1]
    return (kind, 0, rest[0]) if kind in ("pages", "confirm", "offer") and rest else ("", 0, "")


def gone(blocks: Sequence[Block], missing: Container[int]) -> list[Block]:
    """The blocks with what is said of tasks that no longer exist in place of their cards."""
    left: list[Block] = []
    for block in blocks:
        kind, number, _ = _identity(block)
        if number not in missing:
            left.append(block)
        elif kind in ("card", "row"):
            left.append(context(f"#{number} is deleted."))
    return left

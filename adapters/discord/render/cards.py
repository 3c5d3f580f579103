"""Task cards, lists and questions as components. A card tells what the database holds, and can be told anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from adapters.discord.render import actions as press
from adapters.discord.render.actions import act
from adapters.discord.render.components import (
    DANGER,
    MOST,
    MOST_OPTIONS,
    MOST_TEXT,
    PRIMARY,
    SUCCESS,
    Component,
    button,
    container,
    distinct,
    row,
    select,
    size,
    text,
    walk,
)
from adapters.discord.render.markdown import clean, escape
from adapters.shared.refs import Ref
from adapters.shared.wording import DATED, counted, groups, heading, reminders, short, when
from core.chat import ActionName, Approval, Choices, Confirm, Offer, Receipt, Task, TaskList, TaskPage, TaskQuery

__all__ = [
    "Component",
    "approval",
    "batches",
    "card",
    "choices",
    "confirm",
    "gone",
    "offer",
    "receipt",
    "refresh",
    "task_list",
    "without_zones",
    "zones",
]

_LONGEST_NOTES = 300
_LONGEST_CARD = 1_800
_PRIORITY = {1: "🔴 p1", 2: "🟠 p2", 3: "🔵 p3", 4: ""}
_COLOURS = {1: 0xE01E5A, 2: 0xE8912D, 3: 0x1264A3, 4: 0x2EB67D}
_ROWS_TEXT = 1_900
_MOST_OTHERS = 2
"""A row takes five buttons."""
_ROOM = MOST - 2
"""Components of a message, less the row with its stamp."""


def receipt(part: Receipt, who: str) -> list[Component]:
    """What was done: one task as a card with all its buttons, several as lines."""
    said = heading(part.action)
    detail = f"-# {clean(part.detail)}" if part.detail else ""
    if len(part.tasks) == 1:
        card = _card(part.tasks[0], who, said, part.change, dated=part.action in DATED)
        return [card, *([text(short(detail, _LONGEST_CARD))] if detail else [])]
    if not part.tasks:
        return [text(clean(part.detail))] if part.detail else []
    lines = _lines(part.tasks, f"**{said}: {len(part.tasks)} tasks**")
    undo = [row([button("Undo", act(ActionName.UNDO, who, None, part.change))])] if part.change is not None else []
    return [container([text("\n".join(filter(None, [lines, detail]))), _chooser(part.tasks, who), *undo])]


def task_list(part: TaskList, who: str) -> list[Component]:
    """A page of tasks, with a menu to open one and the buttons to the pages beside it."""
    page = part.page
    if not page.tasks:
        beyond = page.query.page > page.pages > 1
        return [text(f"There are only {page.pages} pages." if beyond else "No tasks here.")]
    title = f"**{escape(part.title)}**" if part.title else ""
    held = [text(f"{_grouped(page, title)}\n-# {counted(page)}"), _chooser(page.tasks, who)]
    if turns := _turns(page, who):
        held.append(row(turns))
    return [container(held)]


def choices(part: Choices, who: str) -> list[Component]:
    """A question, and the tasks that could answer it."""
    asked = [text(clean(part.question))]
    return [*asked, container([text(_lines(part.tasks)), _chooser(part.tasks, who)])] if part.tasks else asked


def confirm(part: Confirm, who: str) -> list[Component]:
    """A question before what can't be undone."""
    yes = button("Yes, do it", press.confirm(part.action, who), DANGER)
    return [container([text(clean(part.question)), row([yes, button("No", press.of(press.DISMISS, who))])])]


def offer(part: Offer, who: str) -> list[Component]:
    """A button for what the person may want to do."""
    return [row([button(part.label, press.offer(part.action, who, part.fields))])]


def approval(part: Approval, who: str) -> list[Component]:
    """A question before another service is called, with all that is to be sent, in a block that nothing in it ends."""
    yes = button("Yes, do it", press.say(who, part.yes), PRIMARY)
    no = button("No", press.say(who, part.no))
    return [container([text(clean(part.question)), text(f"```json\n{part.shown}\n```"), row([yes, no])])]


def zones(who: str, names: Sequence[str], default: str) -> list[Component]:
    """Where are you? Asked once of whom nobody told a zone."""
    asked = text(f"-# Times are in {escape(default)}, as I don't know your time zone. Which is it?")
    menu = select(press.of(press.ZONE, who), "Your time zone", [(name.replace("_", " "), name) for name in names])
    return [asked, row([menu])]


def without_zones(components: Sequence[Component]) -> list[Component]:
    """The components of a message once that question is answered."""
    told = list(components)
    for index, component in enumerate(told):
        if any(str(part.get("custom_id", "")).startswith(f"{press.ZONE}:") for part in walk([component])):
            return [*told[: max(0, index - 1)], *told[index + 1 :]]
    return told


def refresh(
    components: Sequence[Component], tasks: Mapping[Ref, Task], *, change: int | None = None, heading: str = ""
) -> list[Component]:
    """A stored message's components with every card of these tasks told anew; all else stays as it is.

    `change` is what the undo button of a card takes back from now on.
    """
    fresh: list[Component] = []
    for component in components:
        ref, who = _identity(component)
        task = tasks.get(ref) if ref else None
        fresh.append(_card(task, who, heading, change, dated=False) if task else component)
    return distinct(fresh)


def card(task: Task, who: str) -> Component:
    """One task as it is now, with all its buttons."""
    return _card(task, who, "", None, dated=True)


def gone(components: Sequence[Component], missing: Container[Ref]) -> list[Component]:
    """The components with what is said of tasks that no longer exist in place of their cards."""
    named = ((component, _identity(component)[0]) for component in components)
    return [text(f"-# #{ref.number} is deleted.") if ref and ref in missing else component for component, ref in named]


def batches(groups: Sequence[Sequence[Component]], words: str = "") -> list[list[Component]]:
    """Cards as they fit into messages, the first of which begins with words; it may have no room for a card."""
    fitting: list[list[Component]] = [[]]
    taken, length = (1, len(words)) if words else (0, 0)
    for component in (one for group in groups for one in group):
        parts, characters = size([component])
        if taken + parts > _ROOM or length + characters > MOST_TEXT:
            fitting.append([])
            taken, length = 0, 0
        fitting[-1].append(component)
        taken, length = taken + parts, length + characters
    return [distinct(batch) for batch in fitting]


def _card(task: Task, who: str, heading: str, change: int | None, *, dated: bool) -> Component:
    lines = [f"**{heading}**"] if heading else []
    lines.append(_title(task))
    if task.notes:
        lines.append(escape(short(task.notes, _LONGEST_NOTES)))
    if facts := " · ".join(_facts(task)):
        lines.append(facts)
    held = [text(short("\n".join(lines), _LONGEST_CARD)), row(_buttons(task, who, change, dated=dated))]
    if not task.done and not task.deleted_at:
        held.append(row([select(press.of(press.SNOOZE, who, Ref.of(task)), "Remind me…", press.SNOOZES)]))
    return container(held, _COLOURS[task.priority])


def _buttons(task: Task, who: str, change: int | None, *, dated: bool) -> list[Component]:
    def one(label: str, name: ActionName, style: int = 2, of: int | None = None) -> Component:
        return button(label, act(name, who, Ref.of(task), of), style)

    undo = [one("Undo", ActionName.UNDO, of=change)] if change is not None else []
    if task.deleted_at:
        return undo or [one("Take back", ActionName.RESTORE)]
    if task.done:
        return [one("Reopen", ActionName.REOPEN), *undo, one("Delete", ActionName.DELETE)]
    others = [
        *undo,
        *([one("Skip", ActionName.SKIP)] if task.recurrence else []),
        *([one("Not a date", ActionName.NOT_A_DATE)] if dated and task.due else []),
    ]
    return [
        one("Done", ActionName.DONE, SUCCESS),
        button("Edit", press.of(press.EDIT, who, Ref.of(task)), PRIMARY),
        *others[:_MOST_OTHERS],
        one("Delete", ActionName.DELETE),
    ]


def _grouped(page: TaskPage, title: str) -> str:
    """The page's lines under their headings."""
    under = groups(page)
    headings = {tasks[0].id: f"**{name}**" for name, tasks in under if name}
    return _lines([task for _, tasks in under for task in tasks], title, headings)


def _lines(tasks: Sequence[Task], first: str = "", headings: Mapping[int, str] = MappingProxyType({})) -> str:
    """A line or two each, for as many as there is room; `headings` stand before the tasks with these ids."""
    lines = [first] if first else []
    room = _ROWS_TEXT - len(first)
    for index, task in enumerate(tasks):
        if heading := headings.get(task.id):
            lines.append(heading)
            room -= len(heading) + 1
        facts = " · ".join(_facts(task))
        line = short(_title(task), 300) + (f"\n-# {short(facts, 300)}" if facts else "")
        room -= len(line) + 1
        if room < 0:
            lines.append(f"-# and {len(tasks) - index} more")
            break
        lines.append(line)
    return "\n".join(lines)


def _chooser(tasks: Sequence[Task], who: str) -> Component:
    """A menu that opens one of the tasks, for its buttons."""
    options = [(f"#{task.number} {task.title}", Ref.of(task).token) for task in tasks[:MOST_OPTIONS]]
    return row([select(press.of(press.OPEN, who), "Open a task…", options)])


def _turns(page: TaskPage, who: str) -> list[Component]:
    def turn(label: str, to: int) -> list[Component]:
        query: TaskQuery = replace(page.query, page=to)
        custom_id = press.page(who, query) if 1 <= to <= page.pages else None
        return [button(label, custom_id)] if custom_id else []

    here = page.query.page
    return [*turn("‹ Previous", here - 1), *turn("Next ›", here + 1)]


def _title(task: Task) -> str:
    title = escape(task.title)
    return f"#{task.number} ~~{title}~~" if task.done or task.deleted_at else f"#{task.number} **{title}**"


def _facts(task: Task) -> list[str]:
    """What is known of the task, each in a few words."""
    facts = []
    if task.deleted_at:
        facts.append("deleted")
    if task.completed_at:
        facts.append(f"done {_instant(task.completed_at)}")
    if task.due:
        late = "⚠️ overdue · " if task.overdue and not task.done else ""
        ago = f" (<t:{int(task.due.at.timestamp())}:R>)" if task.due.time and not task.done else ""
        facts.append(f"{late}📅 {when(task)}{ago}")
    if task.repeats:
        facts.append(f"🔁 {escape(task.repeats)}")
    if told := reminders(task):
        facts.append(f"⏰ {', '.join(one if isinstance(one, str) else _instant(one) for one in told)}")
    if _PRIORITY[task.priority]:
        facts.append(_PRIORITY[task.priority])
    facts += [f"\\#{escape(tag)}" for tag in task.tags[:20]]
    if task.source and task.source.startswith("https://"):
        facts.append(f"[from this message]({task.source.replace(')', '%29').replace(' ', '%20')})")
    return facts


def _instant(at: dt.datetime) -> str:
    """An instant on each reader's own clock."""
    return f"<t:{int(at.timestamp())}:f>"


def _identity(component: Component) -> tuple[Ref | None, str]:
    """Which task's whole card this is, and whose; None for none."""
    if component.get("type") != 17:
        return None, ""
    for part in walk([component]):
        pressed = press.Pressed.parse(str(part.get("custom_id", "")))
        if pressed and pressed.kind in (press.ACT, press.EDIT, press.SNOOZE) and pressed.ref:
            return pressed.ref, pressed.owner
    return None, ""

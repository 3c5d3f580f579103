"""Receipts, lists and questions as blocks: what `adapters.shared.gathering` asks of a platform."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from adapters.shared.refs import Ref
from adapters.shared.wording import DATED, counted, groups, heading
from adapters.slack.render import actions as press
from adapters.slack.render.blocks import Block, actions, button, context, section, verbatim
from adapters.slack.render.identity import CONFIRM, GROUP, OFFER, PAGES, UNDO, block_id
from adapters.slack.render.markdown import escape
from adapters.slack.render.tasks import MOST_ROWS, card, rows
from core.chat import (
    ActionName,
    Approval,
    Choices,
    Confirm,
    DueGroup,
    Offer,
    Receipt,
    Task,
    TaskList,
    TaskPage,
    TaskQuery,
)


def receipt(part: Receipt, who: str) -> list[Block]:
    """What was done: one task as a card with all its buttons, several as rows."""
    said = heading(part.action)
    if len(part.tasks) == 1:
        blocks = card(part.tasks[0], who, said, part.change, dated=part.action in DATED)
    elif part.tasks:
        blocks = [section(f"*{escape(said)}: {len(part.tasks)} tasks*"), *rows(part.tasks, who)]
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
    blocks = [*title, *_grouped(page, who), context(counted(page))]
    if turn := _pages(page, who):
        blocks.append(actions(turn, block_id=block_id(PAGES, who)))
    return blocks


def _grouped(page: TaskPage, who: str) -> list[Block]:
    """The page's rows under their headings, which are there as far as a message has room for them."""
    blocks: list[Block] = []
    for name, tasks in groups(page):
        heading = (
            [context(f"*{name}*", block_id=block_id(GROUP, who))]
            if name and len(page.tasks) <= MOST_ROWS - len(DueGroup)
            else []
        )
        blocks += [*heading, *rows(tasks, who, page.query)]
    return blocks


def choices(part: Choices, who: str) -> list[Block]:
    """A question, and the tasks that could answer it, each with its own buttons."""
    return [section(escape(part.question)), *rows(part.tasks, who)]


def which(tasks: Sequence[Task], who: str) -> list[Block]:
    """The question after a check mark on several tasks: which of those that are open is done, or all of them."""
    if not tasks:
        return [section("Nothing was completed: that message shows several tasks, and none of them is open.")]
    asked = "That message shows several tasks, so I completed none. Which one is done?"
    shown = tasks[:MOST_ROWS]
    every = press.value(ActionName.DONE, who, [Ref.of(task) for task in shown])
    both = button(f"All {len(shown)}" if len(shown) > 1 else "This one", f"{press.ACT}:done", every)
    no = button("None", press.DISMISS, press.value("dismiss", who))
    return [section(asked), *rows(shown, who), actions([both, no], block_id=block_id(CONFIRM, who))]


def confirm(part: Confirm, who: str) -> list[Block]:
    """A question before what can't be undone."""
    yes = button("Yes, do it", press.CONFIRM, press.value(part.action, who), style="danger")
    no = button("No", press.DISMISS, press.value("dismiss", who))
    return [section(escape(part.question)), actions([yes, no], block_id=block_id(CONFIRM, who))]


def offer(part: Offer, who: str) -> list[Block]:
    """A button for what the person may want to do."""
    wanted = press.value(part.action, who, fields=part.fields)
    return [actions([button(part.label, press.OFFER, wanted)], block_id=block_id(OFFER, who))]


def approval(part: Approval, who: str) -> list[Block]:
    """A question before another service is called, with all that is to be sent."""
    yes = button("Yes, do it", f"{press.ANSWER}:yes", press.value(press.SAY, who, fields={"line": part.yes}))
    no = button("No", f"{press.ANSWER}:no", press.value(press.SAY, who, fields={"line": part.no}))
    return [
        section(escape(part.question)),
        verbatim(part.shown),
        actions([yes, no], block_id=block_id(CONFIRM, who)),
    ]


def _undo(change: int, who: str) -> Block:
    return actions(
        [button("Undo", f"{press.ACT}:undo", press.value(ActionName.UNDO, who, change=change))],
        block_id=block_id(UNDO, who),
    )


def _pages(page: TaskPage, who: str) -> list[Block]:
    def turn(label: str, query: TaskQuery, way: str) -> Block:
        return button(label, f"{press.PAGE}:{way}", press.value("page", who, query=query))

    here = page.query.page
    back = [turn("‹ Previous", replace(page.query, page=here - 1), "back")] if here > 1 else []
    on = [turn("Next ›", replace(page.query, page=here + 1), "on")] if here < page.pages else []
    return [*back, *on]

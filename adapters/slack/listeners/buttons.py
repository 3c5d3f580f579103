"""Buttons and menus of cards, lists and questions. Only the person whose tasks a card shows may press."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.async_app import AsyncAck

from adapters.slack import forgetting, forms, whisper
from adapters.slack.desk import Desk
from adapters.slack.inbound import text_of
from adapters.slack.listeners import answers
from adapters.slack.patience import ONE_MOMENT, UNTIL_SIGN, answered
from adapters.slack.render import actions as press
from adapters.slack.render import cards, stored
from adapters.slack.render.identity import unique
from adapters.slack.surface import Surface, show, surface, update
from core.chat import Action, ActionName, Author, RefusedError, TaskList, TaskQuery

log = structlog.get_logger()

Body = Mapping[str, object]

_OUTDATED = "This card is too old for me to be sure which task it shows. Say `list` to see yours as they are now."

_OURS = re.compile(
    rf"{press.ACT}:.+|{press.MENU}|{press.SNOOZE}|{press.PAGE}:.+|{press.CONFIRM}|{press.DISMISS}|{press.EDIT}|{press.OFFER}"
    rf"|{press.ANSWER}:.+"
)


def register(app: AsyncApp) -> None:
    """Listen to everything on a card, and to the menu of conversations to forget."""

    @app.action(_OURS)
    async def pressed(ack: AsyncAck, body: Body, desk: Desk) -> None:
        await ack()
        async with desk.running.counted():
            await act(desk, body)

    @app.action(forgetting.PICK)
    async def picked(ack: AsyncAck, body: Body, desk: Desk) -> None:
        await ack()
        chosen = _first(body).get("selected_option")
        if isinstance(chosen, Mapping):
            place = forgetting.picked(text_of(chosen, "value"), text_of(chosen, "value").startswith("D"))
            await forgetting.forget(desk, _user(body), place, text_of(body, "response_url"), instead=True)


async def act(desk: Desk, body: Body) -> None:
    """Do what was pressed, and show what is now true where it was pressed."""
    action = _first(body)
    pressed = press.Pressed.parse(action)
    if pressed is None:
        return
    user, at = _user(body), surface(body, text_of(action, "block_id"))
    if pressed.owner != user:
        owner = desk.people.name(pressed.owner)
        theirs = f"These are {owner}'s tasks, so only they can change them."
        if pressed.name == press.SAY:
            theirs = f"{owner} was asked that, so only they can answer."
        await whisper.say(desk, at.url, theirs)
        return
    if pressed.outdated:
        await whisper.say(desk, at.url, _OUTDATED)
        return
    match pressed.name:
        case press.SAY:
            await answers.say(desk, user, at, pressed, action)
        case "page":
            await _turn(desk, await desk.people.author(user), at, pressed.query or TaskQuery())
        case "dismiss":
            await whisper.replace(desk, at.url, "Nothing was changed.")
        case ActionName.EDIT:
            await forms.edit(desk, user, pressed.refs, text_of(body, "trigger_id"), at)
        case name if name in set(ActionName):
            said = await answered(
                desk,
                user,
                lambda author: desk.core.act(_action(author, name, pressed)),
                lambda: _sign(desk, user, at),
            )
            await show(desk, await desk.people.author(user), at, said)


async def _sign(desk: Desk, user: str, at: Surface) -> None:
    """That the press was noticed: beside the card, or in Home, which has nothing beside it."""
    if at.home:
        await desk.homes.wait(desk, user)
    else:
        await whisper.say(desk, at.url, ONE_MOMENT)


def _action(author: Author, name: str, pressed: press.Pressed) -> Action:
    return Action(author, ActionName(name), pressed.numbers, pressed.change, pressed.fields, pressed.ids)


async def _turn(desk: Desk, author: Author, at: Surface, query: TaskQuery) -> None:
    """Another page of a list, in its place."""
    finding = asyncio.ensure_future(desk.core.find(author, query))
    try:
        done, _ = await asyncio.wait([finding], timeout=UNTIL_SIGN)
        if not done:
            await whisper.say(desk, at.url, ONE_MOMENT)
        page = await finding
    except RefusedError as error:
        await whisper.say(desk, at.url, str(error))
        return
    blocks = cards.task_list(TaskList(page), author.external_id)
    if at.ephemeral:
        await whisper.replace(desk, at.url, "", [blocks])
        return
    if not await update(desk, at, unique([*stored.beside_list(at.blocks), *blocks])):
        await whisper.beside(desk, at.url, "", [blocks])


def _first(body: Body) -> Mapping[str, object]:
    actions = body.get("actions")
    first = actions[0] if isinstance(actions, list) and actions else {}
    return first if isinstance(first, Mapping) else {}


def _user(body: Body) -> str:
    user = body.get("user")
    return text_of(user, "id") if isinstance(user, Mapping) else ""

"""Views, files and what is answered to a `response_url`."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web

from tests.fakes.slack.blocks import check
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.store import Json

if TYPE_CHECKING:
    from tests.fakes.slack.server import SlackServer

TRIGGER_SECONDS = 3.0
RESPONSES = 5
"""How often a `response_url` may be used, for half an hour."""


@dataclass(slots=True)
class View:
    """An open modal, or somebody's Home."""

    id: str
    user: str
    told: Json
    answered: list[Json] = field(default_factory=list)

    def payload(self) -> Json:
        """As interactions tell it."""
        return {**self.told, "id": self.id, "team_id": "T0ACME", "hash": str(time.time()), "app_id": "A0TASKS"}


@dataclass(slots=True)
class Whisper:
    """An ephemeral message: one person sees it."""

    user: str
    channel: str
    ts: str
    text: str
    blocks: list[Json]


@dataclass(slots=True)
class Answering:
    """Where a `response_url` leads."""

    user: str
    channel: str
    ts: str | None
    ephemeral: bool
    used: int = 0


def _checked(args: Json, kind: str) -> Json:
    view = args.get("view")
    if not isinstance(view, dict) or view.get("type") != kind:
        raise SlackError("invalid_arguments", "view")
    check(view.get("blocks"), view=True)
    for name in ("title", "submit", "close"):
        text = view.get(name)
        if text is not None and (not isinstance(text, dict) or not 0 < len(str(text.get("text"))) <= 24):
            raise SlackError(
                "invalid_arguments", f"must be between 1 and 24 characters [json-pointer:/view/{name}/text]"
            )
    if len(str(view.get("private_metadata", ""))) > 3000:
        raise SlackError("invalid_arguments", "private_metadata")
    if kind == "modal" and "title" not in view:
        raise SlackError("invalid_arguments", "title")
    if any(block.get("type") == "input" for block in view["blocks"]) and kind == "modal" and "submit" not in view:
        raise SlackError("invalid_arguments", "submit is required with inputs")
    return view


def views_open(slack: SlackServer, args: Json) -> Json:
    user = slack.spend_trigger(args.get("trigger_id"))
    view = View(slack.store.new_id("V"), user, _checked(args, "modal"))
    slack.views[view.id] = view
    return {"view": view.payload()}


def views_update(slack: SlackServer, args: Json) -> Json:
    view = slack.views.get(str(args.get("view_id")))
    if view is None:
        raise SlackError("not_found")
    view.told = _checked(args, str(view.told["type"]))
    return {"view": view.payload()}


def views_publish(slack: SlackServer, args: Json) -> Json:
    user = str(args.get("user_id"))
    person = slack.store.users.get(user)
    if person is None or not slack.store.met(person, _teams(slack)):
        raise SlackError("user_not_found")
    view = View(slack.store.new_id("V"), user, _checked(args, "home"))
    slack.homes[user] = view
    return {"view": view.payload()}


def upload_url(slack: SlackServer, args: Json) -> Json:
    if not args.get("filename") or int(str(args.get("length") or 0)) <= 0:
        raise SlackError("invalid_arguments")
    file_id = slack.store.new_id("F")
    slack.uploads[file_id] = (str(args["filename"]), b"")
    return {"upload_url": f"{slack.base_url}/upload/{file_id}", "file_id": file_id}


def complete_upload(slack: SlackServer, args: Json) -> Json:
    files, channel = args.get("files"), slack.store.channel(args.get("channel_id"))
    for file in files if isinstance(files, list) else ():
        name, content = slack.uploads[file["id"]]
        if not content:
            raise SlackError("file_not_found")
        slack.shared.append((channel.id, name, content))
    return {"files": files}


def _teams(slack: SlackServer) -> tuple[str, ...]:
    return tuple(one.id for one in slack.caller.workspaces) or (slack.caller.id,)


SURFACES = {
    "views.open": views_open,
    "views.update": views_update,
    "views.publish": views_publish,
    "files.getUploadURLExternal": upload_url,
    "files.completeUploadExternal": complete_upload,
}


async def take_upload(slack: SlackServer, request: web.Request) -> web.Response:
    """The bytes of a file."""
    file_id = request.match_info["file"]
    name, _ = slack.uploads[file_id]
    slack.uploads[file_id] = (name, await request.read())
    return web.Response(text=f"OK - {file_id}")


async def respond(slack: SlackServer, request: web.Request) -> web.Response:
    """A message to a `response_url` (https://docs.slack.dev/interactivity/handling-user-interaction#message_responses)."""
    answering = slack.answerings.get(request.match_info["token"])
    if answering is None or answering.used >= RESPONSES:
        return web.json_response({"ok": False, "error": "used_url"}, status=404)
    answering.used += 1
    place = slack.store.channels.get(answering.channel)
    slack.caller = slack.teams.of(place.team if place else slack.team)
    args: Json = await request.json()
    if args.get("delete_original") and answering.ts:
        slack.whispers = [one for one in slack.whispers if one.ts != answering.ts]
        return slack.touched({"ok": True})
    try:
        blocks = check(args["blocks"]) if args.get("blocks") else []
    except SlackError as error:
        return web.json_response({"ok": False, "error": error.code, "messages": error.messages}, status=400)
    text = str(args.get("text") or "")
    if args.get("replace_original") and answering.ts:
        _replace(slack, answering, text, blocks)
    elif args.get("response_type") == "in_channel":
        slack.posted(slack.store.channel(answering.channel), text, blocks, None, None)
    else:
        slack.whispered(answering.user, answering.channel, slack.store.new_ts(), text, blocks)
    return slack.touched({"ok": True})


def _replace(slack: SlackServer, answering: Answering, text: str, blocks: list[Json]) -> None:
    if answering.ephemeral:
        for whisper in slack.whispers:
            if whisper.ts == answering.ts:
                whisper.text, whisper.blocks = text, blocks
        return
    message = slack.store.message(answering.channel, answering.ts)
    message.text, message.blocks = text or message.text, blocks
    slack.grew(message)

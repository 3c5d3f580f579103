"""Methods of the Web API that read: threads, channels, people, by pages and by workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.store import Json, Message

if TYPE_CHECKING:
    from tests.fakes.slack.server import SlackServer

REPLY_USERS = 5
"""Of those who wrote in a thread, so many are named with its first message."""


def conversations_replies(slack: SlackServer, args: Json) -> Json:
    channel = slack.store.channel(args.get("channel"))
    if not channel.bot:
        raise SlackError("not_in_channel")
    thread = slack.store.thread(channel.id, str(args.get("ts") or ""))
    if not thread:
        # a reply's own timestamp gives that reply
        thread = [slack.store.message(channel.id, args.get("ts"))]
    oldest, latest = float(str(args.get("oldest") or 0)), float(str(args.get("latest") or "inf"))
    inside = [message for message in thread[1:] if oldest <= float(message.ts) <= latest]
    return _paged(args, [thread[0], *inside])


def conversations_history(slack: SlackServer, args: Json) -> Json:
    channel = slack.store.channel(args.get("channel"))
    if not channel.bot:
        raise SlackError("not_in_channel")
    latest = float(str(args.get("latest") or "inf"))
    oldest = float(str(args.get("oldest") or "-inf"))
    inclusive = _flag(args.get("inclusive"))
    kept = [
        message
        for message in reversed(slack.store.history(channel.id))
        if oldest < float(message.ts) < latest or (inclusive and float(message.ts) in (latest, oldest))
    ]
    told = _paged(args, kept)
    for one, message in zip(_list(told["messages"]), kept, strict=False):
        replies = slack.store.thread(channel.id, message.ts)[1:]
        if replies:
            one |= {"thread_ts": message.ts, "reply_count": len(replies), "latest_reply": replies[-1].ts}
            users = list(dict.fromkeys(reply.user for reply in replies))
            # of many who wrote, Slack names a few
            one |= {"reply_users": users[:REPLY_USERS], "reply_users_count": len(users)}
    return told


def users_conversations(slack: SlackServer, args: Json) -> Json:
    """The channels and talks that the bot is in, by their types."""
    types = str(args.get("types") or "public_channel").split(",")
    kinds = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
    if not set(types) <= set(kinds):
        raise SlackError("invalid_types")
    wanted = {kinds[one] for one in types}
    found = [
        {"id": one.id, "name": one.name, "is_im": one.kind == "im", "is_archived": one.archived}
        for one in slack.store.channels.values()
        if one.bot
        and one.seen_by(*_teams(slack, args))
        and not one.gone
        and one.kind in wanted
        and not (one.archived and _flag(args.get("exclude_archived")))
    ]
    limit, start = int(str(args.get("limit") or 100)), int(str(args.get("cursor") or 0))
    more = start + limit < len(found)
    return {
        "channels": found[start : start + limit],
        "response_metadata": {"next_cursor": str(start + limit) if more else ""},
    }


def users_list(slack: SlackServer, args: Json) -> Json:
    """Everybody, page by page."""
    people = [one for one in slack.store.users.values() if one.team in _teams(slack, args)]
    limit, start = int(str(args.get("limit") or 1000)), int(str(args.get("cursor") or 0))
    more = start + limit < len(people)
    return {
        "members": [one.told() for one in people[start : start + limit]],
        "response_metadata": {"next_cursor": str(start + limit) if more else ""},
    }


def conversations_info(slack: SlackServer, args: Json) -> Json:
    channel = slack.store.channel(args.get("channel"))
    return {
        "channel": {"id": channel.id, "name": channel.name, "is_archived": channel.archived, "is_member": channel.bot}
    }


def conversations_open(slack: SlackServer, args: Json) -> Json:
    user = str(args.get("users") or "")
    if user not in slack.store.users or not slack.store.met(slack.store.users[user], _all_teams(slack)):
        raise SlackError("user_not_found")
    if slack.store.users[user].deleted:
        raise SlackError("user_disabled")
    return {"channel": {"id": slack.store.dm(user).id}, "no_op": True, "already_open": True}


def users_info(slack: SlackServer, args: Json) -> Json:
    user = slack.store.users.get(str(args.get("user")))
    if user is None or not slack.store.met(user, _all_teams(slack)):
        raise SlackError("user_not_found")
    told = user.told()
    if enterprise := slack.teams.of(user.team).enterprise:
        told["enterprise_user"] = {"enterprise_id": enterprise, "id": user.id}
    if not _flag(args.get("include_locale")):
        del told["locale"]
    return {"user": told}


def bots_info(slack: SlackServer, args: Json) -> Json:
    return {
        "bot": {"id": slack.caller.bot_id, "app_id": slack.app_id, "user_id": slack.caller.bot_user, "name": "taskbot"}
    }


def _paged(args: Json, messages: list[Message]) -> Json:
    limit = int(str(args.get("limit") or 1000))
    if not 0 < limit <= 1000:
        raise SlackError("invalid_limit")
    start = int(str(args.get("cursor") or 0))
    page = messages[start : start + limit]
    metadata = _flag(args.get("include_all_metadata"))
    more = start + limit < len(messages)
    return {
        "messages": [message.told(metadata=metadata) for message in page],
        "has_more": more,
        "response_metadata": {"next_cursor": str(start + limit) if more else ""},
    }


def _all_teams(slack: SlackServer) -> tuple[str, ...]:
    """The workspaces for which the caller's token is good."""
    return tuple(one.id for one in slack.caller.workspaces) or (slack.caller.id,)


def _teams(slack: SlackServer, args: Json) -> tuple[str, ...]:
    """Those that are asked about: an organisation's token has to name one."""
    if not slack.caller.workspaces:
        return (slack.caller.id,)
    if args.get("team_id") not in _all_teams(slack):
        raise SlackError("missing_argument", "team_id")
    return (str(args["team_id"]),)


def _flag(value: object) -> bool:
    return value in (True, 1, "1", "true", "True")


def _list(value: object) -> list[Json]:
    return value if isinstance(value, list) else []


READING = {
    "conversations.history": conversations_history,
    "conversations.info": conversations_info,
    "conversations.open": conversations_open,
    "conversations.replies": conversations_replies,
    "users.conversations": users_conversations,
    "users.info": users_info,
    "users.list": users_list,
    "bots.info": bots_info,
}

"""What a session begins with: who the bot is, and its servers. Source: https://docs.discord.com/developers/events."""

from __future__ import annotations

from tests.fakes.discord.flags import Intent
from tests.fakes.discord.ids import stamp
from tests.fakes.discord.model import Guild, Json
from tests.fakes.discord.persons import member_json, user_json
from tests.fakes.discord.rooms import channel_json, guild_json, thread_json
from tests.fakes.discord.session import Session
from tests.fakes.discord.world import World

_CONTENT, _MEMBERS = 1 << 19, 1 << 15
"""The application's flags for intents granted to a bot in few servers."""


def ready(world: World, session: Session) -> Json:
    """The first event."""
    servers = [one for one in world.guilds.values() if one.installed and session.holds(one.id)]
    return {
        "v": 10,
        "user": user_json(world.bot) | {"verified": True, "mfa_enabled": True, "email": None},
        "guilds": [{"id": str(one.id), "unavailable": True} for one in servers],
        "session_id": session.id,
        "resume_gateway_url": world.gateway_url,
        "shard": [session.shard, session.shards],
        "application": {"id": str(world.bot.id), "flags": application_flags(world)},
        "private_channels": [],
    }


def application_flags(world: World) -> int:
    """What the application's flags say of the intents turned on in the portal."""
    content = _CONTENT if world.granted & Intent.MESSAGE_CONTENT else 0
    return content | (_MEMBERS if world.granted & Intent.GUILD_MEMBERS else 0)


def server_json(world: World, server: Guild) -> Json:
    """A server with its channels, the threads that are alive, and the bot as a member."""
    seen = [channel for channel in server.channels.values() if world.seen(channel)]
    me = server.members[world.bot.id]
    return guild_json(server) | {
        "joined_at": stamp(me.joined),
        "large": False,
        "member_count": len(server.members),
        "members": [member_json(me)],
        "channels": [channel_json(channel, world.bot) for channel in seen if not channel.thread],
        "threads": [
            thread_json(channel, world.bot) for channel in seen if channel.thread and not channel.thread.archived
        ],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def members(world: World, asked: Json) -> Json:
    """Members that were asked for, by their ids or by how their names begin."""
    server = world.guilds[int(asked["guild_id"])]
    ids = asked.get("user_ids")
    wanted = {int(one) for one in (ids if isinstance(ids, list) else [ids])} if ids else None
    begins = (asked.get("query") or "").lower()
    found = [
        member_json(member)
        for member in server.members.values()
        if (member.user.id in wanted if wanted is not None else member.user.name.lower().startswith(begins))
    ]
    chunk: Json = {"guild_id": str(server.id), "members": found, "chunk_index": 0, "chunk_count": 1, "not_found": []}
    return chunk | ({"nonce": asked["nonce"]} if asked.get("nonce") else {})

"""Who the bot is, whom it knows, and where the gateway is. Source: https://docs.discord.com/developers/resources/user."""

from __future__ import annotations

from tests.fakes.discord.errors import refusal
from tests.fakes.discord.flags import ChannelType
from tests.fakes.discord.model import Channel, Guild, Json, User
from tests.fakes.discord.persons import member_json, user_json
from tests.fakes.discord.ready import application_flags
from tests.fakes.discord.rest.operation import Asked, Operation, snowflake
from tests.fakes.discord.rooms import channel_json, guild_json, thread_json, thread_member_json
from tests.fakes.discord.world import World


def get_bot_gateway(world: World, _: Asked) -> Json:
    limit = {"total": 1000, "remaining": 1000, "reset_after": 14_400_000, "max_concurrency": world.max_concurrency}
    return {"url": world.gateway_url, "shards": world.shards, "session_start_limit": limit}


def get_gateway(world: World, _: Asked) -> Json:
    return {"url": world.gateway_url}


def get_my_user(world: World, _: Asked) -> Json:
    mine = {"mfa_enabled": True, "locale": "en-US", "premium_type": 0, "email": None, "verified": True}
    return user_json(world.bot) | mine


def get_user(world: World, asked: Asked) -> Json:
    user = world.users.get(asked.id("user_id"))
    if user is None:
        raise refusal(10013)
    return user_json(user)


def application(world: World, _: Asked) -> Json:
    """The application that the bot belongs to; both have one id."""
    return {
        "id": str(world.bot.id),
        "name": world.bot.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": user_json(world.bot),
        "bot_public": True,
        "bot_require_code_grant": False,
        "integration_types_config": {"0": {}, "1": {}},
        "verify_key": "0" * 64,
        "flags": application_flags(world),
        "flags_new": str(application_flags(world)),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user_json(world.owner),
        "approximate_guild_count": len(world.guilds),
        "approximate_user_install_count": sum(user.installed for user in world.users.values()),
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
    }


def create_dm(world: World, asked: Asked) -> Json:
    user = world.users.get(snowflake(str(asked.body.get("recipient_id", "")), "recipient_id"))
    if user is None:
        raise refusal(10013)
    if user.bot:
        raise refusal(50007)
    return channel_json(direct(world, user), world.bot)


def direct(world: World, user: User) -> Channel:
    """The direct messages of the bot and a person; made when they are first asked for."""
    people = {world.bot, user}
    for channel in world.channels.values():
        if channel.type is ChannelType.DM and set(channel.recipients) == people:
            return channel
    channel = Channel(world.ids.fresh(), ChannelType.DM, recipients=[world.bot, user])
    world.channels[channel.id] = channel
    return channel


def list_my_guilds(world: World, _: Asked) -> list[Json]:
    return [
        {
            "id": str(guild.id),
            "name": guild.name,
            "icon": None,
            "banner": None,
            "owner": False,
            "permissions": str(int(guild.permissions)),
            "features": [],
        }
        for guild in world.guilds.values()
        if guild.installed
    ]


def guild_of(world: World, asked: Asked) -> Guild:
    """The server; raises ApiError 10004, or 50001 where the bot is not in it."""
    guild = world.guilds.get(asked.id("guild_id"))
    if guild is None:
        raise refusal(10004)
    if not guild.installed:
        raise refusal(50001)
    return guild


def get_guild(world: World, asked: Asked) -> Json:
    guild = guild_of(world, asked)
    counted = asked.query.get("with_counts", "").lower() in ("1", "true")
    return guild_json(guild) | ({"approximate_member_count": len(guild.members)} if counted else {})


def list_guild_channels(world: World, asked: Asked) -> list[Json]:
    channels = guild_of(world, asked).channels.values()
    return [channel_json(channel, world.bot) for channel in channels if not channel.thread]


def get_guild_member(world: World, asked: Asked) -> Json:
    member = guild_of(world, asked).members.get(asked.id("user_id"))
    if member is None:
        raise refusal(10007)
    return member_json(member)


def get_active_guild_threads(world: World, asked: Asked) -> Json:
    channels = guild_of(world, asked).channels.values()
    found = [one for one in channels if one.thread and not one.thread.archived and world.seen(one)]
    joined = [one for one in found if one.thread and world.bot.id in one.thread.members]
    return {
        "threads": [thread_json(one, world.bot) for one in found],
        "members": [thread_member_json(one, world.bot.id) for one in joined],
        "has_more": False,
    }


OPERATIONS = (
    Operation("get_bot_gateway", "GET", "/gateway/bot", get_bot_gateway),
    Operation("get_gateway", "GET", "/gateway", get_gateway),
    Operation("get_my_user", "GET", "/users/@me", get_my_user),
    Operation("create_dm", "POST", "/users/@me/channels", create_dm),
    Operation("list_my_guilds", "GET", "/users/@me/guilds", list_my_guilds),
    Operation("get_user", "GET", "/users/{user_id}", get_user),
    Operation("get_my_application", "GET", "/applications/@me", application),
    Operation("get_my_oauth2_application", "GET", "/oauth2/applications/@me", application),
    Operation("get_guild", "GET", "/guilds/{guild_id}", get_guild),
    Operation("list_guild_channels", "GET", "/guilds/{guild_id}/channels", list_guild_channels),
    Operation("get_guild_member", "GET", "/guilds/{guild_id}/members/{user_id}", get_guild_member),
    Operation("get_active_guild_threads", "GET", "/guilds/{guild_id}/threads/active", get_active_guild_threads),
)

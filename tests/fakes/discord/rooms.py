"""Servers, channels and threads as the API shows them. Source: https://docs.discord.com/developers/resources/channel."""

from __future__ import annotations

from tests.fakes.discord.flags import ChannelType, Permission
from tests.fakes.discord.ids import stamp
from tests.fakes.discord.model import Channel, Guild, Json, User
from tests.fakes.discord.persons import user_json


def channel_json(channel: Channel, viewer: User) -> Json:
    """A channel object of any kind."""
    if channel.thread:
        return thread_json(channel, viewer)
    newest = channel.last_message_id
    shown: Json = {
        "id": str(channel.id),
        "type": int(channel.type),
        "flags": 0,
        "last_message_id": str(newest) if newest else None,
    }
    if channel.guild is None:
        return shown | {"recipients": [user_json(user) for user in channel.recipients if user is not viewer]}
    shown |= {
        "guild_id": str(channel.guild.id),
        "name": channel.name,
        "position": 0,
        "parent_id": None,
        "topic": None,
        "nsfw": False,
        "rate_limit_per_user": 0,
        "permission_overwrites": _overwrites(channel, viewer),
    }
    if channel.type is ChannelType.FORUM:
        shown |= {"available_tags": [], "default_reaction_emoji": None, "default_sort_order": None}
    return shown


def thread_json(channel: Channel, viewer: User) -> Json:
    """A thread, with the viewer's membership if it is in it."""
    thread, guild, parent = channel.thread, channel.guild, channel.parent
    assert thread, "threads only"
    assert guild, "threads only"
    newest = channel.last_message_id
    shown: Json = {
        "id": str(channel.id),
        "type": int(channel.type),
        "flags": 0,
        "guild_id": str(guild.id),
        "parent_id": str(parent.id) if parent else None,
        "name": channel.name,
        "owner_id": str(thread.owner.id),
        "last_message_id": str(newest) if newest else None,
        "rate_limit_per_user": 0,
        "message_count": thread.sent - thread.deleted,
        "total_message_sent": thread.sent,
        "member_count": min(len(thread.members), 50),
        "thread_metadata": {
            "archived": thread.archived,
            "archive_timestamp": stamp(thread.changed),
            "auto_archive_duration": thread.minutes,
            "locked": thread.locked,
            "create_timestamp": stamp(thread.created),
        },
    }
    if parent and parent.type is ChannelType.FORUM:
        shown["applied_tags"] = [str(tag) for tag in thread.tags]
    if viewer.id in thread.members:
        shown["member"] = thread_member_json(channel, viewer.id)
    return shown


def thread_member_json(channel: Channel, user_id: int) -> Json:
    """That someone is in the thread."""
    assert channel.thread, "threads only"
    joined = stamp(channel.thread.members[user_id])
    return {"id": str(channel.id), "user_id": str(user_id), "join_timestamp": joined, "flags": 0}


def _overwrites(channel: Channel, viewer: User) -> list[Json]:
    """What the viewer may and may not do here, beyond the server's rules."""
    if not channel.allowed and not channel.denied:
        return []
    return [{"id": str(viewer.id), "type": 1, "allow": str(int(channel.allowed)), "deny": str(int(channel.denied))}]


def guild_json(guild: Guild) -> Json:
    """A guild object without its channels and members."""
    return {
        "id": str(guild.id),
        "name": guild.name,
        "icon": None,
        "description": None,
        "home_header": None,
        "splash": None,
        "discovery_splash": None,
        "features": [],
        "banner": None,
        "owner_id": str(guild.owner.id),
        "application_id": None,
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 0,
        "roles": [role_json(guild)],
        "default_message_notifications": 0,
        "mfa_level": 0,
        "explicit_content_filter": 0,
        "max_presences": None,
        "max_members": 25_000_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": guild.locale,
        "rules_channel_id": None,
        "safety_alerts_channel_id": None,
        "public_updates_channel_id": None,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "nsfw_level": 0,
        "emojis": [],
        "stickers": [],
        "incidents_data": None,
    }


def role_json(guild: Guild) -> Json:
    """The role that everyone has."""
    return {
        "id": str(guild.id),
        "name": "@everyone",
        "permissions": str(int(guild.permissions)),
        "position": 0,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def may(channel: Channel) -> Permission:
    """What the bot may do in the channel; a thread has the rules of the channel it is in."""
    if channel.guild is None:
        return _IN_MESSAGES
    home = channel.parent or channel
    return (channel.guild.permissions | home.allowed) & ~home.denied


_IN_MESSAGES = (
    Permission.ATTACH_FILES
    | Permission.EMBED_LINKS
    | Permission.MENTION_EVERYONE
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
)
"""What may be done in direct messages."""

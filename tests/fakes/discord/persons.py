"""People as the API shows them. Source: https://docs.discord.com/developers/resources/user."""

from __future__ import annotations

from tests.fakes.discord.ids import stamp
from tests.fakes.discord.model import Json, Member, User


def user_json(user: User) -> Json:
    """A user object."""
    return {
        "id": str(user.id),
        "username": user.name.lower().replace(" ", "."),
        "avatar": None,
        "discriminator": "0",
        "public_flags": 0,
        "flags": 0,
        "global_name": None if user.bot else user.name,
        "primary_guild": None,
        "bot": user.bot,
    }


def member_json(member: Member, *, user: bool = True) -> Json:
    """A guild member object, with or without the user in it."""
    shown: Json = {
        "avatar": None,
        "banner": None,
        "communication_disabled_until": None,
        "flags": 0,
        "joined_at": stamp(member.joined),
        "nick": member.nick,
        "pending": False,
        "premium_since": None,
        "roles": [],
        "mute": False,
        "deaf": False,
    }
    return shown | {"user": user_json(member.user)} if user else shown

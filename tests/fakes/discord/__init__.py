"""A stand-in Discord on loopback, with the real one's rules: REST API, gateway, and the people in it.

    async with DiscordServer() as discord:
        # discord.py is pointed at `discord.api_url` and `discord.gateway_url`; `sdk.pointed_at` shows how.
        ana = discord.user("Ana", locale="en-GB")
        channel = discord.channel("general")
        said = await discord.say(ana, channel, "add milk", mention=True)
        await discord.until(lambda: said.thread and len(discord.messages(said.thread)) > 1)
        answer = discord.messages(said.thread)[-1]
        pressed = await discord.press_label(ana, answer, "Done")
        assert not pressed.failed and pressed.text == "Done: milk"
        added = await discord.slash(ana, channel, "task add", text="buy bread")
        assert added.ephemeral
        assert not discord.invalid

It keeps messages, threads, commands, interactions and files; refuses what Discord refuses, with its error codes; limits
rates; plays missed events again on a resume; checks every body against Discord's own API description where that is
present. `discord.world` has the settings (seconds to acknowledge, lifetime of tokens and nonces), `discord.gateway` the
sessions.
"""

from tests.fakes.discord.accounts import Call, Seen
from tests.fakes.discord.flags import Callback, ChannelType, Intent, MessageFlag, MessageType, Permission
from tests.fakes.discord.interaction import Interaction, Modal
from tests.fakes.discord.model import Channel, Guild, Message, User
from tests.fakes.discord.places import ImpossibleError
from tests.fakes.discord.remote import RemoteDiscord
from tests.fakes.discord.server import DiscordServer

__all__ = [
    "Call",
    "Callback",
    "Channel",
    "ChannelType",
    "DiscordServer",
    "Guild",
    "ImpossibleError",
    "Intent",
    "Interaction",
    "Message",
    "MessageFlag",
    "MessageType",
    "Modal",
    "Permission",
    "RemoteDiscord",
    "Seen",
    "User",
]

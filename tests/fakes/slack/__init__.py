"""A stand-in Slack on loopback, with the real one's rules: Web API, Socket Mode, HTTP events, and the people in it.

    async with SlackServer() as slack:
        ana = slack.user("Ana", timezone="Europe/Berlin")
        channel = slack.channel("general", members=[ana])
        ts = await slack.say(ana, channel, f"<@{slack.bot_user}> add milk")
        await slack.until(lambda: slack.messages(channel, ts)[-1].user == slack.bot_user)
        await slack.press(ana, channel, slack.messages(channel, ts)[-1].ts, "task_act:done")

It keeps messages, threads, metadata, streams, views and files; refuses what Slack refuses; counts calls by the method's
rate tier; and delivers events again when nobody acknowledges them.
"""

from tests.fakes.slack.envelopes import Delivery
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.server import Call, Fault, SlackServer
from tests.fakes.slack.store import Channel, Message, User

__all__ = ["Call", "Channel", "Delivery", "Fault", "Message", "SlackError", "SlackServer", "User"]

"""Who may use the bot where, as whoever runs it has said; one rule for all platforms."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_settings import NoDecode

from adapters.shared.settings import FileSettings


def _ids(given: object) -> object:
    return frozenset(given.replace(",", " ").split()) if isinstance(given, str) else given


Ids = Annotated[frozenset[str], NoDecode, BeforeValidator(_ids)]
"""A setting that holds ids, with commas or spaces between them."""


class Standing(Enum):
    """How a person belongs to the place where they speak."""

    MEMBER = "member"
    GUEST = "guest"
    STRANGER = "stranger"
    """Of another organisation, in a channel that is shared with it."""


class Verdict(Enum):
    """What a person may do; each refusal is the sentence that they are told."""

    ALL = ""
    COMMANDS = "Whoever runs me lets you use my commands, not the assistant: I understand dates and what `help` lists."
    NO_WORKSPACE = "Whoever runs me has not allowed me to be used here."
    NO_CHANNEL = "Whoever runs me has not allowed me to be used in this channel. Please write to me directly instead."
    NO_PERSON = "Whoever runs me has not given you access to me. Please ask them, if you need it."
    NO_GUESTS = "I work for the members here and not for guests. Whoever runs me can change that."
    NO_STRANGERS = "I work for the organisation that installed me, and not for others. Whoever runs me can change that."

    @property
    def refused(self) -> bool:
        """Whether the person may do nothing."""
        return self not in (Verdict.ALL, Verdict.COMMANDS)


@dataclass(frozen=True, slots=True)
class Lists:
    """Ids that are allowed, all without any, and ids that are not in any case."""

    allow: Collection[str] = frozenset()
    deny: Collection[str] = frozenset()

    def admit(self, name: str) -> bool:
        """Whether this id is admitted."""
        return name not in self.deny and (not self.allow or name in self.allow)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the settings say."""

    workspaces: Lists = field(default_factory=Lists)
    channels: Lists = field(default_factory=Lists)
    people: Lists = field(default_factory=Lists)
    agent: Lists = field(default_factory=Lists)
    """Who may use the agent; the others have commands."""
    guests: bool = False
    strangers: bool = False

    @property
    def asks_standing(self) -> bool:
        """Whether it matters how somebody belongs to a place."""
        return not (self.guests and self.strangers)

    def judge(
        self, person: str, *, workspace: str = "", channel: str = "", standing: Standing = Standing.MEMBER
    ) -> Verdict:
        """What the person may do there. Empty ids are judged by no list: direct messages are in no channel."""
        if workspace and not self.workspaces.admit(workspace):
            return Verdict.NO_WORKSPACE
        if not self.people.admit(person):
            return Verdict.NO_PERSON
        if standing is Standing.STRANGER and not self.strangers:
            return Verdict.NO_STRANGERS
        if standing is Standing.GUEST and not self.guests:
            return Verdict.NO_GUESTS
        if channel and not self.channels.admit(channel):
            return Verdict.NO_CHANNEL
        return Verdict.ALL if self.agent.admit(person) else Verdict.COMMANDS


class AdmissionSettings(FileSettings):
    """Who is admitted, as each platform's variables say it under its own prefix."""

    allow_channels: Ids = frozenset()
    """Ids of the only channels in which the bot may be used; all without any. So it is with the others."""
    deny_channels: Ids = frozenset()
    allow_people: Ids = frozenset()
    deny_people: Ids = frozenset()
    allow_agent: Ids = frozenset()
    """People who may use the agent; the others have commands."""
    deny_agent: Ids = frozenset()

    def admitting(self, workspaces: Lists, *, guests: bool, strangers: bool) -> Rules:
        """These lists beside that of the workspaces."""
        return Rules(
            workspaces=workspaces,
            channels=Lists(self.allow_channels, self.deny_channels),
            people=Lists(self.allow_people, self.deny_people),
            agent=Lists(self.allow_agent, self.deny_agent),
            guests=guests,
            strangers=strangers,
        )

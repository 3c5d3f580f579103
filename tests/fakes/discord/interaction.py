"""What a person did with the app, and how the bot answered: the interaction, from its delivery to the last followup."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from tests.fakes.discord.flags import Callback, InteractionType
from tests.fakes.discord.model import Channel, Json, Message, User, walk


@dataclass(slots=True, eq=False)
class Modal:
    """A form the bot opened."""

    interaction: Interaction
    custom_id: str
    title: str
    components: list[Json]

    @property
    def fields(self) -> dict[str, str | list[str]]:
        """What stands in the form, by custom id: a text, or what is chosen."""
        return {part["custom_id"]: prefilled(part) for part in walk(self.components) if "custom_id" in part}


def prefilled(field_: Json) -> str | list[str]:
    """What stands in a field when the form opens."""
    if field_["type"] == 4:
        return str(field_.get("value") or "")
    chosen = [option["value"] for option in field_.get("options", []) if option.get("default")]
    return chosen + [one["id"] for one in field_.get("default_values", [])]


@dataclass(slots=True, eq=False)
class Interaction:
    """One interaction. Followups that come later appear in it."""

    id: int
    token: str
    type: InteractionType
    user: User
    channel: Channel
    data: Json
    owners: dict[str, str]
    """Who added the app: by server (`0`) and by person (`1`)."""
    message: Message | None = None
    """What it was pressed on."""
    trigger: Interaction | None = None
    """For a form that was sent: what opened it."""
    created: float = field(default_factory=time.monotonic)
    answer: Callback | None = None
    """How the bot acknowledged it; None before, and for ever when it failed."""
    seconds: float | None = None
    """How long the acknowledgement took."""
    failed: bool = False
    """Whether the person was told that the application did not respond."""
    original: Message | None = None
    """What it was answered with, or what was pressed, where that was changed instead."""
    modal: Modal | None = None
    choices: list[Json] = field(default_factory=list)
    """What was offered while typing: name and value each."""
    followups: list[Message] = field(default_factory=list)

    @property
    def offered(self) -> list[str]:
        """The names of what was offered while typing."""
        return [choice["name"] for choice in self.choices]

    @property
    def text(self) -> str:
        """All that can be read in the answer, the followups too."""
        shown = [self.original] if self.original else []
        return "\n".join(message.text for message in [*shown, *self.followups])

    @property
    def ephemeral(self) -> bool:
        """Whether the answer is for the person alone."""
        return self.original is not None and self.original.ephemeral

    @property
    def alone(self) -> bool:
        """Whether the person alone added the app, and not the server."""
        return list(self.owners) == ["1"]

    def take(self, answer: Callback) -> None:
        """It is acknowledged now."""
        self.answer = answer
        self.seconds = time.monotonic() - self.created

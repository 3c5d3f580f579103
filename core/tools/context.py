"""What the tools of one turn share: who acts, when it is, the database, and the parts to show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

from core.chat import Approval, Author, Part, Receipt, TaskList, Text
from core.intents.request import Request


@dataclass(slots=True)
class TurnContext(Request):
    """The run's context. No tool has a parameter for the actor; `open_tasks` are the most relevant ones."""

    text: str = ""
    """What the author wrote, without anybody else's words."""
    about: int | None = None
    """The task whose reminder the person answers."""
    author: Author | None = None
    """Who wrote, as the platform names them; OpenAI is told a hash."""
    id: str = field(default_factory=lambda: uuid4().hex[:8])
    """Tells this turn's briefing from those of other turns."""
    mark: str = ""
    """Tells the message's item in the conversation from all others (`core.agent.marks`)."""
    translates: bool = False
    """Whether the tools are called by a model that turns dates into English, whatever the person speaks."""
    parts: list[Part] = field(default_factory=list)
    """What the tools have to show, in their order, until the assistant takes it."""
    acted: bool = False
    """Whether a tool changed anything: then the turn must not be run again."""

    client_confirms: bool = False
    """Whether the caller's own program asks the person before what deletes, as MCP clients do: nobody answers here."""
    is_here: Callable[[str], bool] = lambda link: False
    """Whether a permanent link leads into this very thread."""
    asks: str = ""
    """What a mere `yes` is to stand for: a line of the grammar."""
    calls: int = 0
    """Tool calls that the turn has made."""
    changes: int = 0
    """Tasks that these have added and changed, each as often as it was."""
    full: bool = False
    """Whether the person was told that not all of it was done."""
    doomed: set[int] = field(default_factory=set)
    """Tasks that the model wanted deleted, and the author has not named by number."""
    touched: set[int] = field(default_factory=set)
    """Numbers of the tasks that the turn has changed."""

    again: bool = False
    """Whether the message may have been answered before."""
    remembers: bool = False
    """Whether the run has a conversation, which keeps its calls."""
    offered: tuple[str, ...] = ()
    """The names of the tools that the run began with, in their order."""
    server_calls: int = 0
    """Calls of other services that the turn has made."""
    silent: set[str] = field(default_factory=set)
    """Labels of services that didn't answer in this turn."""
    approvals: int = 0
    """Calls that the person was asked about."""
    wait: Callable[[float], None] = lambda seconds: None
    """To be told before something that takes up to so many seconds: the silence meanwhile is not the model's."""

    def show(self, part: Receipt | TaskList | Text | Approval) -> None:
        """Have the platform show what the database says, or a question."""
        # what was asked must not be asked again by a second run
        self.acted = self.acted or isinstance(part, Approval)
        if isinstance(part, Receipt):
            self.acted = True
            self.touched.update(task.number for task in part.tasks)
        self.parts.append(part)

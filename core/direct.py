"""What a message gets without a model: answers to the bot's questions, one's own data; offline, what is pointed at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from core import intents
from core.agent.briefing import by_author, one_line
from core.chat import (
    Attachment,
    AttachmentKind,
    Choices,
    Confirm,
    Message,
    Part,
    Recall,
    Receipt,
    Text,
)
from core.commands import about, understand
from core.commands.pointing import MOST_LINES, is_sure, lines, pointed
from core.commands.questions import answered, is_mere_answer, which
from core.commands.run import carry_out, run
from core.commands.settle import quick, small_talk
from core.errors import Ambiguous, TaskBotError
from core.intents.perform import perform
from core.tasks import get
from core.text import off_loop
from core.tools.context import TurnContext

_LONGEST_OF_OWN_DATA = 80
"""Characters of `export …` and `forget me`, which no model is asked about: it can do neither, and needn't see it."""
_LONGEST_QUOTE = 1_000
"""Characters of a message replied to."""
_LINES = "add all"
"""What `yes` stands for after the question whether so many lines are all meant."""


@dataclass(frozen=True, slots=True)
class Direct:
    """A reply, and the question it leaves open."""

    parts: Sequence[Part] = field(default_factory=tuple)
    asks: str = ""
    """What `yes` stands for from now on."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A message, and what its thread is at."""

    turn: TurnContext
    message: Message
    text: str
    """The message's, cleaned."""
    about: tuple[int, ...] = ()
    """The tasks of the thread's newest reminder."""
    asks: str = ""
    """What `yes` stands for."""


def looks_back(scene: Scene) -> bool:
    """Whether what was said before may be needed: what is pointed at, or the lines that the bot asked about."""
    return bool(scene.asks) or (not scene.message.replies_to and pointed(scene.text, "x") is not None)


def as_told(scene: Scene) -> str:
    """The message as the model reads it: who says it where several talk, and what it points at, as data."""
    message = scene.message
    said = by_author(message.author.name, scene.text) if message.thread.shared else scene.text
    beside = []
    if message.replies_to:
        quote = " ".join(message.replies_to.text.replace("”", "’").split())[:_LONGEST_QUOTE]
        beside.append(f"(in reply to {one_line(message.replies_to.name)}: “{quote}”)")
    if message.attachments:
        beside.append(f"(with it came, unseen by you: {_described(message.attachments)})")
    if message.looking_at:
        beside.append(f"(looking at {' '.join(message.looking_at.split())[:200]})")
    return "\n".join([*beside, said])


async def without_asking(scene: Scene, recall: Recall | None) -> Direct | None:
    """What needs no model even where there is one; None for all else. Raises TaskBotError."""
    text = scene.text
    if (line := answered(text, scene.asks)) is not None:
        if not line:
            return Direct([Text("All right. Nothing was changed.")])
        if line == _LINES:
            line = f"{_LINES}:\n{await _asked_about(scene, recall)}"
        return Direct(_noted(scene, await run(scene.turn, line, adds_plain_text=False)))
    if len(text) <= _LONGEST_OF_OWN_DATA and isinstance(understand(text), intents.Export | intents.ForgetMe):
        parts = await run(scene.turn, text, adds_plain_text=False)
        return Direct(parts, next((part.words for part in parts if isinstance(part, Confirm)), ""))
    return await _which(scene) if len(scene.about) > 1 else None


async def offline(scene: Scene, recall: Recall | None) -> Direct:
    """What the grammar makes of a message, where no model is asked."""
    text = scene.text
    if not text:
        return Direct([Text(_nothing_said(scene.message.attachments))])
    if is_mere_answer(text) and not small_talk(text):
        return Direct([Text("I had asked nothing that needs a yes or a no. `list` shows your tasks, `help` the rest.")])
    if line := pointed(text, _above(scene.message, recall)):
        return Direct(_noted(scene, await run(scene.turn, line, adds_plain_text=False)))
    if found := await off_loop(lines, text):
        parts = await run(scene.turn, text, adds_plain_text=True)
        unsure = len(found) > MOST_LINES and not is_sure(text) and not scene.turn.touched
        return Direct(_noted(scene, parts), _LINES if unsure else "")
    try:
        return Direct(_noted(scene, await _done(scene, await off_loop(_meant, text, scene))))
    except Ambiguous as error:
        return Direct([Choices(str(error), error.choices)])
    except TaskBotError as error:
        return Direct([Text(str(error))])


def _meant(text: str, scene: Scene) -> intents.Intent:
    """What one sentence asks for: of the task whose reminder it answers, of others, or to add one."""
    turn, actor = scene.turn, scene.turn.actor
    if turn.about:
        answer = about(text, turn.about, now=turn.now, locale=actor.locale, morning=actor.morning)
        if answer is not None:
            return answer
    intent = understand(text)
    return quick(text, now=turn.now, locale=actor.locale) if isinstance(intent, intents.Unknown) else intent


async def _done(scene: Scene, intent: intents.Intent) -> Sequence[Part]:
    match intent:
        case intents.New() | intents.Forget() | intents.ForgetMe() | intents.Export():
            return [Text(f"That works as a command: type `/task {' '.join(scene.text.split())[:60]}`.")]
        case intents.Complete(intents.Numbers((number,))) if number == scene.turn.about:
            return await perform(scene.turn, intent)  # a thumb is no small talk under a reminder
        case _:
            return small_talk(scene.text) or await carry_out(scene.turn, intent, scene.text)


async def _which(scene: Scene) -> Direct | None:
    """Ask which of the reminded tasks a mere answer means, where more than one of them is still to be done."""
    turn, actor = scene.turn, scene.turn.actor
    moment = {"now": turn.now, "locale": actor.locale, "morning": actor.morning}
    if which(scene.text, scene.about, **moment) is None:  # type: ignore[arg-type]
        return None
    tasks = await turn.database.read(lambda session: get(session, actor, scene.about, now=turn.now))
    still = tuple(task for task in tasks if not task.done)
    line = which(scene.text, [task.number for task in still], **moment) if still else None  # type: ignore[arg-type]
    if line is None:
        return Direct([Text("Those are all done already.")])
    if len(still) == 1:
        turn.about = still[0].number
        return None
    if not line:
        return Direct([Choices("Which one do you mean? Please say it with the number.", still)])
    all_of_them = "Both" if len(still) == 2 else f"All {len(still)}"
    return Direct([Choices(f"{all_of_them}, or which one?", still)], line)


def _noted(scene: Scene, parts: Sequence[Part]) -> Sequence[Part]:
    """The parts, with what they changed noted as the turn's."""
    for part in parts:
        if isinstance(part, Receipt):
            scene.turn.acted = True
            scene.turn.touched.update(task.number for task in part.tasks)
    return parts


async def _asked_about(scene: Scene, recall: Recall | None) -> str:
    """The lines that the bot has asked about: the person's last message of several."""
    said = recall.recent if recall else ()
    texts = (one.text for one in reversed(said) if not one.mine and one.id != scene.message.id)
    for text in texts:
        if await off_loop(lines, text):
            return text
    return ""


def _above(message: Message, recall: Recall | None) -> str:
    """The text that a person points at: of the message replied to, of what they forwarded, or the last one before."""
    if message.replies_to:
        return message.replies_to.text
    for attachment in message.attachments:
        if attachment.text:
            return attachment.text
    said = recall.recent if recall else ()
    return next((one.text for one in reversed(said) if not one.mine and one.id != message.id), "")


_NAMES = {
    AttachmentKind.IMAGE: "images",
    AttachmentKind.AUDIO: "recordings",
    AttachmentKind.VIDEO: "videos",
    AttachmentKind.FILE: "files",
    AttachmentKind.FORWARD: "forwarded messages",
    AttachmentKind.POLL: "polls",
    AttachmentKind.STICKER: "stickers",
}


def _described(attachments: Sequence[Attachment]) -> str:
    """What came with a message, in a line for the model; its texts are data."""
    told = []
    for one in attachments:
        name = f" “{' '.join(one.name.split())[:80]}”" if one.name else ""
        text = f": “{' '.join(one.text.split())[:1000]}”" if one.text else ""
        told.append(f"{one.kind}{name}{text}")
    return "; ".join(told)


def _nothing_said(attachments: Sequence[Attachment]) -> str:
    kinds = list(dict.fromkeys(_NAMES[one.kind] for one in attachments))
    listed = kinds[0] if len(kinds) == 1 else f"{', '.join(kinds[:-1])} and {kinds[-1]}"
    return (
        f"I can't look at {listed} yet. Tell me in words what is to be done, for example `add Call Ana tomorrow 5pm`: "
        "the task keeps the link to your message."
    )

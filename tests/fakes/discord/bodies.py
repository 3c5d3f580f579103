"""What the service takes as a message. Source: https://docs.discord.com/developers/resources/message#create-message."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tests.fakes.discord.components import check_components, shown
from tests.fakes.discord.errors import Form, refusal
from tests.fakes.discord.flags import NO_FLAGS, MessageFlag
from tests.fakes.discord.model import Attachment, Json, Message

MOST_CONTENT = 2000
LEGACY = ("content", "embeds", "stickers", "poll")
"""Fields that a message of components has no use for."""
_LINK = re.compile(r"(?<!<)https?://[^\s>)]+")


@dataclass(slots=True)
class Draft:
    """The parts of a message that were given; None where one was not."""

    content: str | None = None
    embeds: list[Json] | None = None
    components: list[Json] | None = None
    flags: MessageFlag = NO_FLAGS
    allowed: Json | None = None
    attachments: list[Attachment] = field(default_factory=list)
    kept: set[int] | None = None
    """On an edit, ids of the earlier files that stay; None when all do."""

    @property
    def empty(self) -> bool:
        """Whether nothing at all would be shown."""
        return not (self.content or self.embeds or self.components or self.attachments)


def new_draft(body: Json, files: list[Attachment]) -> Draft:
    """A message to be written; raises ApiError 50035 or 50006."""
    flags = MessageFlag(body.get("flags") or 0)
    draft = _checked(body, files, flags, v2=bool(flags & MessageFlag.IS_COMPONENTS_V2))
    if draft.empty:
        raise refusal(50006)
    return draft


def edit_draft(body: Json, files: list[Attachment], message: Message) -> Draft:
    """A change of a message; raises ApiError 50035 or 50006. Components version 2 can't be given up again."""
    flags = message.flags & MessageFlag.IS_COMPONENTS_V2 | MessageFlag(body.get("flags") or 0)
    draft = _checked(body, files, flags, v2=bool(flags & MessageFlag.IS_COMPONENTS_V2), before=message)
    after = Draft(
        message.content if draft.content is None else draft.content,
        message.embeds if draft.embeds is None else draft.embeds,
        message.components if draft.components is None else draft.components,
        attachments=[*remaining(message, draft), *draft.attachments],
    )
    if after.empty:
        raise refusal(50006)
    return draft


def remaining(message: Message, draft: Draft) -> list[Attachment]:
    """The files that stay after a change."""
    return [one for one in message.attachments if draft.kept is None or one.id in draft.kept]


def _checked(
    body: Json, files: list[Attachment], flags: MessageFlag, *, v2: bool, before: Message | None = None
) -> Draft:
    form = Form()
    content = body.get("content")
    form.at_most(("content",), content or "", MOST_CONTENT)
    if v2:
        for name in LEGACY:
            if body.get(name) if name in body else getattr(before, name, None):
                words = f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
                form.wrong((name,), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", words)
    check_embeds(form, body.get("embeds") or [])
    components = body.get("components")
    check_components(form, components or [], v2=v2)
    _mentions(form, body.get("allowed_mentions") or {})
    form.done()
    described = {str(one.get("id")): one for one in body.get("attachments") or []}
    for index, file in enumerate(files):
        file.description = described.get(str(index), {}).get("description")
    return Draft(
        (content or "") if "content" in body else None,
        [{"type": "rich"} | embed for embed in body["embeds"] or []] if "embeds" in body else None,
        shown(components or []) if "components" in body else None,
        flags,
        body.get("allowed_mentions"),
        files,
        {int(one) for one in described if one.isdecimal()} if "attachments" in body else None,
    )


def check_embeds(form: Form, embeds: list[Json]) -> None:
    """At most ten, each part so long, and 6,000 characters in all."""
    if len(embeds) > 10:
        form.wrong(("embeds",), "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
    total = 0
    for index, embed in enumerate(embeds):
        here: tuple[str | int, ...] = ("embeds", index)
        fields = embed.get("fields") or []
        parts: list[tuple[tuple[str | int, ...], str | None, int]] = [
            (("title",), embed.get("title"), 256),
            (("description",), embed.get("description"), 4096),
            (("footer", "text"), (embed.get("footer") or {}).get("text"), 2048),
            (("author", "name"), (embed.get("author") or {}).get("name"), 256),
        ]
        for number, one in enumerate(fields):
            parts += [(("fields", number, "name"), one["name"], 256), (("fields", number, "value"), one["value"], 1024)]
        if len(fields) > 25:
            form.wrong((*here, "fields"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
        for path, text, most in parts:
            form.at_most((*here, *path), text or "", most)
            total += len(text or "")
    if total > 6000:
        form.wrong(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")


def _mentions(form: Form, allowed: Json) -> None:
    """A kind of mention is either allowed as a whole, or for those named."""
    parse = allowed.get("parse") or []
    for kind in ("users", "roles"):
        if kind in parse and allowed.get(kind):
            words = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            form.wrong(("allowed_mentions",), "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", words)
    for index, kind in enumerate(parse):
        if kind not in ("users", "roles", "everyone"):
            words = "Value must be one of ('users', 'roles', 'everyone')."
            form.wrong(("allowed_mentions", "parse", index), "BASE_TYPE_CHOICES", words)


def links(content: str) -> list[str]:
    """The addresses in a text that get a preview: those not in angle brackets."""
    return _LINK.findall(content)

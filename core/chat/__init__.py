"""The seam: the words the core and the platforms share, as plain values.

An adapter imports this package of the core and nothing else. Everything here is standard library only, frozen, and
carries meaning rather than formatting: times are aware datetimes or a wall clock with its zone, text is Markdown, and
how a thing looks is each platform's own affair.
"""

from core.chat.delivery import PostDelayed, PostRefused, RecallDelayed
from core.chat.events import Action, ActionName, Attachment, AttachmentKind, Author, Command, Message, Revision, Thread
from core.chat.memory import Past, Recall, Said
from core.chat.ports import Claim, Core, Platform, RefusedError
from core.chat.reach import Reach
from core.chat.reply import (
    Approval,
    Choices,
    Confirm,
    Erasure,
    Offer,
    Part,
    Problem,
    Receipt,
    Reply,
    Settled,
    Step,
    TaskList,
    Text,
)
from core.chat.stamps import LONGEST_ASKS, MOST_ABOUT, Notes, Stamp, StampKind
from core.chat.tools import Caller, Grant, Invitation, Inviter, Toolbox, ToolResult, ToolSpec, epoch_of, made_of
from core.chat.unanswered import Heard, missed
from core.model import (
    Due,
    DueFilter,
    DueGroup,
    File,
    Outcome,
    Preferences,
    Priority,
    Sort,
    Status,
    Task,
    TaskPage,
    TaskQuery,
    fingerprint,
    fingerprints,
    form_fields,
)

__all__ = [
    "LONGEST_ASKS",
    "MOST_ABOUT",
    "Action",
    "ActionName",
    "Approval",
    "Attachment",
    "AttachmentKind",
    "Author",
    "Caller",
    "Choices",
    "Claim",
    "Command",
    "Confirm",
    "Core",
    "Due",
    "DueFilter",
    "DueGroup",
    "Erasure",
    "File",
    "Grant",
    "Heard",
    "Invitation",
    "Inviter",
    "Message",
    "Notes",
    "Offer",
    "Outcome",
    "Part",
    "Past",
    "Platform",
    "PostDelayed",
    "PostRefused",
    "Preferences",
    "Priority",
    "Problem",
    "Reach",
    "Recall",
    "RecallDelayed",
    "Receipt",
    "RefusedError",
    "Reply",
    "Revision",
    "Said",
    "Settled",
    "Sort",
    "Stamp",
    "StampKind",
    "Status",
    "Step",
    "Task",
    "TaskList",
    "TaskPage",
    "TaskQuery",
    "Text",
    "Thread",
    "ToolResult",
    "ToolSpec",
    "Toolbox",
    "epoch_of",
    "fingerprint",
    "fingerprints",
    "form_fields",
    "made_of",
    "missed",
]

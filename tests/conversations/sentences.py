"""The sentences everybody tries first, and what a model makes of them."""

from __future__ import annotations

from tests.fakes.openai import Call, OpenAIServer, Say

FIRST = "Add a task to buy groceries"
THEN = (
    ("team meeting and plants", "Water the plants"),
    ("Show me all my tasks", "Team meeting"),
    ("What's pending?", "Buy groceries"),
    ("Mark task 3 as complete", "Water the plants"),
    ("Reschedule my morning meetings to 2 PM", "14:00"),
    ("Delete the meeting task", "Team meeting"),
    ("Change task 1 to 'Call mom tonight'", "Call mom tonight"),
    ("I need to remember to pay bills", "Pay bills"),
    ("What have I completed?", "Water the plants"),
)
"""Each with what its answer shows."""
LEFT = ["Call mom tonight", "Water the plants", "Pay bills"]


def teach(openai: OpenAIServer) -> None:
    """Let the stand-in model understand them."""
    openai.on("buy groceries", Call("add_task", {"tasks": [{"title": "Buy groceries"}]}), Say("Added."))
    openai.on(
        "team meeting",
        Call("add_task", {"tasks": [{"title": "Team meeting", "due": "tomorrow 9am"}, {"title": "Water the plants"}]}),
        Say("Both added."),
    )
    openai.on("all my tasks", Call("list_tasks", {"status": "all"}), Say("Here they are."))
    openai.on("pending", Call("list_tasks", {"status": "open"}), Say("These are open."))
    openai.on("task 3 as complete", Call("complete_task", {"numbers": [3]}), Say("Done."))
    openai.on("morning meetings", Call("update_task", {"changes": [{"number": 2, "due": "2 PM"}]}), Say("Moved."))
    openai.on("meeting task", Call("delete_task", {"numbers": [2]}), Say("Deleted."))
    openai.on("task 1 to", Call("update_task", {"changes": [{"number": 1, "title": "Call mom tonight"}]}), Say("So."))
    openai.on("pay bills", Call("add_task", {"tasks": [{"title": "Pay bills"}]}), Say("I will remember."))
    openai.on("have i completed", Call("list_tasks", {"status": "done"}), Say("This."))

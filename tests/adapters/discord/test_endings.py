"""“Thinking…” never stays: whatever is refused, lost or broken, the person is told."""

from __future__ import annotations

import pytest

from core.chat import Author, PostDelayed, PostRefused, Text, Thread
from core.errors import DatabaseUnavailable
from tests.adapters.contract import saying
from tests.adapters.discord.conftest import There


@pytest.mark.parametrize("operation", ["update_original_webhook_message", "create_interaction_response"])
@pytest.mark.parametrize("wrong", [{"status": 500}, {"status": 503, "times": 2}, {"drop": "after"}, {"drop": "before"}])
async def test_one_thing_that_goes_wrong_on_the_way_loses_no_answer(
    there: There, operation: str, wrong: dict[str, object]
) -> None:
    """A 5xx, an acknowledgement of which nobody knows whether it arrived: done again, and shown once."""
    there.discord.fail(operation, **wrong)  # type: ignore[arg-type]
    answer = await there.task(there.ana, "add", text="buy milk")
    assert "buy milk" in answer.text
    assert await there.titles(there.ana) == ["buy milk"]


async def test_an_answer_that_discord_will_not_put_in_is_said_beside(there: There) -> None:
    """For good: as a message of its own."""
    there.discord.fail("update_original_webhook_message", status=400, code=50035, times=9)
    answer = await there.task(there.ana, "add", text="buy milk")
    assert "buy milk" in answer.text


async def test_settings_without_a_database_are_a_sentence(there: There, monkeypatch: pytest.MonkeyPatch) -> None:
    """As every other command is."""

    async def away(*_: object, **__: object) -> None:
        raise DatabaseUnavailable("The database is away. Please try again in a minute.")

    monkeypatch.setattr(there.database, "read", away)
    for name in ("settings", "task list"):
        answer = await there.finished_(await there.discord.slash(there.ana, there.channel, name))
        assert "database is away" in answer.text


async def test_a_mistake_of_ours_has_an_error_id(there: There, monkeypatch: pytest.MonkeyPatch) -> None:
    """And never an exception's text."""

    async def broken(*_: object, **__: object) -> None:
        raise KeyError("sesame")

    monkeypatch.setattr(there.core, "preferences", broken)
    answer = await there.finished_(await there.discord.slash(there.ana, there.channel, "settings"))
    assert "Error id" in answer.text
    assert "sesame" not in answer.text


@pytest.mark.parametrize("code", [50278, 50007, 10003, 50001, 99999])
async def test_any_refusal_means_that_nothing_was_posted(there: There, code: int) -> None:
    """Also one that nobody has listed: a reminder goes on to its thread, and is not tried for ever."""
    there.discord.fail("create_message", code=code, status=403)
    who = Author("discord", "", str(there.ana.id), "Ana")
    with pytest.raises(PostRefused):
        await there.platform.post(who, saying([Text("Hello.")]), key="r1")


async def test_a_refused_token_is_a_delay(there: There) -> None:
    """No reminder is given up for it."""
    there.discord.fail("create_message", status=401)
    with pytest.raises(PostDelayed):
        await there.platform.post(Thread("discord", "", str(there.channel.id)), saying([Text("Hello.")]), key="r1")

"""People write in their language; the model translates dates into English, and nothing is ever half-read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from core.chat import Author
from tests.conversations.conftest import Bot
from tests.fakes.openai import Call, OpenAIServer, Say

PEOPLE = {
    language: Author("chat", "acme", f"U-{language}", "Kim", timezone="Europe/Berlin", locale=language)
    for language in ("de", "es", "fr", "pt", "it", "ja")
}
ADDED = [
    ("de", "Erinnere mich nächsten Freitag um 17 Uhr an den Zahnarzt", {"due": "next friday 5pm"}, "2026-12-04T17:00"),
    ("de", "Jeden zweiten Dienstag den Müll rausbringen", {"recurrence": "every other tuesday"}, "2026-11-24"),
    ("es", "Llamar a Ana el martes a las cinco y media de la tarde", {"due": "tuesday 5:30pm"}, "2026-11-24T17:30"),
    ("es", "Pagar el alquiler en tres días", {"due": "in 3 days"}, "2026-11-26"),
    ("fr", "Rendre les livres dans deux semaines", {"due": "in 2 weeks"}, "2026-12-07"),
    ("fr", "Café tous les jours ouvrés à 8h", {"recurrence": "every weekday at 8am"}, "2026-11-24T08:00"),
    ("pt", "Comprar pão amanhã às 9 da manhã", {"due": "tomorrow 9am"}, "2026-11-24T09:00"),
    ("pt", "Pagar a conta no dia 5 de março", {"due": "5 march"}, "2027-03-05"),
    ("it", "Pagare l'affitto ogni primo del mese", {"recurrence": "every 1st"}, "2026-12-01"),
    ("it", "Chiamare Ada domenica prossima", {"due": "next sunday"}, "2026-12-06"),
    ("ja", "来週の金曜日の17時に歯医者", {"due": "next friday 5pm"}, "2026-12-04T17:00"),
    ("ja", "3日後に家賃を払う", {"due": "in 3 days"}, "2026-11-26"),
]


@pytest.fixture
def bot(start_with: Callable[..., Bot]) -> Bot:
    """A bot with more patience than a busy machine uses up: nothing here is about silence."""
    return start_with()


@pytest.mark.parametrize(("language", "text", "fields", "due"), ADDED, ids=lambda value: str(value)[:24])
async def test_a_task_in_any_language_takes_two_requests(
    bot: Bot, openai: OpenAIServer, language: str, text: str, fields: dict[str, str], due: str
) -> None:
    """The title stays in the person's words, and the date that the model translated comes out right."""
    openai.on(re.escape(text), Call("add_task", {"tasks": [{"title": text, **fields}]}), Say("✓"))
    answer = await bot.says(text, author=PEOPLE[language])
    assert len(openai.asked()) == 2
    (task,) = answer.receipts[0].tasks
    assert (task.title, str(task.due)) == (text, due)


@pytest.mark.parametrize(
    ("language", "text", "call", "shown"),
    [
        ("de", "Verschiebe das um zwei Tage", "2 days later", "2026-11-26T14:30"),
        ("es", "Pásalo al viernes", "friday", "2026-11-27T14:30"),
        ("fr", "Plutôt à 16h", "4pm", "2026-11-24T16:00"),
        ("ja", "来週の月曜日に変更", "next monday", "2026-11-30T14:30"),
    ],
)
async def test_a_change_in_any_language_takes_two_requests(
    bot: Bot, openai: OpenAIServer, language: str, text: str, call: str, shown: str
) -> None:
    """A day keeps the time, a time the day, and what is later is later than the task was."""
    person = PEOPLE[language]
    openai.on("first", Call("add_task", {"tasks": [{"title": "Dentist", "due": "tomorrow 2:30pm"}]}), Say("✓"))
    await bot.says("first", author=person)
    openai.requests.clear()
    openai.on(re.escape(text), Call("update_task", {"changes": [{"number": 1, "due": call}]}), Say("✓"))
    await bot.says(text, author=person)
    assert len(openai.asked()) == 2
    assert [str(task.due) for task in await bot.tasks(person)] == [shown]


async def test_reminders_and_mornings_too(bot: Bot, openai: OpenAIServer) -> None:
    """What isn't a due date is read by the same rule."""
    person = PEOPLE["it"]
    openai.on("riunione", Call("add_task", {"tasks": [{"title": "x", "due": "friday", "remind": "mar"}]}), Say("?"))
    openai.on("mattina", Call("set_preferences", {"morning": "alle otto e mezza"}), Say("?"))
    for text in ("riunione", "mattina"):
        await bot.says(text, author=person)
        assert "Translate" in _answer(openai)["error"]
    openai.on("mattina", Call("set_preferences", {"morning": "8:30"}), Say("✓"))
    await bot.says("mattina", author=person)
    assert _answer(openai)["morning"] == "08:30"


@pytest.mark.parametrize(
    "phrase",
    [
        *(
            "mar",
            "mar 5",
            "mar 9h",
            "every mar",
            "every mo",
            "next mo",
            "in 2 mo",
            "in 3 m",
            "in 3 s",
            "3a",
            "in 3 mon",
        ),
        *("morgen um 9", "mañana", "manana", "next vendredi", "jeden dienstag", "明日9時", "next 金曜日", "5 de mayo"),
        *("demain 14h", "domani", "amanhã", "in 3 tagen", "９時"),
    ],
)
async def test_a_phrase_that_may_not_be_english_is_never_half_read(bot: Bot, openai: OpenAIServer, phrase: str) -> None:
    """The model is told to translate and nothing is changed; with the English words the same turn goes on."""
    person = PEOPLE["es"]
    openai.on("first", Call("add_task", {"tasks": [{"title": "Dentist", "due": "friday 2:30pm"}]}), Say("✓"))
    await bot.says("first", author=person)
    openai.on(
        "cambiar",
        Call("update_task", {"changes": [{"number": 1, "due": phrase}]}),
        Call("add_task", {"tasks": [{"title": "x", "recurrence": phrase}]}),
        Call("update_task", {"changes": [{"number": 1, "due": "tuesday"}]}),
        Say("✓"),
    )
    openai.requests.clear()
    answer = await bot.says("cambiar", author=person)
    refused = [asked.body["input"][0]["output"] for asked in openai.asked()[1:3]]
    assert all("Translate it into English words" in output for output in refused), refused
    assert [receipt.action for receipt in answer.receipts] == ["updated"]
    assert [str(task.due) for task in await bot.tasks(person)] == ["2026-11-24T14:30"]


@pytest.mark.parametrize(
    "phrase", ["in 30m", "2026-12-01", "2026-12-01T09:00+01:00", "every march 5", "FREQ=WEEKLY;BYDAY=MO", "monday noon"]
)
async def test_english_is_read_as_ever(bot: Bot, openai: OpenAIServer, phrase: str) -> None:
    """Where English is spoken short units are English; a rule may name its days by two letters."""
    field = "recurrence" if "every" in phrase or "FREQ" in phrase else "due"
    openai.on("add", Call("add_task", {"tasks": [{"title": "x", field: phrase}]}), Say("✓"))
    assert len((await bot.says("add")).receipts) == 1


async def test_the_wrong_word_among_many_tasks_changes_none(bot: Bot, openai: OpenAIServer) -> None:
    """All or nothing: a list with one date that can't be read adds no task."""
    tasks: list[dict[str, Any]] = [{"title": "a", "due": "friday"}, {"title": "b", "due": "mar"}]
    openai.on("dos", Call("add_task", {"tasks": tasks}), Say("?"))
    await bot.says("dos", author=PEOPLE["es"])
    assert await bot.titles(PEOPLE["es"]) == []


async def test_without_a_model_the_persons_own_words_are_read(offline_bot: Bot) -> None:
    """The grammar is English and knows its own abbreviations: nobody is there who could translate."""
    await offline_bot.says("add pay rent mar 5")
    await offline_bot.says("add dentist tomorrow 2pm")
    await offline_bot.says("move 2 to mar 6")
    assert [str(task.due) for task in await offline_bot.tasks()] == ["2027-03-05", "2027-03-06T14:00"]


def _answer(openai: OpenAIServer) -> dict[str, Any]:
    """What the tool told the model last."""
    output = json.loads(openai.asked()[-1].body["input"][0]["output"])
    assert isinstance(output, dict)
    return output

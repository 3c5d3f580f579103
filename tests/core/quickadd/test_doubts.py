"""What may say when and was read only in part is not taken: all words stay in the title, and a doubt tells of them."""

from __future__ import annotations

import pytest

from core.quickadd import QuickAddError, resolve_due
from tests.core.quickadd.reading import due, read

HALVES = [
    ("100 months now", "100 months now"),
    ("5 hours before next noon", "next noon"),
    ("finish the first tomorrow", "the first tomorrow"),
    ("call the closest tomorrow", "closest tomorrow"),
    ("Call Ana tomorrow or friday", "tomorrow or friday"),
    ("Call Ana june 10 - 31, 2027", "june 10 - 31"),
    ("Call Ana 12:0 A.M.", "12:0 A.M."),
    ("meet at noon midnight", "at noon midnight"),
    ("7 tomorrow", "7 tomorrow"),
    ("Call Ana at 5pm at 6pm", "at 5pm at 6pm"),
    ("Call Ana friday 5pm saturday 6pm", "friday 5pm saturday 6pm"),
    ("4 fridays before now", "4 fridays before now"),
    ("dentiste vendredi à 15h", "vendredi à 15h"),
    ("mercredi dentiste 15h", "mercredi dentiste 15h"),
    ("Réunion le 3 mars à 15h", "3 mars à 15h"),
    ("le 2/3 à 5h", "3 à 5h"),
    ("Zahnarzt Montag 15:00", "Montag 15:00"),
    ("Zahnarzt am 3. März um 15:00", "3. März um 15:00"),
    ("Zahnarzt am 10. Mai 15:00", "10. Mai 15:00"),
    ("Besprechung Do 15:00", "Do 15:00"),
    ("um 10.10", "um 10.10"),
    ("Cita el viernes a las 17:00", "viernes a las 17:00"),
    ("Llamar a Ana mañana 17:00", "mañana 17:00"),
    ("Reunião amanhã 10h", "amanhã 10h"),
    ("Reunião segunda-feira 10h", "segunda-feira 10h"),
    ("Dentista lunedì alle 15:00", "lunedì alle 15:00"),
    ("Chiamare Ana domani 17:00", "domani 17:00"),
    ("jeden Montag 9:00", "Montag 9:00"),
    ("Feed the cat twice daily", "twice daily"),
    ("Feed the cat three times daily", "times daily"),
    ("Pay every jan 14, apr 14, jun 15", "apr 14, jun 15"),
    ("Swim every friday from monday dec 5", "every friday"),
    ("Swim every day except whenever", "every day except"),
    ("Swim daily except every other friday", "daily except"),
    ("Swim every third monday and wednesday", "every third monday and wednesday"),
    ("Call Ana next next monday", "next next monday"),
    ("Swim every hour except in december 2026", "every hour except in december 2026"),
]

WHOLE = [
    ("Study 2 hours tomorrow", "Study 2 hours"),
    ("Read 20 minutes every day", "Read 20 minutes"),
    ("Meeting tomorrow 3pm 2 hours", "Meeting 2 hours"),
    ("Plan my week on sunday", "Plan my week"),
    ("Send meeting minutes tomorrow", "Send meeting minutes"),
    ("Prepare slides for Monday by tomorrow", "Prepare slides for Monday"),
    ("Finish chapter two tomorrow", "Finish chapter two"),
    ("Apollo 13 tonight", "Apollo 13"),
    ("Order iPhone 15 tomorrow", "Order iPhone 15"),
    ("Buy 2 tomorrow", "Buy 2"),
    ("Two at 10", "Two"),
    ("Book table for 2 on friday at 8", "Book table for 2"),
    ("tomorrow 12 eggs", "12 eggs"),
    ("Movie night friday", "Movie night"),
    ("Call Julio tomorrow", "Call Julio"),
    ("Land on Mars tomorrow", "Land on Mars"),
    ("Plan trip to Las Vegas friday", "Plan trip to Las Vegas"),
    ("Call Ana tomorrow first", "Call Ana first"),
    ("What to do tomorrow", "What to do"),
    ('Hang "Viernes" poster tomorrow', 'Hang "Viernes" poster'),
    ('Read "hoy" tomorrow', 'Read "hoy"'),
    ("See https://a.b/hoy-lunes tomorrow", "See https://a.b/hoy-lunes"),
]


@pytest.mark.parametrize(("text", "words"), HALVES, ids=lambda value: value)
def test_what_is_half_read_stays_whole(text: str, words: str) -> None:
    """A word of time beside what was read, in any of six languages, may change it: nothing is read, all is kept."""
    draft = read(text)
    assert (draft.title, draft.due, draft.recurrence) == (text, None, None)
    assert draft.doubt is not None
    assert draft.doubt.words == words


@pytest.mark.parametrize(("text", "title"), WHOLE, ids=lambda value: value)
def test_lengths_names_and_amounts_beside_a_date_are_the_titles(text: str, title: str) -> None:
    """How long it takes, what is numbered and who is meant say nothing of when."""
    draft = read(text)
    assert (draft.title, draft.doubt) == (title, None)
    assert draft.due is not None


def test_a_doubt_tells_what_may_be_meant() -> None:
    """The due that was read and not taken, once."""
    doubt = read("dentiste vendredi à 15h").doubt
    assert doubt is not None
    assert [str(meaning) for meaning in doubt.meanings] == ["2026-11-23T15:00"]
    assert doubt.contradiction is None


def test_of_two_dates_side_by_side_either_may_be_meant() -> None:
    """Only one can be taken, so neither is; one that something else has stands in the title."""
    doubt = read("Call Ana friday 5pm saturday 6pm").doubt
    assert doubt is not None
    assert [str(meaning) for meaning in doubt.meanings] == ["2026-11-27T17:00", "2026-11-28T18:00"]
    assert read("Prepare slides for Monday by tomorrow").doubt is None


@pytest.mark.parametrize(
    ("text", "title", "meanings", "contradiction"),
    [
        (
            "Call Ana monday dec 5",
            "Call Ana monday dec 5",
            ["2026-12-05", "2026-12-07"],
            "5 December 2026 is a Saturday, not a Monday",
        ),
        (
            "Call Ana monday dec 5 at 9am #family",
            "Call Ana monday dec 5 at 9am",
            ["2026-12-05T09:00", "2026-12-07T09:00"],
            "5 December 2026 is a Saturday, not a Monday",
        ),
        (
            "Call Ana tomorrow, friday",
            "Call Ana tomorrow, friday",
            ["2026-11-24", "2026-11-27"],
            "24 November 2026 is a Tuesday, not a Friday",
        ),
        (
            "Call Ana friday 2026-12-05",
            "Call Ana friday 2026-12-05",
            ["2026-12-04", "2026-12-05"],
            "5 December 2026 is a Saturday, not a Friday",
        ),
    ],
)
def test_a_weekday_that_contradicts_its_date_is_asked_about(
    text: str, title: str, meanings: list[str], contradiction: str
) -> None:
    """Neither is taken; the date and the weekday nearest to it may be meant."""
    draft = read(text)
    assert (draft.title, draft.due) == (title, None)
    assert draft.doubt is not None
    assert [str(meaning) for meaning in draft.doubt.meanings] == meanings
    assert draft.doubt.contradiction == contradiction


def test_a_contradiction_in_a_whole_phrase_is_said() -> None:
    """`move 6 to monday dec 5` says what is wrong and what to choose from."""
    with pytest.raises(
        QuickAddError, match=r"is a Saturday, not a Monday\. Say which you mean: Saturday 5 December or"
    ):
        resolve_due("monday dec 5", now=read("x tomorrow").due.at)  # type: ignore[union-attr]


def test_a_weekday_decides_the_year_of_its_date() -> None:
    """16 July is a Friday in 2027, 5 December a Sunday; one that fits no near year contradicts its date."""
    assert due("Call Ana fri, jul 16") == "2027-07-16"
    assert due("Call Ana sunday, dec 5") == "2027-12-05"
    assert due("Call Ana friday, dec 5") is None

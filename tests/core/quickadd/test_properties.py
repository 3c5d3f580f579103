"""What holds for any text at all."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.quickadd import Draft, QuickAddError, parse, resolve_due, resolve_recurrence
from core.quickadd.words import VOCABULARY
from tests.core.quickadd.reading import NOW, read

modest = settings(deadline=None, max_examples=150)
nows = st.sampled_from(
    [
        NOW,
        dt.datetime(2027, 3, 28, 1, 59, 59, tzinfo=ZoneInfo("Europe/Berlin")),
        dt.datetime(9999, 12, 31, 23, 0, tzinfo=ZoneInfo("America/New_York")),
        dt.datetime(1, 1, 1, 0, 30, tzinfo=ZoneInfo("UTC")),
    ]
)
grammar = st.sampled_from(
    [
        *sorted(VOCABULARY),
        "every",
        "each",
        "except",
        "starting",
        "times",
        "x",
        "remind",
        "me",
        "Ana",
        "p1",
        "#a",
        "//",
        "\n",
    ]
)
digits = st.sampled_from(
    ["1", "2", "5", "12", "15", "31", "99", "2027", "9999", "1/2", "5.12", "12:30", "5pm", "1st", "½"]
)
sentences = st.lists(grammar | digits | st.text(max_size=3), max_size=14).map(" ".join)
PLAIN = ("buy", "milk", "eggs", "water", "plants", "fix", "bike", "letter", "paint", "house", "photos", "doctor")
plain_words = st.sampled_from(PLAIN)


@modest
@given(text=st.text() | sentences, now=nows, locale=st.sampled_from(["en-US", "en-GB", "de", "", "x-y-z"]))
@example(text="\x00", now=NOW, locale="en-US")
@example(text="\ud800 tomorrow", now=NOW, locale="en-US")
@example(text="٣ يناير tomorrow", now=NOW, locale="ar")
@example(text="tomorrow ?", now=NOW, locale="en-US")
@example(text="yearly sixth thurs twentieth", now=NOW, locale="en-US")
@example(text="third friday monday monthly", now=NOW, locale="en-US")
@example(text="quarterly sept tenth twelfth saturday", now=NOW, locale="en-US")
def test_no_text_is_too_odd(text: str, now: dt.datetime, locale: str) -> None:
    """Parsing gives a draft, or says in a sentence what cannot be; nothing else comes out."""
    try:
        draft = parse(text, now=now, locale=locale)
    except QuickAddError as problem:
        said = str(problem)
    else:
        said = f"Priority {draft.priority or 4}."
    assert said.endswith(".")


@modest
@given(text=st.text(max_size=60) | sentences, now=nows)
def test_no_phrase_is_too_odd(text: str, now: dt.datetime) -> None:
    """Whole phrases resolve, or are said not to."""
    for resolve in (resolve_due, resolve_recurrence):
        try:
            said = str(resolve(text, now=now))
        except QuickAddError as problem:
            said = str(problem)
        assert said


@modest
@given(text=sentences)
def test_a_title_is_made_of_the_texts_own_words_in_their_order(text: str) -> None:
    """Nothing is added to a title, reordered or repeated."""
    try:
        draft: Draft = read(text)
    except QuickAddError:
        return
    letters = iter(text)
    assert all(letter in letters for letter in draft.title if not letter.isspace())


@modest
@given(
    words=st.lists(plain_words, min_size=1, max_size=8),
    when=st.sampled_from(["", "tomorrow", "on friday", "every day"]),
)
def test_words_that_say_no_date_all_stay(words: list[str], when: str) -> None:
    """A title of plain words survives whole, with a date after it or none."""
    title = " ".join(words)
    assert read(f"{title} {when}").title == title


@modest
@given(
    pieces=st.lists(plain_words | grammar.filter(lambda word: word not in ("remind", "me", "//", "\n")), max_size=12),
    said=st.sampled_from(["", "tomorrow", "at 5pm", "every friday", "mon, wed and fri 7am", "1 may to 5 may"]),
)
def test_no_plain_word_is_lost_between_dates(pieces: list[str], said: str) -> None:
    """Whatever of a date stands around them, words that say none of it are all in the title, in their order."""
    try:
        title = read(" ".join([*pieces, said])).title.split()
    except QuickAddError:
        return
    kept = [word.strip(",.") for word in title]
    assert [word for word in kept if word in PLAIN] == [word for word in pieces if word in PLAIN]


@modest
@given(text=st.lists(st.sampled_from(["\x00", "\ud800", "\udfff", "\x1b", "a", "call", " ", "tomorrow"])).map("".join))
def test_a_title_holds_nothing_that_cannot_be_stored(text: str) -> None:
    """No control character and no half of a surrogate pair comes back."""
    draft = read(f"Ana {text} #x{text} // note {text}")
    said = "".join((draft.title, draft.notes or "", *draft.tags))
    assert not any(ord(letter) < 32 or 0xD800 <= ord(letter) <= 0xDFFF for letter in said)


@modest
@given(
    quoted=st.lists(grammar.filter(lambda word: word not in ("//", "\n")) | digits, min_size=1, max_size=6).map(
        " ".join
    ),
    marks=st.sampled_from(['""', "“”", "``", "«»"]),
)
def test_what_is_quoted_stays_whole(quoted: str, marks: str) -> None:
    """Dates, tags and priorities inside quotes are the title's words."""
    text = f"Read {marks[0]}{quoted}{marks[1]}"
    draft = read(f"{text} tomorrow")
    assert (draft.title, str(draft.due), draft.tags, draft.priority) == (text, "2026-11-24", (), None)


@pytest.mark.parametrize(
    "piece", ["a", "may ", "every ", "day after ", "2 hours ", '"', "“", "' ", "#", "1/", "\n", "😀", "א "]
)
def test_a_text_of_100_000_characters_is_read(piece: str) -> None:
    """However long a text is, only its ends are read for dates, and all of it is kept."""
    text = (piece * 100_000)[:100_000]
    draft = read(text)
    kept = draft.title + (draft.notes or "")
    assert len(kept) >= min(90_000, len(text.strip()))

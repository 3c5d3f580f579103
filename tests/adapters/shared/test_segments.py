"""Text cut to what a message takes, however it streams in."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from adapters.shared.segments import Segments, split

LIMIT = 120
NEVER = re.compile(r"(?!)")
words = st.text("abc .,#*-", min_size=1, max_size=40)
lines = st.lists(words, min_size=1, max_size=8).map("\n".join)
fences = st.tuples(st.sampled_from(["```", "~~~", "````python", "``` js"]), lines).map(
    lambda told: f"{told[0]}\n{told[1]}\n{told[0][: len(told[0].rstrip(' pythonjs'))]}"
)
documents = st.lists(st.one_of(lines, fences), min_size=1, max_size=12).map("\n\n".join)


def pieces(deltas: list[str], limit: int = LIMIT) -> list[str]:
    """The messages that these deltas become."""
    segments = Segments(limit, str, NEVER)
    told = [""]
    for batch in (*(segments.take(delta) for delta in deltas), segments.end()):
        for segment in batch:
            told[-1] += segment.text
            if segment.full:
                told.append("")
    return [piece for piece in told if piece]


def chopped(text: str, cuts: list[int]) -> list[str]:
    """The text in pieces of these lengths, again and again."""
    parts, at = list[str](), 0
    while at < len(text):
        step = cuts[len(parts) % len(cuts)]
        parts.append(text[at : at + step])
        at += step
    return parts


def fence_lines(text: str) -> list[str]:
    """The lines that open or close a fence."""
    return re.findall(r"^ {0,3}(?:`{3,}|~{3,}).*$", text, re.MULTILINE)


@given(documents, st.lists(st.integers(1, 50), min_size=1, max_size=5))
def test_no_message_is_too_long_and_no_word_is_lost(text: str, cuts: list[int]) -> None:
    """However the text is chopped up; only line ends at a cut, and fences that are closed and opened again, differ."""
    told = pieces(chopped(text, cuts))
    assert all(len(piece) <= LIMIT for piece in told)
    bare = re.sub(r"^ {0,3}(?:`{3,}|~{3,}).*$|\n", "", text, flags=re.MULTILINE)
    again = re.sub(r"^ {0,3}(?:`{3,}|~{3,}).*$|\n", "", "\n".join(told), flags=re.MULTILINE)
    assert again == bare


@given(documents, st.lists(st.integers(1, 50), min_size=1, max_size=5))
def test_each_message_closes_the_fences_it_opens(text: str, cuts: list[int]) -> None:
    """A message stands alone: what is code in it stays code, what isn't doesn't become it."""
    for piece in pieces(chopped(text, cuts)):
        assert len(fence_lines(piece)) % 2 == 0, piece


@given(documents, st.lists(st.integers(1, 50), min_size=1, max_size=5))
def test_the_pieces_of_a_stream_are_sent_in_order_and_never_taken_back(text: str, cuts: list[int]) -> None:
    """What fits into one message comes through unchanged."""
    assert "".join(pieces(chopped(text, cuts), limit=100_000)) == text


def test_a_message_ends_at_a_good_place() -> None:
    """After a paragraph, else a line, else a word, else anywhere."""
    assert split("a" * 60 + "\n\n" + "b" * 90, LIMIT, str, NEVER) == ["a" * 60, "b" * 90]
    assert split("a" * 60 + "\n" + "b" * 90, LIMIT, str, NEVER) == ["a" * 60, "b" * 90]
    assert split("a" * 90 + " " + "b" * 90, LIMIT, str, NEVER) == ["a" * 90 + " ", "b" * 90]
    assert "".join(split("a" * 500, LIMIT, str, NEVER)) == "a" * 500
    assert split("", LIMIT, str, NEVER) == [""]


def test_a_fence_is_opened_again_with_its_language() -> None:
    """So that the second half is coloured like the first."""
    first, second = split("```python\n" + "\n".join(f"x{n} = {n}" for n in range(18)) + "\n```", LIMIT, str, NEVER)
    assert first.endswith("\n```")
    assert second.startswith("```python\n")


def test_what_cannot_be_judged_waits_but_not_for_ever() -> None:
    """An unfinished tail is held back until its end is there, or it has grown too long to be what it seemed."""
    segments = Segments(10_000, lambda text: text.replace("<!here>", "here"), re.compile(r"<[^>\n]*\Z"))
    assert [segment.text for segment in segments.take("Hi <!he")] == ["Hi "]
    assert [segment.text for segment in segments.take("re> you")] == ["here you"]
    assert sum(len(segment.text) for segment in segments.take("<" + "x" * 500)) > 200


@given(documents, st.lists(st.integers(1, 60), min_size=1, max_size=4))
def test_beyond_so_many_messages_the_rest_is_kept(text: str, cuts: list[int]) -> None:
    """Nothing is lost: what isn't said is the rest, and there is a rest only where all messages are full."""
    whole = pieces(chopped(text, cuts))
    segments = Segments(LIMIT, str, NEVER, most=2)
    told = [one for delta in chopped(text, cuts) for one in segments.take(delta)] + segments.end()
    said = "".join(one.text for one in told)
    assert sum(one.full for one in told) == min(2, len(whole) - 1)
    assert said == "".join(whole[:2])
    assert bool(segments.rest.strip()) == any(piece.strip() for piece in whole[2:])

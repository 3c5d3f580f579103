"""What a model or a person wrote can't notify anybody, load anything, or steer what is around it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.render.markdown import LIMIT, clean, escape, segmented, split

NASTY = [
    "<!channel>", "<!here>", "<!everyone|all>", "<!subteam^S1|@team>", "@channel", "@Here", "@everyone", "<@U123>",
    "<@W1|ana>", "<#C1|general>", "![cat](https://evil.example/c.png)", "![](https://evil.example/c.png)",
    "<img src='https://evil.example/x'>", "<IMG SRC=https://evil.example/x width=1>", "\u202eabc", "\u2066x\u2069",
    "a\u200bb", "\x00\x07", "![a", "](b)", "<!", "chan", "nel>", "<@", "@chan", " ", "\n", "word", "`", "```", "<",
    ">", "!",
]  # fmt: skip
texts = st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=5)), max_size=30).map("".join)
_REACHES = re.compile(r"<!|<@|<#|@(?:channel|here|everyone)\b|!\[|<img\b[^<>]*>", re.IGNORECASE)
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\u200b\u202a-\u202e\u2066-\u2069]")


def harmful(text: str) -> bool:
    """Whether Slack would notify somebody, load a picture, or turn the text around."""
    complete = re.search(
        r"<[!@#][^<>\n]{0,160}>|@(?:channel|here|everyone)\b|!\[|<img\b[^<>]{0,400}>", text, re.IGNORECASE
    )
    return bool(complete or _UNSEEN.search(text))


@given(texts)
def test_clean_text_reaches_nobody(text: str) -> None:
    """Whatever it is made of; and cleaning it again changes nothing."""
    told = clean(text)
    assert not harmful(told), told
    assert clean(told) == told


@given(texts, st.lists(st.integers(1, 9), min_size=1, max_size=4))
def test_text_that_comes_in_pieces_is_as_clean(text: str, cuts: list[int]) -> None:
    """A mention that is cut in two is still a mention."""
    segments = segmented()
    told, at, turn = "", 0, 0
    while at < len(text):
        step = cuts[turn % len(cuts)]
        told += "".join(segment.text for segment in segments.take(text[at : at + step]))
        at, turn = at + step, turn + 1
    told += "".join(segment.text for segment in segments.end())
    assert not harmful(told), told


@given(texts)
def test_escaped_text_is_only_text(text: str) -> None:
    """In a field of marked-up text, nothing that a person wrote is markup of Slack's."""
    told = escape(text)
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", told)
    assert not re.search(r"@(?:channel|here|everyone)\b", told, re.IGNORECASE)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[docs](https://a.example/x_y)", "[docs](https://a.example/x_y)"),
        ("![cat](https://a.example/c.png)", "[cat](https://a.example/c.png)"),
        ("![](https://a.example/c.png)", "https://a.example/c.png"),
        ("write to ana@here.example", "write to ana@\u2060here.example"),
        ("**bold** _it_ `code` | a | b |", "**bold** _it_ `code` | a | b |"),
        ("a < b > c & d", "a < b > c & d"),
        ("family 👩‍👩‍👧 é", "family 👩‍👩‍👧 é"),
    ],
)
def test_ordinary_text_stays_as_it_is(written: str, shown: str) -> None:
    """Links, code, tables and emoji come through; a picture becomes a link to it."""
    assert clean(written) == shown


def test_long_text_fits_into_messages() -> None:
    """Twelve thousand characters each, as Slack takes them."""
    text = "\n\n".join(f"Paragraph {number} " + "word " * 80 for number in range(100))
    told = split(text)
    assert all(len(piece) <= LIMIT for piece in told)
    assert all(f"Paragraph {number} " in "".join(told) for number in range(100))

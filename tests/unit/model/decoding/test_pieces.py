from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from lamplighter.model.decoding.pieces import Pieces


def split(raw: bytes, sizes: list[int]) -> list[bytes]:
    rows, at = [], 0
    for size in sizes:
        rows.append(raw[at : at + size])
        at += size
    return [*rows, raw[at:]]


@given(
    text=st.text("aab\u00e9\U0001f600", max_size=20),
    sizes=st.lists(st.integers(1, 4), max_size=20),
    stop=st.lists(st.text("aab\u00e9\U0001f600", max_size=4), max_size=3),
)
@example(text="xabab!", sizes=[1, 1, 1, 1, 1], stop=["aba!", "abab!"])
@example(text="aab", sizes=[1, 1, 1], stop=["ab"])
def test_pieces_are_the_text_before_the_first_stop_string(
    text: str, sizes: list[int], stop: list[str]
) -> None:
    pieces = Pieces(stop)
    shown = ""
    # The text that a naive search finds as soon as it is there.
    expected, so_far = None, b""
    for raw in split(text.encode(), sizes):
        so_far += raw
        shown += pieces.add(raw)
        read = so_far.decode(errors="ignore")
        found = [at for at in (read.find(each) for each in stop if each) if at >= 0]
        if found:
            expected = read[: min(found)]
            break
        assert not pieces.stopped
    assert pieces.stopped == (expected is not None)
    if expected is None:
        expected = text
    assert expected.startswith(shown)
    shown += pieces.finish()
    assert shown == pieces.text == expected


@given(st.binary(max_size=12), st.lists(st.integers(1, 3), max_size=12))
def test_bytes_that_are_no_text_are_replaced_as_a_whole_text_would_be(
    raw: bytes, sizes: list[int]
) -> None:
    pieces = Pieces()
    shown = "".join(pieces.add(row) for row in split(raw, sizes)) + pieces.finish()
    assert shown == raw.decode(errors="replace")


def test_a_stop_string_is_held_back_until_it_is_none() -> None:
    pieces = Pieces(["\n\n", "END"])
    assert [pieces.add(raw) for raw in (b"a\n", b"b E", b"N", b"d", b"EN")] == [
        "a",
        "\nb ",
        "",
        "ENd",
        "",
    ]
    assert pieces.finish() == "EN"

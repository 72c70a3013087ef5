"""JSON is what the standard library would write and read, whoever does it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachbot.flow.answers import Key
from coachbot.plain_json import decode, encode

SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(st.characters())
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner)
)


def as_told(data: Any) -> bytes:
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return written.encode(errors="surrogatepass")


@given(ANYTHING)
def test_what_is_written_is_what_the_standard_library_writes(data: Any) -> None:
    assert encode(data, "surrogatepass") == as_told(data)
    assert decode(as_told(data), "surrogatepass") == data


def test_half_a_letter_is_refused_or_kept_as_one_wishes() -> None:
    half = "Gru\ud83d"
    with pytest.raises(UnicodeEncodeError):
        encode([half])
    assert decode(encode([half], "surrogatepass"), "surrogatepass") == [half]
    assert decode(b'["Gru\\ud83d"]') == [half]
    with pytest.raises(ValueError, match="utf-8"):
        decode(encode([half], "surrogatepass"))


def test_a_number_beyond_64_bits_is_written_but_is_nobodys_id_when_read() -> None:
    assert encode([2**70]) == as_told([2**70])
    assert isinstance(decode(b"18446744073709551616"), float)


def test_a_named_tuple_is_a_list_and_nothing_else_becomes_one() -> None:
    assert encode({"key": Key("relation.word", "a")}) == b'{"key":["relation.word","a"]}'
    with pytest.raises(TypeError):
        encode({1, 2})


@pytest.mark.parametrize("broken", [b"", b"{", b"[1,]", b"\xff"])
def test_what_is_no_json_is_a_value_error(broken: bytes) -> None:
    with pytest.raises(ValueError, match=r"utf-8|char"):
        decode(broken)

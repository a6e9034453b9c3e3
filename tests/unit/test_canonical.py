"""The encoder equals RFC 8785 on everything that it accepts, and refuses the rest."""

from __future__ import annotations

import json
import re
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import example, given

from ranger_app.domain.canonical import DEEPEST, LARGEST_INTEGER, NotCanonicalError, decode, encode

SHORT_ESCAPES = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
"""RFC 8785, 3.2.2.2: these have a form of two signs; other signs below U+0020 are written as four lower-case digits."""


def rfc_8785(value: Any) -> str:
    """The canonical form as sections 3.2.2 and 3.2.3 describe it, for what has no fractions."""
    match value:
        case None:
            return "null"
        case True:
            return "true"
        case False:
            return "false"
        case int():
            return str(value)
        case str():
            return '"' + "".join(SHORT_ESCAPES.get(sign) or _sign(sign) for sign in value) + '"'
        case list():
            return "[" + ",".join(rfc_8785(inner) for inner in value) + "]"
        case dict():
            members = sorted(value.items(), key=lambda member: member[0].encode("utf-16-be"))
            return "{" + ",".join(f"{rfc_8785(name)}:{rfc_8785(inner)}" for name, inner in members) + "}"
    raise TypeError(type(value))


def _sign(sign: str) -> str:
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x20 else sign


keys = st.from_regex(r"[a-z0-9_./~-]{1,8}", fullmatch=True)
integers = st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
texts = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    ["\0\x1f\x7f\u2028", "ирбис 🐆", '\u20ac$\x0f\nA\'B"\\\\"/']
)
plain = st.none() | st.booleans() | integers | texts
values = st.recursive(plain, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4))


@given(values)
@example({"a": [], "b": {}})
def test_what_is_accepted_is_written_as_rfc_8785_says(value: Any) -> None:
    written = encode(value)

    assert written == rfc_8785(value).encode()
    assert decode(written) == value


def test_the_rfcs_own_example_of_text_is_written_as_printed_there() -> None:
    """RFC 8785, 3.2.2 and 3.2.4: the string member of the sample, and its bytes."""
    text = "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"\u002f"

    assert encode({"string": text}).decode() == '{"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    assert encode(text)[:9] == bytes.fromhex("22 e2 82 ac 24 5c 75 30 30")


def test_the_rfcs_literals_are_written_as_printed_there() -> None:
    assert encode({"literals": [None, True, False]}) == b'{"literals":[null,true,false]}'


@pytest.mark.parametrize("key", ["\u20ac", "\r", "\ufb33", "1 ", "\U0001f600", "\u0080", "\u00f6", "A", ""])
def test_keys_whose_order_could_be_taken_two_ways_are_refused(key: str) -> None:
    """RFC 8785, 3.2.3: the members of its sorting example, among others."""
    with pytest.raises(NotCanonicalError):
        encode({key: 1})
    with pytest.raises(NotCanonicalError):
        decode(json.dumps({key: 1}).encode())


@pytest.mark.parametrize(
    "value",
    [
        0.0, 1e30, float("nan"), float("inf"), -0.0, LARGEST_INTEGER + 1, -LARGEST_INTEGER - 1, "\ud800", "a\udfff",
        b"bytes", {1: 2}, {None: 1}, {"a": 1.5}, [object()], {"a": {"b": ["\udead"]}}, {1, 2},
    ],
)  # fmt: skip
def test_what_two_programs_could_write_differently_is_refused(value: Any) -> None:
    with pytest.raises(NotCanonicalError):
        encode(value)


@pytest.mark.parametrize("leaf", [1, "a", "é", None, [], {}], ids=repr)
@pytest.mark.parametrize("nest", [lambda inner: [inner], lambda inner: {"a": inner}], ids=["lists", "objects"])
def test_what_nests_too_deeply_is_refused_both_ways(nest: Any, leaf: Any) -> None:
    value = leaf
    for _ in range(DEEPEST):
        value = nest(value)

    assert decode(encode(value)) == value
    with pytest.raises(NotCanonicalError):
        encode(nest(value))
    with pytest.raises(NotCanonicalError):
        decode(json.dumps(nest(value)).encode())


def test_brackets_inside_texts_are_not_taken_for_nesting() -> None:
    value = {"a": "[" * 50, "b": "}{" * 50}

    assert decode(encode(value)) == value


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}', b'{"a":{"b":1,"b":2}}', b"NaN", b"[Infinity]", b"-Infinity", b"1.0", b"1e2", b"[1.5]", b"",
        b"{", b"nothing", b"\xff", b'"\xed\xa0\x80"', b'"\\ud800"', b'["\\uDEAD"]', b"9007199254740992",
        b"[" * 300 + b"]" * 300, b'{"a":' * 300 + b"1" + b"}" * 300, b'{"a":18446744073709551616}', b'{"a":-1.5}',
        b"\xef\xbb\xbf1", b"9" * 5000, b"[" * 100_000, b'{"a":' * 50_000, b"1 2", b'{"A":1}', b"'a'",
    ],
)  # fmt: skip
def test_what_is_not_canonical_json_is_not_read(data: bytes) -> None:
    with pytest.raises(NotCanonicalError):
        decode(data)


@given(
    st.recursive(
        plain | st.floats() | st.just("\ud800"), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_whatever_can_be_read_can_be_written_again(value: Any) -> None:
    try:
        read = decode(json.dumps(value).encode())
    except NotCanonicalError:
        with pytest.raises(NotCanonicalError):
            encode(value)
    else:
        assert encode(read) == rfc_8785(read).encode()


@given(st.recursive(plain | st.floats(), lambda inner: st.lists(inner) | st.dictionaries(keys, inner)))
@example(-0.0)
@example({"a": 2**70})
def test_what_is_written_as_we_write_is_read_as_what_is_not(value: Any) -> None:
    """Payloads in our own spelling are read by another parser; it is to say and refuse the same."""
    spaced = json.dumps(value, sort_keys=True, ensure_ascii=False, indent=1).encode()
    compact = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()

    assert _said(compact) == _said(spaced)


def _said(data: bytes) -> Any:
    try:
        return decode(data)
    except NotCanonicalError:
        return NotCanonicalError


def test_a_key_that_is_more_than_a_text_is_refused() -> None:
    class Name(str):
        __slots__ = ()

    with pytest.raises(NotCanonicalError):
        encode({Name("a"): 1})


def test_a_text_is_not_normalised() -> None:
    decomposed, composed = "\u0438\u0306", "\u0439"

    assert encode(decomposed) != encode(composed)
    assert not re.search(rb"\\u", encode(decomposed))

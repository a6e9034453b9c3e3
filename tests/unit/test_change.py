"""A change byte by byte: the layouts of the journal's specification, built here once more by hand."""

from __future__ import annotations

import hashlib
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from ranger_app.domain.change import (
    HEADER_BYTES,
    LARGEST_PAYLOAD,
    MOST_OPS,
    NO_CHANGE,
    Act,
    Change,
    Header,
    NotAnActError,
    decode_act,
    device_id,
    encode_act,
    head_message,
    header_bytes,
    is_ref,
    log_id,
    refs_lost,
    refs_needed,
)

LOG, PREVIOUS, SALT = bytes(range(16)), bytes(range(32, 64)), bytes(range(100, 116))
PAYLOAD = b'{"at":1,"by":"o","ops":[{"act":"create"}]}'


def made(**other: Any) -> Change:
    parts: dict[str, Any] = {"log": LOG, "seq": 7, "previous": PREVIOUS, "salt": SALT, "payload": PAYLOAD}
    return Change.make(**{**parts, **other})


def test_the_header_has_89_bytes_in_their_order_for_ever() -> None:
    digest = hashlib.sha256(b"ranger-payload-v1\0" + SALT + PAYLOAD).digest()

    assert made().header == b"\x01" + LOG + b"\0\0\0\0\0\0\0\x07" + PREVIOUS + digest
    assert len(made().header) == HEADER_BYTES == 89


def test_ids_are_hashes_with_a_tag_of_their_own() -> None:
    change = made()

    assert change.id == hashlib.sha256(b"ranger-change-v1\0" + change.header).digest()
    assert change.ref == change.id.hex()[:32]
    assert log_id(b"k" * 32) == hashlib.sha256(b"ranger-log-v1\0" + b"k" * 32).digest()[:16]
    assert device_id(b"k" * 32) == hashlib.sha256(b"ranger-device-v1\0" + b"k" * 32).digest()[:16]
    assert head_message(LOG, 7, change.id) == b"ranger-head-v1\0" + LOG + b"\0" * 7 + b"\x07" + change.id


def test_one_payload_twice_has_two_digests() -> None:
    assert made().id != made(salt=bytes(16)).id


def test_a_change_is_whole_only_with_its_own_salt_and_payload() -> None:
    change = made()

    assert change.is_whole
    assert not Change(change.header, SALT, PAYLOAD + b" ").is_whole
    assert not Change(change.header, bytes(16), PAYLOAD).is_whole
    assert not Change(change.header, SALT + PAYLOAD[:1], PAYLOAD[1:]).is_whole
    assert not Change(change.header, SALT[:-1], SALT[-1:] + PAYLOAD).is_whole


@given(st.binary(min_size=16, max_size=16), st.integers(0, 2**64 - 1), st.binary(min_size=32, max_size=32))
def test_a_header_can_be_read_back(log: bytes, seq: int, previous: bytes) -> None:
    data = header_bytes(log, seq, previous, NO_CHANGE)

    assert Header.parse(data) == Header(1, log, seq, previous, NO_CHANGE)


def test_a_header_of_a_newer_version_is_read_by_its_first_89_bytes() -> None:
    data = b"\x02" + made().header[1:] + b"what came later"
    newer = Change(data, SALT, PAYLOAD)

    assert newer.parsed.version == 2
    assert newer.parsed.seq == 7
    assert newer.id == hashlib.sha256(b"ranger-change-v1\0" + data).digest()


@pytest.mark.parametrize("data", [b"", made().header[:-1], made().header + b"x", b"\0" + made().header[1:]])
def test_other_bytes_are_no_header(data: bytes) -> None:
    with pytest.raises(ValueError, match="no header"):
        Header.parse(data)


def test_an_act_comes_back_as_it_was_with_what_newer_versions_add() -> None:
    act = Act(5, "o", "1.0", ({"act": "create", "set": {"a": ["b"]}},), "ab" * 16, {"session": "s"})

    assert decode_act(encode_act(act)) == act


@pytest.mark.parametrize("count", [0, MOST_OPS + 1])
def test_an_act_has_between_one_and_five_thousand_ops(count: int) -> None:
    with pytest.raises(NotAnActError):
        encode_act(Act(1, "o", "1", ({"act": "set"},) * count))
    assert encode_act(Act(1, "o", "1", ({"act": "set"},) * MOST_OPS))


def test_an_act_has_at_most_four_mebibytes() -> None:
    with pytest.raises(NotAnActError, match="bytes"):
        encode_act(Act(1, "o", "1", ({"act": "set", "set": {"a": "x" * LARGEST_PAYLOAD}},)))


@pytest.mark.parametrize(
    "payload",
    [
        b"", b"[]", b"{}", b'{"at":1,"by":"o","ops":{}}', b'{"at":true,"by":"o","ops":[]}', b'{"at":1,"by":2,"ops":[]}',
        b'{"at":1,"by":"o","ops":[1]}', b'{"at":1,"by":"o","ops":[{}]}', b'{"at":1,"by":"o","ops":[{"act":1}]}',
        b"\xff",
    ],
)  # fmt: skip
def test_other_payloads_are_no_act(payload: bytes) -> None:
    with pytest.raises(NotAnActError):
        decode_act(payload)


def test_what_a_change_needs_is_what_its_bases_covers_and_after_name() -> None:
    refs = [f"{number:032x}" for number in range(4)]
    ops: list[dict[str, Any]] = [
        {"act": "set", "bases": {"a": [refs[0]], "b": "nonsense"}},
        {"act": "retract", "covers": [refs[1], 7, "AB" * 16], "bases": {"~state": [refs[2]]}},
        {"act": "hand_over", "after": [refs[3]], "bases": []},
    ]

    assert sorted(refs_needed(ops)) == refs


def test_a_lost_change_is_named_by_its_ref_or_its_whole_id() -> None:
    ops = [{"act": "lost", "change": name} for name in ("ab" * 16, "cd" * 32, "no id", 7)]

    assert list(refs_lost([*ops, {"act": "set", "change": "ef" * 16}])) == ["ab" * 16, "cd" * 16]


def test_a_ref_is_32_lower_case_hex_digits() -> None:
    assert is_ref("0f" * 16)
    assert not any(is_ref(other) for other in ("0F" * 16, "0f" * 15, "0f" * 17, "0x" * 16, None, 7, b"0f" * 16))

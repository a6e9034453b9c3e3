"""A checkpoint is a text that comes back exactly, and whose root is that of its lines."""

from __future__ import annotations

import datetime as dt
import hashlib

import hypothesis.strategies as st
import pytest
from hypothesis import given

from ranger_app.domain.checkpoint import (
    Checkpoint,
    CheckpointUnreadableError,
    Leaf,
    Signature,
    key_hint,
    station_root,
)
from tests.properties.naive import merkle_root

MOMENT = dt.datetime(2025, 11, 22, 9, 30, 15, 123000, tzinfo=dt.UTC)
LEAVES = (Leaf(b"\x02" * 16, 9, b"\x22" * 32), Leaf(b"\x01" * 16, 300, b"\x11" * 32))
SIGNED = Checkpoint("5a" * 16, "station", MOMENT, LEAVES, (Signature("ab" * 16, b"hint", bytes(64)),))


def test_the_text_is_as_the_specification_shows_it() -> None:
    lines = SIGNED.text.split("\n")

    assert lines[:4] == ["ranger-checkpoint-v1", "5a" * 16, "station", "2025-11-22T09:30:15.123Z"]
    assert lines[4:6] == ["01" * 16 + " 300 " + "11" * 32, "02" * 16 + " 9 " + "22" * 32]
    assert lines[6] == merkle_root(sorted(bytes(leaf) for leaf in LEAVES)).hex()
    assert lines[7] == ""
    assert lines[8].startswith("— " + "ab" * 16 + " aGludAAA")
    assert SIGNED.text.startswith(SIGNED.body)


def test_a_leaf_is_log_size_and_root() -> None:
    assert bytes(LEAVES[0]) == b"\x02" * 16 + b"\0" * 7 + b"\x09" + b"\x22" * 32


@given(st.permutations(LEAVES))
def test_the_station_root_does_not_depend_on_the_order(leaves: list[Leaf]) -> None:
    assert station_root(leaves) == SIGNED.root


some_leaf = st.builds(
    Leaf, st.binary(min_size=16, max_size=16), st.integers(1, 2**40), st.binary(min_size=32, max_size=32)
)


@given(
    st.lists(some_leaf, max_size=5),
    st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2100, 1, 1)),
    st.sampled_from(["station", "case"]),
)  # fmt: skip
def test_a_checkpoint_comes_back_from_its_text(leaves: list[Leaf], at: dt.datetime, audience: str) -> None:
    moment = at.replace(microsecond=at.microsecond // 1000 * 1000, tzinfo=dt.UTC)
    checkpoint = Checkpoint("5a" * 16, audience, moment, tuple(sorted(leaves)))

    assert Checkpoint.parse(checkpoint.text) == checkpoint


def test_a_moment_elsewhere_is_written_in_utc() -> None:
    there = MOMENT.astimezone(dt.timezone(dt.timedelta(hours=6)))

    assert Checkpoint("5a" * 16, "station", there, LEAVES).body == Checkpoint("5a" * 16, "station", MOMENT, LEAVES).body


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (" 300 ", " 301 "), (" 300 ", " 0300 "), ("01" * 16, "03" * 16), ("station", "station\nx"), ("-v1", "-v2"),
        ("\n\n", "\n"), (".123Z", "Z"), (".123Z", ".123456Z"), ("— ", "- "), ("11" * 32, "11" * 31), (" 9 ", " 9  "),
        (" 9 ", " nine "), ("aGlud", "aGl!d"), ("2025", "2026-"),
    ],
)  # fmt: skip
def test_an_altered_text_is_no_checkpoint(old: str, new: str) -> None:
    assert old in SIGNED.text
    with pytest.raises(CheckpointUnreadableError):
        Checkpoint.parse(SIGNED.text.replace(old, new, 1))


@given(st.text())
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(CheckpointUnreadableError):
        Checkpoint.parse(text)


def test_signatures_come_back() -> None:
    assert Checkpoint.parse(SIGNED.text).signatures == SIGNED.signatures


def test_a_key_hint_belongs_to_one_device_and_one_key() -> None:
    assert key_hint("ab", b"k" * 32) == hashlib.sha256(b"ab\n\x01" + b"k" * 32).digest()[:4]

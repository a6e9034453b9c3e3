"""Fractional indexes: there is always room between two, and a new order moves as few records as possible."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranger_app.domain.ordering import position_at, position_between, positions_in_order

texts = st.one_of(st.text("0123456789", max_size=9), st.text(max_size=3))


def test_a_list_written_as_a_whole_stands_in_its_order() -> None:
    positions = [position_at(place) for place in range(12)]

    assert positions == sorted(positions)
    assert positions_in_order(positions) == positions


@given(st.lists(st.integers(0, 30), max_size=40))
def test_there_is_room_wherever_a_record_is_put(places: list[int]) -> None:
    line = [position_at(0), position_at(1)]
    for place in places:
        here = 1 + place % len(line)
        line.insert(here, position_between(line[here - 1], line[here] if here < len(line) else ""))

    assert line == sorted(line)
    assert len(set(line)) == len(line)


@pytest.mark.parametrize(("before", "after"), [("000001", "000001"), ("000002", "000001"), ("", "000000"), ("", "0")])
def test_nothing_is_put_where_there_is_no_room(before: str, after: str) -> None:
    with pytest.raises(ValueError, match="no place"):
        position_between(before, after)


@pytest.mark.parametrize("before", ["", "000000", "000007", "0000075", "999999", "9999995"])
def test_after_the_last_there_is_always_room(before: str) -> None:
    assert position_between(before, "") > before


@given(st.lists(texts, max_size=12))
def test_any_order_can_be_written(old: list[str]) -> None:
    found = positions_in_order(old)

    assert found == sorted(found)
    assert len(set(found)) == len(old)


@given(st.permutations([position_at(place) for place in range(1, 8)]), st.integers(0, 7))
def test_a_new_order_moves_only_what_must_move(order: list[str], new_at: int) -> None:
    one_moved = sorted(order)
    one_moved.insert(new_at, "")

    assert sum(a != b for a, b in zip(positions_in_order(one_moved), one_moved, strict=True)) == 1
    moved = sum(a != b for a, b in zip(positions_in_order(order), order, strict=True))
    assert moved < len(order)

"""One record as a function of the writes to it: what is shown, what is to be decided, what is hidden."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from ranger_app.domain.record_state import (
    EDITED,
    STATE,
    Conflict,
    RecordState,
    Write,
    is_conflict,
    is_set_element,
    shown_write,
)

CREATED, FIRST, SECOND, THIRD = (digit * 32 for digit in "1234")
RECORD = "a" * 32


def moment(ref: str) -> int:
    """The clock of each made-up change."""
    return int(ref[0], 16) * 100


def created(values: dict[str, Any], ref: str = CREATED) -> RecordState:
    state = RecordState(RECORD)
    state.create(ref, moment(ref), {"kind": "incident", "set": values}, "station", moment)
    return state


def write(state: RecordState, ref: str, value: Any, *bases: str, name: str = "species") -> None:
    state.write(name, ref, moment(ref), value, bases, moment)


def retract(state: RecordState, ref: str, *covers: str, bases: tuple[str, ...] = ()) -> None:
    state.change_state(ref, moment(ref), {"act": "retract", "covers": list(covers)}, bases, moment)


def reinstate(state: RecordState, ref: str, *bases: str) -> None:
    state.change_state(ref, moment(ref), {"act": "reinstate"}, bases, moment)


# Values


def test_a_new_record_stands_for_all_its_fields() -> None:
    state = created({"species": "ovis_ammon", "count": 2, "note": None})

    assert state.values == {"species": "ovis_ammon", "count": 2}
    assert state.heads_of("species") == (CREATED,)
    assert state.heads_of("note") == (CREATED,)
    assert state.heads_of("unheard_of") == ()
    assert state.heads == {"note": (CREATED,)}


def test_a_write_takes_the_place_of_what_it_names() -> None:
    state = created({"species": "ovis_ammon"})
    write(state, FIRST, "capra_sibirica", CREATED)

    assert state.values["species"] == "capra_sibirica"
    assert state.heads_of("species") == (FIRST,)
    assert state.conflicts() == ()


def test_a_cleared_field_is_absent_and_still_has_a_head() -> None:
    state = created({"species": "ovis_ammon"})
    write(state, FIRST, None, CREATED)

    assert "species" not in state.values
    assert state.heads_of("species") == (FIRST,)


def test_two_writes_that_do_not_know_each_other_are_one_difference_in_any_order() -> None:
    found = set()
    for order in permutations((FIRST, SECOND, THIRD)):
        state = created({"species": "ovis_ammon"})
        for ref in order:
            write(state, ref, f"by {ref[0]}", CREATED)
        found.add((state.conflicts(), state.values["species"], state.heads_of("species")))

    [(conflicts, shown, heads)] = found
    assert conflicts == (Conflict(RECORD, "species", (FIRST, SECOND, THIRD)),)
    assert (shown, heads) == ("by 4", (FIRST, SECOND, THIRD))


def test_an_edit_of_one_of_two_values_leaves_the_other_to_be_decided() -> None:
    state = created({"species": "ovis_ammon"})
    write(state, FIRST, "capra_sibirica", CREATED)
    write(state, SECOND, "panthera_uncia", CREATED)
    write(state, THIRD, "capra_falconeri", SECOND)

    assert state.conflicts()[0].refs == (FIRST, THIRD)


def test_a_decision_names_all_and_ends_it() -> None:
    state = created({"species": "ovis_ammon"})
    write(state, FIRST, "capra_sibirica", CREATED)
    write(state, SECOND, "panthera_uncia", CREATED)
    write(state, THIRD, "capra_sibirica", FIRST, SECOND)

    assert state.conflicts() == ()
    assert state.rivals == {}
    assert state.values["species"] == "capra_sibirica"


def test_equal_values_of_two_are_no_difference() -> None:
    state = created({"species": "ovis_ammon"})
    write(state, FIRST, "panthera_uncia", CREATED)
    write(state, SECOND, "panthera_uncia", CREATED)

    assert state.conflicts() == ()
    assert state.heads_of("species") == (FIRST, SECOND)


def test_one_and_true_are_two_values() -> None:
    state = created({"count": 0})
    write(state, FIRST, 1, CREATED, name="count")
    write(state, SECOND, True, CREATED, name="count")

    assert len(state.conflicts()) == 1


def test_two_creates_of_one_record_are_the_same_in_any_order() -> None:
    one, other = created({"species": "a", "count": 1}, FIRST), created({"species": "b", "note": "n"}, SECOND)
    one.create(SECOND, 1, {"kind": "incident", "set": {"species": "b", "note": "n"}}, "station", moment)
    other.create(FIRST, 1, {"kind": "incident", "set": {"species": "a", "count": 1}}, "station", moment)

    for name in ("species", "count", "note"):
        assert one.heads_of(name) == other.heads_of(name)
    assert (one.origin, one.heads) == (other.origin, other.heads)
    assert one.conflicts() == other.conflicts() != ()


def test_an_edit_that_came_before_the_create_is_a_rival_of_its_value() -> None:
    early = RecordState(RECORD)
    early.seen_before_create(FIRST, "incident", "station")
    write(early, FIRST, "by radio")
    early.create(CREATED, 1, {"kind": "incident", "set": {"species": "ovis_ammon"}}, "station", moment)
    late = created({"species": "ovis_ammon"})
    write(late, FIRST, "by radio")

    assert early.heads_of("species") == late.heads_of("species") == (CREATED, FIRST)
    assert early.origin == late.origin == CREATED


@pytest.mark.parametrize(
    ("name", "is_element"),
    [
        ("members/ana", True), ("species", False), ("attributes/sex", False), ("attributes/threats/road", True),
        ("rest_minutes/2025-11-22", False), ("~state/edited", True),
    ],
)  # fmt: skip
def test_elements_of_a_set_are_told_by_their_name(name: str, is_element: bool) -> None:
    assert is_set_element(name) is is_element


def test_somebody_added_and_removed_at_one_time_is_in() -> None:
    writes = [Write(FIRST, 900, None), Write(SECOND, 1, True)]

    assert shown_write("members/ana", writes, frozenset()).value is True
    assert not is_conflict("members/ana", writes)
    assert is_conflict("members/ana", [*writes, Write(THIRD, 1, 1)])


def test_of_several_values_a_sealed_one_is_shown_then_the_latest_then_the_greatest_ref() -> None:
    writes = [Write(FIRST, 5, "a"), Write(SECOND, 7, "b"), Write(THIRD, 7, "c")]

    assert shown_write("species", writes, frozenset()).value == "c"
    assert shown_write("species", writes, frozenset({FIRST})).value == "a"


def test_a_corrected_clock_is_looked_at_again() -> None:
    state = created({"species": "ovis_ammon"})
    write(state, FIRST, "a", CREATED)
    write(state, SECOND, "b", CREATED)
    state.show_again(lambda ref: -moment(ref))

    assert state.values["species"] == "a"
    assert [write.at for write in state.rivals["species"]] == [-200, -300]


# Taking back


def test_a_record_taken_back_by_somebody_who_saw_everything_is_left_out() -> None:
    state = created({"species": "ovis_ammon"})
    retract(state, FIRST, CREATED)

    assert state.is_left_out
    assert state.conflicts() == ()
    assert [conflict.field for conflict in state.conflicts([THIRD])] == [EDITED]

    reinstate(state, SECOND, FIRST)
    assert not state.is_taken_back
    assert state.covers == {}


@pytest.mark.parametrize("edit_first", [True, False])
def test_an_edit_that_was_not_seen_keeps_the_record(edit_first: bool) -> None:
    state = created({"species": "ovis_ammon"})
    if edit_first:
        write(state, SECOND, "panthera_uncia", CREATED)
    retract(state, FIRST, CREATED)
    if not edit_first:
        write(state, SECOND, "panthera_uncia", CREATED)

    assert not state.is_left_out
    assert state.conflicts() == (Conflict(RECORD, EDITED, (FIRST, SECOND)),)


def test_two_who_take_back_at_one_time_have_seen_what_either_saw() -> None:
    state = created({"species": "ovis_ammon"})
    write(state, SECOND, "panthera_uncia", CREATED)
    retract(state, FIRST, CREATED)
    retract(state, THIRD, CREATED, SECOND)

    assert state.is_left_out
    assert state.conflicts() == ()


def test_taking_back_and_bringing_back_at_one_time_is_to_be_decided() -> None:
    state = created({})
    retract(state, FIRST, CREATED)
    reinstate(state, SECOND, FIRST)
    retract(state, THIRD, CREATED, bases=(FIRST,))

    assert not state.is_taken_back
    assert [conflict.field for conflict in state.conflicts()] == [STATE]


def test_bringing_back_in_the_same_change_counts() -> None:
    state = created({})
    retract(state, FIRST, CREATED)
    reinstate(state, FIRST)

    assert not state.is_taken_back


def test_a_parent_that_is_no_id_is_none() -> None:
    for parent in ({"record": "nobody"}, {"record": 7}, "x", None):
        state = RecordState(RECORD)
        state.create(CREATED, 1, {"kind": "leg", "parent": parent}, "station", moment)
        assert state.parent == ""


def test_a_conflict_has_one_name_everywhere() -> None:
    conflict = Conflict(RECORD, "species", (FIRST, SECOND))

    assert conflict.id == Conflict(RECORD, "species", (FIRST, SECOND)).id
    assert conflict.id != Conflict(RECORD, "species", (FIRST, THIRD)).id
    assert len(conflict.id) == 32


def test_a_write_replaced_before_it_came_is_no_head_and_still_replaces() -> None:
    state = created({"species": "ovis_ammon"})
    state.superseded = frozenset({("species", FIRST)})
    write(state, SECOND, "panthera_uncia", FIRST)
    assert state.heads_of("species") == (CREATED, SECOND)

    write(state, FIRST, "capra_sibirica", CREATED)

    assert state.heads_of("species") == (SECOND,)
    assert state.values["species"] == "panthera_uncia"
    assert state.rivals == {}


@pytest.mark.parametrize("name", ["start", "end"])
def test_what_only_sums_up_other_records_is_never_decided(name: str) -> None:
    state = RecordState(RECORD)
    state.create(CREATED, moment(CREATED), {"kind": "patrol", "set": {name: "2026-03-04"}}, "station", moment)

    write(state, FIRST, "2026-03-02", CREATED, name=name)
    write(state, SECOND, "2026-03-01", CREATED, name=name)

    assert state.conflicts() == ()
    assert state.values[name] == "2026-03-01"

"""What SMART calls the legs of a patrol: ids of its own files stay, and nothing is called as another leg."""

from __future__ import annotations

from ranger_app.domain.leg_ids import leg_ids
from ranger_app.domain.records import Leg


def leg(number: int, smart_id: str = "") -> Leg:
    return Leg(id=f"{number:032x}", number=number, transport="foot", mandate="antipoaching", smart_id=smart_id)


def test_legs_made_here_are_called_by_their_numbers() -> None:
    assert list(leg_ids([leg(1), leg(2)]).values()) == ["1", "2"]


def test_a_leg_that_was_split_off_takes_no_name_of_a_file() -> None:
    assert list(leg_ids([leg(1, "1"), leg(2), leg(3, "2")]).values()) == ["1", "3", "2"]
    assert list(leg_ids([leg(1, "2"), leg(2), leg(3)]).values()) == ["2", "3", "4"]

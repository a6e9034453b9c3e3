"""What SMART calls the legs of a patrol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ranger_app.domain.records import Leg


def leg_ids(legs: Sequence[Leg]) -> Mapping[str, str]:
    """Id of each leg to what it is called: as a SMART file named it, else its number, else the next that is free."""
    taken = {leg.smart_id for leg in legs if leg.smart_id}
    found: dict[str, str] = {}
    for leg in legs:
        number = leg.number
        while not leg.smart_id and str(number) in taken:
            number += 1
        found[leg.id] = leg.smart_id or str(number)
        taken.add(found[leg.id])
    return found

"""What tests of direct JSON share: the stand-in's office as we know it, and items that wait to go there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from db.outbox import KIND, item
from db.store import Store
from db.transaction import new_id
from exporters.smart_json import (
    Receiver,
    incident_steps,
    incident_transactions,
    patrol_steps,
    patrol_transactions,
)
from ranger_app.domain.direct_file import steps_of, write_steps
from ranger_app.domain.direct_office import Employees
from ranger_app.domain.outbox import Item
from ranger_app.domain.records import Attachment, Incident, Leg, Member, Observation, Patrol
from ranger_app.domain.smart_office import Choice, Office
from ranger_app.services.outbox import own_log
from ranger_app.services.outbox_files import outbox_folder
from tests.smart_connect import Area, sample_area

STRANGER = Member(id="ee" * 16, given_name="Nobody", family_name="Knows", employee_id="R-9999")


def member_of(area: Area, number: int) -> Member:
    """One of the area's employees, as our records know them."""
    one = area.employees[number]
    return Member(
        id=f"{number:032x}", given_name=one.given_name, family_name=one.family_name, employee_id=one.employee_id
    )


def office_of_area(area: Area) -> Office:
    """The lists of the stand-in's area."""
    return Office(
        language="en",
        transports={one.id: Choice(key=one.id, labels=one.names) for one in area.transports if not one.needs_pilot},
        mandates={one.id: Choice(key=one.id, labels=one.names) for one in area.mandates},
        teams={one.id: Choice(key=one.id, labels=one.names) for one in area.teams},
        stations={one.names["en"]: Choice(key=one.names["en"], labels=one.names, uuid=one.id) for one in area.stations},
        patrol_attributes={
            one.id: Choice(key=one.id, labels=one.names, type=one.type, options=tuple(two.id for two in one.options))
            for one in area.patrol_attributes
        },
        told=frozenset({"transport", "mandate", "team", "station", "patrol_attribute"}),
    )


@cache
def the_area() -> Area:
    return sample_area()


def receiver(area: Area) -> Receiver:
    """The stand-in's area as what is sent has to know it."""
    people = [(member_of(area, number), one.uuid.hex) for number, one in enumerate(area.employees)]
    return Receiver(area=str(area.uuid), model=area.model, office=office_of_area(area), people=Employees(people))


def content(attachment: Attachment) -> bytes:
    """The bytes of a made-up file: its own id."""
    return attachment.id.encode()


def with_employees(patrol: Patrol, area: Area) -> Patrol:
    """The same patrol, led by people whom the area has; observers too, every other one."""
    legs = tuple(_led(leg, area) for leg in patrol.legs)
    waypoints = tuple(
        replace(one, observations=with_observers(one.observations, area), number=number)
        for number, one in enumerate(patrol.waypoints, 1)
    )
    return replace(patrol, legs=legs, waypoints=waypoints)


def with_observers(observations: Sequence[Observation], area: Area) -> tuple[Observation, ...]:
    return tuple(
        replace(one, observer=(member_of(area, 0) if number % 2 else STRANGER) if one.observer else None)
        for number, one in enumerate(observations)
    )


def _led(leg: Leg, area: Area) -> Leg:
    people = tuple(member_of(area, number) for number in range(len(leg.members)))
    leader = next((number for number, one in enumerate(leg.members) if one.id == leg.leader), 0)
    return replace(leg, members=people, leader=people[leader].id)


def waiting(
    store: Store,
    officer: str,
    record: Patrol | Incident,
    to: Receiver,
    *,
    load: Callable[[Attachment], bytes] = content,
) -> Item:  # fmt: skip
    """An item of the outbox with its file, as the program makes it."""
    identity = new_id()
    path = outbox_folder(store.folder) / f"{identity}.json"
    write(path, record, to, load=load)
    store.ensure_log(officer, "station")
    fields = {
        "place": "office", "server": "http://127.0.0.1/server", "area": to.area, "how": "direct",
        "record_kind": "patrol" if isinstance(record, Patrol) else "incident", "record": new_id(),
        "number": record.number, "name": f"{record.number}.json", "type": "DATA",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "size": path.stat().st_size, "version": "8",
        "covers": "", "origin": own_log(store),
    }  # fmt: skip
    with store.act(officer=officer) as change:
        change.create(KIND, fields, record=identity)
    found = item(store.reader, identity)
    assert found is not None
    return found


def write(
    path: Path, record: Patrol | Incident, to: Receiver, *, load: Callable[[Attachment], bytes] = content
) -> None:
    """The file of a record."""
    with path.open("wb") as stream:
        if isinstance(record, Patrol):
            write_steps(stream, patrol_steps(record, to), patrol_transactions(record, to, load))
        else:
            told = incident_transactions(record, record.observations, to, load)
            write_steps(stream, incident_steps(record, to), told)


def transactions_in(path: Path) -> Iterator[list[dict[str, Any]]]:
    """The features of each transaction, read at the places that the file itself tells."""
    whole = path.read_bytes()
    for step in steps_of(path):
        yield json.loads(whole[step.start : step.stop])["features"]

"""What an officer said of patrols last on this laptop: proposed for the next one, and assumed until somebody confirms.

It stands among the settings of the device, not in the journal: losing it loses no record.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ranger_app.settings import DeviceSettings

if TYPE_CHECKING:
    from db.reader import Reader
    from ranger_app.domain.records import Leg, Patrol

OF_PATROL = ("team", "station", "objective", "armed")
"""What is proposed for a patrol as a whole."""

OF_LEG = ("transport", "mandate", "leader", "members")
"""What is proposed for its leg."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatrolDefaults:
    """What was said last, field by field; empty where nothing was.

    Attributes:
        leader, members: Ids of people.
        armed: ``None`` where nobody said it.
    """

    transport: str = ""
    mandate: str = ""
    leader: str = ""
    members: tuple[str, ...] = ()
    team: str = ""
    station: str = ""
    objective: str = ""
    armed: bool | None = None


NO_DEFAULTS = PatrolDefaults()


def patrol_defaults(home: Path, station_id: str, officer: str, reader: Reader) -> PatrolDefaults:
    """What *officer* said last at this station; of people those who are still here."""
    from db.officers import members

    try:
        told = json.loads(DeviceSettings(home).get(_name(station_id, officer)) or "{}")
    except ValueError:
        told = {}
    told = told if isinstance(told, dict) else {}
    people = members(reader) if told else {}
    texts = {one.name: told[one.name] for one in fields(PatrolDefaults) if isinstance(told.get(one.name), str)}
    named = told.get("members")
    walked = tuple(one for one in named if one in people) if isinstance(named, list) else ()
    found = PatrolDefaults(**{name: value for name, value in texts.items() if name not in ("armed", "members")})
    leader = found.leader if found.leader in people else ""
    return replace(
        found, leader=leader, members=walked, armed=told["armed"] if told.get("armed") in (True, False) else None
    )


def remember_defaults(
    home: Path, station_id: str, officer: str, reader: Reader, said: Collection[str], patrol: Patrol, leg: Leg | None
) -> None:
    """Remember what was just said.

    Args:
        said: Names of :data:`OF_PATROL` and :data:`OF_LEG` that a person said in this act.
        patrol, leg: As they are stored now; the leg is the last of which something was said.
    """
    known = patrol_defaults(home, station_id, officer, reader)
    told: dict[str, Any] = {
        name: value for name in OF_PATROL if name in said and (value := _of(patrol, name)) is not None
    }
    if leg is not None:
        people = {"leader": leg.leader, "members": tuple(one.id for one in leg.members)}
        values = {"transport": leg.transport, "mandate": leg.mandate, **people}
        told |= {name: values[name] for name in OF_LEG if name in said and name not in leg.assumed and values[name]}
    now = replace(known, **told)
    if now != known:
        DeviceSettings(home).put(_name(station_id, officer), json.dumps(asdict(now), ensure_ascii=False))


def remember_said(
    home: Path, station_id: str, officer: str, reader: Reader, record: str, document: Mapping[str, Any]
) -> None:
    """Remember what *document* just said of the patrol *record*."""
    from db.patrols import patrol

    legs: Sequence[Mapping[str, Any]] = [one for one in document.get("legs") or () if set(one) & set(OF_LEG)]
    said = {
        name for name in OF_PATROL if document.get(name) is not None and name not in (document.get("assumed") or ())
    }
    for one in legs:
        said |= {name for name in OF_LEG if one.get(name) and name not in (one.get("assumed") or ())}
    if not said:
        return
    found = patrol(reader, record)
    named = {one.get("id") for one in legs}
    touched = [leg for leg in found.legs if leg.id in named or (None in named and leg is found.legs[-1])]
    remember_defaults(home, station_id, officer, reader, said, found, touched[-1] if touched else None)


def remember_import(
    home: Path, station_id: str, officer: str, reader: Reader, patrols: Sequence[str], said: Mapping[str, str]
) -> None:
    """Remember what was said of all files of an import, of which the last patrol was made last."""
    from db.patrols import patrol

    names = {name for name, value in said.items() if value}
    found = patrol(reader, patrols[-1]) if patrols and names else None
    if found is not None and found.legs:
        remember_defaults(home, station_id, officer, reader, names, found, found.legs[-1])


def _of(patrol: Patrol, name: str) -> object:
    value = patrol.is_armed if name == "armed" else getattr(patrol, name)
    return None if name in patrol.assumed or value == "" else value


def _name(station_id: str, officer: str) -> str:
    return f"patrol/{station_id}/{officer}"

"""What SMART's patrol and incident files say, as they say it: local wall-clock times, labels, people by their names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from ranger_app.domain.wkb import Points
from ranger_app.problem import Problem

Told: TypeAlias = str | bool | Decimal | tuple[str, ...]
"""What the elements of one attribute hold: a tuple is several item keys in the order of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmartLabel:
    """An entry of one of the office's lists: what it is called in a language, and its key where the file says it."""

    language: str
    text: str
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmartPerson:
    """A member of a leg, or an observer."""

    given_name: str
    family_name: str
    employee_id: str
    is_pilot: bool = False
    is_leader: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SmartFileName:
    """An attachment, by its name in the package."""

    name: str
    signature_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmartValue:
    """One attribute.

    Attributes:
        element: ``sValue``, ``dValue``, ``itemKey``, ``bValue``, ``geomValue``, or of a custom patrol attribute
            ``stringValue``; a number is always ``dValue``.
    """

    key: str
    element: str
    value: Told


@dataclass(frozen=True, slots=True, kw_only=True)
class SmartObservation:
    """One observation.

    Attributes:
        group: Number of its group at this place, from 0.
    """

    category: str
    values: tuple[SmartValue, ...] = ()
    files: tuple[SmartFileName, ...] = ()
    observer: SmartPerson | None = None
    group: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SmartPlace:
    """A waypoint of a patrol, or an incident; numbers are finite and stand as the file writes them.

    Attributes:
        at: Local wall clock.
        kind: Of an incident, SMART's own word for it.
    """

    smart_id: str
    longitude: str
    latitude: str
    at: dt.datetime
    direction: str = ""
    distance: str = ""
    comment: str = ""
    files: tuple[SmartFileName, ...] = ()
    observations: tuple[SmartObservation, ...] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SmartTrack:
    """The track of a leg day.

    Attributes:
        parts: Longitude, latitude and local milliseconds; the last may be NaN.
        is_line: Whether it stood there as one line.
        distance_km: As the file writes it; empty when it does not.
    """

    parts: tuple[Points, ...]
    is_line: bool
    distance_km: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SmartDay:
    """A local date of a leg."""

    date: dt.date
    start: dt.time
    end: dt.time
    rest_minutes: int = 0
    waypoints: tuple[SmartPlace, ...] = ()
    track: SmartTrack | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SmartLeg:
    """A leg; its days stand in the order of the file."""

    smart_id: str
    starts_on: dt.date | None
    ends_on: dt.date | None
    transport: SmartLabel | None = None
    mandate: SmartLabel | None = None
    members: tuple[SmartPerson, ...] = ()
    days: tuple[SmartDay, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SmartPatrol:
    """A whole patrol file."""

    number: str
    patrol_type: str
    starts_on: dt.date | None
    ends_on: dt.date | None
    is_armed: bool
    objective: str = ""
    comment: str = ""
    team: SmartLabel | None = None
    station: SmartLabel | None = None
    mandate: SmartLabel | None = None
    legs: tuple[SmartLeg, ...] = ()
    custom: tuple[SmartValue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SmartReading:
    """One file as it could be read.

    Attributes:
        version: Of the format, such as ``1.4``.
        problems: What was not taken, like ones as one, with their number.
    """

    record: SmartPatrol | SmartPlace
    version: str
    problems: tuple[Problem, ...] = ()


def labels(label: SmartLabel) -> Mapping[str, str]:
    """The label as lists of the office hold them."""
    return {label.language: label.text} if label.text else {}

"""Patrols and incidents that came as JSON, and the transaction in which they come: all of a request, or nothing."""

from __future__ import annotations

import copy
import datetime as dt
from collections import ChainMap
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID, uuid4

Point = tuple[float, float, dt.datetime]
Record = TypeVar("Record")


@dataclass(kw_only=True)
class Observation:
    """One thing that was observed, with the values that were kept."""

    client_uuid: UUID
    category: str
    attributes: dict[str, Any] = field(default_factory=dict)
    observer: str = ""
    attachments: list[tuple[str, bytes]] = field(default_factory=list)


@dataclass(kw_only=True)
class Waypoint:
    """A place where something was observed; of a leg, or an incident on its own.

    Attributes:
        client_uuid: What the client calls it (``incidentUuid``).
        leg: The client's name of its leg; ``None`` for an incident.
        groups: Ids of the observations in each group.
    """

    client_uuid: UUID
    leg: UUID | None
    at: dt.datetime
    x: float
    y: float
    id: str
    uuid: UUID = field(default_factory=uuid4)
    incident_type: str = ""
    comment: str = ""
    observer: str = ""
    distance: float | None = None
    bearing: float | None = None
    attachments: list[tuple[str, bytes]] = field(default_factory=list)
    groups: list[list[UUID]] = field(default_factory=list)
    changed_at: dt.datetime | None = None


@dataclass(kw_only=True)
class Leg:
    """A part of a patrol with one transport, one mandate and the same people."""

    client_uuid: UUID
    patrol: UUID
    id: str
    transport: str
    mandate: str
    members: list[str]
    leader: str
    pilot: str = ""
    uuid: UUID = field(default_factory=uuid4)
    points: list[Point] = field(default_factory=list)
    waypoints: list[UUID] = field(default_factory=list)
    ended_at: dt.datetime | None = None


@dataclass(kw_only=True)
class Patrol:
    """One patrol; *said* holds what the client told beside what every patrol has."""

    client_uuid: UUID
    id: str
    uuid: UUID = field(default_factory=uuid4)
    legs: list[UUID] = field(default_factory=list)
    said: dict[str, Any] = field(default_factory=dict)


class Records:
    """What came directly into one area; everything by the client's own ids.

    Attributes:
        requests: Number of requests that were taken whole.
        lost: What was left out of them, and why, as the client was warned.
    """

    def __init__(self) -> None:
        self.patrols: MutableMapping[UUID, Patrol] = {}
        self.legs: MutableMapping[UUID, Leg] = {}
        self.waypoints: MutableMapping[UUID, Waypoint] = {}
        self.observations: MutableMapping[UUID, Observation] = {}
        self.next_number = 1
        self.requests = 0
        self.lost: list[str] = []

    def begin(self) -> Transaction:
        return Transaction(self)

    def legs_of(self, patrol: Patrol) -> list[Leg]:
        return [self.legs[leg] for leg in patrol.legs]

    def days_of(self, patrol: Patrol) -> tuple[dt.date, dt.date]:
        """First and last day on which something is known of it."""
        days = [point[2].date() for leg in self.legs_of(patrol) for point in leg.points]
        return min(days), max(days)


class Transaction:
    """Changes that are seen by nobody until they are committed; forgotten when they never are."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self.patrols: ChainMap[UUID, Patrol] = ChainMap({}, records.patrols)
        self.legs: ChainMap[UUID, Leg] = ChainMap({}, records.legs)
        self.waypoints: ChainMap[UUID, Waypoint] = ChainMap({}, records.waypoints)
        self.observations: ChainMap[UUID, Observation] = ChainMap({}, records.observations)
        self.next_number = records.next_number
        self.warnings: list[str] = []

    @staticmethod
    def to_change(records: ChainMap[UUID, Record], uuid: UUID) -> Record:
        """A copy of a record that may be changed; ``KeyError`` when there is none."""
        if uuid not in records.maps[0]:
            records.maps[0][uuid] = copy.deepcopy(records[uuid])
        return records.maps[0][uuid]

    def number(self) -> int:
        self.next_number += 1
        return self.next_number - 1

    def commit(self) -> None:
        """Make all changes at once."""
        self._records.patrols.update(self.patrols.maps[0])
        self._records.legs.update(self.legs.maps[0])
        self._records.waypoints.update(self.waypoints.maps[0])
        self._records.observations.update(self.observations.maps[0])
        self._records.next_number = self.next_number
        self._records.requests += 1
        self._records.lost += self.warnings

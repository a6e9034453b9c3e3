"""Records as everybody above the database sees them: frozen, checked where they are made, units in their names.

Moments are aware :class:`datetime.datetime` values that keep the local offset of the place where they were written.
Ids are 32 lower-case hex digits.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from ranger_app.domain.station import Member as Member
from ranger_app.domain.station import Station as Station

if TYPE_CHECKING:
    from ranger_app.domain.track import Track

Value: TypeAlias = str | int | Decimal | bool | tuple[str, ...]
"""What an observation's attribute or a form's field holds; a tuple is the chosen keys, sorted or as a file has it."""


class PositionSource(StrEnum):
    """How we know where something was."""

    GPS = "gps"
    PHOTO = "photo"
    TRACK = "track"
    MAP = "map"
    STATED = "stated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where something was, and how we know.

    Attributes:
        latitude_deg: WGS 84, -90 to 90, north positive.
        longitude_deg: WGS 84, -180 to 180, east positive.
        accuracy_m: Radius of 68 % confidence; ``None`` when the source gave none.
        source: How the position became known.
        typed: The text of another notation that a person gave; empty when it was degrees of WGS 84, or no text.
        operation: The transformation by which it became WGS 84, such as ``EPSG:15865``; empty when there was none.
    """

    latitude_deg: float
    longitude_deg: float
    accuracy_m: float | None = None
    source: PositionSource = PositionSource.GPS
    typed: str = ""
    operation: str = ""

    def __post_init__(self) -> None:
        if not -90.0 <= self.latitude_deg <= 90.0:
            raise ValueError(f"latitude_deg {self.latitude_deg} is not within -90..90")
        if not -180.0 <= self.longitude_deg <= 180.0:
            raise ValueError(f"longitude_deg {self.longitude_deg} is not within -180..180")
        if self.latitude_deg == 0.0 and self.longitude_deg == 0.0:
            raise ValueError("0, 0 is where receivers without a fix say they are")
        if self.accuracy_m is not None and not (math.isfinite(self.accuracy_m) and self.accuracy_m >= 0.0):
            raise ValueError(f"accuracy_m {self.accuracy_m} is not a radius")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A photo or file: the original and the derivative that is printed, both blobs.

    Attributes:
        sha256: Digest of the original, lower-case hex.
        derivative_sha256: Digest of the JPEG of at most 1600 px that pages print; empty when there is none.
        byte_count: Size of the original.
        taken_at: The camera's time, corrected where somebody corrected its clock; ``None`` when it wrote none.
        clock_shift_s: Seconds by which *taken_at* is not what the camera itself wrote.
        position_source: ``photo``, ``track`` or empty.
        signature_type: Key of the office's kind of signature, when the file is one.
    """

    id: str
    name: str
    sha256: str
    byte_count: int
    mime: str
    derivative_sha256: str = ""
    taken_at: dt.datetime | None = None
    position: Position | None = None
    position_source: str = ""
    width_px: int = 0
    height_px: int = 0
    camera: str = ""
    signature_type: str = ""
    clock_shift_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What was seen at one place, in SMART's words.

    Attributes:
        category: SMART hkey with its trailing dot.
        attributes: Attribute key to value; NUMERIC as int or Decimal, BOOLEAN as bool, LIST and TREE as the key,
            MLIST as a tuple of keys, TEXT, DATE and TIME as text; LINE and POLYGON as the way they were drawn, a colon
            and the geometry in base64.
        group: Observations of one place with an equal number were made of one thing and stay together.
        told_as: Attribute key to the element that held it in a SMART file; empty when it was made here.
    """

    id: str
    category: str
    attributes: Mapping[str, Value] = field(default_factory=dict)
    observer: Member | None = None
    attachments: tuple[Attachment, ...] = ()
    group: int = 0
    told_as: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waypoint:
    """A place on a patrol where something was observed.

    Attributes:
        number: SMART's id of the waypoint inside its patrol, counted from 1.
        smart_id: The id by which a SMART file named it; empty when it was made here.
        place: Its index among the waypoints of that file, compared as text; empty when it was made here.
        direction_deg: True bearing from the observer to what was seen, 0 = north; ``None`` when not measured.
        distance_m: From the observer to what was seen; ``None`` when not measured.
        at: ``None`` where nobody knows the time.
        date: The local day that it is told under where it has no time: the one that a person gave it, else the first
            of the patrol; ``None`` while no day is known.
        is_date_given: Whether a person gave that day.
        is_at_from_track: Nobody noted *at*: it is that of the nearest fix of its file.
    """

    id: str
    leg_id: str
    number: int
    at: dt.datetime | None
    position: Position
    direction_deg: float | None = None
    distance_m: float | None = None
    comment: str = ""
    observations: tuple[Observation, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    smart_id: str = ""
    place: str = ""
    date: dt.date | None = None
    is_date_given: bool = False
    is_at_from_track: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LegDay:
    """One local date of one leg.

    Attributes:
        start, end: Local wall-clock times of that date; midnight where *is_timed* says that nobody knows them.
        rest_minutes: Whole minutes that the officer typed.
        distance_m: WGS 84 geodesic length of the day's track; gaps between parts not counted.
        told_km: Length in kilometres as an imported file told it; goes out as it came.
        is_line: Whether that file told the track as one line instead of a line for each unbroken part.
        points: Fixes of that day.
        track: The day's fixes; ``None`` when there are none or they were not loaded.
    """

    date: dt.date
    start: dt.time
    end: dt.time
    rest_minutes: int = 0
    distance_m: float = 0.0
    points: int = 0
    track: Track | None = None
    told_km: float | None = None
    is_line: bool = False
    is_timed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LegTrack:
    """What is known of one recorded track of a leg, without its fixes.

    Attributes:
        name: What the receiver called it; empty when it did not.
        device: What recorded it; empty when nobody knows.
        is_companion: Another device walked the same way: kept and drawn, but not exported and not counted.
        start, end: Moments of its first and last fix, in the patrol's zone; ``None`` where they have no times.
        chunks, told: Digests of what it is stored in, and the runs of fixes that it tells of them: first, and the one
            after the last; ``None`` for the end.
    """

    id: str
    name: str = ""
    device: str = ""
    is_companion: bool = False
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    distance_m: float = 0.0
    points: int = 0
    chunks: tuple[str, ...] = ()
    told: tuple[tuple[int, int | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackEdit:
    """What somebody did to a recorded track: it is told otherwise, and kept as it was recorded.

    Attributes:
        track: Name of the track, empty when it has none.
        what: ``hide``, ``pause``, ``cut``, ``join``, ``day`` or ``clock``.
        first, last: Original fixes that it is about, counted from 0; both 0 for a clock.
        value: The reason; of a day its date; of a clock the seconds that were added.
        reason: Of a clock.
    """

    track: str
    what: str
    first: int = 0
    last: int = 0
    value: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """A stretch of a patrol with one transport, one mandate and one set of members.

    Attributes:
        number: Its place among the legs of the patrol, counted from 1.
        transport, mandate: Keys of the office's lists (``foot``, ``antipoaching``).
        leader, pilot: Ids of members, empty when nobody.
        smart_id: The id by which a SMART file named it; empty when it was made here.
        starts_on, ends_on: First and last date that a SMART file gave it; ``None`` where its days say so.
        undated_m, undated_points: Length and fixes of its tracks that no day is known for.
        assumed: Which of ``transport``, ``mandate``, ``leader`` and ``members`` nobody stated.
        tracks: Everything that was recorded on it, companions too.
        edits: What people did to these tracks.
    """

    id: str
    number: int
    transport: str
    mandate: str
    members: tuple[Member, ...] = ()
    leader: str = ""
    pilot: str = ""
    days: tuple[LegDay, ...] = ()
    smart_id: str = ""
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    undated_m: float = 0.0
    undated_points: int = 0
    assumed: tuple[str, ...] = ()
    tracks: tuple[LegTrack, ...] = ()
    edits: tuple[TrackEdit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Patrol:
    """A patrol with its legs and waypoints, as SMART has it.

    Attributes:
        number: What people call it; stable and unique, such as ``KG-NAR_K7QD_000012``.
        team, station, mandate: Keys of the office's lists, empty when not given.
        timezone: IANA name of the zone in which its leg days were cut.
        starts_on, ends_on: First and last date that a SMART file gave it; ``None`` where its days say so.
        patrol_type: SMART's kind of patrol as a file told it; empty where the transport says so.
        custom: The office's own attributes of a patrol, by key, in the order of the file; a number is a Decimal.
        assumed: Which of ``armed``, ``mandate``, ``objective``, ``station`` and ``team`` nobody stated.
    """

    id: str
    number: str
    legs: tuple[Leg, ...]
    waypoints: tuple[Waypoint, ...] = ()
    team: str = ""
    station: str = ""
    mandate: str = ""
    objective: str = ""
    comment: str = ""
    is_armed: bool = False
    timezone: str = "UTC"
    attachments: tuple[Attachment, ...] = ()
    has_untimed_tracks: bool = False
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    patrol_type: str = ""
    custom: Mapping[str, Value] = field(default_factory=dict)
    assumed: tuple[str, ...] = ()

    @property
    def start(self) -> dt.date | None:
        return min(filter(None, (self.starts_on, *(day.date for leg in self.legs for day in leg.days))), default=None)

    @property
    def end(self) -> dt.date | None:
        return max(filter(None, (self.ends_on, *(day.date for leg in self.legs for day in leg.days))), default=None)

    @property
    def distance_m(self) -> float:
        """Of all tracks, those too that no day is known for."""
        return math.fsum(
            (*(day.distance_m for leg in self.legs for day in leg.days), *(leg.undated_m for leg in self.legs))
        )

    @property
    def points(self) -> int:
        """Of all tracks, those too that no day is known for."""
        return sum(day.points for leg in self.legs for day in leg.days) + sum(leg.undated_points for leg in self.legs)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnimalLine:
    """One line of a conflict record: animals of one kind, sex and age.

    Attributes:
        fields: Values of the form's line, by field id.
    """

    id: str
    fields: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A poaching incident, a livestock conflict or another incident.

    Attributes:
        kind: ``poaching``, ``conflict`` or ``other``.
        form_version: Version of the form it was written with.
        missing: Ids of what a complete record still needs, in the form's order.
        contradictions: Codes of answers that cannot be true together.
        fields: Values of the form's own fields, by field id.
        direction_deg, distance_m: True bearing and distance to what was seen, as a SMART file told them.
        smart_type: SMART's kind of incident, such as ``INDINC``; empty when it was made here.
    """

    id: str
    kind: str
    number: str
    form_version: int
    occurred_at: dt.datetime | None = None
    occurred_until: dt.datetime | None = None
    position: Position | None = None
    no_position_reason: str = ""
    place: str = ""
    reported_by: str = ""
    patrol_id: str = ""
    summary: str = ""
    fields: Mapping[str, Value] = field(default_factory=dict)
    observations: tuple[Observation, ...] = ()
    animals: tuple[AnimalLine, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    missing: tuple[str, ...] = ()
    contradictions: tuple[str, ...] = ()
    direction_deg: float | None = None
    distance_m: float | None = None
    smart_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyEntry:
    """One link in an exhibit's chain of custody; appended, never changed."""

    id: str
    at: dt.datetime
    action: str
    to: str
    place: str
    seal: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """A seized thing of a case."""

    id: str
    number: str
    description: str
    quantity: str = ""
    seal: str = ""
    found_at: str = ""
    custody: tuple[CustodyEntry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case file: it names its incidents; they never name it.

    Attributes:
        incidents: Ids of the linked incidents, sorted by number.
    """

    id: str
    number: str
    title: str
    incidents: tuple[str, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()

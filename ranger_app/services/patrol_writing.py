"""Writing one planned patrol: its leg, its tracks in chunks, its waypoints."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from db.fields import chosen
from db.patrol_pages import DaySummary
from db.store import Store
from db.transaction import ChangeBuilder, new_id
from ranger_app.domain.ordering import position_at
from ranger_app.domain.people import split_name
from ranger_app.domain.records import Station
from ranger_app.domain.track import NO_TIME, Track
from ranger_app.domain.track_codec import encode_chunks
from ranger_app.domain.track_days import leg_days
from ranger_app.domain.typed_text import typed_text, whole_text
from ranger_app.errors import Problem
from ranger_app.geodesy import distance_m, track_length_m
from ranger_app.importers.track_file import ReadWaypoint
from ranger_app.services.officers import person_named
from ranger_app.services.patrol_plans import PatrolPlan, PlannedFile, PlannedTrack
from ranger_app.services.stations import WrongValueError

if TYPE_CHECKING:
    from db.transaction import Transaction

NEAR_TRACK_M = 500.0
"""A waypoint without a time takes that of the nearest fix of its own file, when that is at most so far away."""


@dataclass(frozen=True, slots=True)
class LegChoice:
    """What all fixes of an import have in common: one leg per transport, mandate and members.

    Attributes:
        leader: Id of a person; a new member is recorded when *new_name* is given.
        assumed: Fields of the leg that nobody stated.
    """

    transport: str
    mandate: str
    leader: str
    new_name: str = ""
    assumed: tuple[str, ...] = ()


def leg_choice(
    store: Store, officer: str, transport: str, mandate: str, leader: str, *, default_mandate: str
) -> LegChoice:
    """The leg that an import asks for: on foot and led by the officer, marked as assumed, unless told otherwise.

    Raises:
        WrongValueError: The leader has no family name.
    """
    leader = typed_text(leader)
    told = {"transport": transport, "mandate": mandate, "leader": leader, "members": leader}
    assumed = tuple(name for name, value in told.items() if not value)
    mandate = mandate or default_mandate
    if leader and not split_name(leader)[0]:
        raise WrongValueError(field="leader", value=leader)
    if not leader:
        return LegChoice(transport or "foot", mandate, officer, assumed=assumed)
    known = person_named(store.reader, leader)
    if known is not None:
        return LegChoice(transport or "foot", mandate, known.id, assumed=assumed)
    return LegChoice(transport or "foot", mandate, new_id(), leader, assumed)


def day_summaries(track: Track, zone: ZoneInfo, date: dt.date | None) -> list[DaySummary]:
    """What a track record says of its days: wall-clock times of *zone*, geodesic length of each day's own parts."""
    found = []
    for day in leg_days(track, zone, date=date):
        fixes = day.fixes_of(track)
        length = track_length_m(fixes.longitude_deg, fixes.latitude_deg, fixes.part_starts)
        found.append(
            DaySummary(
                date=day.date.isoformat() if day.date else "",
                start=(day.start_time or dt.time()).isoformat("seconds"),
                end=(day.end_time or dt.time()).isoformat("seconds"),
                points=day.points,
                distance_mm=round(length * 1000),
            )
        )
    return found


class PatrolWriter:
    """Writes patrols inside one transaction.

    Args:
        files: Digest of each original to the id that its file record will have.
        dates: Digest of an original to the day that a person gave to what has no time in it.
    """

    def __init__(
        self,
        store: Store,
        transaction: Transaction,
        station: Station,
        files: Mapping[str, str],
        dates: Mapping[str, dt.date],
    ) -> None:
        self._store = store
        self._transaction = transaction
        self._station = station
        self._zone = ZoneInfo(station.timezone)
        self._files = files
        self._dates = dates
        self._patrols_of: dict[str, tuple[PlannedFile, set[str]]] = {}
        self._known_names: dict[str, str] = {}

    def write(self, plan: PatrolPlan, choice: LegChoice, *, into: str, number: str, problems: list[Problem]) -> str:
        """Store one patrol, or add to *into*; return its id."""
        patrol = into or new_id()
        for file in plan.files:
            self._patrols_of.setdefault(file.sha256, (file, set()))[1].add(patrol)
        self._transaction.spread(self._ops(plan, choice, patrol, into, number, problems))
        return patrol

    def write_files(self) -> None:
        """Record the originals, each with the patrols made of it."""
        for digest, (file, patrols) in self._patrols_of.items():
            values: dict[str, Any] = {
                "name": whole_text(file.path.name), "sha256": digest, "bytes": file.size, "format": "gpx",
                "device": file.gpx.creator or None,
            }  # fmt: skip
            values |= {f"patrols/{patrol}": True for patrol in sorted(patrols)}
            with self._transaction.change() as change:
                change.create("file", values, record=self._files[digest], blobs=[digest])

    def _ops(
        self, plan: PatrolPlan, choice: LegChoice, patrol: str, into: str, number: str, problems: list[Problem]
    ) -> Iterator[Any]:
        leader = choice.leader
        if choice.new_name:
            leader = self._known_names.get(choice.new_name, "")
            if not leader:
                leader = self._known_names[choice.new_name] = choice.leader
                family, given = split_name(choice.new_name)
                yield lambda c: c.create("member", {"family_name": family, "given_name": given}, record=leader)
        old = self._store.reader.entry(into, "patrol").values if into else {}
        zone = self._zone = ZoneInfo(str(old.get("timezone", self._station.timezone)))
        summaries = [day_summaries(t.track, zone, self._dates.get(t.file.sha256)) for t in plan.tracks]
        moments = [self._moment(plan, file, waypoint, problems) for file, waypoint in plan.waypoints]
        days_given = [
            self._day_given(plan, file) for (file, _), moment in zip(plan.waypoints, moments, strict=True) if not moment
        ]
        dates = sorted({*(day.date for days in summaries for day in days if day.date),
                        *(moment.date().isoformat() for moment in moments if moment),
                        *(day.isoformat() for day in days_given if day)})  # fmt: skip
        if into:
            dates = sorted({*dates, *(d for d in (old.get("start"), old.get("end")) if isinstance(d, str))})
            if dates:
                yield lambda c: c.set("patrol", into, {"start": dates[0], "end": dates[-1]})
        else:
            values = {
                "number": number, "start": dates[0] if dates else None, "end": dates[-1] if dates else None,
                "timezone": self._station.timezone, "mandate": choice.mandate,
                "assumed/mandate": True if "mandate" in choice.assumed else None,
            }  # fmt: skip
            yield lambda c: c.create("patrol", values, record=patrol)
        leg, leg_op = self._leg(patrol, into, choice, leader)
        if leg_op is not None:
            yield leg_op
        first = len(self._store.reader.entries("track", parent=leg)) if into else 0
        for place, (track, days) in enumerate(zip(plan.tracks, summaries, strict=True)):
            yield self._track(leg, track, days, first + place)
        yield from self._waypoints(plan, moments, patrol, leg, into)

    def _local(self, time_us: int) -> dt.datetime:
        return (dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=time_us)).astimezone(self._zone)

    def _leg(self, patrol: str, into: str, choice: LegChoice, leader: str) -> tuple[str, Any]:
        legs = self._store.reader.entries("leg", parent=into) if into else ()
        for leg in legs:
            same = leg.values.get("transport") == choice.transport and leg.values.get("mandate") == choice.mandate
            if same and leader in chosen(leg.values, "members"):
                return leg.id, None
        leg_id = new_id()
        values = {
            "number": len(legs) + 1, "transport": choice.transport, "mandate": choice.mandate, "leader": leader,
            f"members/{leader}": True, **{f"assumed/{name}": True for name in choice.assumed},
        }  # fmt: skip

        def create(change: ChangeBuilder) -> None:
            change.create("leg", values, record=leg_id, parent=("patrol", patrol), position=position_at(len(legs)))

        return leg_id, create

    def _track(self, leg: str, planned: PlannedTrack, days: list[DaySummary], place: int) -> Any:
        chunks = [self._transaction.put_blob(chunk) for chunk in encode_chunks(planned.track)]
        values: dict[str, Any] = {
            "name": planned.name or None,
            "file": self._files[planned.file.sha256],
            "chunks": chunks,
            "points": len(planned.track),
            "days": [str(day) for day in days],
        }
        if (date := self._dates.get(planned.file.sha256)) is not None and not planned.track.is_timed:
            values["date"] = date.isoformat()

        def create(change: ChangeBuilder) -> None:
            change.create("track", values, parent=("leg", leg), position=position_at(place), blobs=chunks)

        return create

    def _waypoints(
        self, plan: PatrolPlan, moments: list[dt.datetime | None], patrol: str, leg: str, into: str
    ) -> Iterator[Any]:
        timed = [(*of_file, moment) for of_file, moment in zip(plan.waypoints, moments, strict=True)]
        far = dt.datetime.max.replace(tzinfo=dt.UTC)
        timed.sort(key=lambda row: row[2] or far)
        known = self._store.reader.entries("waypoint", parent=into) if into else ()
        first = max((int(entry.values.get("number", 0)) for entry in known), default=0)
        for place, (file, waypoint, moment) in enumerate(timed, start=1):
            given = self._day_given(plan, file) if moment is None else None
            values = {
                "number": first + place,
                "leg": leg,
                "file": self._files[file.sha256],
                "at": moment.isoformat() if moment else None,
                "date": given.isoformat() if given else None,
                "assumed/at": True if moment is not None and waypoint.time_us == NO_TIME else None,
                "latitude": repr(waypoint.latitude_deg),
                "longitude": repr(waypoint.longitude_deg),
                "elevation_m": None if np.isnan(waypoint.elevation_m) else repr(float(waypoint.elevation_m)),
                "position_source": "gps",
                "name": waypoint.name or None,
                "comment": _comment(waypoint) or None,
            }
            yield lambda c, values=values: c.create("waypoint", values, parent=("patrol", patrol))

    def _moment(
        self, plan: PatrolPlan, file: PlannedFile, waypoint: ReadWaypoint, problems: list[Problem]
    ) -> dt.datetime | None:
        if waypoint.time_us != NO_TIME:
            return self._local(waypoint.time_us)
        found = _nearest_time(plan, file, waypoint)
        where = f"waypoint {waypoint.name or ''}".strip()
        if found is not None:
            problems.append(Problem(code="waypoint-timed-by-track", where=where, file=str(file.path)))
            return self._local(found)
        return None

    def _day_given(self, plan: PatrolPlan, file: PlannedFile) -> dt.date | None:
        """The day of a waypoint without a time; none where tracks of its file tell when this patrol was."""
        is_told = any(track.file is file and track.track.is_timed for track in plan.tracks)
        return None if is_told else self._dates.get(file.sha256)


def _comment(waypoint: ReadWaypoint) -> str:
    """Name, comment and description, each once: a receiver often writes the same into all three."""
    parts = [(part or "").strip() for part in (waypoint.name, waypoint.comment, waypoint.description)]
    return "\n".join(dict.fromkeys(part for part in parts if part))


def _nearest_time(plan: PatrolPlan, file: PlannedFile, waypoint: ReadWaypoint) -> int | None:
    """Time of the nearest timed fix of the same file, if one is near."""
    best: tuple[float, int] | None = None
    for planned in plan.tracks:
        track = planned.track
        if planned.file is not file or not track.is_timed:
            continue
        spread = np.cos(np.radians(waypoint.latitude_deg))
        squares = (track.latitude_deg - waypoint.latitude_deg) ** 2 + (
            (track.longitude_deg - waypoint.longitude_deg) * spread
        ) ** 2
        squares = np.where(track.time_us == NO_TIME, np.inf, squares)
        place = int(np.argmin(squares))
        apart = distance_m(
            waypoint.longitude_deg, waypoint.latitude_deg,
            float(track.longitude_deg[place]), float(track.latitude_deg[place]),
        )  # fmt: skip
        if apart <= NEAR_TRACK_M and (best is None or apart < best[0]):
            best = (apart, int(track.time_us[place]))
    return None if best is None else best[1]

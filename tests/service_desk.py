"""A station as a ranger has it open, and the small files of a ranger's day, for tests of use cases."""

from __future__ import annotations

import datetime as dt
import io
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from db.content import derived_content
from db.store import Store
from ranger_app.jobs import JobContext, Progress
from ranger_app.services.stations import create_station, open_station

ZONE = "Asia/Bishkek"
BISHKEK = dt.timezone(dt.timedelta(hours=6))
MORNING = dt.datetime(2026, 3, 4, 8, 0, tzinfo=BISHKEK)


@dataclass
class Desk:
    """An open station.

    Attributes:
        home: The user's data folder, outside the station.
        officer: Id of the officer who acts.
        out: A folder for what leaves.
    """

    store: Store
    folder: Path
    home: Path
    officer: str
    out: Path
    context: JobContext = field(default_factory=JobContext)

    def reopen(self) -> Desk:
        """Close the station and open it again, as after a restart."""
        self.store.close()
        self.store = open_station(self.folder, home=self.home)
        return self

    def content(self) -> list[tuple[Any, ...]]:
        """Every row of the derived tables, by ids."""
        return list(derived_content(self.store.reader.derived, self.store.journal))

    def changes(self) -> int:
        return self.store.journal.last_n()


def new_desk(folder: Path, **more: Any) -> Desk:
    """Make a station in *folder* and open it."""
    home = folder / "home"
    told: dict[str, Any] = {
        "name": "Naryn", "area_id": "KG-NAR", "area_name": "Naryn State Reserve (made up)",
        "officer_name": "Toktogulov, Aibek", "role": "ranger", "timezone": ZONE, "is_encrypted": False,
    }  # fmt: skip
    created = create_station(folder / "station", home=home, **{**told, **more})
    out = folder / "out"
    out.mkdir()
    store = open_station(folder / "station", home=home)
    return Desk(store, folder / "station", home, created.officer_id, out)


def twin(desk: Desk, folder: Path) -> Desk:
    """A second laptop with a copy of the station."""
    desk.store.close()
    shutil.copytree(desk.folder, folder / "twin")
    (folder / "twin out").mkdir()
    desk.store = open_station(desk.folder, home=desk.home)
    store = open_station(folder / "twin", home=folder / "twin home")
    return Desk(store, folder / "twin", folder / "twin home", desk.officer, folder / "twin out")


def exchanged(one: Desk, other: Desk) -> None:
    """Let two laptops have all changes of each other."""
    theirs = list(other.store.journal.changes())
    other.store.merge(list(one.store.journal.changes()))
    one.store.merge(theirs)


class CancelAt(JobContext):
    """Stops the job at its step number *at*; without one it only counts."""

    def __init__(self, at: int | None = None) -> None:
        super().__init__(self._count)
        self._at = at
        self.steps = 0

    def _count(self, _progress: Progress) -> None:
        self.steps += 1

    def step(self, done: int, total: int | None, stage: str) -> None:
        if self.steps == self._at:
            self.cancel()
        super().step(done, total, stage)


# Tracks

Fix = tuple[float, float, dt.datetime | None]
"""Latitude, longitude, moment."""


def walk(start: dt.datetime | None, count: int = 5, *, step_s: float = 60, latitude: float = 41.2) -> list[Fix]:
    """Fixes on a straight line northwards; without *start* they have no times."""
    return [
        (latitude + place * 1e-4, 74.5, None if start is None else start + dt.timedelta(seconds=step_s * place))
        for place in range(count)
    ]


def _time(moment: dt.datetime | None) -> str:
    return "" if moment is None else f"<time>{moment.astimezone(dt.UTC).isoformat().replace('+00:00', 'Z')}</time>"


def gpx(
    tracks: Iterable[Sequence[Fix]] = (), waypoints: Iterable[tuple[float, float, dt.datetime | None, str]] = ()
) -> str:
    """A GPX 1.1 file; each waypoint is latitude, longitude, moment and name."""
    marks = "".join(
        f'<wpt lat="{lat!r}" lon="{lon!r}">{_time(at)}<name>{name}</name></wpt>' for lat, lon, at, name in waypoints
    )
    lines = "".join(
        "<trk><trkseg>"
        + "".join(f'<trkpt lat="{lat!r}" lon="{lon!r}">{_time(at)}</trkpt>' for lat, lon, at in fixes)
        + "</trkseg></trk>"
        for fixes in tracks
    )
    head = '<?xml version="1.0"?><gpx version="1.1" creator="test" xmlns="http://www.topografix.com/GPX/1/1">'
    return f"{head}{marks}{lines}</gpx>"


def write_gpx(
    path: Path,
    *tracks: Sequence[Fix],
    waypoints: Iterable[tuple[float, float, dt.datetime | None, str]] = (),
) -> Path:
    """Write a GPX file and answer its path."""
    path.write_text(gpx(tracks, waypoints), encoding="utf-8")
    return path


# Photos


def photo_bytes(
    size: tuple[int, int] = (64, 48),
    *,
    taken: str = "",
    offset: str = "",
    position: tuple[float, float] | None = None,
    orientation: int = 1,
    colour: str = "red",
    kind: str = "JPEG",
    comment: bytes = b"",
) -> bytes:
    """A small picture with the data that cameras write.

    Args:
        taken: As EXIF has it (``2026:03:04 09:15:42``).
    """
    image = Image.new("RGB", size, colour)
    image.paste("white", (0, 0, size[0] // 4, size[1] // 4))  # its upper left corner, before it is turned
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Example", "EX-1"
    exif[0x0112] = orientation
    if taken:
        details = exif.get_ifd(0x8769)
        details[0x9003] = taken
        if offset:
            details[0x9011] = offset
    if position is not None:
        gps = exif.get_ifd(0x8825)
        gps.update({
            1: "N" if position[0] >= 0 else "S", 2: _degrees(abs(position[0])),
            3: "E" if position[1] >= 0 else "W", 4: _degrees(abs(position[1])),
        })  # fmt: skip
    kept = io.BytesIO()
    more: Mapping[str, Any] = {"comment": comment} if comment else {}
    image.save(kept, kind, exif=exif, **more)
    return kept.getvalue()


def _degrees(value: float) -> tuple[float, float, float]:
    minutes = (value % 1) * 60
    return float(int(value)), float(int(minutes)), (minutes % 1) * 60


def write_photo(path: Path, **more: Any) -> Path:
    path.write_bytes(photo_bytes(**more))
    return path


def noise(count: int) -> bytes:
    return os.urandom(count)


# Incidents

POACHING: dict[str, Any] = {
    "kind": "poaching",
    "occurred_at": "2026-03-04T09:15:42+06:00",
    "position": {"latitude_deg": 41.201111, "longitude_deg": 74.501234, "accuracy_m": 8, "source": "gps"},
    "place": "Left bank above the bridge",
    "reported_by": "Toktogulov, Aibek",
    "summary": "Three wire snares on an argali trail.",
    "observations": [
        {"category": "humanactivity.humansign.", "attributes": {"typeofhumansign": "footprint", "ageofsign": "recent"}}
    ],
    "fields": {
        "type": "snare_trap", "source_kind": "patrol", "discovered_at": "2026-03-04T09:15:42+06:00",
        "time_basis": "unknown", "species": "argali", "animal_count": 0, "specimen_kind": "none", "cause": "not_dead",
        "weapons": ["smoothbore", "hunting_rifle"], "trap_kind": "wire_neck_snare", "trap_count": 3, "trap_set": True,
        "suspects_known": "unknown",
    },
}  # fmt: skip
"""A complete poaching incident."""

CONFLICT: dict[str, Any] = {
    "kind": "conflict",
    "occurred_at": "2026-03-04T21:00:00+06:00",
    "occurred_until": "2026-03-05T06:30:00+06:00",
    "position": {"latitude_deg": 41.18, "longitude_deg": 74.49, "accuracy_m": 6.5, "source": "stated"},
    "place": "Winter camp below the pass",
    "reported_by": "Toktogulov, Aibek",
    "summary": "Two ewes dead in the corral, one lamb missing.",
    "fields": {
        "reported_at": "2026-03-05T08:32:30+06:00", "discovered_at": "2026-03-05T06:30:00+06:00", "witnessed": "none",
        "claimant_name": "Herder", "place_kind": "corral", "guarded": "dog", "haemorrhage": "yes",
        "evidence_signs": ["tracks", "drag_mark"], "canine_spacing_mm": 42.5, "predator": "snow_leopard",
        "classification": "probable",
    },
    "animals": [
        {"species": "sheep", "sex": "female", "age_class": "adult", "count_dead": 2, "value": 120.5},
        {"species": "sheep", "age_class": "young", "count_dead": 0, "count_missing": 1, "ear_tag": "T-7"},
    ],
}  # fmt: skip
"""A complete livestock conflict."""

OTHER: dict[str, Any] = {
    "kind": "other",
    "occurred_at": "2026-03-04T10:00:00+06:00",
    "position": {"latitude_deg": 41.2, "longitude_deg": 74.5},
    "place": "Ridge",
    "reported_by": "Toktogulov, Aibek",
    "summary": "Seven ibex.",
    "fields": {"type": "wildlife_sighting", "species": "ibex", "animal_count": 7},
}
"""A complete other incident."""

DOCUMENTS = {"poaching": POACHING, "conflict": CONFLICT, "other": OTHER}

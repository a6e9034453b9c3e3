"""What a map asks of all patrols at once: their waypoints, whose tracks are whose, and from when to when they went."""

from __future__ import annotations

from dataclasses import dataclass

from db.reader import Reader
from db.schema import VISIBLE
from db.track_rows import NEVER, PLACE_BITS, TIME_STEP_US


@dataclass(frozen=True, slots=True, kw_only=True)
class WaypointPlace:
    """Where something was observed on a patrol.

    Attributes:
        patrol: The patrol's record.
        at: ISO 8601 text, empty when not known.
    """

    id: str
    patrol: str
    number: int
    at: str
    latitude_deg: float
    longitude_deg: float


def waypoint_places(reader: Reader, *, limit: int) -> tuple[WaypointPlace, ...]:
    """The waypoints of patrols that lists show, at most *limit*, those recorded last first."""
    rows = reader.derived.execute(
        "SELECT r.id, r.parent, coalesce(t.number, 0), coalesce(t.at, ''), t.latitude, t.longitude"
        " FROM waypoint t JOIN record r ON r.no = t.no JOIN record p ON p.id = r.parent"
        f" WHERE r.{VISIBLE} AND p.{VISIBLE} AND t.latitude IS NOT NULL AND t.longitude IS NOT NULL"
        " ORDER BY t.no DESC LIMIT ?",
        (limit,),
    )
    found = []
    for raw, parent, number, at, latitude, longitude in rows:
        place = _place(latitude, longitude)
        if place is not None:
            found.append(
                WaypointPlace(
                    id=raw.hex(), patrol=parent.hex(), number=number, at=at,
                    latitude_deg=place[0], longitude_deg=place[1],
                )
            )  # fmt: skip
    return tuple(found)


def _place(latitude: str, longitude: str) -> tuple[float, float] | None:
    """Both as numbers on the globe; ``None`` for what another version may have written."""
    try:
        place = float(latitude), float(longitude)
    except ValueError:
        return None
    return place if abs(place[0]) <= 90.0 and abs(place[1]) <= 180.0 else None


def track_span(reader: Reader) -> tuple[int, int] | None:
    """First and last moment of all tracks that lists show, as corrected; ``None`` where no time is known.

    In microseconds since 1970 UTC, to the 8 seconds of the index.
    """
    first, last = reader.derived.execute(
        f"SELECT min(b.begins), max(b.ends) FROM track_box b JOIN record r ON r.no = b.id >> {PLACE_BITS + 1}"
        f" WHERE b.ends < {NEVER} AND r.{VISIBLE}"
    ).fetchone()
    boxed = [] if first is None else [first * TIME_STEP_US, (last + 1) * TIME_STEP_US - 1]
    others = reader.derived.execute(
        "SELECT min(t.start_us), max(t.end_us) FROM track t JOIN record r ON r.no = t.no"
        f" WHERE r.{VISIBLE} AND NOT EXISTS (SELECT 1 FROM track_chunk c WHERE c.no = t.no AND c.first IS NOT NULL)"
    ).fetchone()
    times = [*boxed, *(moment for moment in others if moment is not None)]
    return (min(times), max(times)) if times else None


def patrols_of_tracks(reader: Reader) -> dict[str, str]:
    """The patrol of each track record."""
    rows = reader.derived.execute(
        "SELECT t.id, l.parent FROM record t JOIN record l ON l.id = t.parent WHERE t.kind = 'track'"
    )
    return {track.hex(): patrol.hex() for track, patrol in rows if patrol is not None}


def beginnings_of_tracks(reader: Reader) -> dict[str, int | None]:
    """When each track began as it was stored, microseconds since 1970 UTC; ``None`` where it has no times."""
    rows = reader.derived.execute("SELECT r.id, t.start_us FROM track t JOIN record r ON r.no = t.no")
    return {track.hex(): start for track, start in rows}

"""Patrols in short: pages of rows for lists, without what a whole patrol is made of."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from db.reader import Reader
from db.schema import VISIBLE
from db.track_summaries import DaySummary as DaySummary
from db.track_summaries import days_of, is_edited, stored_days

_COLUMNS = (
    "SELECT r.id, r.no, t.number, coalesce(t.\"start\", ''), coalesce(t.\"end\", ''), coalesce(t.objective, '')"
    " FROM patrol t JOIN record r ON r.no = t.no"
)


class PatrolRow(NamedTuple):
    """One line of the list of patrols.

    Attributes:
        start, end: ISO dates, empty when no day is known.
        transport: Keys of the transports that somebody stated.
        place: What the next page starts after.
    """

    id: str
    number: str
    start: str
    end: str
    distance_m: float
    points: int
    legs: int
    transport: str
    objective: str
    place: tuple[str, int]


def patrol_page(reader: Reader, *, before: tuple[str, int] | None = None, limit: int = 100) -> tuple[PatrolRow, ...]:
    """Patrols by their first day, the newest first.

    Args:
        before: ``place`` of the last row of the page before; ``None`` for the first page.
    """
    condition, arguments = "", []
    if before is not None:
        condition = "AND (coalesce(t.\"start\", ''), r.no) < (?, ?)"
        arguments = list(before)
    rows = reader.derived.execute(
        f"{_COLUMNS} WHERE r.{VISIBLE} {condition} ORDER BY coalesce(t.\"start\", '') DESC, r.no DESC LIMIT ?",
        [*arguments, limit],
    ).fetchall()
    return tuple(_row(reader, *row) for row in rows)


def _row(reader: Reader, raw: bytes, no: int, number_: str | None, start: str, end: str, objective: str) -> PatrolRow:
    rows = reader.derived.execute(
        "SELECT r.extra, l.transport FROM record r LEFT JOIN leg l ON l.no = r.no"
        " WHERE (r.parent = ?1 AND r.kind = 'leg' OR r.kind = 'track' AND r.parent IN"
        f" (SELECT id FROM record WHERE parent = ?1 AND kind = 'leg')) AND r.{VISIBLE} ORDER BY r.no",
        (raw,),
    ).fetchall()
    below = [(json.loads(extra) if extra else {}, transport) for extra, transport in rows]
    has_edits = any(is_edited(more) for more, transport in below if not transport)
    zone = _zone(reader, no) if has_edits else "UTC"  # where no edit stands the zone is not asked for
    days = [day for more, _ in below for day in _counted_days(reader, more, zone)]
    legs = [(more, transport) for more, transport in below if transport]
    transports = [transport for more, transport in legs if not more.get("assumed/transport")]
    dates = sorted(day.date for day in days if day.date)
    if has_edits and dates:
        start, end = _span(reader, raw, dates)
    return PatrolRow(
        id=raw.hex(),
        number=number_ or "",
        start=start or (dates[0] if dates else ""),
        end=end or (dates[-1] if dates else ""),
        distance_m=sum(day.distance_mm for day in days) / 1000,
        points=sum(day.points for day in days),
        legs=len(legs),
        transport=", ".join(dict.fromkeys(transports)),
        objective=objective,
        place=(start if not has_edits else _stored_start(reader, no), no),
    )


def _zone(reader: Reader, no: int) -> str:
    """Name of the zone in which the days of a patrol are cut."""
    (extra,) = reader.derived.execute("SELECT extra FROM record WHERE no = ?", (no,)).fetchone()
    return str((json.loads(extra) if extra else {}).get("timezone", "UTC"))


def _stored_start(reader: Reader, no: int) -> str:
    """What the list is ordered by."""
    (start,) = reader.derived.execute("SELECT coalesce(\"start\", '') FROM patrol WHERE no = ?", (no,)).fetchone()
    return str(start)


def _span(reader: Reader, raw: bytes, dates: Sequence[str]) -> tuple[str, str]:
    """First and last day of a patrol whose tracks were edited: those of its tracks and of its waypoints."""
    rows = reader.derived.execute(
        "SELECT w.at, r.extra FROM record r JOIN waypoint w ON w.no = r.no"
        f" WHERE r.parent = ? AND r.kind = 'waypoint' AND r.{VISIBLE}",
        (raw,),
    ).fetchall()
    noted = [at[:10] if at else json.loads(extra or "{}").get("date", "") for at, extra in rows]
    found = sorted({*dates, *filter(None, noted)})
    return found[0], found[-1]


def _counted_days(reader: Reader, track: Mapping[str, Any], zone: str) -> tuple[DaySummary, ...]:
    """Days of a track record; none of a companion's, who walked the same way."""
    if track.get("companion") is True:
        return ()
    return days_of(track, zone, reader.blobs) if is_edited(track) else stored_days(track)


def patrol_row(reader: Reader, patrol: str) -> PatrolRow | None:
    """One patrol in short; ``None`` where lists do not show it."""
    row = reader.derived.execute(f"{_COLUMNS} WHERE r.{VISIBLE} AND r.id = ?", (bytes.fromhex(patrol),)).fetchone()
    return None if row is None else _row(reader, *row)


def patrol_count(reader: Reader) -> int:
    """How many patrols lists show."""
    return reader.count("patrol")


def find_patrol(reader: Reader, name: str) -> str:
    """Id of the patrol with this id or this number; empty when there is none."""
    row = reader.derived.execute(
        f"SELECT r.id FROM patrol t JOIN record r ON r.no = t.no WHERE (t.number = ? OR hex(r.id) = ?) AND r.{VISIBLE}"
        " ORDER BY r.id LIMIT 1",
        (name, name.upper()),
    ).fetchone()
    return row[0].hex() if row else ""


def patrols_of_day(reader: Reader, day: str, *, limit: int = 20) -> tuple[str, ...]:
    """Ids of the patrols that were out on a day, an ISO date, the latest begun first; none for no day."""
    if not day:
        return ()
    rows = reader.derived.execute(
        f'SELECT r.id FROM patrol t JOIN record r ON r.no = t.no WHERE r.{VISIBLE} AND t."start" <= ?1'
        ' AND coalesce(t."end", t."start") >= ?1 ORDER BY t."start" DESC, r.no DESC LIMIT ?2',
        (day, limit),
    ).fetchall()
    return tuple(raw.hex() for (raw,) in rows)


def patrol_ids(reader: Reader) -> tuple[str, ...]:
    """Every patrol that lists show, the oldest first."""
    rows = reader.derived.execute(
        f'SELECT r.id FROM patrol t JOIN record r ON r.no = t.no WHERE r.{VISIBLE} ORDER BY t."start", r.no'
    ).fetchall()
    return tuple(raw.hex() for (raw,) in rows)

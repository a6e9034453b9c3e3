"""Patrols in short: pages of rows for lists, without what a whole patrol is made of."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.reader import Reader
from db.schema import VISIBLE

_COLUMNS = (
    "SELECT r.id, r.no, t.number, coalesce(t.\"start\", ''), coalesce(t.\"end\", ''), coalesce(t.objective, '')"
    " FROM patrol t JOIN record r ON r.no = t.no"
)


@dataclass(frozen=True, slots=True)
class DaySummary:
    """What a track record says of one of its days.

    Attributes:
        date: Local date; the empty text when its fixes have no times and nobody gave a day.
        distance_mm: Geodesic length in millimetres, whole, because a change carries no floats.
    """

    date: str
    start: str
    end: str
    points: int
    distance_mm: int

    def __str__(self) -> str:
        return f"{self.date}|{self.start}|{self.end}|{self.points}|{self.distance_mm}"

    @classmethod
    def parse(cls, text: str) -> DaySummary:
        date, start, end, points, distance = text.split("|")
        return cls(date, start, end, int(points), int(distance))


@dataclass(frozen=True, slots=True, kw_only=True)
class PatrolRow:
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
    days = [DaySummary.parse(day) for extra, _ in rows if extra for day in _counted_days(json.loads(extra))]
    legs = [(json.loads(extra) if extra else {}, transport) for extra, transport in rows if transport]
    transports = [transport for more, transport in legs if not more.get("assumed/transport")]
    dates = sorted(day.date for day in days if day.date)
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
        place=(start, no),
    )


def _counted_days(track: Mapping[str, Any]) -> Sequence[str]:
    """Days of a track record; none of a companion's, who walked the same way."""
    return () if track.get("companion") is True else track.get("days", ())


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


def patrol_ids(reader: Reader) -> tuple[str, ...]:
    """Every patrol that lists show, the oldest first."""
    rows = reader.derived.execute(
        f'SELECT r.id FROM patrol t JOIN record r ON r.no = t.no WHERE r.{VISIBLE} ORDER BY t."start", r.no'
    ).fetchall()
    return tuple(raw.hex() for (raw,) in rows)

"""The tab-delimited text of Garmin's MapSource and BaseCamp: sections of tracks and waypoints, with headings each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ranger_app.importers.csv_tracks_mapping import CsvMapping, time_order_of
from ranger_app.importers.csv_tracks_table import Table, TextLines
from ranger_app.importers.csv_tracks_text import decoded, encoding_of
from ranger_app.importers.gpx_problems import FileRefusedError, ProblemList
from ranger_app.importers.track_file import TrackFile

_HEADINGS = {
    "Position": "position", "Time": "time", "Altitude": "elevation", "Name": "name", "Description": "comment",
}  # fmt: skip
_FIX = {"position": 0, "time": 1, "elevation": 2, "track": 3, "part": 4}
_PLACE = {"position": 0, "elevation": 1, "name": 2, "comment": 3}
_WGS_84 = frozenset({"WGS 84", "WGS84", "WGS-84"})
_MOST_DAYS = 10_000
_ZONE = re.compile(r"\(UTC([+-])(\d{1,2})(?::(\d\d))?\)")
_FEET = re.compile(r"(-?\d{1,6}(?:\.\d{1,3})?) ?ft", re.IGNORECASE)


class CsvDatumUnknownError(FileRefusedError):
    """The places of a table are in a datum that is not read: on a map they would lie hundreds of metres away."""

    code = "csv-datum-unknown"


def is_garmin_text(head: bytes) -> bool:
    """Whether a file begins like such a text."""
    return decoded(head[:64], encoding_of(head)).lstrip("\ufeff\r\n ").startswith("Grid\t")


def time_order_of_garmin_text(lines: TextLines) -> str | None:
    """In which order the days of a text are written; ``None`` when it stays uncertain."""
    days: dict[str, None] = {}
    for _, kind, cells in _rows(lines):
        if kind == "Trackpoint" and cells.get("time") and len(days) < _MOST_DAYS:
            days[cells["time"].split()[0]] = None
    return time_order_of(list(days), ())


def read_garmin_text(lines: TextLines, mapping: CsvMapping, *, name: str, problems: ProblemList) -> TrackFile:
    """Read such a text, whose days and time zone are as *mapping* says; the rest of it is not looked at.

    Raises:
        CsvDatumUnknownError: Its places are in another datum than WGS 84.
    """
    fixes = Table(replace(mapping, columns=_FIX, delimiter="\t", kind="track"), problems)
    places = Table(replace(mapping, columns=_PLACE, delimiter="\t", kind="waypoints"), problems)
    track, part = "", 0
    for line, kind, cells in _rows(lines):
        match kind:
            case "Datum" if cells["name"] not in _WGS_84:
                raise CsvDatumUnknownError(name, datum=cells["name"][:40])
            case "Track":
                track, part = cells["name"], part + 1
            case "Trackpoint":
                row = [cells.get("position", ""), _time(cells.get("time", "")), _height(cells), track, str(part)]
                fixes.take(row, line)
            case "Waypoint":
                words = (cells.get(role, "") for role in ("name", "comment"))
                places.take([cells.get("position", ""), _height(cells), *words], line)
    return replace(
        fixes.track_file(name, is_whole=not places.count),
        waypoints=places.waypoints() if places.count else (),
        problems=problems.rows(),
    )


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, str, dict[str, str]]]:
    """Number of the line, first word, and cells by role; a datum or track has its name."""
    roles: list[str] = []
    for number, line in enumerate(lines, start=1):
        kind, *cells = (cell.strip() for cell in line.split("\t"))
        if kind == "Header":
            roles = [_HEADINGS.get(cell, "") for cell in cells]
        elif kind in {"Datum", "Track"}:
            yield number, kind, {"name": cells[0] if cells else ""}
        elif kind in {"Trackpoint", "Waypoint"}:
            yield number, kind, {role: cell for role, cell in zip(roles, cells, strict=False) if role}


def _time(cell: str) -> str:
    """A time with its offset as others write it."""
    match = _ZONE.search(cell)
    if match is None:
        return cell
    return f"{cell[: match.start()].strip()} {match.group(1)}{match.group(2):0>2}:{match.group(3) or '00'}"


def _height(cells: dict[str, str]) -> str:
    """A height in metres; feet are told as such in each cell."""
    cell = cells.get("elevation", "")
    match = _FEET.fullmatch(cell)
    return f"{float(match.group(1)) * 0.3048:.3f}" if match else cell

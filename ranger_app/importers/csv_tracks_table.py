"""Rows of a table on their way to columns: block by block, each cell checked, each refusal noted with its line."""

from __future__ import annotations

import csv
import io
from array import array
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from ranger_app.domain.track import NO_TIME
from ranger_app.importers.csv_tracks_cells import (
    degrees_from_cells,
    degrees_from_utm,
    numbers_from_cells,
    pairs_from_cells,
    times_from_cells,
)
from ranger_app.importers.csv_tracks_mapping import HEIGHT_UNITS, SPEED_UNITS, CsvMapping, time_order_of
from ranger_app.importers.gpx_columns import Columns
from ranger_app.importers.gpx_problems import ProblemList
from ranger_app.importers.gpx_time import TimeFlag
from ranger_app.importers.track_file import EXTRAS, ReadWaypoint, TrackFile
from ranger_app.importers.tracks_columns import (
    MOST_TRACKS,
    MOST_WAYPOINTS,
    BegunTrack,
    columns_from_numbers,
    cut_tracks,
)
from ranger_app.importers.tracks_problems import STAGE
from ranger_app.importers.tracks_waypoints import short
from ranger_app.jobs import JobContext

LONGEST_LINE = 1 << 17
"""A line that is longer is cut into several."""

_BLOCK_ROWS = 16_384
_MOST_SAMPLES = 200
_TIME_CODES = (
    (TimeFlag.UNREADABLE, "time-unreadable"),
    (TimeFlag.WITHOUT_ZONE, "time-without-zone"),
    (TimeFlag.LEAP_SECOND, "time-leap-second"),
)


class TextLines:
    """The lines of a text, one after the other, with what is wrong with them noted.

    Attributes:
        has_open_end: Whether the line given last has no end, as the last one of a file may have none.
    """

    def __init__(self, file: BinaryIO, size: int, encoding: str, problems: ProblemList, context: JobContext) -> None:
        self.has_open_end = False
        self._file, self._size, self._encoding = file, size, encoding
        self._problems, self._context = problems, context

    def __iter__(self) -> Iterator[str]:
        self._file.seek(0)
        text = io.TextIOWrapper(self._file, self._encoding, errors="replace", newline="")
        number = 0
        while line := text.readline(LONGEST_LINE):
            if number % _BLOCK_ROWS == 0:
                self._context.step(min(self._file.tell(), self._size), self._size, STAGE)
            number += 1
            self.has_open_end = not line.endswith(("\n", "\r"))
            if "\ufffd" in line:
                self._problems.note("file-wrong-encoding", f"line {number}")
            if "\x00" in line:
                line = line.replace("\x00", "") or "\n"
                self._problems.note("zeros-left-out", f"line {number}")
            yield line
        text.detach()


class Table:
    """Collects the rows of one file."""

    def __init__(self, mapping: CsvMapping, problems: ProblemList) -> None:
        self._mapping, self._problems = mapping, problems
        self._places = mapping.columns
        self._lines = array("q")
        self._cells: dict[str, list[str]] = {role: [] for role in mapping.columns}
        self._blocks: list[dict[str, NDArray[np.float64]]] = []
        self._time_us: list[NDArray[np.int64]] = []
        self._words: list[tuple[str, str]] = []
        self._tracks: list[BegunTrack] = []
        self._parts: list[int] = []
        self._track_and_part: tuple[str, str] | None = None
        self._times_told: list[str] = []
        self._times_read = 0
        self._places_told = self._places_nowhere = 0

    @property
    def has_times_of_another_order(self) -> bool:
        """Whether rows tell when they were, none of it can be read, and it is not written as the mapping says."""
        told = self._times_told
        return bool(told) and not self._times_read and time_order_of(told, ()) != self._mapping.time_order

    @property
    def is_misplaced(self) -> bool:
        """Whether most rows with a position have one that is none on Earth."""
        return 2 * self._places_nowhere > self._places_told

    @property
    def count(self) -> int:
        """Rows taken."""
        return len(self._lines)

    def read(self, lines: TextLines) -> None:
        """Take all rows after the headings; a table that is damaged is taken up to there."""
        reader = csv.reader(lines, delimiter=self._mapping.delimiter)
        heading: list[str] = []
        try:
            for row in reader:
                if reader.line_num <= self._mapping.heading_line:
                    heading = row
                elif lines.has_open_end and len(row) < len(heading):
                    self._problems.note("file-truncated", f"line {reader.line_num}")
                elif row != heading and any(cell and not cell.isspace() for cell in row):
                    self.take(row, reader.line_num)
        except csv.Error:
            self._problems.note("file-damaged", f"line {reader.line_num}")

    def take(self, row: list[str], line: int) -> None:
        """Take one row, whose cells stand where the mapping says."""
        self._lines.append(line)
        width = len(row)
        for role, column in self._cells.items():
            place = self._places[role]
            column.append(row[place] if place < width else "")
        if self._mapping.kind == "waypoints":
            self._words.append((self._last("name"), self._last("comment")))
        else:
            self._take_track(self._last("track").strip(), self._last("part").strip())
        if len(self._lines) % _BLOCK_ROWS == 0:
            self._flush()

    def _last(self, role: str) -> str:
        return self._cells[role][-1] if role in self._cells else ""

    def _take_track(self, track: str, part: str) -> None:
        before = self._track_and_part
        self._track_and_part = track, part
        if before is not None and before[0] == track:
            if before[1] != part:
                self._parts.append(len(self._lines))
            return
        if len(self._tracks) < MOST_TRACKS:
            name = short(track, f"line {self._lines[-1]}", self._problems) or None
            self._tracks.append(BegunTrack(first_number=len(self._lines), name=name))
        else:
            self._problems.note("too-many-tracks", f"line {self._lines[-1]}", most=MOST_TRACKS)
            self._parts.append(len(self._lines))

    def _flush(self) -> None:
        """Turn the cells that wait into numbers."""
        cells = self._cells
        count = len(next(iter(cells.values())))
        if not count:
            return
        first = len(self._lines) - count
        latitudes, longitudes, block = self._places_of_block()
        block["told"] = self._unreadable_places(latitudes, longitudes, block, first)
        self._places_told += int(np.count_nonzero(~np.isnan(block["latitude"] + block["longitude"])))
        nowhere = (np.abs(block["latitude"]) > 90.0) | (np.abs(block["longitude"]) > 180.0)
        self._places_nowhere += int(np.count_nonzero(nowhere))
        block["elevation"] = self._heights(cells.get("elevation", [""] * count), first)
        self._time_us.append(self._times(count, first, block["told"] == 0))
        for role in EXTRAS:
            if role in cells:
                scale = SPEED_UNITS[self._mapping.speed_unit] if role == "speed_mps" else 1.0
                block[role] = numbers_from_cells(cells[role], self._mapping.decimal) * scale
        self._blocks.append(block)
        for column in cells.values():
            column.clear()

    def _places_of_block(self) -> tuple[list[str], list[str], dict[str, NDArray[np.float64]]]:
        """What tells where the fixes are, in words, and what it means."""
        cells, decimal = self._cells, self._mapping.decimal
        if "easting" in cells:
            northings, eastings = list(cells["northing"]), list(cells["easting"])
            latitude, longitude = degrees_from_utm(
                numbers_from_cells(eastings, decimal), numbers_from_cells(northings, decimal), self._mapping.utm_zone
            )
            return northings, eastings, {"latitude": latitude, "longitude": longitude}
        latitudes, longitudes = list(cells.get("latitude", ())), list(cells.get("longitude", ()))
        if "position" in cells:
            latitudes, longitudes = pairs_from_cells(cells["position"])
        return (
            latitudes,
            longitudes,
            {
                "latitude": degrees_from_cells(latitudes, decimal),
                "longitude": degrees_from_cells(longitudes, decimal),
            },
        )

    def _unreadable_places(
        self, latitudes: list[str], longitudes: list[str], block: dict[str, NDArray[np.float64]], first: int
    ) -> NDArray[np.float64]:
        told = np.zeros(len(latitudes))
        for row in np.flatnonzero(np.isnan(block["latitude"]) | np.isnan(block["longitude"])).tolist():
            if latitudes[row].strip() and longitudes[row].strip():
                told[row] = 1.0
                value = f"{latitudes[row].strip()[:40]}, {longitudes[row].strip()[:40]}"
                self._problems.note("position-unreadable", f"line {self._lines[first + row]}", value=value)
        return told

    def _heights(self, cells: list[str], first: int) -> NDArray[np.float64]:
        heights = numbers_from_cells(cells, self._mapping.decimal) * HEIGHT_UNITS[self._mapping.height_unit]
        for row in np.flatnonzero(np.isnan(heights)).tolist():
            if cells[row].strip():
                self._problems.note(
                    "elevation-unreadable", f"line {self._lines[first + row]}", value=cells[row].strip()
                )
        return heights

    def _times(self, count: int, first: int, usable: NDArray[np.bool_]) -> NDArray[np.int64]:
        nothing = [""] * count
        dates, times = self._cells.get("date", nothing), self._cells.get("time", nothing)
        mapping = self._mapping
        time_us, flags = times_from_cells(dates, times, order=mapping.time_order, zone=mapping.zone)
        told = (one.strip() for one in (dates if "date" in self._cells else times))
        self._times_told += [one for one in told if any(sign.isdigit() for sign in one)][:_MOST_SAMPLES]
        self._times_read += int(np.count_nonzero(time_us != NO_TIME))
        for flag, code in _TIME_CODES:
            rows = np.flatnonzero(((flags & flag) != 0) & usable)
            if len(rows):
                value = f"{dates[rows[0]]} {times[rows[0]]}".strip()
                self._problems.note(code, f"line {self._lines[first + rows[0]]}", count=len(rows), value=value)
        return time_us

    def track_file(self, name: str, *, is_whole: bool = True) -> TrackFile:
        """All that was taken; a file that holds nothing says so, if this table is the whole of it."""
        is_track, problems = self._mapping.kind == "track", self._problems
        columns = self._columns()
        tracks = cut_tracks(columns, self._tracks, self._parts, problems) if is_track else ()
        waypoints = () if is_track else self._waypoints(columns)
        if is_whole and not tracks and not waypoints:
            problems.note("file-holds-nothing", "")
        return TrackFile(
            name=name,
            format="csv",
            tracks=tracks,
            waypoints=waypoints,
            problems=problems.rows(),
            point_count=len(columns.number) if is_track else 0,
            points_in_file=len(self._lines) if is_track else 0,
        )

    def waypoints(self) -> tuple[ReadWaypoint, ...]:
        """All that was taken, when the rows are waypoints."""
        return self._waypoints(self._columns())

    def _columns(self) -> Columns:
        self._flush()

        def column(name: str) -> NDArray[np.float64]:
            return np.concatenate([np.empty(0), *(block[name] for block in self._blocks)])

        return columns_from_numbers(
            column("latitude"),
            column("longitude"),
            column("elevation"),
            np.concatenate([np.empty(0, np.int64), *self._time_us]),
            extras={role: column(role) for role in EXTRAS if role in self._cells},
            problems=self._problems,
            told=column("told") == 1.0,
            place=lambda row: f"line {self._lines[row]}",
            is_of_waypoints=self._mapping.kind == "waypoints",
        )

    def _waypoints(self, columns: Columns) -> tuple[ReadWaypoint, ...]:
        if len(columns.number) > MOST_WAYPOINTS:
            where = f"line {self._lines[int(columns.number[MOST_WAYPOINTS]) - 1]}"
            more = len(columns.number) - MOST_WAYPOINTS
            self._problems.note("too-many-waypoints", where, count=more, most=MOST_WAYPOINTS)
        found = []
        for row, number in enumerate(columns.number[:MOST_WAYPOINTS].tolist()):
            name, comment = (short(text, f"line {self._lines[number - 1]}", self._problems)
                             for text in self._words[number - 1])  # fmt: skip
            found.append(
                ReadWaypoint(
                    name=name or None,
                    comment=comment or None,
                    description=None,
                    time_us=int(columns.time_us[row]),
                    longitude_deg=float(columns.longitude_deg[row]),
                    latitude_deg=float(columns.latitude_deg[row]),
                    elevation_m=float(columns.elevation_m[row]),
                )
            )
        return tuple(found)

"""The elements of KML: which coordinates, times and columns belong to which track or waypoint."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import zip_longest

import numpy as np

from ranger_app.importers.gpx_columns import MISSING, Columns, PointTexts, columns_from_texts, numbers_from_texts
from ranger_app.importers.gpx_extras import within_limits
from ranger_app.importers.gpx_problems import FixProblems, ProblemList
from ranger_app.importers.kml_texts import BLOCK_TEXTS, Texts
from ranger_app.importers.tracks_columns import MOST_TRACKS, BegunTrack, Floats
from ranger_app.importers.tracks_waypoints import WaypointWords, short

PIECE_LETTERS = 1 << 20
"""Letters of coordinates that wait to be turned into points together."""

LONGEST_TUPLE = 1000
"""Coordinates of one point that are longer than this many letters are none."""

_ABOVE_GROUND = frozenset({"relativeToGround", "relativeToSeaFloor", "clampToSeaFloor"})
_COLUMN_NAMES = {
    "heartrate": "heart_rate_bpm", "hr": "heart_rate_bpm", "cadence": "cadence_rpm", "speed": "speed_mps",
    "temperature": "temperature_c", "temp": "temperature_c", "bearing": "course_deg", "course": "course_deg",
    "heading": "course_deg", "accuracy": "accuracy_m", "accuracyhorizontal": "accuracy_m", "hdop": "hdop",
    "vdop": "vdop", "pdop": "pdop", "satellites": "satellites", "sat": "satellites",
}  # fmt: skip
"""Names of columns in ExtendedData, in small letters without signs, and what they are here."""

_SPEED_UNITS = {"km/h": 1 / 3.6, "kmh": 1 / 3.6, "kph": 1 / 3.6, "mph": 0.44704, "knots": 1852 / 3600}
_NAMESPACE = re.compile(r"/kml/(?:ext/)?(\d[\d.]{0,10})")


class KmlContent:
    """Collects what a KML file holds.

    Attributes:
        blocks: Columns of the points read so far.
        of_points: What is wrong with them.
        tracks: One for each placemark with lines or tracks, in order.
        part_numbers: Numbers of the points before which the file breaks its tracks.
        points: Points of lines and tracks.
        areas, links: Polygons and links to other files, which are counted only.
        version, creator: As the file says.
    """

    texts = frozenset(
        {"name", "description", "when", "begin", "coord", "angles", "value", "altitudeMode", "displayName", "generator"}
    )
    pieces = frozenset({"coordinates"})

    def __init__(self, problems: ProblemList) -> None:
        self.blocks: list[Columns] = []
        self.tracks: list[BegunTrack] = []
        self.part_numbers: list[int] = []
        self.waypoints: list[WaypointWords] = []
        self.points = self.areas = self.links = 0
        self.version = self.creator = ""
        self._problems = problems
        self.of_points = FixProblems("point")
        self._scales: dict[str, float] = {}
        self._field = ""
        self._begin_placemark()

    def _begin_placemark(self) -> None:
        self._name = self._description = self._when = self._mode = ""
        self._track: BegunTrack | None = None
        self._points_of_placemark: list[WaypointWords] = []
        self._area_depth = 0
        self._in_track = self._in_point = self._in_view = False
        self._whens, self._coords, self._angles = Texts(), Texts(), Texts()
        self._arrays: dict[str, Texts] = {}
        self._tail = ""
        self._first_block, self._mode_of_geometry = 0, ""

    def begin(self, name: str, parent: str, attributes: dict[str, str]) -> None:
        match name:
            case "Placemark":
                self._begin_placemark()
            case "Polygon" | "LinearRing":
                self.areas += not self._area_depth
                self._area_depth += 1
            case "LineString" | "Track" if not self._area_depth:
                self._in_track = name == "Track"
                self._begin_line()
            case "Point":
                self._in_point = True
                self._mode_of_geometry, self._tail = "", ""
            case "SimpleArrayData":
                self._field = _plain(attributes.get("name", ""))
                self._arrays.setdefault(self._field, Texts())
            case "SimpleArrayField":
                self._field = _plain(attributes.get("name", ""))
            case "NetworkLink":
                self.links += 1
            case "LookAt" | "Camera":
                self._in_view = True
            case "kml" if not parent:
                found = _NAMESPACE.search(attributes.get("xmlns", "") or " ".join(attributes.values()))
                self.version = found.group(1) if found else ""

    def piece(self, text: str) -> None:
        if self._area_depth or self._in_track or not (self._in_point or self._track):
            return
        if self._in_point:
            self._tail += text[:LONGEST_TUPLE]
            self._tail = self._tail[: 2 * LONGEST_TUPLE]
            return
        self._tail += text
        if len(self._tail) > PIECE_LETTERS:
            self._take_tuples(is_last=False)

    def end(self, name: str, parent: str, text: str) -> None:
        match name:
            case "when":
                if parent.endswith("Track"):
                    self._whens.append(text)
                elif parent == "TimeStamp" and not self._in_view:
                    self._when = self._when or text
            case "coord" if self._in_track:
                self._coords.append(text)
            case "angles" if self._in_track:
                self._angles.append(text)
            case "value" if parent == "SimpleArrayData":
                self._arrays[self._field].append(text)
            case "Track" if self._in_track:
                self._end_track()
            case "coordinates":
                self._end_coordinates(parent)
            case "LineString" if not self._area_depth:
                self._end_line()
            case "Point":
                self._in_point = False
            case "LookAt" | "Camera":
                self._in_view = False
            case "Polygon" | "LinearRing":
                self._area_depth -= 1
            case "altitudeMode":
                self._take_mode(parent, text.strip())
            case "Placemark":
                self._end_placemark()
            case _:
                self._take_words(name, parent, text)

    def finish(self) -> None:
        if self._in_track:
            self._end_track()
        elif self._tail and not self._in_point:
            # What the file breaks off in the middle of is no place.
            self._take_tuples(is_last=self._tail[-1:].isspace())
        if self._track is not None or self._points_of_placemark:
            self._end_line()
            self._end_placemark()

    def _take_words(self, name: str, parent: str, text: str) -> None:
        match name, parent:
            case "name", "Placemark":
                self._name = text
            case "description", "Placemark":
                self._description = text
            case "begin", "TimeSpan" if not self._in_view:
                self._when = self._when or text
            case "generator" | "name", "Document" | "kml" | "author" if name == "generator" or parent == "author":
                self.creator = self.creator or text.strip()[:200]
            case "displayName", "SimpleArrayField":
                unit = text.lower()
                self._scales[self._field] = next((by for word, by in _SPEED_UNITS.items() if word in unit), 1.0)

    def _take_mode(self, parent: str, mode: str) -> None:
        if parent in {"LineString", "Track", "Point"}:
            self._mode_of_geometry = mode
        elif parent == "MultiTrack":
            self._mode = mode

    def _begin_line(self) -> None:
        if self._track is None:
            self._track = BegunTrack(first_number=self.points + 1)
            if len(self.tracks) < MOST_TRACKS:
                self.tracks.append(self._track)
            else:
                self._problems.note("too-many-tracks", f"point {self.points + 1}", most=MOST_TRACKS)
        self.part_numbers.append(self.points + 1)
        self._first_block, self._mode_of_geometry, self._tail = len(self.blocks), "", ""
        self._whens, self._coords, self._angles, self._arrays = Texts(), Texts(), Texts(), {}

    def _end_coordinates(self, parent: str) -> None:
        if parent == "Point" and self._in_point and not self._area_depth:
            latitude, longitude, elevation = _position(self._tail)
            if self._mode_of_geometry in _ABOVE_GROUND and elevation is not MISSING:
                self._problems.note("heights-above-ground", f"waypoint {self._count_of_waypoints() + 1}")
                elevation = MISSING
            if self._mode_of_geometry != "absolute" and not numbers_from_texts([elevation])[0]:
                # Drawn on the ground, not measured.
                elevation = MISSING
            self._points_of_placemark.append(WaypointWords(latitude=latitude, longitude=longitude, elevation=elevation))
        elif parent == "LineString" and self._track is not None:
            self._take_tuples(is_last=True)
        self._tail = ""

    def _count_of_waypoints(self) -> int:
        return len(self.waypoints) + len(self._points_of_placemark)

    def _take_tuples(self, *, is_last: bool) -> None:
        """Turn coordinates into points; a tuple that more text may belong to waits, unless it *is_last*."""
        ends_with_blank = self._tail[-1:].isspace()
        tuples = ",".join(part.strip() for part in self._tail.split(",")).split()
        self._tail = ""
        if not is_last and tuples:
            # More digits may come, or a blank and then a comma.
            self._tail = tuples.pop()[: LONGEST_TUPLE + 1] + (" " if ends_with_blank else "")
        for start in range(0, len(tuples), BLOCK_TEXTS):
            some = [_position(one) for one in tuples[start : start + BLOCK_TEXTS]]
            self._take_block(some, [""] * len(some), {})

    def _take_block(self, places: list[tuple[str, str, str]], times: list[str], extras: dict[str, Floats]) -> None:
        first = self.points + 1
        self.points += len(places)
        texts = PointTexts(
            number=[*range(first, self.points + 1)],
            latitude=[latitude for latitude, _, _ in places],
            longitude=[longitude for _, longitude, _ in places],
            elevation=[elevation for _, _, elevation in places],
            time=times,
        )
        block = columns_from_texts(texts, self.of_points)
        taken = {name: within_limits(name, column)[block.number - first] for name, column in extras.items()}
        self.blocks.append(replace(block, extras=taken))

    def _end_track(self) -> None:
        self._in_track = False
        whens, coords = self._whens, self._coords
        if whens and len(whens) != len(coords):
            self._problems.note(
                "times-and-places-differ", f"track {len(self.tracks)}", times=len(whens), places=len(coords)
            )
        extras, start = self._columns_of_track(len(coords)), 0
        none: list[str] = []
        for some, times in zip_longest(coords.blocks(), whens.blocks(), fillvalue=none):
            if not some:
                break
            places = [_position(one[: LONGEST_TUPLE + 1], None) for one in some]
            times = times[: len(some)] + [""] * (len(some) - len(times))
            self._take_block(places, times, {name: column[start:][: len(some)] for name, column in extras.items()})
            start += len(some)
        self._mode_of_geometry = self._mode_of_geometry or self._mode
        self._end_line()

    def _columns_of_track(self, count: int) -> dict[str, Floats]:
        """Columns of *count* values, NaN where the file has fewer."""
        columns: dict[str, Floats] = {}
        if len(self._angles):
            columns["course_deg"] = _filled(self._angles, count)
        for field, texts in self._arrays.items():
            name = _COLUMN_NAMES.get(field)
            if name is not None and len(texts):
                columns[name] = _filled(texts, count) * self._scales.get(field, 1.0)
        return columns

    def _end_line(self) -> None:
        """Look at the heights of the line that ends: only those above the sea are heights of fixes."""
        blocks = self.blocks[self._first_block :]
        heights = np.concatenate([block.elevation_m for block in blocks]) if blocks else np.empty(0)
        known = heights[~np.isnan(heights)]
        code = ""
        if self._mode_of_geometry in _ABOVE_GROUND:
            code = "heights-above-ground"
        elif self._mode_of_geometry != "absolute" and not known.any():
            code = "heights-all-zero"
        if code and len(known):
            self._problems.note(code, f"track {len(self.tracks)}", count=len(known))
            for place, block in enumerate(blocks, start=self._first_block):
                self.blocks[place] = replace(block, elevation_m=np.full(len(block.number), np.nan))
        self._first_block = len(self.blocks)

    def _end_placemark(self) -> None:
        where = f"track {len(self.tracks)}"
        if self._track is not None:
            self._track.name = short(self._name, where, self._problems) or None
        for waypoint in self._points_of_placemark:
            waypoint.name, waypoint.description, waypoint.time = self._name, self._description, self._when.strip()
        self.waypoints += self._points_of_placemark
        self._begin_placemark()


def _filled(texts: Texts, count: int) -> Floats:
    """The first number of each text, *count* in all, NaN where there is none."""
    numbers = [numbers_from_texts([(one.split() or [MISSING])[0] for one in block]) for block in texts.blocks()]
    values = np.concatenate(numbers)
    return np.concatenate((values[:count], np.full(max(0, count - len(values)), np.nan)))


def _plain(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower())


def _position(text: str, separator: str | None = ",") -> tuple[str, str, str]:
    """Latitude, longitude and height, which stand in another order in KML."""
    parts = text.split(separator) if len(text) <= LONGEST_TUPLE else []
    if separator is None and len(parts) == 1:
        parts = text.split(",")
    parts = [part.strip() or MISSING for part in parts] + [MISSING] * 3
    return parts[1], parts[0], parts[2]

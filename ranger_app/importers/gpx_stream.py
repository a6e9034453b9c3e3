"""The elements of GPX: which texts belong to which point, and nothing kept that is not needed."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from ranger_app.importers.gpx_columns import MISSING, Columns, PointTexts, columns_from_texts
from ranger_app.importers.gpx_extras import EXTENSIONS, IN_EXTENSIONS, OWN, WRAPPER
from ranger_app.importers.gpx_problems import FixProblems, ProblemList
from ranger_app.importers.gpx_xml import Element, XmlWalk

BLOCK_POINTS = 16_384
"""Points whose texts wait to be turned into columns together."""

LONGEST_TEXT = 10_000
"""Names and comments are cut after so many characters; the original is kept whole."""

MOST_TRACKS = 10_000
"""Further tracks of a file become parts of the last one."""

MOST_WAYPOINTS = 100_000
"""Further waypoints of a file are left out."""


@dataclass(slots=True)
class TrackTexts:
    """What a file says about one track besides its points; *first_number* is the number of its first point."""

    first_number: int
    name: str | None = None


@dataclass(slots=True)
class WaypointTexts:
    """One waypoint in the file's own words: *texts* by the name of the element, the first of each."""

    latitude: str
    longitude: str
    texts: dict[str, str] = field(default_factory=dict)


class GpxStream:
    """Collects what a GPX file holds while `walk` is fed with it.

    Attributes:
        walk: To be fed with the bytes of the file.
        segment: The element whose children are the points of a track.
        blocks: Columns of the points read so far, in any order.
        fix_problems: What is wrong with points, to be told when all are read.
        tracks: Every track begun, in order.
        segment_numbers: Numbers of the points before which the file breaks its tracks, ascending.
        waypoints: Every waypoint ended, in order.
        points: Points of tracks begun, those without a usable position too.
        routes, route_points: Routes and their points, which are counted only.
        version, creator: As the root says.
    """

    def __init__(self, problems: ProblemList, *, file: str, encoding: str | None = None) -> None:
        self.blocks: list[Columns] = []
        self.tracks: list[TrackTexts] = []
        self.segment_numbers: list[int] = []
        self.waypoints: list[WaypointTexts] = []
        self.points = self.routes = self.route_points = 0
        self.version = self.creator = ""
        self._problems = problems
        self.fix_problems = FixProblems("point")
        self._texts = PointTexts()
        self._point_elevation, self._point_time = MISSING, ""
        self._track = TrackTexts(1)
        self._waypoint = WaypointTexts(MISSING, MISSING)
        self.walk = XmlWalk(
            self._grammar(),
            root_name="gpx",
            namespace="topografix.com/GPX/",
            missed=("trkpt", "fix-out-of-place"),
            file=file,
            problems=problems,
            encoding=encoding,
        )

    def take_fixes(self, fixes: Columns, points: int) -> None:
        """Add what somebody else has read of the next *points* points of the segment that stands open."""
        self.points += points
        self.blocks.append(fixes)

    def flush(self) -> None:
        """Turn the points still waiting into columns.

        One that has not ended keeps what of it was complete; where its time is what was lost it is left out: the whole
        file tells it once more, and as another fix.
        """
        texts = self._texts
        if len(texts.latitude) > len(texts.elevation):
            if self._point_time or not (any(texts.time) or self.blocks):
                texts.elevation.append(self._point_elevation)
                texts.time.append(self._point_time)
            else:
                self._leave_out_last()
        if texts.number:
            self.blocks.append(columns_from_texts(texts, self.fix_problems))
            self._texts = PointTexts()

    def _leave_out_last(self) -> None:
        texts = self._texts
        row = len(texts.number) - 1
        for column in (texts.number, texts.latitude, texts.longitude):
            column.pop()
        for rows, values in texts.extras.values():
            if rows and rows[-1] == row:
                rows.pop()
                values.pop()

    def close(self) -> None:
        """Let go of parser and grammar, which hold this: over thousands of files nobody must look for garbage."""
        self.walk.close()
        self.__dict__.clear()

    def _grammar(self) -> Element:
        """What GPX 1.0 and 1.1 have in common, as far as tracks and waypoints go, and what loggers add to points."""
        extended = {name: Element(take=partial(self._take_extra, column)) for name, column in IN_EXTENSIONS.items()}
        of_point = {
            "ele": Element(take=self._take_elevation),
            "time": Element(take=self._take_time),
            EXTENSIONS: Element(foreign={**extended, WRAPPER: Element(foreign=extended)}),
            **{name: Element(take=partial(self._take_extra, column)) for name, column in OWN.items()},
        }
        point = Element(begin=self._begin_point, end=self._end_point, children=of_point)
        loose_point = Element(begin=self._begin_loose_point, end=self._end_point, children=of_point)
        segment = self.segment = Element(begin=self._begin_segment, end=self._break_track, children={"trkpt": point})
        of_track = {"name": Element(take=self._take_track_name), "trkseg": segment, "trkpt": loose_point}
        of_waypoint = {
            name: Element(take=partial(self._take_waypoint_text, name))
            for name in ("ele", "time", "name", "cmt", "desc")
        }
        route_point = Element(begin=self._begin_route_point)
        return Element(
            begin=self._begin_root,
            children={
                "trk": Element(begin=self._begin_track, children=of_track),
                "wpt": Element(begin=self._begin_waypoint, end=self._end_waypoint, children=of_waypoint),
                "rte": Element(begin=self._begin_route, children={"rtept": route_point}),
            },
        )

    def _begin_root(self, attributes: list[str]) -> None:
        named = dict(zip(attributes[::2], attributes[1::2], strict=True))
        self.version, self.creator = named.get("version", "")[:20], named.get("creator", "")[:200]

    def _begin_track(self, _attributes: list[str]) -> None:
        self._break_track()
        self._track = TrackTexts(self.points + 1)
        if len(self.tracks) < MOST_TRACKS:
            self.tracks.append(self._track)
        else:
            self._problems.note("too-many-tracks", f"line {self.walk.line}", most=MOST_TRACKS)

    def _take_track_name(self, text: str) -> None:
        if self._track.name is None:
            self._track.name = self._words(text)

    def _begin_segment(self, _attributes: list[str]) -> None:
        self._break_track()

    def _break_track(self) -> None:
        if not self.segment_numbers or self.segment_numbers[-1] != self.points + 1:
            self.segment_numbers.append(self.points + 1)

    def _begin_point(self, attributes: list[str]) -> None:
        self.points += 1
        latitude, longitude = _position(attributes)
        self._texts.number.append(self.points)
        self._texts.latitude.append(latitude)
        self._texts.longitude.append(longitude)
        self._point_elevation, self._point_time = MISSING, ""

    def _begin_loose_point(self, attributes: list[str]) -> None:
        self._begin_point(attributes)
        self._problems.note("fix-outside-segment", f"point {self.points}")

    def _take_elevation(self, text: str) -> None:
        if self._point_elevation is MISSING:
            self._point_elevation = text

    def _take_time(self, text: str) -> None:
        self._point_time = self._point_time or text

    def _end_point(self) -> None:
        self._texts.elevation.append(self._point_elevation)
        self._texts.time.append(self._point_time)
        if len(self._texts.time) >= BLOCK_POINTS:
            self.flush()

    def _take_extra(self, column: str, text: str) -> None:
        rows, texts = self._texts.extras.setdefault(column, ([], []))
        row = len(self._texts.number) - 1
        if not rows or rows[-1] != row:
            rows.append(row)
            texts.append(text)

    def _begin_waypoint(self, attributes: list[str]) -> None:
        self._waypoint = WaypointTexts(*_position(attributes))

    def _take_waypoint_text(self, name: str, text: str) -> None:
        if name not in self._waypoint.texts:
            self._waypoint.texts[name] = self._words(text)

    def _end_waypoint(self) -> None:
        if len(self.waypoints) < MOST_WAYPOINTS:
            self.waypoints.append(self._waypoint)
        else:
            self._problems.note("too-many-waypoints", f"line {self.walk.line}", most=MOST_WAYPOINTS)

    def _begin_route(self, _attributes: list[str]) -> None:
        self.routes += 1

    def _begin_route_point(self, _attributes: list[str]) -> None:
        self.route_points += 1

    def _words(self, text: str) -> str:
        words = text.strip()
        if len(words) > LONGEST_TEXT:
            self._problems.note("text-cut", f"line {self.walk.line}", most=LONGEST_TEXT)
        return words[:LONGEST_TEXT]


def _position(attributes: list[str]) -> tuple[str, str]:
    """Latitude and longitude among alternating names and values; `MISSING` where there is none."""
    if len(attributes) == 4 and attributes[0] == "lat" and attributes[2] == "lon":
        return attributes[1], attributes[3]
    named = dict(zip(attributes[::2], attributes[1::2], strict=True))
    return named.get("lat", MISSING), named.get("lon", MISSING)

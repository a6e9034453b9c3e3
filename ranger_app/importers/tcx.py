"""TCX files of Garmin's training programs: activities and courses become tracks, course points waypoints."""

from __future__ import annotations

from pathlib import Path

from ranger_app.importers.gpx_columns import MISSING, Columns, PointTexts, columns_from_texts, joined
from ranger_app.importers.gpx_problems import FixProblems, ProblemList
from ranger_app.importers.sniff import FileKind
from ranger_app.importers.track_file import TrackFile
from ranger_app.importers.tracks_columns import MOST_TRACKS, BegunTrack, cut_tracks
from ranger_app.importers.tracks_waypoints import WaypointWords, short, waypoints_from_words
from ranger_app.importers.tracks_xml import walk_xml
from ranger_app.jobs import JobContext

BLOCK_POINTS = 16_384
"""Points whose texts wait to be turned into columns together."""

_OF_POINT = {
    ("Time", "Trackpoint"): "time",
    ("LatitudeDegrees", "Position"): "latitude",
    ("LongitudeDegrees", "Position"): "longitude",
    ("AltitudeMeters", "Trackpoint"): "elevation",
    ("Value", "HeartRateBpm"): "heart_rate_bpm",
    ("Cadence", "Trackpoint"): "cadence_rpm",
    ("RunCadence", "TPX"): "cadence_rpm",
    ("Speed", "TPX"): "speed_mps",
}
_OF_COURSE_POINT = {
    ("Name", "CoursePoint"): "name",
    ("Time", "CoursePoint"): "time",
    ("LatitudeDegrees", "Position"): "latitude",
    ("LongitudeDegrees", "Position"): "longitude",
    ("AltitudeMeters", "CoursePoint"): "elevation",
    ("PointType", "CoursePoint"): "comment",
    ("Notes", "CoursePoint"): "description",
}


def read_tcx(source: Path | bytes, *, name: str, context: JobContext | None = None) -> TrackFile:
    """Read one TCX file.

    Args:
        source: Where the file lies, or its content.
        name: What the file is called in problems and errors.
        context: Told how many bytes are read; may stop the reading.

    Raises:
        FileRefusedError: The file cannot be opened, is hostile or no TCX.
        Cancelled: A stop was asked for.
    """
    content, problems = walk_xml(source, TcxContent, kind=FileKind.TCX, name=name, context=context or JobContext())
    columns = joined(content.blocks)
    content.of_points.tell(problems)
    tracks = cut_tracks(columns, content.tracks, content.part_numbers, problems)
    waypoints = waypoints_from_words(content.waypoints, problems)
    if not tracks and not waypoints:
        problems.note("file-holds-nothing", "")
    return TrackFile(
        name=name,
        format="tcx",
        version=content.version,
        creator=content.creator or content.author,
        tracks=tracks,
        waypoints=waypoints,
        problems=problems.rows(),
        point_count=len(columns.number),
        points_in_file=content.points,
    )


class TcxContent:
    """Collects what a TCX file holds.

    Attributes:
        blocks: Columns of the points read so far.
        of_points: What is wrong with them.
        tracks: Every activity and course begun, in order.
        part_numbers: Numbers of the points before which the file breaks its tracks.
        points: Track points of the file.
        version, creator, author: As the file says; the creator is the receiver, the author the program.
    """

    texts = frozenset({name for name, _ in (*_OF_POINT, *_OF_COURSE_POINT)} | {"UnitId"})
    pieces: frozenset[str] = frozenset()

    def __init__(self, problems: ProblemList) -> None:
        self.blocks: list[Columns] = []
        self.of_points = FixProblems("point")
        self.tracks: list[BegunTrack] = []
        self.part_numbers: list[int] = []
        self.waypoints: list[WaypointWords] = []
        self.points = 0
        self.version = self.creator = self.author = ""
        self._problems = problems
        self._texts = PointTexts()
        self._point: dict[str, str] | None = None
        self._waypoint: WaypointWords | None = None
        self._track = BegunTrack(first_number=1)
        self._tracks_of_lap = 0

    def begin(self, name: str, parent: str, attributes: dict[str, str]) -> None:
        match name:
            case "Trackpoint":
                self._point = {}
                self.points += 1
            case "CoursePoint":
                self._waypoint = WaypointWords()
            case "Activity" | "Course" if parent in {"Activities", "Courses", "MultiSportSession", "NextSport",
                                                     "FirstSport"}:  # fmt: skip
                self._begin_track(name)
            case "Lap":
                self._tracks_of_lap = 0
            case "Track":
                self._tracks_of_lap += 1
                if self._tracks_of_lap > 1:
                    self.part_numbers.append(self.points + 1)
            case "TrainingCenterDatabase":
                self.version = _version(attributes)

    def piece(self, text: str) -> None:
        """Nothing in TCX is read in pieces."""

    def end(self, name: str, parent: str, text: str) -> None:
        if self._point is not None:
            if (column := _OF_POINT.get((name, parent))) is not None:
                self._point.setdefault(column, text)
            elif name == "Trackpoint":
                self._end_point()
        elif self._waypoint is not None:
            if (column := _OF_COURSE_POINT.get((name, parent))) is not None:
                setattr(self._waypoint, column, text)
            elif name == "CoursePoint":
                self.waypoints.append(self._waypoint)
                self._waypoint = None
        elif name == "Name" and parent in {"Creator", "Author", "Course"}:
            self._take_name(parent, short(text, f"track {len(self.tracks)}", self._problems))
        elif name == "UnitId" and parent == "Creator" and text.strip() not in {"", "0"}:
            self._track.device = f"{self._track.device} {text.strip()[:40]}".strip()

    def finish(self) -> None:
        if self._point is not None:
            self._end_point()
        self._flush()

    def _begin_track(self, name: str) -> None:
        self._tracks_of_lap = 0
        self._track = BegunTrack(first_number=self.points + 1)
        if len(self.tracks) < MOST_TRACKS:
            self.tracks.append(self._track)
        else:
            self._problems.note("too-many-tracks", f"point {self.points + 1}", most=MOST_TRACKS)
            self.part_numbers.append(self.points + 1)
        if name == "Course":
            self._problems.note("course-taken", f"track {len(self.tracks)}")

    def _take_name(self, parent: str, name: str) -> None:
        match parent:
            case "Creator":
                self.creator = self.creator or name[:200]
                self._track.device = f"{name[:200]} {self._track.device}".strip()
            case "Author":
                self.author = name[:200]
            case _:
                self._track.name = name or None

    def _end_point(self) -> None:
        point = self._point or {}
        self._point = None
        if not self.tracks:
            self._begin_track("Activity")
            self.tracks[0].first_number = self.points
        texts, row = self._texts, len(self._texts.number)
        texts.number.append(self.points)
        texts.latitude.append(point.pop("latitude", MISSING))
        texts.longitude.append(point.pop("longitude", MISSING))
        texts.elevation.append(point.pop("elevation", MISSING))
        texts.time.append(point.pop("time", ""))
        for name, text in point.items():
            rows, of_name = texts.extras.setdefault(name, ([], []))
            rows.append(row)
            of_name.append(text)
        if row + 1 >= BLOCK_POINTS:
            self._flush()

    def _flush(self) -> None:
        if self._texts.number:
            self.blocks.append(columns_from_texts(self._texts, self.of_points))
            self._texts = PointTexts()


def _version(attributes: dict[str, str]) -> str:
    """The version in the namespace, such as 2."""
    spaces = [value for key, value in attributes.items() if key.startswith("xmlns")]
    found = next((value for value in spaces if "/TrainingCenterDatabase/" in value), "")
    return found.rpartition("/v")[2][:20]

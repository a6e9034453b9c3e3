"""The real track files, read by us and by gpxpy, and the table of docs/formats/gpx.md made from both.

``python -m tests.gpx_corpus`` writes the table into the page anew.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import gpxpy
import gpxpy.gpx

from ranger_app.errors import RangerAppError
from ranger_app.importers.gpx import read_gpx
from ranger_app.importers.track_file import TrackFile
from ranger_app.problem import Problem

TRACKS = Path(__file__).parent / "data" / "tracks"
PAGE = Path(__file__).parent.parent / "docs" / "formats" / "gpx.md"
BEGIN, END = "<!-- table of the corpus: begin -->", "<!-- table of the corpus: end -->"

EXPLAINED = {
    "OpenTracks/legacy_gpx_pause_resume.gpx": (
        "gpxpy counts two points at latitude 100 and 200, by which OpenTracks once marked a pause; we leave them out"
    ),
    "togeojson/bad.gpx": (
        "gpxpy refuses the file for its first position, which is the word undefined; we leave such points out"
    ),
}
"""Files whose counts differ between gpxpy and us, and why; everything else must be equal."""


@dataclass(frozen=True)
class Counts:
    """Track points, waypoints, and tracks with points."""

    points: int
    waypoints: int
    tracks: int

    def __str__(self) -> str:
        return f"{self.points} / {self.waypoints} / {self.tracks}"


def gpx_names() -> list[str]:
    """Every .gpx file of the corpus, by its path inside it."""
    return sorted(path.relative_to(TRACKS).as_posix() for path in TRACKS.rglob("*.gpx"))


def other_names() -> list[str]:
    """Every FIT, KML, TCX and NMEA file of the corpus."""
    kinds = ("fit", "kml", "tcx", "nmea")
    return sorted(path.relative_to(TRACKS).as_posix() for kind in kinds for path in TRACKS.rglob(f"*.{kind}"))


def ours(name: str) -> TrackFile:
    """The file as we read it."""
    return read_gpx(TRACKS / name, name=name)


def counts(file: TrackFile) -> Counts:
    """How much of a file we took."""
    return Counts(file.point_count, len(file.waypoints), len(file.tracks))


def theirs(name: str) -> gpxpy.gpx.GPX | None:
    """The file as gpxpy reads it; ``None`` when it refuses."""
    logging.getLogger("gpxpy").setLevel(logging.CRITICAL)
    logging.getLogger("gpxpy.parser").setLevel(logging.CRITICAL)
    try:
        return gpxpy.parse((TRACKS / name).read_bytes())
    except gpxpy.gpx.GPXException:
        return None


def their_counts(file: gpxpy.gpx.GPX) -> Counts:
    """How much of a file gpxpy took."""
    with_points = [track for track in file.tracks if track.get_points_no()]
    return Counts(file.get_track_points_no(), len(file.waypoints), len(with_points))


def refusal(name: str) -> str:
    """The code by which a file that is not GPX is refused; empty when it is read."""
    try:
        ours(name)
    except RangerAppError as error:
        return error.code
    return ""


def table() -> str:
    """Every GPX file with what both readers took of it, and every problem we name."""
    lines = [
        "| file | ours: points / waypoints / tracks | gpxpy's | what we say about it |",
        "| --- | --- | --- | --- |",
    ]
    for name in gpx_names():
        file, other = ours(name), theirs(name)
        other_words = "refused" if other is None else "the same"
        if other is not None and their_counts(other) != counts(file):
            other_words = str(their_counts(other))
        said = "; ".join(_said(problem) for problem in file.problems)
        if name in EXPLAINED:
            said = f"**{EXPLAINED[name]}**; {said}"
        lines.append(f"| {name} | {counts(file)} | {other_words} | {said} |")
    return "\n".join(lines)


def page_with_table(page: str) -> str:
    """The page with the table between its two marks made anew."""
    before, _mark, rest = page.partition(BEGIN)
    _old, _mark, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def _said(problem: Problem) -> str:
    times = f" x {problem.count}" if problem.count > 1 else ""
    where = f" ({problem.where})" if problem.where else ""
    return f"`{problem.code}`{times}{where}"


if __name__ == "__main__":
    PAGE.write_text(page_with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

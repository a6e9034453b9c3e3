"""KML files: points become waypoints, lines and gx:Tracks become tracks; areas and links are left out and told."""

from __future__ import annotations

from pathlib import Path

from ranger_app.importers.gpx_columns import joined
from ranger_app.importers.kml_content import KmlContent
from ranger_app.importers.sniff import FileKind
from ranger_app.importers.track_file import TrackFile
from ranger_app.importers.tracks_columns import cut_tracks
from ranger_app.importers.tracks_waypoints import waypoints_from_words
from ranger_app.importers.tracks_xml import walk_xml
from ranger_app.jobs import JobContext


def read_kml(source: Path | bytes, *, name: str, context: JobContext | None = None) -> TrackFile:
    """Read one KML file of version 2.0 to 2.3.

    Args:
        source: Where the file lies, or its content.
        name: What the file is called in problems and errors.
        context: Told how many bytes are read; may stop the reading.

    Raises:
        FileRefusedError: The file cannot be opened, is hostile or no KML.
        Cancelled: A stop was asked for.
    """
    content, problems = walk_xml(source, KmlContent, kind=FileKind.KML, name=name, context=context or JobContext())
    columns = joined(content.blocks)
    content.of_points.tell(problems)
    tracks = cut_tracks(columns, content.tracks, content.part_numbers, problems)
    waypoints = waypoints_from_words(content.waypoints, problems)
    for code, count in (("area-left-out", content.areas), ("link-left-out", content.links)):
        if count:
            problems.note(code, "", count=count)
    if not tracks and not waypoints:
        problems.note("file-holds-nothing", "")
    return TrackFile(
        name=name,
        format="kml",
        version=content.version,
        creator=content.creator,
        tracks=tracks,
        waypoints=waypoints,
        problems=problems.rows(),
        point_count=len(columns.number),
        points_in_file=content.points,
    )

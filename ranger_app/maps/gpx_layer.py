"""GPX as a layer: tracks become lines, waypoints points; read by the same reader that imports patrols."""

from __future__ import annotations

from array import array
from pathlib import Path

import numpy as np

from ranger_app.importers.gpx import read_gpx
from ranger_app.jobs import JobContext
from ranger_app.maps.columns import Value
from ranger_app.maps.vector_file import LINE, POINT
from ranger_app.maps.vector_maker import VectorMaker


def read_gpx_layer(path: Path, maker: VectorMaker, *, context: JobContext) -> None:
    """Give all tracks and waypoints of a file to *maker*.

    Raises:
        FileRefusedError: It is hostile, too large, or the disk does not give it.
    """
    found = read_gpx(path, name=path.name, context=context)
    for track in found.tracks:
        places = np.column_stack([track.track.longitude_deg, track.track.latitude_deg])
        parts = [array("d", places[start:stop].tobytes()) for start, stop in track.track.parts()]
        maker.feature(LINE, parts, _named(track.name))
    for waypoint in found.waypoints:
        values = {**_named(waypoint.name), "comment": waypoint.comment, "description": waypoint.description}
        place = array("d", (waypoint.longitude_deg, waypoint.latitude_deg))
        maker.feature(POINT, [place], values)
    for problem in found.problems:
        maker.note(problem.code, **{fact: str(value) for fact, value in problem.facts.items()})


def _named(name: str | None) -> dict[str, Value]:
    return {"name": name}

"""Waypoints in a file's own words, and what of them can be used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ranger_app.importers.gpx_columns import MISSING, PointTexts, columns_from_texts
from ranger_app.importers.gpx_problems import FixProblems, ProblemList
from ranger_app.importers.track_file import ReadWaypoint
from ranger_app.importers.tracks_columns import LONGEST_TEXT, MOST_WAYPOINTS


@dataclass(slots=True, kw_only=True)
class WaypointWords:
    """One waypoint as the file has it; `MISSING` where it has no number."""

    latitude: str = MISSING
    longitude: str = MISSING
    elevation: str = MISSING
    time: str = ""
    name: str = ""
    comment: str = ""
    description: str = ""


def waypoints_from_words(words: list[WaypointWords], problems: ProblemList) -> tuple[ReadWaypoint, ...]:
    """Those with a usable position, in the order given; what cannot be used is noted."""
    if len(words) > MOST_WAYPOINTS:
        where, more = f"waypoint {MOST_WAYPOINTS + 1}", len(words) - MOST_WAYPOINTS
        problems.note("too-many-waypoints", where, count=more, most=MOST_WAYPOINTS)
    taken = words[:MOST_WAYPOINTS]
    texts = PointTexts(
        number=[*range(1, len(taken) + 1)],
        latitude=[one.latitude for one in taken],
        longitude=[one.longitude for one in taken],
        elevation=[one.elevation for one in taken],
        time=[one.time for one in taken],
    )

    def told(number: int) -> list[str]:
        one = taken[number - 1]
        return [short(text, f"waypoint {number}", problems) for text in (one.name, one.comment, one.description)]

    return waypoints_of(texts, told, problems)


def waypoints_of(
    texts: PointTexts, told: Callable[[int], Sequence[str | None]], problems: ProblemList
) -> tuple[ReadWaypoint, ...]:
    """Those of *texts* with a usable position, in the order given; what cannot be used is noted.

    Args:
        texts: Numbered from 1.
        told: Answers name, comment and description of the waypoint of a number.
    """
    if not len(texts.number):
        return ()
    of_waypoints = FixProblems("waypoint")
    columns = columns_from_texts(texts, of_waypoints)
    of_waypoints.tell(problems)
    rows = zip(
        columns.number.tolist(),
        columns.time_us.tolist(),
        columns.longitude_deg.tolist(),
        columns.latitude_deg.tolist(),
        columns.elevation_m.tolist(),
        strict=True,
    )
    found = []
    for number, time_us, longitude, latitude, elevation in rows:
        name, comment, description = told(number)
        found.append(
            ReadWaypoint(
                name=name or None,
                comment=comment or None,
                description=description or None,
                time_us=time_us,
                longitude_deg=longitude,
                latitude_deg=latitude,
                elevation_m=elevation,
            )
        )
    return tuple(found)


def short(text: str, where: str, problems: ProblemList) -> str:
    """*text* without blanks around it, at most `LONGEST_TEXT` characters of it."""
    words = text.strip()
    if len(words) > LONGEST_TEXT:
        problems.note("text-cut", where, most=LONGEST_TEXT)
    return words[:LONGEST_TEXT]

"""Careful readers of track files, written anew and slowly: what ours say must be what these say, fix by fix.

They share nothing with the program but the constant for no time and the limits of heights that the pages tell.
"""

from __future__ import annotations

import datetime as dt
import functools
import math
import operator
import warnings
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, getcontext
from pathlib import Path
from typing import Any

import fitdecode

from ranger_app.domain.track import NO_TIME

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
FIRST, LAST = dt.datetime(1980, 1, 6, tzinfo=dt.UTC), dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
getcontext().prec = 50


@dataclass
class Fix:
    """One fix; NaN and ``NO_TIME`` where nothing is known."""

    latitude: float
    longitude: float
    elevation: float = math.nan
    time_us: int = NO_TIME
    extras: dict[str, float] = field(default_factory=dict)


@dataclass
class Reference:
    """What a file holds: tracks with at least one fix, waypoints by place, and points in all."""

    tracks: list[list[Fix]] = field(default_factory=list)
    waypoints: list[tuple[str | None, float, float]] = field(default_factory=list)
    points: int = 0


def reference(path: Path) -> Reference:
    """Read a file by the ending of its name."""
    readers = {".fit": fit, ".kml": kml, ".tcx": tcx, ".nmea": nmea}
    found = readers[path.suffix](path)
    found.tracks = [track for track in found.tracks if track]
    return found


def fit(path: Path) -> Reference:
    """The loop of fitdecode's own page, with all it does by default."""
    found = Reference()
    frames = fitdecode.FitReader(path.read_bytes())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for frame in _until_it_breaks(frames):
            if frame.frame_type == fitdecode.FIT_FRAME_HEADER:
                found.tracks.append([])
            elif frame.frame_type == fitdecode.FIT_FRAME_DATA and frame.name == "record":
                found.points += 1
                if (fix := _fix_of_record(frame)) is not None:
                    found.tracks[-1].append(fix)
    return found


def _until_it_breaks(frames: Any) -> Iterator[Any]:
    try:
        yield from frames
    except fitdecode.FitError:
        return


def _fix_of_record(frame: Any) -> Fix | None:
    def value(*names: str) -> float:
        for name in names:
            named = [one for one in frame.fields if one.name == name]
            for one in [one for one in named if not one.is_expanded] or named:
                if isinstance(one.value, (int, float)):
                    return float(one.value)
        return math.nan

    latitude, longitude = value("position_lat") * 180 / 2**31, value("position_long") * 180 / 2**31
    if math.isnan(latitude) or math.isnan(longitude):
        return None
    moment = frame.get_value("timestamp", fallback=None)
    extras = {
        "speed_mps": value("enhanced_speed", "speed"),
        "accuracy_m": value("gps_accuracy"),
        "heart_rate_bpm": value("heart_rate"),
        "cadence_rpm": value("cadence")
        + (0 if math.isnan(value("fractional_cadence")) else value("fractional_cadence")),
        "temperature_c": value("temperature"),
    }
    return Fix(latitude, longitude, value("enhanced_altitude", "altitude"), _time_us(moment), extras)


def kml(path: Path) -> Reference:
    """Every placemark of the tree; the tree is small enough to be held."""
    found = Reference()
    for placemark in _all(ET.parse(path).getroot(), "Placemark"):
        name = (_text(placemark, "name") or "").strip() or None
        for point in _all(placemark, "Point"):
            if (place := _place((_text(point, "coordinates") or "").split(","))) is not None:
                found.waypoints.append((name, place.latitude, place.longitude))
        track: list[Fix] = []
        for line in placemark.iter():
            if _local(line) == "LineString":
                _take_line(found, track, line, [one.split(",") for one in (_text(line, "coordinates") or "").split()])
            elif _local(line) == "Track":
                _take_line(found, track, line, [(one.text or "").split() for one in line if _local(one) == "coord"])
        found.tracks.append(track)
    return found


def _take_line(found: Reference, track: list[Fix], line: ET.Element, tuples: list[list[str]]) -> None:
    found.points += len(tuples)
    whens = [one.text or "" for one in line if _local(one) == "when"]
    arrays = {one.get("name", ""): [value.text or "" for value in one] for one in _all(line, "SimpleArrayData")}
    fixes = []
    for number, parts in enumerate(tuples):
        fix = _place(parts)
        if fix is None:
            continue
        if number < len(whens):
            fix.time_us = _time_us(dt.datetime.fromisoformat(whens[number]))
        if "speed" in arrays and number < len(arrays["speed"]):
            fix.extras["speed_mps"] = float(arrays["speed"][number])
        fixes.append(fix)
    mode = _text(line, "altitudeMode")
    is_zero = not any(fix.elevation for fix in fixes if not math.isnan(fix.elevation))
    if mode == "relativeToGround" or (mode != "absolute" and is_zero):
        for fix in fixes:
            fix.elevation = math.nan
    track.extend(fixes)


def _place(parts: list[str]) -> Fix | None:
    numbers = [_float(part) for part in parts[:3]] + [math.nan] * 3
    longitude, latitude, elevation = numbers[:3]
    return Fix(latitude, longitude, elevation) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def tcx(path: Path) -> Reference:
    """Every activity and course of the tree."""
    found = Reference()
    root = ET.parse(path).getroot()
    for track in [*_all(root, "Activity"), *_all(root, "Course")]:
        fixes = []
        for point in _all(track, "Trackpoint"):
            found.points += 1
            latitude, longitude = _number(point, "LatitudeDegrees"), _number(point, "LongitudeDegrees")
            if not (abs(latitude) <= 90 and abs(longitude) <= 180):
                continue
            rates = list(_all(point, "HeartRateBpm"))
            fixes.append(
                Fix(
                    latitude,
                    longitude,
                    _number(point, "AltitudeMeters"),
                    _time_us(dt.datetime.fromisoformat(_text(point, "Time") or "")),
                    {
                        "heart_rate_bpm": _number(rates[0], "Value") if rates else math.nan,
                        "cadence_rpm": _number(point, "Cadence"),
                        "speed_mps": _number(point, "Speed"),
                    },
                )
            )
        found.tracks.append(fixes)
    for point in _all(root, "CoursePoint"):
        found.waypoints.append(
            (_text(point, "Name"), _number(point, "LatitudeDegrees"), _number(point, "LongitudeDegrees"))
        )
    return found


def nmea(path: Path) -> Reference:
    """Line by line, in decimals; every log here dates each of its moments by a sentence RMC."""
    found = Reference(tracks=[[]])
    moments: dict[str, Fix] = {}
    valid: dict[str, bool] = {}
    dates: dict[str, str] = {}
    for line in path.read_text(encoding="ascii").splitlines():
        body, _, told = line.strip().removeprefix("$").partition("*")
        assert functools.reduce(operator.xor, body.encode(), 0) == int(told, 16)
        parts = body.split(",")
        match parts[0][2:]:
            case "GGA":
                time, place = parts[1], parts[2:6]
                fix = moments.setdefault(time, _fix_of_minutes(*place))
                fix.elevation = float(parts[9])
                fix.extras |= {"satellites": float(parts[7]), "hdop": float(parts[8])}
                valid[time] = valid.get(time, True) and parts[6] != "0"
            case "RMC":
                time = parts[1]
                fix = moments.setdefault(time, _fix_of_minutes(*parts[3:7]))
                dates[time] = parts[9]
                knot = Decimal(1852) / Decimal(3600)
                fix.extras |= {"speed_mps": float(Decimal(parts[7]) * knot), "course_deg": float(parts[8])}
                valid[time] = valid.get(time, True) and parts[2] == "A"
            case "GSA":
                fix.extras |= {"pdop": float(parts[15]), "vdop": float(parts[17])}
    for time, fix in moments.items():
        found.points += 1
        if valid[time]:
            moment = dt.datetime.strptime(f"{dates[time]} {time}", "%d%m%y %H%M%S.%f").replace(tzinfo=dt.UTC)
            fix.time_us = _time_us(moment)
            found.tracks[0].append(fix)
    return found


def _fix_of_minutes(latitude: str, north: str, longitude: str, east: str) -> Fix:
    def degrees(text: str, width: int, is_minus: bool) -> float:
        size = Decimal(text[:width]) + Decimal(text[width:]) / 60
        return float(-size if is_minus else size)

    return Fix(degrees(latitude, 2, north == "S"), degrees(longitude, 3, east == "W"))


def _time_us(moment: object) -> int:
    """Microseconds since 1970; none for what no receiver can have seen."""
    if not isinstance(moment, dt.datetime):
        return NO_TIME
    aware = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return (aware - EPOCH) // dt.timedelta(microseconds=1) if FIRST <= aware < LAST else NO_TIME


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _all(element: ET.Element, name: str) -> Iterator[ET.Element]:
    return (one for one in element.iter() if _local(one) == name)


def _text(element: ET.Element, name: str) -> str | None:
    return next((one.text for one in _all(element, name)), None)


def _number(element: ET.Element, name: str) -> float:
    return _float(_text(element, name) or "")


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan

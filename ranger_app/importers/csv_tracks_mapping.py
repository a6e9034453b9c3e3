"""Which column of a table is what: as a person says, or guessed from headings in English, Russian and of loggers."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ranger_app.importers.csv_tracks_cells import is_utm_zone
from ranger_app.importers.csv_tracks_text import decoded, encoding_of

TIME_ORDERS = ("iso", "ymd", "dmy", "mdy", "unix", "unix_ms", "excel")
"""How times are written: ISO 8601, the order of year, month and day, (milli)seconds since 1970, or Excel's days."""

KINDS = ("track", "waypoints")
SPEED_UNITS: Mapping[str, float] = {"m/s": 1.0, "km/h": 1 / 3.6, "mph": 0.44704, "kn": 1852 / 3600}
HEIGHT_UNITS: Mapping[str, float] = {"m": 1.0, "ft": 0.3048}
ROLES = (
    "latitude", "longitude", "position", "easting", "northing", "utm_zone", "elevation", "time", "date", "name",
    "comment", "track", "part", "speed_mps", "course_deg", "accuracy_m", "hdop", "vdop", "pdop", "satellites",
    "heart_rate_bpm", "cadence_rpm", "temperature_c",
)  # fmt: skip
"""What a column may be; ``position`` is a place in one cell, ``easting`` and ``northing`` are metres of UTM."""

PLACES = (frozenset({"latitude", "longitude"}), frozenset({"position"}), frozenset({"easting", "northing"}))
"""Columns that tell where a fix is; one of these sets is needed."""

DELIMITERS = (";", "\t", ",", "|")
_MOST_LINES_BEFORE = 40
_MOST_SAMPLES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvMapping:
    """How a table is read.

    Attributes:
        columns: Place of each column that is read, counting from 0, by its role in :data:`ROLES`.
        heading_line: Number of the line with the headings; it and those before hold no fixes; 0 when there is none.
        decimal: Sign between whole and parts, a point or a comma.
        time_order: One of :data:`TIME_ORDERS`.
        zone: Name of a time zone, or an offset like ``+06:00``, of times that tell none; empty for UTC with a warning.
        kind: Whether a row is a fix or a waypoint.
        utm_zone: Zone and hemisphere of eastings and northings, such as ``43N``.
    """

    columns: Mapping[str, int]
    delimiter: str = ","
    heading_line: int = 1
    decimal: str = "."
    encoding: str = "utf-8-sig"
    time_order: str = "iso"
    zone: str = ""
    speed_unit: str = "m/s"
    height_unit: str = "m"
    kind: str = "track"
    utm_zone: str = ""

    def __post_init__(self) -> None:
        places = [self.columns[role] for role in self.columns]
        if not set(self.columns) <= set(ROLES) or any(place < 0 for place in places):
            raise ValueError(f"{dict(self.columns)} are not columns of a table")
        if not has_place(self.columns) or ("easting" in self.columns and not is_utm_zone(self.utm_zone)):
            raise ValueError("a table needs columns of latitude and longitude, of positions, or of UTM and its zone")
        if len(self.delimiter) != 1 or self.delimiter in '\r\n"' or self.decimal not in {".", ","}:
            raise ValueError(f"{self.delimiter!r} and {self.decimal!r} cannot part columns and decimals")
        if self.time_order not in TIME_ORDERS or self.kind not in KINDS or self.heading_line < 0:
            raise ValueError(f"{self.time_order}, {self.kind} or {self.heading_line} is not known")
        if self.speed_unit not in SPEED_UNITS or self.height_unit not in HEIGHT_UNITS:
            raise ValueError(f"{self.speed_unit} or {self.height_unit} is no unit")


def guess_mapping(head: bytes, *, time_order: str = "") -> CsvMapping | None:
    """Guess from the beginning of a file, some kilobytes of it; ``None`` when its columns or dates are uncertain.

    Args:
        time_order: One of :data:`TIME_ORDERS` when somebody says how times are written.
    """
    encoding = encoding_of(head)
    text = decoded(head, encoding)
    lines = text.splitlines()
    if len(lines) > 2 and not text.endswith(("\n", "\r")):
        # It may be half a line.
        lines.pop()
    for delimiter in _delimiters(lines):
        rows = [_cells(line, delimiter) for line in lines]
        for number, headings in enumerate(rows[:_MOST_LINES_BEFORE], start=1):
            columns = columns_of_headings(headings)
            if has_place(columns):
                samples = [row for row in rows[number : number + _MOST_SAMPLES] if any(cell.strip() for cell in row)]
                return _mapping(headings, columns, samples, delimiter, encoding, number, time_order)
    return None


def has_place(columns: Mapping[str, int]) -> bool:
    """Whether these columns tell where a fix is."""
    return any(wanted <= set(columns) for wanted in PLACES)


def columns_of_headings(headings: Sequence[str]) -> dict[str, int]:
    """The role of every column whose heading is known; of two of one role the first."""
    found: dict[str, int] = {}
    for place, heading in enumerate(headings):
        role = _role(heading)
        if role and (role not in found or (role == "time" and "utc" in heading.lower())):
            found[role] = place
    # Of several ways to tell a place the first is taken.
    told = next((wanted for wanted in PLACES if wanted <= set(found)), frozenset())
    others = frozenset().union(*PLACES) - told
    return {role: place for role, place in found.items() if not told or role not in others}


def _mapping(
    headings: Sequence[str],
    columns: dict[str, int],
    samples: list[list[str]],
    delimiter: str,
    encoding: str,
    heading_line: int,
    told_order: str,
) -> CsvMapping | None:
    def values(role: str) -> list[str]:
        place = columns.get(role)
        cells = [row[place].strip() for row in samples if place is not None and place < len(row)]
        return [cell for cell in cells if cell]

    if "date" in columns and ("time" not in columns or any(_HAS_DATE.search(one) for one in values("time"))):
        columns.setdefault("time", columns["date"])
        del columns["date"]
    seen_order = time_order_of(values("date") or values("time"), headings) if "time" in columns else "iso"
    order = told_order or seen_order
    if order is None:
        return None
    decimal = (
        ","
        if delimiter != "," and any(_COMMA.fullmatch(one) for role in ("latitude", "easting") for one in values(role))
        else "."
    )
    unit = _speed_unit(headings, columns)
    if unit is None:
        del columns["speed_mps"]
    names, zones = values("name"), {zone.upper().replace(" ", "") for zone in values("utm_zone")}
    if "easting" in columns and not (len(zones) == 1 and is_utm_zone(*zones)):
        return None
    return CsvMapping(
        columns=columns,
        delimiter=delimiter,
        heading_line=heading_line,
        decimal=decimal,
        encoding=encoding,
        time_order=order,
        speed_unit=unit or "m/s",
        height_unit="ft"
        if "elevation" in columns and _UNIT_FEET.search(headings[columns["elevation"]].lower())
        else "m",
        kind="waypoints" if names and len(set(names)) > len(names) / 2 else "track",
        utm_zone=zones.pop() if "easting" in columns else "",
    )


def time_order_of(samples: Sequence[str], headings: Sequence[str]) -> str | None:
    """In which of the `TIME_ORDERS` these days or times are written; ``None`` when it stays uncertain."""
    if all(_ISO.match(one) for one in samples):
        return "iso"
    if all(one.isdigit() and len(one) in {6, 8} for one in samples):
        long = all(len(one) == 8 and one[:2] in {"19", "20"} for one in samples)
        return "ymd" if long or {"index", "tag"} <= {one.strip().lower() for one in headings} else None
    numbers = [_NUMBER.fullmatch(one) for one in samples]
    if all(numbers):
        size = max(float(one.replace(",", ".")) for one in samples)
        return "unix_ms" if size > 1e11 else "unix" if size > 1e8 else "excel" if 20_000 < size < 80_000 else None
    dates = [match for one in samples if (match := _DATE.match(one))]
    if not dates:
        return "iso"
    if any(len(match.group(1)) == 4 for match in dates):
        return "ymd"
    if any(match.group(0).count(".") == 2 for match in dates):
        return "dmy"
    if any(int(match.group(1)) > 12 for match in dates):
        return "dmy"
    return "mdy" if any(int(match.group(2)) > 12 for match in dates) else None


def _speed_unit(headings: Sequence[str], columns: Mapping[str, int]) -> str | None:
    """The unit of speed; ``None`` where no heading and no known logger tells it."""
    if "speed_mps" not in columns:
        return "m/s"
    heading = headings[columns["speed_mps"]].lower()
    for unit, pattern in _UNITS_OF_SPEED:
        if pattern.search(heading):
            return unit
    known = {one.strip().lower() for one in headings}
    if {"provider", "bearing"} <= known:
        return "m/s"
    return "km/h" if {"index", "tag"} <= known else None


def _delimiters(lines: Sequence[str]) -> tuple[str, ...]:
    told = _SEPARATOR.fullmatch(lines[0].strip()) if lines else None
    return (told.group(1),) if told else DELIMITERS


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _role(heading: str) -> str:
    text = " ".join(_SIGNS.sub(" ", heading.lower().replace("ё", "е")).split())
    if role := _NAMES.get(text):
        return role
    if role := _NAMES.get(" ".join(word for word in text.split() if word not in _UNIT_WORDS)):
        return role
    # Forms of KoBo and ODK put the name of their question before.
    return _NAMES[text.rpartition(" ")[2]] if text.endswith((" latitude", " longitude", " altitude")) else ""


_ISO = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_DATE = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})")
_HAS_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
_NUMBER = re.compile(r"\d{1,16}(?:[.,]\d{1,12})?")
_COMMA = re.compile(r"[+-]?\d{1,7},\d+")
_SEPARATOR = re.compile(r"\"?sep=(.)\"?", re.IGNORECASE)
_SIGNS = re.compile(r"[\s()\[\]{}°º_./,:;\"'*#\ufeff\u00a0-]+")
_UNIT_FEET = re.compile(r"\b(?:ft|feet|foot|фут\w*)\b")
_UNITS_OF_SPEED = (
    ("km/h", re.compile(r"km\s*/\s*h|kmh|kph|км\s*/\s*ч")),
    ("m/s", re.compile(r"m\s*/\s*s|mps|m\s*s-1|м\s*/\s*с")),
    ("mph", re.compile(r"mph|mi\s*/\s*h")),
    ("kn", re.compile(r"kn\b|knots?|kts?\b|узл")),
)
_UNIT_WORDS = frozenset(
    {
        "deg", "degrees", "degree", "dd", "ddd", "wgs84", "wgs", "84", "gps", "m", "meters", "metres", "meter", "metre",
        "ft", "feet", "km", "h", "kmh", "kph", "s", "mps", "ms", "mph", "kn", "knots", "n", "e", "w", "y", "x", "utc",
        "gmt", "c", "rpm", "bpm", "decimal", "grad", "град", "градусы", "градусах", "м", "км", "ч", "с", "узлы",
    }
)  # fmt: skip
_NAMES = {
    heading: role
    for role, headings in {
        "latitude": "lat|latitude|lat n s|latitude n s|gps latitude|gpslatitude|start lat|decimallatitude|position lat|"
        "широта|шир|y|ycoord|y coord|coord y|lat dd|северная широта|широта n",
        "longitude": "lon|long|lng|longitude|lon e w|longitude e w|gps longitude|gpslongitude|decimallongitude|"
        "position long|долгота|долг|x|xcoord|x coord|coord x|lon dd|восточная долгота|долгота e",
        "position": "position|coordinates|coordinate|coords|lat lon|lat long|latlon|latlong|location|координаты|"
        "координата|широта долгота|местоположение|wkt|wkt geom|wkt geometry|geometry|geom|the geom",
        "easting": "easting|utm e|utm easting|east|utm x|x utm|восток",
        "northing": "northing|utm n|utm northing|north|utm y|y utm|север",
        "utm_zone": "zone|utm zone|зона|зона utm",
        "elevation": "ele|elevation|elev|alt|altitude|height|gps altitude|hmsl|altitude msl|высота|выс|высота над "
        "уровнем моря|высота н у м|абс высота",
        "time": "time|datetime|date time|date and time|timestamp|time stamp|utc|utc time|time utc|gps time|gpstime|"
        "timestamp ms|timestampms|fix time|fixtime|waypoint time|unix time|unixtime|epoch|isotime|iso time|recorded at|"
        "created at|when|utc date time|local time|время|дата и время|дата время|время utc|местное время|датавремя",
        "date": "date|utc date|date utc|gps date|local date|waypoint date|day|дата|день",
        "name": "name|title|label|wpt|waypoint|waypoint name|point name|название|имя|наименование|точка|имя точки|"
        "название точки",
        "comment": "comment|comments|cmt|desc|description|note|notes|remark|remarks|annotation|описание|комментарий|"
        "примечание|примечания|заметка",
        "track": "track|track name|trackname|track id|trackid|trkid|track fid|route|трек|маршрут|номер трека",
        "part": "segment|seg|segment id|trksegid|trkseg|track seg id|сегмент|участок",
        "speed_mps": "speed|velocity|spd|gps speed|ground speed|скорость",
        "course_deg": "course|bearing|heading|cog|track angle|direction|азимут|курс|направление",
        "accuracy_m": "accuracy|horizontal accuracy|hacc|h acc|accuracy horizontal|погрешность|точность|gps accuracy",
        "hdop": "hdop", "vdop": "vdop", "pdop": "pdop",
        "satellites": "sat|sats|satellites|satellite|nsat|nsats|num sats|satellites used|спутники|кол во спутников|"
        "число спутников|количество спутников",
        "heart_rate_bpm": "hr|heart rate|heartrate|heart rate bpm|пульс|чсс",
        "cadence_rpm": "cad|cadence|каденс",
        "temperature_c": "temp|temperature|atemp|air temperature|температура",
    }.items()
    for heading in headings.split("|")
}  # fmt: skip
"""Headings in small letters without signs, and the role of the column below."""

"""What the fields of a booklet's row mean: times without signs, places by the track, as above. No Qt here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from ranger_app.i18n import marked
from ui.typed_text import read_clock, read_day, read_number

if TYPE_CHECKING:
    from ranger_app.domain.data_model import Attribute
    from ranger_app.domain.track import Track
    from ranger_app.errors import RangerAppError

SAME: Final = frozenset({'"', "''", "”", "“", "„", "″", "〃", '-"-', '—"—'})
"""What people write below a value to say it again; an empty field says so too where that can be meant."""

POINTS: Final = {
    name: 22.5 * number
    for number, names in enumerate((
        ("N", "С"), ("NNE", "ССВ"), ("NE", "СВ"), ("ENE", "ВСВ"), ("E", "В"), ("ESE", "ВЮВ"), ("SE", "ЮВ"),
        ("SSE", "ЮЮВ"), ("S", "Ю"), ("SSW", "ЮЮЗ"), ("SW", "ЮЗ"), ("WSW", "ЗЮЗ"), ("W", "З"), ("WNW", "ЗСЗ"),
        ("NW", "СЗ"), ("NNW", "ССЗ"),
    ))
    for name in names
}  # fmt: skip
"""Points of the compass in English and Russian letters."""

_DIGITS = re.compile(r"(\d{1,2})(\d{2})(\d{2})?")
_WAYPOINT = re.compile(r"[#№]?(\d{1,4})")
_METRES = re.compile(r"([\d\s.,]+?)\s*(m|м|km|км)?", re.IGNORECASE)

NO_TIME_TOLD = marked("A time such as 0915 or 9:15.")
NO_DAY_TOLD = marked("A day such as 04.03.2026, or the number of the patrol's day.")
NO_PLACE_TOLD = marked("Coordinates, or the number of a waypoint of this patrol.")
AMBIGUOUS = marked("This can be {one} or {other}. Write the place with its letters, or in another notation.")
DOUBTFUL = marked("This is perhaps not what was meant. If it is, write it so: {place}")
NO_FIX = marked("The track knows no place within five minutes of that time. Type the place.")
NO_ROW_ABOVE = marked("There is no row above to be the same as.")
NO_LENGTH_TOLD = marked("Metres, such as 120.")
NO_BEARING_TOLD = marked("Degrees from north, 0 to 360, or a point of the compass.")
NO_NUMBER_TOLD = marked("A number, such as 3.")
TOO_FEW = marked("A number of at least {least}.")
OUT_OF_BOUNDS = marked("A number from {least} to {most}.")
NOT_COUNTED = marked("The data model asks no number of this.")
NOTHING_TOLD = marked("Type what was seen: three letters of a species are enough.")


class NotUnderstood(ValueError):
    """A field cannot be taken as it stands.

    Attributes:
        field: ``day``, ``time``, ``seen``, ``count``, ``where``, ``distance`` or ``bearing``.
        told: English source sentence, and its *facts*.
        error: What says it more exactly.
    """

    def __init__(self, field: str, told: str, *, error: RangerAppError | None = None, **facts: str) -> None:
        super().__init__(told)
        self.error = error
        self.field = field
        self.told = told
        self.facts = facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The fields of a row as they were typed."""

    day: str = ""
    time: str = ""
    count: str = ""
    where: str = ""
    distance: str = ""
    bearing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Above:
    """The row above, as it was stored."""

    at: dt.datetime | None
    date: dt.date | None
    position: Mapping[str, Any]
    waypoint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a row belongs.

    Attributes:
        waypoint: Id of the waypoint it goes to; empty for a new one.
        how: ``track``, ``waypoint``, ``above``, ``typed``, ``photo`` or ``map``.
        apart_s: Seconds between the moment and the fix that gave the place.
    """

    position: Mapping[str, Any]
    how: str
    waypoint: str = ""
    apart_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What the fields mean.

    Attributes:
        at: Aware, in the station's zone; ``None`` where no time is known.
        date: Local day.
        direction_deg, distance_m: As they are stored.
    """

    at: dt.datetime | None
    date: dt.date | None
    place: Place
    direction_deg: str | None
    distance_m: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a row is read against.

    Attributes:
        days: Days of the patrol, in order.
        tracks: Its tracks, as they stand.
        waypoints: Number of each waypoint to its id, its position and its time.
        notation: In which this person sees places.
        pinned: A text of the field *where* that stands for a place known better than by its digits.
    """

    zone: dt.tzinfo
    days: Sequence[dt.date]
    tracks: Sequence[Track]
    waypoints: Mapping[int, tuple[str, Mapping[str, Any], dt.datetime | None]]
    notation: str = "dd"
    above: Above | None = None
    pinned: Mapping[str, Place] | None = None


def understood(texts: Texts, ground: Ground) -> Understood:
    """Read a row.

    Raises:
        NotUnderstood: A field says nothing that can be taken.
    """
    day = _day(texts.day, ground)
    clock, is_same_time = _clock(texts.time, ground)
    at = dt.datetime.combine(day, clock, ground.zone) if clock is not None and day is not None else None
    if is_same_time and ground.above is not None and not texts.day.strip():
        at = ground.above.at
    place = _place(texts.where, at, ground, is_same_time=is_same_time)
    if place.how == "waypoint":
        at, place = _at_waypoint(place, at if texts.time.strip() else None, day if texts.day.strip() else None, ground)
    return Understood(
        at=at,
        date=at.astimezone(ground.zone).date() if at is not None else day,
        place=place,
        direction_deg=read_bearing(texts.bearing),
        distance_m=read_metres(texts.distance),
    )


def _day(text: str, ground: Ground) -> dt.date | None:
    text = text.strip()
    if not text or text in SAME:
        before = ground.above.date if ground.above is not None else None
        return before or next(iter(ground.days), None)
    if text.isdigit() and 1 <= int(text) <= len(ground.days):
        return ground.days[int(text) - 1]
    nearest = next(iter(ground.days), None) or dt.datetime.now(ground.zone).date()
    found = read_day(text, today=nearest)
    if found is None:
        raise NotUnderstood("day", NO_DAY_TOLD)
    return found


def _clock(text: str, ground: Ground) -> tuple[dt.time | None, bool]:
    """The time of day, and whether it is that of the row above."""
    text = text.strip()
    if not text or text in SAME:
        if text and ground.above is None:
            raise NotUnderstood("time", NO_ROW_ABOVE)
        before = ground.above.at if ground.above is not None else None
        return (before.astimezone(ground.zone).time() if before is not None else None), ground.above is not None
    found = read_time(text)
    if found is None:
        raise NotUnderstood("time", NO_TIME_TOLD)
    return found, False


def read_time(text: str) -> dt.time | None:
    """A time of day, with or without a sign between: ``915``, ``0915``, ``091542``, ``9:15``."""
    match = _DIGITS.fullmatch(text.strip())
    if match is None:
        return read_clock(text)
    try:
        return dt.time(int(match[1]), int(match[2]), int(match[3] or 0))
    except ValueError:
        return None


def _place(text: str, at: dt.datetime | None, ground: Ground, *, is_same_time: bool) -> Place:
    text = " ".join(text.split())
    above = ground.above
    if text in SAME or (not text and is_same_time):
        if above is None:
            raise NotUnderstood("where", NO_ROW_ABOVE)
        return Place(position=above.position, how="above", waypoint=above.waypoint if is_same_time else "")
    if ground.pinned is not None and text in ground.pinned:
        return ground.pinned[text]
    if not text:
        return _on_track(at, ground)
    if (match := _WAYPOINT.fullmatch(text)) is not None:
        known = ground.waypoints.get(int(match[1]))
        if known is None:
            raise NotUnderstood("where", NO_PLACE_TOLD)
        return Place(position=known[1], how="waypoint", waypoint=known[0])
    from ranger_app.coordinates import CoordinatesError, read_place

    try:
        found = read_place(text, shown=ground.notation)
    except CoordinatesError as error:
        raise NotUnderstood("where", NO_PLACE_TOLD, error=error) from error
    first = found[0]
    if len(found) > 1:
        texts = [f"{one.latitude_deg:.5f}, {one.longitude_deg:.5f}" for one in found[:2]]
        raise NotUnderstood("where", AMBIGUOUS, one=texts[0], other=texts[1])
    if first.is_doubtful:
        raise NotUnderstood("where", DOUBTFUL, place=f"{first.latitude_deg:.5f}, {first.longitude_deg:.5f}")
    position = document(first.latitude_deg, first.longitude_deg, source="gps")
    if first.notation != "dd":
        position |= {"typed": text, "operation": first.operation}
    return Place(position=position, how="typed")


def _at_waypoint(
    place: Place, at: dt.datetime | None, day: dt.date | None, ground: Ground
) -> tuple[dt.datetime | None, Place]:
    """The row goes to the waypoint when it tells no time of its own; at another time the place is visited again."""
    there = next((time for record, _, time in ground.waypoints.values() if record == place.waypoint), None)
    if at is None and day is not None and (there is None or there.astimezone(ground.zone).date() != day):
        return None, replace(place, waypoint="")
    if at is None or (there is not None and abs((at - there).total_seconds()) < 60):
        return there, place
    return at, replace(place, waypoint="")


def _on_track(at: dt.datetime | None, ground: Ground) -> Place:
    from ranger_app.domain.track_places import fix_at

    if at is None:
        raise NotUnderstood("time", NO_TIME_TOLD)
    moment_us = round(at.timestamp() * 1_000_000)
    found = [fix for track in ground.tracks if (fix := fix_at(track, moment_us)) is not None]
    if not found:
        raise NotUnderstood("where", NO_FIX)
    fix = min(found, key=lambda one: one.apart)
    place = document(fix.latitude_deg, fix.longitude_deg, source="track")
    return Place(position=place, how="track", apart_s=fix.apart)


def document(latitude_deg: float, longitude_deg: float, *, source: str) -> dict[str, Any]:
    """A position as documents have it."""
    return {"latitude_deg": latitude_deg, "longitude_deg": longitude_deg, "accuracy_m": None, "source": source}


def read_metres(text: str) -> str | None:
    """A distance in metres as text; ``None`` for an empty field.

    Raises:
        NotUnderstood: It is none.
    """
    text = text.strip()
    if not text:
        return None
    match = _METRES.fullmatch(text)
    number = read_number(match[1]) if match is not None else None
    if match is None or number is None:
        raise NotUnderstood("distance", NO_LENGTH_TOLD)
    is_km = (match[2] or "").casefold() in {"km", "км"}
    metres = Decimal(number) * (1000 if is_km else 1)
    return format(metres.normalize(), "f")


def read_bearing(text: str) -> str | None:
    """A direction in degrees from true north as text; ``None`` for an empty field.

    Raises:
        NotUnderstood: It is none.
    """
    text = text.strip().rstrip("°").strip()
    if not text:
        return None
    point = POINTS.get(text.upper())
    if point is not None:
        return f"{point:g}"
    number = read_number(text)
    if number is None or not 0 <= Decimal(number) <= 360:
        raise NotUnderstood("bearing", NO_BEARING_TOLD)
    return format(Decimal(number).normalize(), "f")


def read_count(text: str, asked: Attribute | None) -> int | Decimal | None:
    """How many; ``None`` for an empty field.

    Raises:
        NotUnderstood: It is no number, the model asks none, or it is beyond the model's bounds.
    """
    if not text.strip():
        return None
    number = read_number(text)
    if number is None:
        raise NotUnderstood("count", NO_NUMBER_TOLD)
    if asked is None:
        raise NotUnderstood("count", NOT_COUNTED)
    value = Decimal(number)
    least = Decimal(repr(asked.minimum)) if asked.minimum is not None else Decimal(0)
    most = Decimal(repr(asked.maximum)) if asked.maximum is not None else None
    if value < least or (most is not None and value > most):
        if most is None:
            raise NotUnderstood("count", TOO_FEW, least=_plain(least))
        raise NotUnderstood("count", OUT_OF_BOUNDS, least=_plain(least), most=_plain(most))
    return int(value) if value == value.to_integral_value() else value


def _plain(number: Decimal) -> str:
    """A bound as people write it: 0 and not 0.0."""
    return str(int(number)) if number == number.to_integral_value() else f"{number:f}"

"""SMART's patrol XML, 1.1 to 1.4, read as it streams by: a patrol of weeks never stands in memory as a whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

import numpy as np
from lxml import etree

from ranger_app.domain.wkb import Points, WkbKind, WkbUnreadableError, decode_wkb
from ranger_app.importers.smart_observations import person, place
from ranger_app.importers.smart_parts import (
    SmartDay,
    SmartLabel,
    SmartLeg,
    SmartPatrol,
    SmartPlace,
    SmartReading,
    SmartTrack,
    SmartValue,
)
from ranger_app.importers.smart_xml import Reader, SmartTooLargeError, SmartVersionUnreadableError, events

VERSIONS: Final = ("1.1", "1.2", "1.3", "1.4")
MOST_WAYPOINTS: Final = 20_000
"""Waypoints of one patrol."""

_ROOT: Final = ("objective", "team", "station", "legs", "comment", "attributes", "mandate")
_LEG: Final = ("transportType", "members", "days", "mandate")
_DAY: Final = ("waypoints", "track")


def read_patrol(chunks: Iterable[bytes], *, file: str, namespace: str, version: str) -> SmartReading:
    """Read one patrol.

    Raises:
        SmartFileError: It is refused as a whole, with the place and the reason.
    """
    if version not in VERSIONS:
        raise SmartVersionUnreadableError(file, version=version)
    reader = Reader(file, namespace, version)
    reading = _PatrolReading(reader)
    for element in events(chunks, reader, ("waypoints", "track", "days", "legs")):
        reading.take(element)
    return reading.result()


class _PatrolReading:
    """Collects a patrol out of elements in the order in which they end."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._waypoints: list[SmartPlace] = []
        self._track: SmartTrack | None = None
        self._days: list[SmartDay] = []
        self._legs: list[SmartLeg] = []
        self._patrol: SmartPatrol | None = None
        self._count = 0

    def take(self, element: etree._Element) -> None:
        above = [self._reader.name(one) for one in element.iterancestors()]
        match self._reader.name(element), above:
            case "waypoints", ["days", "legs", "patrol"]:
                self._count += 1
                if self._count > MOST_WAYPOINTS:
                    raise SmartTooLargeError(self._reader.file, limit=MOST_WAYPOINTS)
                self._waypoints.append(self._waypoint(element))
                self._reader.let_go(element, known=_DAY)
            case "track", ["days", "legs", "patrol"]:
                if self._track is None:
                    self._track = self._told_track(element)
                else:
                    self._reader.problems.note("smart-value-twice", self._reader.place(element), name="track")
                self._reader.let_go(element, known=_DAY)
            case "days", ["legs", "patrol"]:
                self._days.append(self._day(element))
                self._waypoints, self._track = [], None
                self._reader.let_go(element, known=("days",), kept=("transportType", "members", "mandate"))
            case "legs", ["patrol"]:
                self._legs.append(self._leg(element))
                self._days = []
                self._reader.let_go(
                    element, known=("legs",), kept=("objective", "team", "station", "comment", "attributes", "mandate")
                )
            case "patrol", []:
                self._patrol = self._whole(element)

    def result(self) -> SmartReading:
        assert self._patrol is not None
        return SmartReading(record=self._patrol, version=self._reader.version, problems=self._reader.problems.rows())

    def _waypoint(self, element: etree._Element) -> SmartPlace:
        reader = self._reader
        told = reader.attributes(element, ("id", "x", "y", "time"))
        day = element.getparent()
        assert day is not None
        date = reader.date(day, "date", day.get("date"))
        at = dt.datetime.combine(date, reader.time(element, "time", told.get("time")))
        return place(reader, element, told, smart_id=told.get("id", "").strip(), at=at)

    def _told_track(self, element: etree._Element) -> SmartTrack | None:
        reader = self._reader
        told = reader.attributes(element, ("geom", "distance"))
        text = told.get("geom", "")
        if not text:
            reader.problems.note("smart-value-missing", reader.place(element), name="geom")
            return None
        try:
            kind, parts = decode_wkb(text)
        except WkbUnreadableError:
            reader.refuse(element, "geom", text)
        for part in parts:
            if not _is_on_earth(part):
                reader.refuse(element, "geom", "NaN, INF")
        parts = [part for part in parts if len(part)]
        distance = told.get("distance")
        if distance is None:
            reader.problems.note("smart-value-assumed", reader.place(element), name="distance")
        if not parts:
            reader.problems.note("smart-value-missing", reader.place(element), name="geom")
            return None
        return SmartTrack(
            parts=tuple(parts),
            is_line=kind is WkbKind.LINE_STRING,
            distance_km=reader.number(element, "distance", distance) if distance is not None else "",
        )

    def _day(self, element: etree._Element) -> SmartDay:
        reader = self._reader
        told = reader.attributes(element, ("date", "startTime", "endTime", "restMinutes"))
        reader.sorted_out(element, _DAY)
        return SmartDay(
            date=reader.date(element, "date", told.get("date")),
            start=self._clock(element, "startTime", told.get("startTime")),
            end=self._clock(element, "endTime", told.get("endTime")),
            rest_minutes=self._rest(element, told.get("restMinutes")),
            waypoints=tuple(self._waypoints),
            track=self._track,
        )

    def _clock(self, element: etree._Element, name: str, text: str | None) -> dt.time:
        if text is None:
            self._reader.problems.note("smart-value-assumed", self._reader.place(element), name=name)
            return dt.time()
        return self._reader.time(element, name, text)

    def _rest(self, element: etree._Element, text: str | None) -> int:
        """Whole minutes, as SMART keeps them."""
        told = self._reader.number(element, "restMinutes", text) if text is not None else "0"
        minutes = float(told)
        if text is None or minutes != int(minutes):
            self._reader.problems.note("smart-value-assumed", self._reader.place(element), name="restMinutes")
        if abs(minutes) > 24 * 60:
            self._reader.refuse(element, "restMinutes", told)
        return int(minutes)

    def _leg(self, element: etree._Element) -> SmartLeg:
        reader = self._reader
        told = reader.attributes(element, ("startDate", "endDate", "id", "transportTypeKey"))
        parts = reader.sorted_out(element, _LEG)
        starts_on, ends_on = self._span(element, told)
        self._note_days(element, [day.date for day in self._days], starts_on, ends_on)
        return SmartLeg(
            smart_id=told.get("id", ""),
            starts_on=starts_on,
            ends_on=ends_on,
            transport=self._label(parts["transportType"], told.get("transportTypeKey", "")),
            mandate=self._label(parts["mandate"]),
            members=tuple(person(reader, one, has_roles=True) for one in parts["members"]),
            days=tuple(self._days),
        )

    def _note_days(
        self, leg: etree._Element, days: Sequence[dt.date], starts_on: dt.date | None, ends_on: dt.date | None
    ) -> None:
        """Name what SMART would do otherwise: it leaves out a day outside the leg, and asks for no order."""
        problems, place = self._reader.problems, self._reader.place(leg)
        for day in days:
            if day < (starts_on or day) or day > (ends_on or day):
                problems.note("smart-day-outside", place, date=day.isoformat())
        if list(days) != sorted(days):
            problems.note("smart-days-unordered", place)

    def _note_legs(self, patrol: etree._Element, starts_on: dt.date | None, ends_on: dt.date | None) -> None:
        for leg in self._legs:
            first, last = leg.starts_on, leg.ends_on
            if (first and starts_on and first < starts_on) or (last and ends_on and last > ends_on):
                self._reader.problems.note("smart-leg-outside", self._reader.place(patrol))

    def _span(self, element: etree._Element, told: Mapping[str, str]) -> tuple[dt.date | None, dt.date | None]:
        """First and last day as the file has them; those that run backwards are named."""
        starts_on = self._day_or_none(element, "startDate", told.get("startDate"))
        ends_on = self._day_or_none(element, "endDate", told.get("endDate"))
        if starts_on and ends_on and starts_on > ends_on:
            self._reader.problems.note("smart-value-assumed", self._reader.place(element), name="endDate")
        return starts_on, ends_on

    def _day_or_none(self, element: etree._Element, name: str, text: str | None) -> dt.date | None:
        if text is None:
            self._reader.problems.note("smart-value-assumed", self._reader.place(element), name=name)
            return None
        return self._reader.date(element, name, text)

    def _label(self, elements: Sequence[etree._Element], key: str = "") -> SmartLabel | None:
        element = self._reader.first(elements)
        if element is None:
            return SmartLabel(language="", text="", key=key) if key else None
        told = self._reader.attributes(element, ("languageCode", "value"))
        language, text = told.get("languageCode", ""), told.get("value", "")
        if not language or not text:
            name = self._reader.name(element)
            self._reader.problems.note("smart-value-missing", self._reader.place(element), name=name)
            return SmartLabel(language="", text="", key=key) if key else None
        return SmartLabel(language=language, text=text, key=key)

    def _whole(self, element: etree._Element) -> SmartPatrol:
        reader = self._reader
        told = reader.attributes(element, ("patrolType", "startDate", "endDate", "isArmed", "id"))
        parts = reader.sorted_out(element, _ROOT)
        if not self._legs:
            reader.refuse(element, "legs", "")
        objective = reader.first(parts["objective"])
        descriptions = reader.sorted_out(objective, ("description",))["description"] if objective is not None else []
        description, comment = reader.first(descriptions), reader.first(parts["comment"])
        starts_on, ends_on = self._span(element, told)
        self._note_legs(element, starts_on, ends_on)
        return SmartPatrol(
            number=told.get("id", "").strip(),
            patrol_type=told.get("patrolType", ""),
            starts_on=starts_on,
            ends_on=ends_on,
            is_armed=reader.truth(element, "isArmed", told.get("isArmed")),
            objective=reader.text(description) if description is not None else "",
            comment=reader.text(comment) if comment is not None else "",
            team=self._label(parts["team"]),
            station=self._label(parts["station"]),
            mandate=self._label(parts["mandate"]),
            legs=tuple(self._legs),
            custom=tuple(self._customs(parts["attributes"])),
        )

    def _customs(self, elements: Sequence[etree._Element]) -> Iterator[SmartValue]:
        taken: set[str] = set()
        for element in elements:
            value = self._custom(element)
            if value is not None and value.key in taken:
                self._reader.problems.note("smart-value-twice", self._reader.place(element), name=value.key)
            elif value is not None:
                taken.add(value.key)
                yield value

    def _custom(self, element: etree._Element) -> SmartValue | None:
        told = self._reader.attributes(element, ("key", "stringValue", "doubleValue"))
        key, text, number = told.get("key", ""), told.get("stringValue"), told.get("doubleValue")
        if " " in key:
            self._reader.problems.note("smart-key-unusable", self._reader.place(element), name=key)
            return None
        if not key or (text is None and number is None):
            self._reader.problems.note("smart-value-missing", self._reader.place(element), name=key)
            return None
        if text is not None and number is not None:
            self._reader.problems.note("smart-value-twice", self._reader.place(element), name=key)
        if text is not None:
            return SmartValue(key=key, element="stringValue", value=text)
        told_number = Decimal(self._reader.number(element, "doubleValue", number or ""))
        return SmartValue(key=key, element="dValue", value=told_number)


def _is_on_earth(part: Points) -> bool:
    return bool((np.abs(part[:, 0]) <= 180.0).all() and (np.abs(part[:, 1]) <= 90.0).all())

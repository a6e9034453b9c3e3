"""Made-up records for tests that try many: patrols, incidents and what they are made of."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import strategies as st

from ranger_app import geodesy
from ranger_app.domain.data_model import Attribute, AttributeType, DataModel
from ranger_app.domain.records import (
    Attachment,
    Incident,
    Leg,
    LegDay,
    Member,
    Observation,
    Patrol,
    Position,
    Value,
    Waypoint,
)
from ranger_app.domain.smart_office import Office
from ranger_app.domain.track import NO_TIME, Track

ZONES = (
    "Asia/Bishkek",
    "Asia/Karachi",
    "Asia/Ulaanbaatar",
    "Europe/Berlin",
    "America/St_Johns",
    "Pacific/Chatham",
    "UTC",
)
"""Zones with and without summer time, with half and quarter hours, on both sides of Greenwich."""

_SPOKEN = ("Снежный барс", "برفانی چیتا کے نشان", "Цоохор ирвэс", "барс <&> \"'", "line\r\nbreak\ttab", "🐆")

ids = st.uuids().map(lambda uuid: uuid.hex)
"""Record ids."""

any_text = st.one_of(st.sampled_from(_SPOKEN), st.text(st.characters(), max_size=30))
"""What people and devices write: any script, control characters and halves of characters among it."""

positions = st.builds(
    Position,
    longitude_deg=st.floats(-180, 180, allow_nan=False).map(lambda value: value or 74.5),
    latitude_deg=st.floats(-90, 90, allow_nan=False),
)
"""Anywhere but where receivers without a fix say they are."""

members = st.builds(Member, id=ids, given_name=any_text, family_name=any_text, employee_id=st.text(max_size=8))
"""People of a patrol."""

attachments = st.builds(
    Attachment,
    id=ids,
    name=st.one_of(st.sampled_from(("IMG_0001.jpg", "img_0001.JPG", "../../etc/passwd", "CON.txt", "")), any_text),
    sha256=st.binary(min_size=32, max_size=32).map(bytes.hex),
    byte_count=st.integers(0, 10**7),
    mime=st.just("image/jpeg"),
)
"""Photos with names from good to hostile."""

_numbers = st.one_of(st.integers(-(10**15), 10**15), st.decimals(allow_nan=False, allow_infinity=False, places=3))


def values(attribute: Attribute) -> st.SearchStrategy[Value]:
    """What an attribute may hold."""
    match attribute.type:
        case AttributeType.NUMERIC:
            return _numbers
        case AttributeType.BOOLEAN:
            return st.booleans()
        case AttributeType.DATE:
            return st.dates().map(dt.date.isoformat)
        case AttributeType.TIME:
            return st.times().map(lambda time: time.strftime("%H:%M:%S"))
        case AttributeType.LIST if attribute.items:
            return st.sampled_from([item.key for item in attribute.items])
        case AttributeType.MLIST if attribute.items:
            keys = st.sampled_from([item.key for item in attribute.items])
            return st.sets(keys, max_size=3).map(lambda chosen: tuple(sorted(chosen)))
        case AttributeType.TREE if attribute.nodes:
            return st.sampled_from([hkey for hkey, _ in attribute.walk()])
        case _:
            return any_text


@st.composite
def observations(draw: st.DrawFn, model: DataModel, *, odd: bool = False) -> Observation:
    """What was seen, in the model's words; *odd* ones also use words that it has not, and values of the wrong kind."""
    category = draw(st.sampled_from(model.hkeys()))
    known = draw(st.lists(st.sampled_from(model.attributes_of(category) or model.attributes), max_size=3))
    told: dict[str, Value] = {attribute.key: draw(values(attribute)) for attribute in known}
    if odd:
        category = draw(st.sampled_from((category, "nothing.of.the.kind.", "")))
        wrong = st.one_of(any_text, st.booleans(), _numbers, st.just(Decimal(7)), st.just(("a", "b")))
        told[draw(st.sampled_from(("colour", "typeoftrap", "species", "numberofpeople")))] = draw(wrong)
    return Observation(
        id=draw(ids),
        category=category,
        attributes=told,
        observer=draw(st.none() | members),
        attachments=tuple(draw(st.lists(attachments, max_size=2))),
    )


@st.composite
def tracks(draw: st.DrawFn, start_us: int, *, untimed: bool = False) -> Track:
    """A short walk that begins at a moment; *untimed* ones have fixes without a time."""
    count = draw(st.integers(1, 12))
    seconds = np.array(draw(st.lists(st.integers(0, 600), min_size=count, max_size=count)), np.int64)
    time_us = start_us + np.cumsum(seconds) * 1_000_000
    if untimed:
        time_us[draw(st.integers(0, count - 1))] = NO_TIME
    degrees = st.lists(st.floats(-0.5, 0.5), min_size=count, max_size=count).map(np.array)
    starts = sorted(draw(st.sets(st.integers(0, count - 1))) | {0})
    return Track(
        time_us=time_us,
        longitude_deg=74.5 + draw(degrees),
        latitude_deg=41.2 + draw(degrees),
        elevation_m=np.full(count, np.nan),
        part_starts=np.array(starts, np.int64),
    )


@st.composite
def leg_days(draw: st.DrawFn, date: dt.date, zone: ZoneInfo) -> LegDay:
    """A day with or without a track."""
    start = draw(st.times())
    track = None
    if draw(st.booleans()):
        began = dt.datetime.combine(date, start, zone)
        track = draw(tracks(int(began.timestamp()) * 1_000_000, untimed=draw(st.booleans())))
    metres = (
        geodesy.track_length_m(track.longitude_deg, track.latitude_deg, track.part_starts) if track is not None else 0.0
    )
    return LegDay(
        date=date,
        start=start,
        end=draw(st.times()),
        rest_minutes=draw(st.integers(0, 600)),
        distance_m=metres,
        points=len(track) if track is not None else 0,
        track=track,
    )


@st.composite
def patrols(draw: st.DrawFn, model: DataModel, office: Office, *, odd: bool = False) -> Patrol:
    """A patrol that lacks nothing SMART insists on; *odd* ones have what SMART would warn of and drop."""
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    # The week in which Europe's clocks change lies among them.
    date = draw(st.dates(dt.date(2026, 3, 22), dt.date(2026, 4, 5)))
    legs = []
    waypoints: list[Waypoint] = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        people = tuple(draw(st.lists(members, min_size=1, max_size=3, unique_by=lambda member: member.id)))
        days = [draw(leg_days(date + dt.timedelta(days=more), zone)) for more in range(draw(st.integers(1, 3)))]
        leg = Leg(
            id=draw(ids),
            number=number,
            transport=draw(st.sampled_from(sorted(office.transports))),
            mandate=draw(st.sampled_from(sorted(office.mandates))),
            members=people,
            leader=draw(st.sampled_from([member.id for member in people] + [""])),
            days=tuple(days),
        )
        legs.append(leg)
        waypoints += draw(st.lists(_waypoints(leg, zone, model, odd=odd), max_size=3))
        date = days[-1].date
    return Patrol(
        id=draw(ids),
        number=draw(st.from_regex(r"KG-NAR_[A-Z2-7]{4}_[0-9]{6}", fullmatch=True)),
        legs=tuple(legs),
        waypoints=tuple(waypoints),
        team=draw(st.sampled_from(["", *office.teams, *(["nobody"] if odd else [])])),
        station=draw(st.sampled_from(["", *office.stations, *(["nowhere"] if odd else [])])),
        objective=draw(any_text),
        comment=draw(any_text),
        is_armed=draw(st.booleans()),
        timezone=zone.key,
    )


@st.composite
def _waypoints(draw: st.DrawFn, leg: Leg, zone: ZoneInfo, model: DataModel, *, odd: bool) -> Waypoint:
    day = draw(st.sampled_from(leg.days))
    # Noon is on the same date everywhere in the zone, whatever the clocks do at night.
    noon = dt.datetime.combine(day.date, dt.time(12), zone).astimezone(dt.UTC)
    return Waypoint(
        id=draw(ids),
        leg_id=leg.id,
        number=draw(st.integers(1, 999)),
        at=noon + dt.timedelta(seconds=draw(st.integers(-10 * 3600, 10 * 3600))),
        position=draw(positions),
        direction_deg=draw(st.none() | st.floats(0, 360)),
        distance_m=draw(st.none() | st.floats(0, 5000)),
        comment=draw(any_text),
        observations=tuple(draw(st.lists(observations(model, odd=odd), max_size=3))),
        attachments=tuple(draw(st.lists(attachments, max_size=2))),
    )


@st.composite
def incidents(draw: st.DrawFn, model: DataModel, *, odd: bool = False) -> Incident:
    """An incident with a moment and a place."""
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    return Incident(
        id=draw(ids),
        kind=draw(st.sampled_from(("poaching", "conflict", "other"))),
        number=draw(st.from_regex(r"KG-NAR_[A-Z2-7]{4}_I[0-9]{6}", fullmatch=True)),
        form_version=1,
        occurred_at=draw(st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2040, 1, 1), timezones=st.just(zone))),
        position=draw(positions),
        summary=draw(any_text),
        observations=tuple(draw(st.lists(observations(model, odd=odd), max_size=3))),
        attachments=tuple(draw(st.lists(attachments, max_size=3))),
    )

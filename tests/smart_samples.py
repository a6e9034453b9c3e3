"""The records behind the sample files of tests/data/smart/samples."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import numpy as np

from ranger_app.domain.data_model import DataModel
from ranger_app.domain.records import (
    Attachment,
    Incident,
    Leg,
    LegDay,
    Member,
    Observation,
    Patrol,
    Position,
    Waypoint,
)
from ranger_app.domain.smart_office import Choice, Office, training_office
from ranger_app.domain.track import Track
from ranger_app.importers.data_model import read_data_model
from ranger_app.paths import resource

SAMPLES = Path(__file__).parent / "data" / "smart" / "samples"
BISHKEK = dt.timezone(dt.timedelta(hours=6))
AIBEK = Member(id="a1" * 16, given_name="Aibek", family_name="Toktosunov", employee_id="R-0012")
GULNARA = Member(id="a2" * 16, given_name="Gulnara", family_name="Asanova", employee_id="R-0019")
SNARES = Position(latitude_deg=41.201111, longitude_deg=74.501234)
MORNING = dt.datetime(2026, 3, 4, 9, 15, 42, tzinfo=BISHKEK)


def photo(name: str) -> Attachment:
    """A photo of that name; its digest is made up from it."""
    return Attachment(
        id=name.encode().hex().ljust(32, "0"),
        name=name,
        sha256=name.encode().hex().ljust(64, "0"),
        byte_count=3,
        mime="image/jpeg",
    )


@cache
def default_model() -> DataModel:
    """SMART's official default data model."""
    return read_data_model(resource("models", "default_datamodel_8.1.3.xml")).model


def naryn_office() -> Office:
    """SMART's training office with the station of the sample patrol."""
    station = Choice(key="main", labels={"en": "Main Station"})
    return training_office()._replace(stations={"main": station})


def sample_track() -> Track:
    """Two fixes a minute apart."""
    return Track(
        time_us=np.array([1772590500, 1772590560], np.int64) * 1_000_000,
        longitude_deg=np.array([74.5, 74.501]),
        latitude_deg=np.array([41.2, 41.2005]),
        elevation_m=np.array([2040.0, 2041.5]),
        part_starts=np.zeros(1, np.int64),
    )


def sample_patrol() -> Patrol:
    """The patrol of patrol_1.4.xml."""
    snares = Observation(
        id="01" * 16,
        category="humanactivity.weaponsequipment.trap.",
        attributes={"typeoftrap": "wiresnare", "numberofweaponsequipment": 3, "isactive": True},
        observer=AIBEK,
        attachments=(photo("IMG_0002.jpg"),),
    )
    leg = Leg(
        id="1e" * 16,
        number=1,
        transport="foot",
        mandate="antipoaching",
        members=(AIBEK, GULNARA),
        leader=AIBEK.id,
        days=(
            LegDay(
                date=dt.date(2026, 3, 4),
                start=dt.time(8, 15),
                end=dt.time(16, 5, 30),
                rest_minutes=30,
                distance_m=100.59481580056778,
                points=2,
                track=sample_track(),
            ),
            LegDay(date=dt.date(2026, 3, 5), start=dt.time(8), end=dt.time(12)),
        ),
    )
    place = Waypoint(
        id="3a" * 16,
        leg_id=leg.id,
        number=1,
        at=MORNING,
        position=SNARES,
        comment="3 wire snares",
        observations=(snares,),
        attachments=(photo("IMG_0001.jpg"),),
    )
    return Patrol(
        id="ba" * 16,
        number="TKM-2026-0007",
        legs=(leg,),
        waypoints=(place,),
        team="mobileteam1",
        station="main",
        objective="Снежный барс: проверка сообщений о петлях",
        comment="ok",
        timezone="Asia/Bishkek",
    )


def sample_incident() -> Incident:
    """The incident of incident_2.3.xml."""
    sheep = Observation(
        id="02" * 16,
        category="humanwildlifeconflict.livestockloss.",
        attributes={"typeofdomesticanimal": "sheep", "numberofdomesticanimals": 2},
        observer=AIBEK,
    )
    return Incident(
        id="1c" * 16,
        kind="conflict",
        number="INC-2026-0031",
        form_version=1,
        occurred_at=MORNING,
        position=SNARES,
        summary="two sheep killed",
        observations=(sheep,),
        attachments=(photo("IMG_0009.jpg"),),
    )

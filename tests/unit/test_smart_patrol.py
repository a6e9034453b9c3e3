from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from lxml import etree

from exporters.smart_patrol import patrol_xml
from exporters.smart_track import decode_wkb
from exporters.smart_values import SmartRefusedError, SmartVersionError, value_children
from ranger_app.domain.data_model import DataModel
from ranger_app.domain.preflight import preflight
from ranger_app.domain.records import Leg, LegDay, Member, Observation, Patrol, Position, Waypoint
from ranger_app.domain.smart_office import Choice, training_office
from ranger_app.domain.track import NO_TIME, Track
from ranger_app.geodesy import length_m
from ranger_app.paths import resource
from tests import strategies
from tests.smart_samples import AIBEK, SAMPLES, default_model, naryn_office, sample_patrol

NS = "{http://www.smartconservationsoftware.org/xml/1.4/patrol}"
MODEL = default_model()
OFFICE = training_office()


@cache
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(file=resource("smart", "xsd", "SmartPatrol-1.4.xsd"))


def parsed(xml: bytes) -> etree._Element:
    root = etree.fromstring(xml)
    schema().assertValid(root)
    return root


def patrol(**changes: object) -> Patrol:
    return dataclasses.replace(sample_patrol(), **changes)  # type: ignore[arg-type]


def with_leg(**changes: object) -> Patrol:
    [leg] = sample_patrol().legs
    return patrol(legs=(dataclasses.replace(leg, **changes),))  # type: ignore[arg-type]


def test_the_sample_patrol_is_reproduced_from_equal_records_byte_for_byte() -> None:
    xml = patrol_xml(sample_patrol(), MODEL, naryn_office())

    assert xml.decode() == (SAMPLES / "patrol_1.4.xml").read_text("utf-8")
    parsed(xml)


@given(strategies.patrols(MODEL, OFFICE))
def test_any_patrol_that_lacks_nothing_is_valid_and_complete(walk: Patrol) -> None:
    findings = preflight(walk, MODEL, OFFICE)
    assert not findings.fatal

    root = parsed(patrol_xml(walk, MODEL, OFFICE))

    assert len(root.findall(f".//{NS}waypoints")) == len(walk.waypoints)
    tracks = [day.track for leg in walk.legs for day in leg.days if day.track is not None]
    assert len(root.findall(f".//{NS}track")) == len(tracks)
    assert all(None not in (day.get("date"), day.get("restMinutes")) for day in root.iter(f"{NS}days"))


@given(strategies.patrols(MODEL, OFFICE, odd=True))
def test_a_patrol_with_words_the_office_does_not_know_is_refused_or_still_valid(walk: Patrol) -> None:
    if preflight(walk, MODEL, OFFICE).fatal:
        with pytest.raises(SmartRefusedError):
            patrol_xml(walk, MODEL, OFFICE)
    else:
        parsed(patrol_xml(walk, MODEL, OFFICE))


def test_times_are_the_patrols_wall_clock_on_both_sides_of_a_clock_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    night = dt.date(2026, 3, 29)
    leg = Leg(
        id="b" * 32,
        number=1,
        transport="foot",
        mandate="antipoaching",
        members=(AIBEK,),
        days=(
            LegDay(
                date=night,
                start=dt.time(1, 30),
                end=dt.time(3, 30),
                points=2,
                track=Track(
                    time_us=np.array([1774744200, 1774747800], np.int64) * 1_000_000,
                    longitude_deg=np.array([10.0, 10.001]),
                    latitude_deg=np.array([50.0, 50.001]),
                    elevation_m=np.full(2, np.nan),
                    part_starts=np.zeros(1, np.int64),
                ),
            ),
        ),
    )
    seen = [dt.datetime(2026, 3, 29, hour, 30, tzinfo=dt.UTC) for hour in (0, 1)]
    places = tuple(
        Waypoint(
            id=f"{number:032x}",
            leg_id=leg.id,
            number=number,
            at=at,
            position=Position(latitude_deg=50, longitude_deg=10),
        )
        for number, at in enumerate(seen, 1)
    )

    root = parsed(patrol_xml(patrol(legs=(leg,), waypoints=places, timezone=berlin.key), MODEL, naryn_office()))

    assert [place.get("time") for place in root.iter(f"{NS}waypoints")] == ["01:30:00", "03:30:00"]
    [track] = root.iter(f"{NS}track")
    _, [part] = decode_wkb(track.get("geom") or "")
    clock = [dt.datetime.fromtimestamp(z / 1000, dt.UTC).strftime("%H:%M") for z in part[:, 2].tolist()]
    assert clock == ["01:30", "03:30"]


def test_a_waypoint_stands_in_the_local_day_even_when_it_was_written_elsewhere() -> None:
    [place] = sample_patrol().waypoints
    late = dataclasses.replace(place, at=dt.datetime(2026, 3, 4, 20, 30, tzinfo=dt.UTC))

    root = parsed(patrol_xml(patrol(waypoints=(late,)), MODEL, naryn_office()))

    days = root.findall(f".//{NS}days")
    assert [len(day.findall(f"{NS}waypoints")) for day in days] == [0, 1]
    assert days[1].findall(f"{NS}waypoints")[0].get("time") == "02:30:00"


def test_several_legs_keep_their_own_days_members_and_mandates() -> None:
    [first] = sample_patrol().legs
    driver = Member(id="e" * 32, given_name="Nurlan", family_name="Абдыраев", employee_id="R-7")
    second = dataclasses.replace(
        first,
        id="d" * 32,
        number=2,
        transport="vehicle",
        mandate="",
        members=(driver,),
        leader=driver.id,
        pilot=driver.id,
        days=(LegDay(date=dt.date(2026, 3, 5), start=dt.time(13), end=dt.time(18)),),
    )

    root = parsed(patrol_xml(patrol(legs=(first, second), mandate="followup"), MODEL, naryn_office()))

    legs = root.findall(f"{NS}legs")
    assert [leg.get("transportTypeKey") for leg in legs] == ["foot", "vehicle"]
    assert [leg.find(f"{NS}mandate").get("value") for leg in legs] == ["Anti-poaching", "Follow-up"]  # type: ignore[union-attr]
    assert [member.get("isPilot") for member in legs[1].iter(f"{NS}members")] == ["true"]
    assert (root.get("startDate"), root.get("endDate")) == ("2026-03-04", "2026-03-05")


def test_labels_are_written_in_the_language_asked_for_where_the_office_has_them() -> None:
    foot = Choice(key="foot", labels={"en": "Foot", "ru": "Пешком"}, patrol_type="GROUND")
    office = naryn_office()._replace(transports={"foot": foot})

    root = parsed(patrol_xml(sample_patrol(), MODEL, office, language="ru"))

    label = root.find(f".//{NS}transportType")
    assert label is not None
    assert (label.get("languageCode"), label.get("value")) == ("ru", "Пешком")


def test_a_patrol_by_boat_is_a_marine_patrol() -> None:
    boat = Choice(key="boat", labels={"en": "Boat"}, patrol_type="MARINE")
    office = naryn_office()._replace(transports={"boat": boat})

    assert parsed(patrol_xml(with_leg(transport="boat"), MODEL, office)).get("patrolType") == "MARINE"


@pytest.mark.parametrize(
    ("walk", "code"),
    [
        (patrol(number=" "), "smart-number-missing"),
        (patrol(legs=()), "smart-patrol-without-legs"),
        (patrol(timezone="Asia/Nowhere"), "smart-timezone-unknown"),
        (patrol(has_untimed_tracks=True), "smart-track-untimed"),
        (with_leg(transport=""), "smart-transport-missing"),
        (with_leg(transport="balloon"), "smart-transport-unknown"),
        (with_leg(mandate=""), "smart-mandate-missing"),
        (with_leg(mandate="picnic"), "smart-mandate-unknown"),
        (with_leg(members=()), "smart-leg-without-members"),
        (with_leg(days=()), "smart-leg-without-days"),
    ],
)
def test_what_would_break_smarts_import_is_refused_by_name(walk: Patrol, code: str) -> None:
    with pytest.raises(SmartRefusedError) as refused:
        patrol_xml(walk, MODEL, naryn_office())

    assert refused.value.facts["finding"] == code
    assert refused.value.facts["number"] == walk.number


def test_another_version_is_refused() -> None:
    with pytest.raises(SmartVersionError):
        patrol_xml(sample_patrol(), MODEL, naryn_office(), version="1.1")


def test_a_track_that_was_not_loaded_is_a_mistake_of_ours() -> None:
    days = tuple(dataclasses.replace(day, track=None) for day in sample_patrol().legs[0].days)

    with pytest.raises(ValueError, match="not loaded"):
        patrol_xml(with_leg(days=days), MODEL, naryn_office())


def test_a_track_whose_day_was_typed_in_is_shown_at_the_start_of_that_day() -> None:
    [first, second] = sample_patrol().legs[0].days
    assert first.track is not None
    untimed = dataclasses.replace(first.track, time_us=np.full(2, NO_TIME))

    root = parsed(patrol_xml(with_leg(days=(dataclasses.replace(first, track=untimed), second)), MODEL, naryn_office()))

    _, [part] = decode_wkb(root.find(f".//{NS}track").get("geom") or "")  # type: ignore[union-attr]
    assert [dt.datetime.fromtimestamp(z / 1000, dt.UTC).strftime("%F %T") for z in part[:, 2].tolist()] == [
        "2026-03-04 08:15:00"
    ] * 2


def test_what_xml_cannot_carry_is_shown_as_replaced() -> None:
    root = parsed(patrol_xml(patrol(comment="bell\x07 барс"), MODEL, naryn_office()))

    assert root.findtext(f"{NS}comment") == "bell\ufffd барс"
    [finding] = preflight(patrol(comment="bell\x07"), MODEL, naryn_office()).lossy
    assert (finding.code, finding.where) == ("text-not-xml", "comment")


def test_a_comment_that_looks_like_a_track_stays_a_comment() -> None:
    told = '<ns2:track geom="@0" distance="@1"/>'

    root = parsed(patrol_xml(dataclasses.replace(sample_patrol(), comment=told, objective=told), MODEL, naryn_office()))

    assert root.findtext(f"{NS}comment") == told
    assert root.findtext(f"{NS}objective/{NS}description") == told
    tracks = [track.get("geom", "") for track in root.iter(f"{NS}track")]
    assert tracks
    assert all(bytes.fromhex(geometry) for geometry in tracks)


def test_distance_and_bearing_travel_only_together() -> None:
    [place] = sample_patrol().waypoints
    both = dataclasses.replace(place, direction_deg=270.5, distance_m=120.0)
    one = dataclasses.replace(place, direction_deg=270.5, distance_m=None)

    root = parsed(patrol_xml(patrol(waypoints=(both, one)), MODEL, naryn_office()))

    assert [child.text for child in root.find(f".//{NS}waypoints")[:2]] == ["270.5", "120.0"]  # type: ignore[index]
    assert len(root.findall(f".//{NS}direction")) == len(root.findall(f".//{NS}distance")) == 1


def test_each_kind_of_value_goes_where_smart_looks_for_it() -> None:
    [place] = sample_patrol().waypoints
    carcass = Observation(
        id="1" * 32,
        category="animals.carcass.",
        attributes={
            "partremoved": ("meat", "skin"),
            "causeofdeath": "illegal.trapping",
            "numberofcarcasses": Decimal("2.5"),
            "issecured": False,
        },
    )
    walk = patrol(waypoints=(dataclasses.replace(place, observations=(carcass,), attachments=()),))
    assert preflight(walk, MODEL, naryn_office()).clean == 1

    root = parsed(patrol_xml(walk, MODEL, naryn_office()))

    found = {
        element.get("attributeKey"): [(etree.QName(child).localname, child.text) for child in element]
        for element in root.iter(f"{NS}attributes")
    }
    assert found == {
        "partremoved": [("itemKey", "meat"), ("itemKey", "skin")],
        "causeofdeath": [("itemKey", "illegal.trapping.")],
        "numberofcarcasses": [("dValue", "2.5")],
        "issecured": [("bValue", "false")],
    }


def test_the_sample_distance_is_the_geodesic_one() -> None:
    track = sample_patrol().legs[0].days[0].track
    assert track is not None

    assert length_m(track.longitude_deg, track.latitude_deg) == pytest.approx(100.59481580056778, abs=1e-6)


def test_an_unknown_model_still_carries_values_as_they_are() -> None:
    empty = DataModel(languages=("en",))

    root = parsed(patrol_xml(sample_patrol(), empty, naryn_office()))

    assert [etree.QName(element[0]).localname for element in root.iter(f"{NS}attributes")] == [
        "sValue",
        "dValue",
        "bValue",
    ]


def test_a_choice_of_nothing_is_left_out() -> None:
    [place] = sample_patrol().waypoints
    carcass = Observation(id="1" * 32, category="animals.carcass.", attributes={"partremoved": (), "issecured": True})
    walk = patrol(waypoints=(dataclasses.replace(place, observations=(carcass,)),))

    root = parsed(patrol_xml(walk, MODEL, naryn_office()))

    assert [element.get("attributeKey") for element in root.iter(f"{NS}attributes")] == ["issecured"]


def test_a_value_that_stops_smarts_reader_is_never_written() -> None:
    with pytest.raises(ValueError, match="stops SMART"):
        value_children(MODEL.attribute("isactive"), "yes")

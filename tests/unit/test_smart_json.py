"""Direct JSON: a leg a transaction, in the order of time, in ASCII, each value as the protocol has it."""

from __future__ import annotations

import base64
import datetime as dt
import json
import struct
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from exporters.smart_json import Receiver, incident_transactions, patrol_transactions
from ranger_app.domain.data_model import (
    Attribute,
    AttributeLink,
    AttributeType,
    Category,
    DataModel,
    ListItem,
    TreeNode,
)
from ranger_app.domain.direct_file import DirectFileBrokenError, Step, steps_of, write_steps
from ranger_app.domain.direct_office import Employees, client_uuid, incident_type, takes_direct
from ranger_app.domain.records import Leg, Member, Observation, Patrol, Value
from ranger_app.domain.shape import shape_from
from tests.direct_desk import content, member_of, receiver, the_area, transactions_in, with_employees, write
from tests.smart_samples import MORNING, SNARES, photo, sample_incident, sample_patrol

LINE = struct.pack(">BIIdddddd", 0, 0x80000002, 2, 74.5, 41.2, 0.0, 74.6, 41.3, 0.0)
AREA = struct.pack("<BIII", 1, 3, 1, 4) + struct.pack("<8d", 74.0, 41.0, 75.0, 41.0, 75.0, 42.0, 74.0, 41.0)


def told(patrol: Patrol, to: Receiver | None = None) -> list[list[dict[str, Any]]]:
    made = patrol_transactions(with_employees(patrol, the_area()), to or receiver(the_area()), content)
    return [one["features"] for one in made]


def said(feature: dict[str, Any]) -> dict[str, Any]:
    attributes: dict[str, Any] = feature["properties"]["smartAttributes"]
    return attributes


def kinds(features: list[dict[str, Any]]) -> list[str]:
    return [one["properties"]["smartFeatureType"] for one in features]


def times(features: list[dict[str, Any]]) -> list[str]:
    return [one["properties"]["dateTime"] for one in features]


def second_leg() -> Leg:
    leg = sample_patrol().legs[0]
    day = replace(leg.days[1], date=dt.date(2026, 3, 6), start=dt.time(9), end=dt.time(11))
    return replace(leg, id="2e" * 16, number=2, transport="vehicle", days=(day,))


# Patrols


def test_a_leg_goes_from_its_beginning_over_its_track_and_waypoints_to_its_end() -> None:
    (features,) = told(sample_patrol())

    assert kinds(features) == ["patrol/new", "trackpoint/new", "trackpoint/new", "waypoint/new", "leg/end"]
    assert times(features) == [
        "2026-03-04T08:15:00", "2026-03-04T08:15:00", "2026-03-04T08:16:00", "2026-03-04T09:15:42",
        "2026-03-05T12:00:00",
    ]  # fmt: skip
    assert {one["properties"]["smartDataType"] for one in features} == {"patrol"}
    assert features[0]["geometry"] == {"type": "Point", "coordinates": [74.5, 41.2]}
    assert features[-1]["geometry"]["coordinates"] == [74.501234, 41.201111]


def test_a_patrol_is_told_with_the_office_s_own_ids_of_people_and_station() -> None:
    patrol = replace(sample_patrol(), station="HQ", custom={"weather": "snow", "leader": "x"}, is_armed=True)
    begun = said(told(patrol)[0][0])

    people = [one.uuid.hex for one in the_area().employees]
    assert begun["members"] == people[:2]
    assert begun["leader"] in begun["members"]
    assert begun["station"] == the_area().stations[0].id
    assert (begun["transportType"], begun["mandate"], begun["team"]) == ("foot", "antipoaching", "mobileteam1")
    assert (begun["patrolId"], begun["legId"], begun["isArmed"]) == ("TKM-2026-0007", "1", True)
    assert begun["weather"] == "snow"
    assert begun["objective"].startswith("Снежный барс")


def test_every_leg_is_a_transaction_and_only_the_first_brings_the_patrol() -> None:
    patrol = sample_patrol()
    spot = replace(patrol.waypoints[0], id="4a" * 16, leg_id="2e" * 16, at=MORNING + dt.timedelta(days=2))
    first, second = told(replace(patrol, legs=(*patrol.legs, second_leg()), waypoints=(*patrol.waypoints, spot)))

    assert kinds(first)[0] == "patrol/new"
    assert kinds(second) == ["leg/new", "waypoint/new", "leg/end"]
    assert said(second[0])["patrolUuid"] == said(first[0])["patrolUuid"]
    assert said(second[0])["patrolLegUuid"] != said(first[0])["patrolLegUuid"]
    assert "patrolId" not in said(second[0])
    assert {said(one)["patrolLegUuid"] for one in second} == {said(second[0])["patrolLegUuid"]}


def test_our_ids_are_the_same_whenever_a_record_is_sent_and_others_in_another_area() -> None:
    once, again = (json.dumps(told(sample_patrol())) for _ in range(2))
    elsewhere = replace(receiver(the_area()), area="3d0f4a52-7c4e-4b6e-9a51-0d3f8f1b2c11")

    assert once == again
    assert said(told(sample_patrol(), elsewhere)[0][0])["patrolUuid"] != said(told(sample_patrol())[0][0])["patrolUuid"]
    assert client_uuid(elsewhere.area, "leg", "a") == client_uuid(UUID(elsewhere.area).hex, "leg", "a")


def test_a_waypoint_is_told_with_what_was_seen_and_measured_and_its_files() -> None:
    patrol = sample_patrol()
    measured = replace(patrol.waypoints[0], direction_deg=90.0, distance_m=12.5)
    features = told(replace(patrol, waypoints=(measured,)))[0]
    spot = said(features[3])
    (group,) = spot["observationGroups"]
    (seen,) = group["observations"]

    assert (spot["bearing"], spot["distance"], spot["incidentId"]) == (90.0, 12.5, "1")
    assert [one["filename"] for one in spot["attachments"]] == ["IMG_0001.jpg"]
    assert base64.b64decode(spot["attachments"][0]["data"]) == photo("IMG_0001.jpg").id.encode()
    assert seen["category"] == "humanactivity.weaponsequipment.trap."
    assert seen["attributes"] == {"typeoftrap": "wiresnare", "numberofweaponsequipment": 3, "isactive": True}
    assert UUID(seen["observationUuid"])


def test_observations_of_one_thing_stay_together() -> None:
    patrol = sample_patrol()
    seen = [Observation(id=f"{n:032x}", category="animals.sign.", group=n // 2) for n in range(3)]
    features = told(replace(patrol, waypoints=(replace(patrol.waypoints[0], observations=tuple(seen)),)))[0]

    assert [len(one["observations"]) for one in said(features[3])["observationGroups"]] == [2, 1]


def test_a_bearing_without_a_distance_is_not_told() -> None:
    patrol = sample_patrol()
    half = replace(patrol.waypoints[0], direction_deg=90.0)
    spot = said(told(replace(patrol, waypoints=(half,)))[0][3])

    assert "bearing" not in spot
    assert "distance" not in spot


# Values


def modelled(kind: AttributeType) -> DataModel:
    nodes = (TreeNode(key="a", children=(TreeNode(key="b"),)),)
    attribute = Attribute(key="told", type=kind, items=(ListItem(key="a"), ListItem(key="b")), nodes=nodes)
    category = Category(key="seen", links=(AttributeLink(key="told"),))
    return DataModel(languages=("en",), attributes=(attribute,), categories=(category,))


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (AttributeType.NUMERIC, 3, 3),
        (AttributeType.NUMERIC, Decimal("2.5"), 2.5),
        (AttributeType.NUMERIC, Decimal(7), 7),
        (AttributeType.BOOLEAN, False, False),
        (AttributeType.TEXT, 'Ирбис \x00 "é"', 'Ирбис \ufffd "é"'),
        (AttributeType.DATE, "2026-03-04", "2026-03-04"),
        (AttributeType.TIME, "09:15:42", "09:15:42"),
        (AttributeType.LIST, "a", "a"),
        (AttributeType.MLIST, ("a", "b"), ["a", "b"]),
        (AttributeType.TREE, "a.b", "a.b."),
        (AttributeType.TREE, "a.", "a."),
    ],
)
def test_each_type_of_value_is_told_as_the_protocol_has_it(kind: AttributeType, value: Value, expected: object) -> None:
    assert value_told(kind, value) == {"told": expected}


@pytest.mark.parametrize(("kind", "wkb", "shape"), [(AttributeType.LINE, LINE, "LineString"),
                                                    (AttributeType.POLYGON, AREA, "Polygon")])  # fmt: skip
def test_a_shape_is_told_as_geojson_with_the_way_it_was_drawn(kind: AttributeType, wkb: bytes, shape: str) -> None:
    feature = value_told(kind, f"GPS_AUTO:{base64.b64encode(wkb).decode()}")["told"]

    assert feature["type"] == "Feature"
    assert feature["geometry"]["type"] == shape
    assert feature["properties"] == {"source": "GPS_AUTO"}
    points = feature["geometry"]["coordinates"]
    assert (points if shape == "LineString" else points[0])[0] in ([74.5, 41.2], [74.0, 41.0])


@pytest.mark.parametrize(("kind", "value"), [(AttributeType.MLIST, ()), (AttributeType.LINE, "GPS_AUTO:AAAA")])
def test_a_choice_of_nothing_and_a_shape_that_is_none_are_left_out(kind: AttributeType, value: Value) -> None:
    assert value_told(kind, value) == {}


@pytest.mark.parametrize(
    "wkb",
    [
        b"", b"\x00", LINE[:-1], LINE + b"\x00", struct.pack(">BIdd", 0, 1, 74.5, 41.2),
        struct.pack(">BII", 0, 2, 2**31), struct.pack(">BIIdd", 0, 2, 1, 500.0, 41.2),
        struct.pack(">BII", 0, 0x80000005, 2) + LINE + LINE,
    ],
)  # fmt: skip
def test_what_is_not_one_shape_on_the_earth_is_none(wkb: bytes) -> None:
    assert shape_from(wkb) is None


def test_a_shape_of_one_part_is_that_part() -> None:
    several = struct.pack(">BII", 0, 0x80000005, 1) + LINE
    assert shape_from(several) == shape_from(LINE)


def value_told(kind: AttributeType, value: Value) -> dict[str, Any]:
    incident = replace(sample_incident(), attachments=(), smart_type="")
    seen = [Observation(id="02" * 16, category="seen.", attributes={"told": value})]
    to = replace(receiver(the_area()), model=modelled(kind))
    (transaction,) = incident_transactions(incident, seen, to, content)
    attributes: dict[str, Any] = said(transaction["features"][0])["observationGroups"][0]["observations"][0][
        "attributes"
    ]
    return attributes


# Incidents


def test_an_incident_outside_a_patrol_is_one_transaction_and_always_has_a_type() -> None:
    (transaction,) = incident_transactions(
        sample_incident(), sample_incident().observations, receiver(the_area()), content,
        zone=dt.timezone(dt.timedelta(hours=5)),
    )  # fmt: skip
    (feature,) = transaction["features"]

    assert (feature["properties"]["smartDataType"], kinds([feature])) == ("incident", ["waypoint/new"])
    assert times([feature]) == ["2026-03-04T08:15:42"]
    assert feature["geometry"]["coordinates"] == [SNARES.longitude_deg, SNARES.latitude_deg]
    assert said(feature)["incidentType"] == "incident"
    assert said(feature)["incidentId"] == "INC-2026-0031"
    assert "patrolLegUuid" not in said(feature)


def test_an_office_without_the_ordinary_type_gets_one_that_it_has() -> None:
    assert incident_type(()) == "incident"
    assert incident_type({"threat", "incident"}) == "incident"
    assert incident_type({"threat", "alarm"}) == "alarm"


# The file


def test_the_file_is_ascii_json_with_each_transaction_on_a_line(tmp_path: Path) -> None:
    path = tmp_path / "direct.json"
    patrol = with_employees(replace(sample_patrol(), comment="\ud83d Ирбис\n«петли»"), the_area())
    write(path, patrol, receiver(the_area()))
    whole = json.loads(path.read_bytes())

    assert path.read_bytes().isascii()
    assert [one["features"] for one in whole["transactions"]] == list(transactions_in(path))
    assert [step.leg for step in steps_of(path)] == [one["patrolLegUuid"] for one in whole["steps"]]
    assert steps_of(path)[0].patrol == said(next(transactions_in(path))[0])["patrolUuid"]


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]\n", b'{"steps":[{}],"transactions":[\n', b"\xff", b'{"steps":3\n']
)
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "direct.json"
    path.write_bytes(content)

    with pytest.raises(DirectFileBrokenError):
        steps_of(path)


def test_a_file_of_several_transactions_tells_where_each_is(tmp_path: Path) -> None:
    path = tmp_path / "direct.json"
    with path.open("wb") as stream:
        write_steps(stream, [Step(patrol="p", leg="a"), Step(patrol="p", leg="b")], [{"a": "\n"}, {"b": 2}])

    whole = path.read_bytes()
    assert [json.loads(whole[one.start : one.stop]) for one in steps_of(path)] == [{"a": "\n"}, {"b": 2}]
    assert [one["leg"] if "leg" in one else one["patrolLegUuid"] for one in json.loads(whole)["steps"]] == ["a", "b"]


# Who is who


@pytest.mark.parametrize(
    ("given", "family", "number", "found"),
    [
        ("Aibek", "Toktosunov", "R-0012", True),
        ("Aibek", "Toktosunov", "", True),
        ("Toktosunov", "aibek", "", True),
        ("Aibek", "Toktosunov", "R-0099", False),
        ("Bakyt", "Toktosunov", "R-0012", False),
        ("", "", "", False),
    ],
)
def test_somebody_is_known_by_number_and_names_or_by_names_alone(
    given: str, family: str, number: str, found: bool
) -> None:
    people = Employees([(member_of(the_area(), 0), "aa"), (member_of(the_area(), 1), "bb")])
    assert people.uuid(Member(id="0", given_name=given, family_name=family, employee_id=number)) == ("aa" * found)


def test_nobody_is_meant_where_two_could_be() -> None:
    one = replace(member_of(the_area(), 0), employee_id="")
    people = Employees([(one, "aa"), (replace(one, id="7"), "bb")])
    assert people.uuid(one) == ""


def test_a_name_with_the_number_behind_it_is_the_same_name() -> None:
    told = Member(id="1", given_name="Aibek", family_name="Toktosunov [R-0012]")
    assert Employees([(told, "aa")]).uuid(member_of(the_area(), 0)) == "aa"


@pytest.mark.parametrize(
    ("version", "taken"),
    [("8.1.3", True), ("7.5.0", True), ("7.5", True), ("7.4.1", False), ("6.3", False), ("", False), ("next", False)],
)
def test_only_servers_of_7_5_and_later_take_it(version: str, taken: bool) -> None:
    assert takes_direct(version) is taken

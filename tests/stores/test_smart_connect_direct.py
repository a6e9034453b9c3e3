"""Direct JSON at the stand-in: all of a request or nothing, and everything that SMART drops or refuses."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from tests.smart_connect import LOST_ANSWER, StandIn
from tests.smart_connect.caller import CUT, Caller, Reply

PATROL = "3d0f4a52-7c4e-4b6e-9a51-0d3f8f1b2c11"
LEG = "3d0f4a52-7c4e-4b6e-9a51-0d3f8f1b2c12"
SECOND_LEG = "3d0f4a52-7c4e-4b6e-9a51-0d3f8f1b2c15"
SPOT = "3d0f4a52-7c4e-4b6e-9a51-0d3f8f1b2c13"
SEEN = "3d0f4a52-7c4e-4b6e-9a51-0d3f8f1b2c14"
SNARE = "humanactivity.weaponsequipment.trap."


@pytest.fixture
def server() -> Iterator[StandIn]:
    with StandIn() as server:
        yield server
        assert server.ledger.crashes == []


def feature(what: str, at: str = "08:15:00", kind: str = "patrol", **said: Any) -> dict[str, Any]:
    properties = {"dateTime": f"2026-03-04T{at}", "smartDataType": kind, "smartFeatureType": what,
                  "smartAttributes": said}  # fmt: skip
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": [74.5, 41.2]}, "properties": properties}


def begun(server: StandIn, **changes: Any) -> dict[str, Any]:
    """A feature that begins a patrol, with *changes*; ``None`` leaves something out."""
    leader = server.area.employees[0].uuid.hex
    said = {"patrolUuid": PATROL, "patrolLegUuid": LEG, "transportType": "foot", "mandate": "antipoaching",
            "members": [leader], "leader": leader}  # fmt: skip
    return feature("patrol/new", **(said | changes))


def found(**changes: Any) -> dict[str, Any]:
    """A snare, with *changes* to what was observed."""
    observed = {"category": SNARE, "observationUuid": SEEN, "attributes": {"typeoftrap": "wiresnare"}} | changes
    return {"incidentUuid": SPOT, "observationGroups": [{"observations": [observed]}]}


def post(server: StandIn, *features: dict[str, Any]) -> Reply:
    body = {"type": "FeatureCollection", "features": list(features)}
    return Caller(server).ask("POST", f"/api/data/{server.area.uuid}", body)


def rules(server: StandIn) -> set[str]:
    return set(server.ledger.broken_rules())


def test_a_patrol_of_two_legs_comes_in_whole(server: StandIn) -> None:
    leader = server.area.employees[1].uuid.hex
    second: dict[str, Any] = {
        "patrolUuid": PATROL, "patrolLegUuid": SECOND_LEG, "transportType": "vehicle", "mandate": "followup",
        "members": [leader], "leader": leader,
    }  # fmt: skip
    reply = post(
        server,
        begun(server, team="mobileteam1", weather="snow", isArmed=True, patrolId="KNR-7"),
        feature("trackpoint/new", "08:20:00", patrolLegUuid=LEG),
        feature("waypoint/new", "09:15:42", patrolLegUuid=LEG, **found()),
        feature("leg/end", "10:00:00", patrolLegUuid=LEG),
        feature("leg/new", "10:05:00", **second),
        feature("leg/end", "12:00:00", patrolLegUuid=SECOND_LEG),
        feature("patrol", "12:00:00", patrolUuid=PATROL, comment="done"),
    )
    asked = Caller(server).ask("GET", f"/api/query/custom/patrol?client_patrol_uuid={UUID(PATROL).hex}").told
    track = Caller(server).ask("GET", "/api/query/custom/track/patrol?patrol_id=KNR-7").told

    assert (reply.status, reply.told["warnings"]) == (200, None)
    assert [(one["id"], one["armed"], one["comment"], one["team"]["key"]) for one in asked] == [
        ("KNR-7", True, "done", "mobileteam1")
    ]
    assert [one["type"]["key"] for one in asked[0]["legs"]] == ["foot", "vehicle"]
    assert [len(one["geometry"]["coordinates"]) for one in track["features"]] == [4, 2]
    records = server.office.records(server.area)
    assert records.observations[UUID(SEEN)].attributes == {"typeoftrap": "wiresnare"}
    server.check()


def test_nothing_of_a_request_stays_when_one_of_its_features_is_refused(server: StandIn) -> None:
    reply = post(server, begun(server), feature("trackpoint/new", patrolLegUuid=SECOND_LEG))

    assert (reply.status, reply.told["status"]) == (400, 400)
    assert server.office.records(server.area).patrols == {}
    assert Caller(server).ask("GET", f"/api/query/custom/patrol?client_patrol_uuid={PATROL}").told == []
    assert post(server, begun(server)).status == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"transportType": "balloon"},
        {"mandate": "hunting"},
        {"leader": None},
        {"members": []},
        {"members": ["3d0f4a527c4e4b6e9a510d3f8f1b2c99"]},
        {"patrolUuid": "seven"},
        {"transportType": "plane"},
    ],
)
def test_a_patrol_that_says_too_little_is_refused(server: StandIn, changes: dict[str, Any]) -> None:
    reply = post(server, begun(server, **changes))

    assert reply.status == 400
    assert rules(server) == {"data-invalid"}


def test_a_leader_is_said_letter_by_letter_as_among_the_members(server: StandIn) -> None:
    leader = server.area.employees[0].uuid

    assert post(server, begun(server, leader=str(leader))).status == 400
    assert post(server, begun(server, members=[str(leader)], leader=str(leader))).status == 200


def test_what_exists_is_refused_the_second_time(server: StandIn) -> None:
    spot = feature("waypoint/new", patrolLegUuid=LEG, **found())
    statuses = [post(server, begun(server)).status, post(server, spot).status]

    again = [post(server, begun(server)).status, post(server, spot).status]

    assert (statuses, again) == ([200, 200], [400, 400])
    assert rules(server) == {"patrol-sent-twice", "observation-sent-twice"}
    more = feature("waypoint/new", "09:00:00", patrolLegUuid=LEG, **found(observationUuid=None))
    assert post(server, more).status == 200
    assert len(server.office.records(server.area).waypoints[UUID(SPOT)].groups) == 2


def test_after_a_lost_answer_the_server_tells_that_the_patrol_is_there(server: StandIn) -> None:
    question = f"/api/query/custom/patrol?client_patrol_uuid={PATROL}"
    before = Caller(server).ask("GET", question).told
    server.faults.add(LOST_ANSWER, path="/api/data/")

    with pytest.raises(CUT):
        post(server, begun(server))

    assert before == []
    assert [one["client_uuid"] for one in Caller(server).ask("GET", question).told] == [PATROL]
    server.check()


def test_an_incident_without_its_type_breaks_8_1_down_and_older_ones_do_not_ask() -> None:
    alone = feature("waypoint/new", kind="incident", **found())
    typed = feature("waypoint/new", kind="incident", incidentType="incident", **found())
    statuses = {}
    for version in ("8.1.3", "8.0.6"):
        with StandIn(version=version) as server:
            statuses[version] = [post(server, alone).status]
            assert rules(server) == {"no-incident-type"}
        with StandIn(version=version) as server:
            statuses[version].append(post(server, typed).status)
            server.check()

    assert statuses == {"8.1.3": [500, 200], "8.0.6": [200, 200]}


def test_before_7_5_there_is_another_dialect() -> None:
    with StandIn(version="7.4.1") as server:
        assert post(server, begun(server)).status == 400
        assert rules(server) == {"not-in-this-version"}


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"category": "animals.unicorns"}, "unknown-category"),
        ({"attributes": {"colour": "red"}}, "unknown-attribute"),
        ({"attributes": {"typeoftrap": "bigone"}}, "bad-value"),
        ({"attributes": {"numberofweaponsequipment": "3"}}, "bad-value"),
        ({"attributes": {"isactive": "true"}}, "bad-value"),
        ({"observer": "nobody"}, "unknown-entry"),
    ],
)
def test_what_smart_drops_is_a_warning(server: StandIn, changes: dict[str, Any], rule: str) -> None:
    typed = feature("waypoint/new", kind="incident", incidentType="incident", **found(**changes))

    reply = post(server, typed)

    assert reply.status == 200
    assert len(reply.told["warnings"]) == 1
    assert rules(server) == {rule}
    assert server.office.records(server.area).lost == reply.told["warnings"]
    assert (UUID(SEEN) in server.office.records(server.area).observations) is (rule != "unknown-category")


def test_letters_beyond_ascii_come_out_wrong(server: StandIn) -> None:
    body = (
        '{"type":"Feature","geometry":{"type":"Point","coordinates":[74.5,41.2]},"properties":{"dateTime":'
        '"2026-03-04T08:15:00","smartDataType":"incident","smartFeatureType":"waypoint/new","smartAttributes":'
        f'{{"incidentUuid":"{SPOT}","incidentType":"incident","comment":"петля"}}}}}}'
    )
    headers = {"Content-Type": "application/json"}

    reply = Caller(server).ask("POST", f"/api/data/{server.area.uuid}", body.encode(), headers=headers)

    assert reply.status == 200
    assert server.office.records(server.area).waypoints[UUID(SPOT)].comment == "петля".encode().decode("latin-1")
    assert rules(server) == {"not-ascii"}


def test_a_track_out_of_order_is_kept_as_sent_and_written_down(server: StandIn) -> None:
    post(server, begun(server), feature("trackpoint/new", "09:00:00", patrolLegUuid=LEG),
         feature("trackpoint/new", "08:30:00", patrolLegUuid=LEG))  # fmt: skip

    points = server.office.records(server.area).legs[UUID(LEG)].points
    assert [at.hour for _, _, at in points] == [8, 9, 8]
    assert rules(server) == {"out-of-order"}


@pytest.mark.parametrize(
    "wrong",
    [
        feature("trackpoint/new", "08:15:00+06:00", patrolLegUuid=LEG),
        feature("trackpoint/new", "8:15", patrolLegUuid=LEG),
        feature("patrol/start", patrolLegUuid=LEG),
        feature("trackpoint/new", kind="mission", patrolLegUuid=LEG),
        feature("trackpoint/new", patrolLegUuid=LEG) | {"geometry": None},
        feature("trackpoint/new", patrolLegUuid=LEG) | {"geometry": {"type": "Point", "coordinates": [41.2, 174.5]}},
        feature("trackpoint/new", patrolLegUuid=LEG) | {"type": "Thing"},
        feature("waypoint/new", patrolLegUuid=LEG, incidentUuid=SPOT, attachments=[{"filename": "a.jpg", "data": "%"}]),
    ],
)
def test_what_is_no_feature_is_refused(server: StandIn, wrong: dict[str, Any]) -> None:
    assert post(server, begun(server), wrong).status == 400
    assert rules(server) == {"data-invalid"}


def test_a_photo_comes_along(server: StandIn) -> None:
    photo = {"filename": "IMG_0001.jpg", "data": base64.b64encode(b"\xff\xd8photo").decode()}

    post(server, feature("waypoint/new", kind="incident", incidentType="incident", **found(attachments=[photo])))

    kept = server.office.records(server.area).observations[UUID(SEEN)].attachments
    assert kept == [("IMG_0001.jpg", b"\xff\xd8photo")]
    server.check()


@pytest.mark.parametrize(
    "question",
    [
        "/api/query/custom/patrol",
        f"/api/query/custom/patrol?client_patrol_uuid={PATROL}&patrol_id=KNR_000001",
        "/api/query/custom/patrol?waypoint_date=2026-03-04",
        "/api/query/custom/patrol?client_patrol_uuid=seven",
        "/api/query/custom/waypoint/incident?waypoint_date=today",
    ],
)
def test_a_question_has_exactly_one_filter(server: StandIn, question: str) -> None:
    assert Caller(server).ask("GET", question).status == 400
    assert rules(server) == {"one-filter"}


def test_incidents_are_found_by_our_id_theirs_and_the_day(server: StandIn) -> None:
    post(server, feature("waypoint/new", kind="incident", incidentType="incident", incidentId="7", **found()))
    theirs = server.office.records(server.area).waypoints[UUID(SPOT)].uuid

    for question in (f"client_incident_uuid={SPOT}", f"incident_uuid={theirs}", "incident_id=7",
                     "waypoint_date=2026-03-01:2026-03-05", "waypoint_lastmodified=2026-03-04"):  # fmt: skip
        rows = Caller(server).ask("GET", f"/api/query/custom/waypoint/incident?{question}").told
        assert [row["properties"]["waypoint"]["client_uuid"] for row in rows] == [SPOT], question

    assert Caller(server).ask("GET", "/api/query/custom/waypoint/incident?waypoint_date=2026-03-05").told == []
    assert Caller(server).ask("GET", "/api/query/custom/waypoint/patrol?waypoint_date=2026-03-04").told == []


def test_a_thousand_rows_are_the_most(server: StandIn) -> None:
    spots = [
        feature("waypoint/new", kind="incident", incidentType="incident", incidentUuid=str(UUID(int=number)))
        for number in range(1, 1002)
    ]

    post(server, *spots[:1000])
    enough = Caller(server).ask("GET", "/api/query/custom/waypoint?waypoint_date=2026-03-04")
    post(server, spots[1000])
    too_many = Caller(server).ask("GET", "/api/query/custom/waypoint?waypoint_date=2026-03-04")

    assert (enough.status, len(enough.told), too_many.status) == (200, 1000, 403)

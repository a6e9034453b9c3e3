"""A client that sites use takes our stand-in for a SMART Connect: all it asks for it gets, and understands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.smart_connect import RANGER, Authority, StandIn, User, self_signed

ROOT = Path(__file__).resolve().parents[2]
FOREIGN = ROOT / ".venv-foreign" / ("Scripts" if sys.platform == "win32" else "bin")

PATROL = "3d0f4a52-7c4e-4b6e-9a51-0d3f8f1b2c11"
LEG = "3d0f4a52-7c4e-4b6e-9a51-0d3f8f1b2c12"
WAYPOINT = "3d0f4a52-7c4e-4b6e-9a51-0d3f8f1b2c13"
INCIDENT = "3d0f4a52-7c4e-4b6e-9a51-0d3f8f1b2c14"


@pytest.fixture(scope="module")
def foreign() -> Path:
    """Where the foreign programs are; ``dev.py`` makes their environment."""
    assert FOREIGN.is_dir(), "the environment of the foreign programs is missing: python3 dev.py test makes it"
    return FOREIGN


def feature(kind: str, what: str, at: str, attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [74.501234, 41.201111]},
        "properties": {"dateTime": f"2026-03-04T{at}", "smartDataType": kind, "smartFeatureType": what,
                       "smartAttributes": dict(attributes)},
    }  # fmt: skip


def requests(server: StandIn) -> list[dict[str, Any]]:
    """A patrol with one snare found, in one transaction, and an incident."""
    leader = server.area.employees[0].uuid.hex
    groups = [{"observations": [{
        "category": "humanactivity.weaponsequipment.trap",
        "attributes": {"typeoftrap": "wiresnare", "numberofweaponsequipment": 3, "isactive": True},
    }]}]  # fmt: skip
    leg = {"patrolUuid": PATROL, "patrolLegUuid": LEG}
    begin = leg | {"transportType": "foot", "mandate": "antipoaching", "members": [leader], "leader": leader,
                   "team": "mobileteam1", "station": server.area.stations[0].id, "isArmed": False}  # fmt: skip
    patrol = [
        feature("patrol", "patrol/new", "08:15:00", begin),
        feature("patrol", "trackpoint/new", "08:45:00", leg),
        feature("patrol", "waypoint/new", "09:15:42", leg | {"incidentUuid": WAYPOINT, "observationGroups": groups}),
        feature("patrol", "leg/end", "16:05:30", {"patrolLegUuid": LEG}),
    ]
    alone = {"incidentUuid": INCIDENT, "incidentType": "incident", "comment": "петли", "observationGroups": groups}
    return [
        {"type": "FeatureCollection", "features": patrol},
        feature("incident", "waypoint/new", "10:00:00", alone),
    ]


def talk(
    foreign: Path, server: StandIn, *, user: User = RANGER, trust: Path | None = None, modelled: list[Any] | None = None
) -> subprocess.CompletedProcess[str]:
    said = {"address": server.address, "user": user.name, "password": user.password, "patrol": PATROL,
            "incident": INCIDENT, "requests": requests(server), "modelled": modelled or []}  # fmt: skip
    env = {**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": "", "NO_PROXY": "127.0.0.1",
           "SMART_DEFAULT_CONNECT_RETRIES": "0"}  # fmt: skip
    if trust is not None:
        env["SSL_CERT_FILE"] = str(trust)
    return subprocess.run(
        [foreign / "python", Path(__file__).with_name("foreign_client.py")], input=json.dumps(said),
        env=env, capture_output=True, text=True, encoding="utf-8", timeout=120,
    )  # fmt: skip


def told(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr[-2000:]
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_the_client_goes_through_everything_it_knows(foreign: Path) -> None:
    with StandIn() as server:
        got = told(talk(foreign, server))

        rules = server.ledger.broken_rules()
        asked = [f"{seen.method} {seen.path}" for seen in server.ledger.requests]
        users = {seen.user for seen in server.ledger.requests if seen.path.startswith("/api")}

    area = server.area
    assert server.ledger.crashes == []
    assert got["info"]["build_version"] == "8.1.3"
    assert [UUID(one["uuid"]) for one in got["areas"]] == [area.uuid]
    assert len(got["model"]["categories"]) == len(area.model.hkeys())
    assert {one["key"] for one in got["model"]["attributes"]} == {one.key for one in area.model.attributes}
    assert [one["hkeyPath"] + "." for one in got["configurable"]["categories"]] == list(area.model.hkeys())
    assert got["configurable"]["name"] == got["listed"][0]["name"]
    lists = {one["id"]: one["listOptions"] or [] for one in got["patrol_metadata"]["patrolMetadata"]}
    assert [one["id"] for one in lists["members"]] == [one.uuid.hex for one in area.employees]
    assert [one["id"] for one in lists["transportType"]] == ["foot", "vehicle", "plane"]
    assert got["patrol_before"] is None
    assert not got["incident_before"]
    assert got["sent_twice_refused"]
    assert (got["patrol"]["client_uuid"], got["patrol"]["id"]) == (PATROL, "KNR_000001")
    assert [one["client_uuid"] for one in got["patrol_waypoints"]] == [WAYPOINT]
    assert got["incident"][0]["properties"]["waypoint"]["client_uuid"] == INCIDENT
    assert users == {RANGER.name}
    assert rules == {"patrol-sent-twice": 1}  # the one that the test asks for
    assert asked[:9] == [
        "GET /connect/home", "POST /j_security_check", "GET /api/info", "GET /api/conservationarea",
        "GET /api/metadata/configurablemodel", f"GET /api/metadata/datamodel/{area.uuid}",
        f"GET /api/metadata/configurablemodel/{area.configurable_model.hex}",
        f"GET /api/metadata/patrol/{area.uuid}", "GET /api/query/custom/patrol",
    ]  # fmt: skip
    records = server.office.records(area)
    assert [len(leg.points) for leg in records.legs.values()] == [4]
    assert records.waypoints[UUID(INCIDENT)].comment == "петли"
    assert records.lost == []


def test_the_client_sends_what_it_models_itself_to_a_server_that_can_take_it(foreign: Path) -> None:
    group = {"observations": [{"category": "humanactivity.weaponsequipment.trap", "attributes": {"isactive": True}}]}
    alone = {"incidentUuid": LEG, "comment": "snare", "observationGroups": [group]}
    with StandIn(version="7.5.9") as server:
        got = told(talk(foreign, server, modelled=[feature("incident", "waypoint/new", "11:00:00", alone)]))

    assert got["info"]["build_version"] == "7.5.9"
    assert server.office.records(server.area).waypoints[UUID(LEG)].comment == "snare"
    assert server.ledger.broken_rules() == {
        "patrol-sent-twice": 1,
        "no-incident-type": 1,
    }  # its models have no such word


def test_the_client_with_a_wrong_password_gets_nothing(foreign: Path) -> None:
    with StandIn() as server:
        got = told(talk(foreign, server, user=User(name=RANGER.name, password="guess")))

    assert got == {"info": None}
    assert [seen.status for seen in server.ledger.requests] == [200, 200, 401]


def test_the_client_trusts_a_good_certificate_and_no_other(foreign: Path, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with StandIn(certificate=authority.issue()) as server:
        got = told(talk(foreign, server, trust=authority.root))
        server.change_certificate(self_signed(tmp_path))
        before = len(server.ledger.requests)
        refused = talk(foreign, server, trust=authority.root)

    assert got["patrol"]["client_uuid"] == PATROL
    assert refused.returncode != 0
    assert "CERTIFICATE_VERIFY_FAILED" in refused.stderr
    assert len(server.ledger.requests) == before

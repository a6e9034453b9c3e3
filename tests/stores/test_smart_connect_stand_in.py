"""The stand-in for SMART Connect says, keeps and refuses what SMART Connect does, and writes down who broke a rule."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import http.client
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.smart_connect import (
    PERMISSIONS,
    RANGER,
    AreaStatus,
    ItemStatus,
    Outcome,
    StandIn,
    User,
    reads_files,
    sample_area,
)
from tests.smart_connect.caller import Caller, signed_in, until

SAMPLES = Path(__file__).parents[1] / "data" / "smart" / "samples"
PATROL = (SAMPLES / "patrol_1.4.xml").read_bytes()
NOBODY = User(name="viewer", password="seal-7", permissions=frozenset({"viewca"}))


@pytest.fixture
def server() -> Iterator[StandIn]:
    with StandIn(users=[RANGER, NOBODY]) as server:
        yield server
        assert server.ledger.crashes == []


@pytest.fixture
def caller(server: StandIn) -> Caller:
    return Caller(server)


def rules(server: StandIn) -> set[str]:
    return set(server.ledger.broken_rules())


def zipped(files: dict[str, bytes]) -> bytes:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as written:
        for name, content in files.items():
            written.writestr(name, content)
    return package.getvalue()


def test_a_patrol_arrives_byte_for_byte_and_waits_for_a_person(server: StandIn, caller: Caller) -> None:
    path = caller.announce("KNR_000001.xml", len(PATROL))
    reply = caller.put(path, PATROL)
    queued = caller.ask("GET", f"/api/dataqueue/detailedItems?cafilter={server.area.uuid.hex}").told

    assert (reply.status, reply.told["totalBytes"]) == (202, len(PATROL))
    assert [(one["name"], one["status"], one["uploadedBy"]) for one in queued] == [
        ("KNR_000001.xml", "QUEUED", RANGER.name)
    ]
    assert caller.ask("GET", path).told["status"] == "COMPLETE"
    assert [item.content() for item in server.queue.arrived()] == [PATROL]
    assert server.queue.arrived()[0].sha256 == hashlib.sha256(PATROL).hexdigest()
    item = caller.ask("GET", f"/api/dataqueue/items/{queued[0]['uuid']}").told
    assert path.endswith(str(server.queue.items[0].work_item))
    assert item["workItem"] == server.queue.items[0].work_item.hex
    assert dt.datetime.fromisoformat(item["lastModified"]).tzinfo is not None
    server.check()


def test_a_person_accepts_one_patrol_and_refuses_the_other(server: StandIn, caller: Caller) -> None:
    caller.send("a.xml", PATROL)
    caller.send("b.xml", PATROL)

    server.queue.process("a.xml")
    server.queue.process("b.xml", Outcome(status=ItemStatus.ERROR, message="station unknown"))

    told = caller.ask("GET", "/api/dataqueue/detailedItems?status=COMPLETE,ERROR").told
    assert [(one["name"], one["status"], one["statusMessage"]) for one in told] == [
        ("b.xml", "ERROR", "station unknown"), ("a.xml", "COMPLETE", None),
    ]  # fmt: skip
    with pytest.raises(ValueError, match="does not wait"):
        server.queue.process("a.xml")


def test_a_person_who_reads_files_finds_out_what_is_no_patrol_of_this_version() -> None:
    files = {
        "whole.zip": zipped({"patrol.xml": PATROL, "attachments/IMG_0001.jpg": b"1", "attachments/IMG_0002.jpg": b"2"}),
        "lacks.zip": zipped({"patrol.xml": PATROL, "attachments/IMG_0001.jpg": b"1"}),
        "two.zip": zipped({"a.xml": PATROL, "b.xml": PATROL}),
        "old.xml": (SAMPLES / "patrol_1.3.xml").read_bytes(),
        "photo.jpg": b"\xff\xd8\xff\xe0",
        "note.xml": b"<!-- hello -->" + PATROL,
        "incident.zip": (SAMPLES / "incident_2.3.xml").read_bytes(),
    }
    with StandIn(person=reads_files("8.1.3")) as server:
        caller = Caller(server)
        for name, content in files.items():
            caller.send(name, content)

        looks = [caller.ask("GET", "/api/dataqueue/detailedItems").told for _ in range(4)]

    assert [{one["status"] for one in look} for look in looks[:2]] == [{"QUEUED"}, {"PROCESSING"}]
    assert {one["name"] for one in looks[2] if one["status"] == "COMPLETE"} == {"whole.zip"}
    assert all(one["statusMessage"] for one in looks[2] if one["status"] == "ERROR")
    assert looks[3] == looks[2]


def test_a_word_that_no_version_has_yet_may_stand_for_the_state_of_an_item(server: StandIn, caller: Caller) -> None:
    caller.send("a.xml", PATROL)
    server.queue.item("a.xml").told_as = "ARCHIVED"

    assert caller.ask("GET", "/api/dataqueue/detailedItems").told[0]["status"] == "ARCHIVED"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"length": ""}, "announced-without-length"),
        ({"length": "0"}, "announced-without-length"),
        ({"length": "many"}, "announced-without-length"),
        ({"type": "PATROL"}, "type-unknown"),
        ({"type": None}, "type-unknown"),
        ({"name": None}, "name-not-unique"),
        ({"conservationArea": None}, "area-unknown"),
        ({"conservationArea": "6f2b8f0e-52c1-4f5c-9d0e-2a4b6c8d0e1f"}, "area-unknown"),
        ({"conservationArea": sample_area().uuid.hex}, "area-unknown"),
    ],
)
def test_an_announcement_that_says_too_little_is_refused(
    server: StandIn, caller: Caller, change: dict[str, str | None], rule: str
) -> None:
    said = {"conservationArea": str(server.area.uuid), "type": "PATROL_XML", "name": "a.xml"} | change
    length = said.pop("length", "10")
    headers = {"X-Upload-Content-Length": str(length)} if length else {}

    reply = caller.ask("POST", "/api/dataqueue/items/", said, headers=headers)

    assert (reply.status, reply.told["status"]) == (400, 400)
    assert reply.told["error"]
    assert rules(server) == {rule}
    assert server.queue.items == []


def test_nothing_is_sent_to_an_analysis_of_several_areas(server: StandIn, caller: Caller) -> None:
    server.area.status = AreaStatus.CCAA

    with pytest.raises(AssertionError, match="status=400"):
        caller.announce("a.xml", 10)

    assert rules(server) == {"area-not-data"}


def test_a_name_that_was_announced_before_is_taken_and_written_down(server: StandIn, caller: Caller) -> None:
    caller.send("a.xml", PATROL)
    caller.send("a.xml", PATROL)

    assert len(server.queue.arrived()) == 2
    assert rules(server) == {"name-not-unique"}


def test_more_bytes_than_announced_spoil_the_item(server: StandIn, caller: Caller) -> None:
    path = caller.announce("a.xml", 10)

    reply = caller.put(path, b"0123456789!")

    assert reply.status == 400
    assert caller.ask("GET", path).told["status"] == "ERROR"
    assert caller.put(path, b"0123456789").status == 400
    assert server.queue.arrived() == []
    assert rules(server) == {"too-many-bytes", "not-uploading"}


def test_an_upload_that_is_complete_takes_no_more(server: StandIn, caller: Caller) -> None:
    path = caller.announce("a.xml", 10)
    caller.put(path, b"0123456789")

    assert caller.put(path, b"0123456789").status == 400
    assert server.queue.arrived()[0].content() == b"0123456789"
    assert rules(server) == {"not-uploading"}


def test_an_upload_of_another_content_type_is_refused(server: StandIn, caller: Caller) -> None:
    path = caller.announce("a.xml", 10)

    for kind in ("application/xml", "application/octet-stream; charset=utf-8", ""):
        reply = caller.ask("PUT", path, b"0123456789", headers={"Content-Type": kind})
        assert (reply.status, reply.told["status"]) == (415, 415)

    assert caller.ask("GET", path).told["current_size"] == 0
    assert rules(server) == {"content-type"}


def test_chunks_are_refused(server: StandIn, caller: Caller) -> None:
    path = caller.announce("a.xml", 10)
    with contextlib.closing(http.client.HTTPConnection(server.host, server.port)) as address:
        address.putrequest("PUT", server.context + path)
        headers = {"Content-Type": "application/octet-stream", "Transfer-Encoding": "chunked"}
        for name, value in (caller._headers | headers).items():
            address.putheader(name, value)
        address.endheaders()  # refused by its headers: the answer may come before any chunk has left
        status = address.getresponse().status

    assert status == 411
    assert rules(server) == {"chunked"}


def test_two_uploaders_at_once_are_written_down_and_spoil_the_file(server: StandIn, caller: Caller) -> None:
    path = caller.announce("a.zip", 8)
    slow = http.client.HTTPConnection(server.host, server.port)
    slow.putrequest("PUT", server.context + path)
    for name, value in (caller._headers | {"Content-Type": "application/octet-stream", "Content-Length": "8"}).items():
        slow.putheader(name, value)
    slow.endheaders(b"0123")
    until(lambda: server.queue.items[0].current_size == 4)

    caller.put(path, b"01234567")
    slow.close()

    assert server.queue.items[0].status is ItemStatus.ERROR
    assert rules(server) == {"two-uploaders", "too-many-bytes"}
    assert server.queue.most_at_once == 2


def test_the_form_of_a_page_uploads_too(server: StandIn, caller: Caller) -> None:
    path = caller.announce("a.xml", 5)
    body = (b'--b\r\nContent-Disposition: form-data; name="upload_file"; filename="a.xml"\r\n'
            b"Content-Type: application/octet-stream\r\n\r\nbytes\r\n--b--\r\n")  # fmt: skip

    reply = caller.ask("POST", path, body, headers={"Content-Type": "multipart/form-data; boundary=b"})

    assert reply.status == 202
    assert server.queue.arrived()[0].content() == b"bytes"
    server.check()


def test_a_wrong_password_gets_a_page_and_in_the_end_locks_the_account(server: StandIn, caller: Caller) -> None:
    stranger = Caller(server, User(name=RANGER.name, password="guess"))

    replies = [stranger.ask("GET", "/api/conservationarea") for _ in range(5)]

    assert {(reply.status, reply.headers["content-type"]) for reply in replies} == {(401, "text/html;charset=utf-8")}
    assert caller.ask("GET", "/api/conservationarea").status == 401
    server.office.accounts.unlock(RANGER.name)
    server.a_person_asked()
    assert caller.ask("GET", "/api/conservationarea").status == 200
    assert server.ledger.broken_rules() == {"retried-401": 4}


def test_a_missing_permission_is_a_401_in_json(server: StandIn) -> None:
    viewer = Caller(server, NOBODY)

    reply = viewer.ask("GET", "/api/dataqueue/detailedItems")

    assert (reply.status, reply.told["status"]) == (401, 401)
    assert viewer.ask("GET", "/api/conservationarea").status == 200
    server.check()
    viewer.ask("GET", "/api/dataqueue/detailedItems")
    assert rules(server) == {"retried-401"}


def test_a_page_signs_in_with_a_session_and_answers_a_wrong_password_with_200(server: StandIn) -> None:
    stranger = Caller(server, None)
    begun = {"Cookie": stranger.ask("GET", "/connect/home").headers["set-cookie"].partition(";")[0]}
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    wrong = stranger.ask("POST", "/j_security_check", b"j_username=ranger&j_password=x", headers=begun | form)

    assert (wrong.status, stranger.ask("GET", "/api/info", headers=begun).status) == (200, 401)
    session = signed_in(stranger)
    assert stranger.ask("GET", "/api/info", headers=session).status == 200
    server.office.accounts.forget_sessions()
    assert stranger.ask("GET", "/api/info", headers=session).status == 401
    server.check()


def test_bad_manners_are_written_down(server: StandIn) -> None:
    Caller(server, None).ask("GET", "/api/info")
    Caller(server).ask("GET", "/api/everything")
    Caller(server).ask("GET", f"/api/info?p={NOBODY.password}")

    assert rules(server) == {"no-credentials", "unknown-call", "password-in-address"}


def test_a_user_sees_only_their_areas() -> None:
    ours, theirs = sample_area(), sample_area(label="Sarychat", code="SAR")
    user = User(name="ranger", password="p", areas=frozenset({ours.uuid}))
    with StandIn(areas=[ours, theirs], users=[user]) as server:
        caller = Caller(server, user)
        told = caller.ask("GET", "/api/conservationarea?includeSpatialBoundaries=false").told
        hidden = caller.ask("GET", f"/api/metadata/datamodel/{theirs.uuid}")
        seen = caller.ask("GET", f"/api/metadata/datamodel/{ours.uuid.hex}")
        whole = caller.ask("GET", "/api/conservationarea").told

    assert [one["label"] for one in told] == ["Kichi-Naryn"]
    assert (told[0]["caBoundaryJson"], bool(whole[0]["caBoundaryJson"])) == (None, True)
    assert (hidden.status, seen.status, seen.body) == (404, 200, ours.model_xml)


@pytest.mark.parametrize(
    ("version", "there"),
    [
        ("4.1.0", set()),
        ("7.0.0", {"datamodel"}),
        ("7.4.1", {"datamodel", "patrol"}),
        ("7.5.0", {"datamodel", "patrol", "custom"}),
        ("7.5.3", {"datamodel", "patrol", "custom", "server"}),
        ("8.0.6", {"datamodel", "patrol", "custom", "server", "modelinfo"}),
        ("8.1.3", {"datamodel", "patrol", "custom", "server", "modelinfo", "incident"}),
    ],
)
def test_each_version_has_its_own_calls(version: str, there: set[str]) -> None:
    with StandIn(version=version) as server:
        caller = Caller(server)
        area = server.area.uuid
        calls = {
            "server": "/api/info", "datamodel": f"/api/metadata/datamodel/{area}",
            "modelinfo": f"/api/metadata/datamodel/{area}/info", "patrol": f"/api/metadata/patrol/{area}",
            "incident": f"/api/metadata/incident/{area}",
            "custom": "/api/query/custom/patrol?patrol_id=KNR_000001",
        }  # fmt: skip
        statuses = {name: caller.ask("GET", call).status for name, call in calls.items()}
        assert caller.ask("GET", "/api/conservationarea").status == 200
        assert caller.send("a.xml", PATROL).status == 202

    assert statuses == {name: 200 if name in there else 404 for name in calls}
    missing = {name for name in calls if name not in there} - {"server"}
    assert server.ledger.broken_rules().total() == len(missing)


def test_the_model_says_when_it_changed(server: StandIn, caller: Caller) -> None:
    path = f"/api/metadata/datamodel/{server.area.uuid}/info"
    before = caller.ask("GET", path).told

    server.area.take_model(b"<DataModel/>", at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC))

    after = caller.ask("GET", path).told
    assert before["last_modified"] < after["last_modified"]
    assert before["ca_uuid"] == after["ca_uuid"] == server.area.uuid.hex


def test_what_is_deleted_or_purged_is_no_longer_in_the_queue(server: StandIn, caller: Caller) -> None:
    caller.send("a.xml", PATROL)
    caller.send("b.xml", PATROL)
    uuid = caller.ask("GET", "/api/dataqueue/detailedItems").told[0]["uuid"]

    assert caller.ask("DELETE", f"/api/dataqueue/items/{uuid}").status == 200
    server.queue.withdraw(server.queue.item("a.xml"))

    assert caller.ask("GET", "/api/dataqueue/detailedItems").told == []
    assert caller.ask("GET", f"/api/dataqueue/items/{uuid}").status == 404
    assert [item.name for item in server.queue.withdrawn] == ["b.xml", "a.xml"]


def test_an_alert_is_new_once(server: StandIn, caller: Caller) -> None:
    properties = {"caUuid": server.area.uuid.hex, "level": 1, "typeUuid": "x", "description": "shots",
                  "dateTime": "2026-03-04T09:15:42.000+06:00"}  # fmt: skip
    feature = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [74.5, 41.2]}, "properties": properties}
    told = {"type": "FeatureCollection", "features": [feature]}

    statuses = [caller.ask("POST", "/api/connectalert/ours-1", told).status for _ in range(2)]
    properties["dateTime"] = "2026-03-04T09:15:42.000"

    assert statuses == [201, 200]
    assert caller.ask("POST", "/api/connectalert/ours-1", told).status == 400


def test_files_are_counted_and_hashed_without_being_kept() -> None:
    with StandIn(keep_files=False) as server:
        Caller(server).send("a.xml", PATROL)

        assert server.queue.arrived()[0].sha256 == hashlib.sha256(PATROL).hexdigest()
        assert server.queue.arrived()[0].path is None


def test_permissions_of_a_user_are_those_of_smart() -> None:
    assert RANGER.permissions == PERMISSIONS >= {"viewca", "adddataqueue", "viewdataqueue", "updateca", "customquery"}

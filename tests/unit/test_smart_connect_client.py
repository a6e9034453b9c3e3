"""The client of SMART Connect against the stand-in: what goes over the wire, and what each refusal is called."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from ranger_app.domain.places import PlainHttpError
from ranger_app.sync.connect_errors import (
    AnswerLostError,
    ConnectError,
    MissingThereError,
    NotAllowedError,
    NotSmartError,
    RedirectedError,
    RefusedThereError,
    ServerFailedError,
    UnreachableError,
)
from ranger_app.sync.smart_connect import Connect
from tests.connect_client import client
from tests.smart_connect import (
    LOST_ANSWER,
    RANGER,
    AreaStatus,
    Fault,
    FaultKind,
    Outcome,
    StandIn,
    User,
    sample_area,
)
from tests.smart_connect.data_queue import ItemStatus

VIEWER = User(name="viewer", password="seal-7", permissions=frozenset({"viewca"}))
NOBODY = User(name="nobody", password="seal-8", permissions=frozenset())
CONTENT = bytes(range(256)) * 1000


@pytest.fixture
def server() -> Iterator[StandIn]:
    with StandIn(users=[RANGER, VIEWER, NOBODY]) as server:
        yield server
        assert server.ledger.crashes == []


@pytest.fixture
def connect(server: StandIn) -> Iterator[Connect]:
    with client(server) as connect:
        yield connect


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "patrol.zip"
    path.write_bytes(CONTENT)
    return path


def ignored(_sent: int) -> None:
    """Nobody wants to know how many bytes have left."""


# What it reads


def test_everything_that_can_be_read_is_read(server: StandIn, connect: Connect) -> None:
    area = str(server.area.uuid)

    assert connect.info()["build-version"] == "8.1.3"
    assert [(one.id, one.label) for one in connect.areas()] == [(area, "Kichi-Naryn")]
    assert connect.data_model_changed(area) == "2026-01-05T08:00:00+00:00"
    assert connect.data_model(area) == server.area.model_xml
    assert "patrolMetadata" in json.loads(connect.patrol_metadata(area))
    assert [one["id"] for one in json.loads(connect.incident_metadata(area))["incidentTypes"]] == ["incident"]
    assert connect.patrols(client_patrol_uuid=str(uuid4())) == []
    assert connect.incidents(client_incident_uuid=str(uuid4())) == []
    assert server.ledger.of("GET", "/api/conservationarea")[0].query == "includeSpatialBoundaries=false"
    server.check()


def test_an_area_that_takes_nothing_is_not_offered() -> None:
    waiting, open_ = sample_area(label="Later"), sample_area()
    waiting.status = AreaStatus.UPLOADING
    with StandIn(areas=[waiting, open_]) as server, client(server) as connect:
        assert [one.label for one in connect.areas()] == ["Kichi-Naryn"]


# The data queue


def test_a_file_arrives_and_its_way_can_be_followed(server: StandIn, connect: Connect, file: Path) -> None:
    area, told = str(server.area.uuid), list[int]()
    work_item = connect.announce(area, "PATROL_XML", "KNR_1.zip", len(CONTENT))
    before = connect.upload_state(work_item)
    connect.put(work_item, file, start=0, size=len(CONTENT), tell=told.append)
    after = connect.upload_state(work_item)

    assert (before.status, before.has, before.wants) == ("UPLOADING", 0, len(CONTENT))
    assert (after.has, after.wants) == (len(CONTENT), len(CONTENT))
    assert told == sorted(told)
    assert told[-1] == len(CONTENT)
    [found] = connect.queue(area)
    assert found.name == "KNR_1.zip"
    assert (found.status, connect.queued(found.id).work_item) == ("QUEUED", work_item)
    server.queue.process("KNR_1.zip", Outcome(status=ItemStatus.ERROR, message="station unknown"))
    assert [(one.status, one.message) for one in connect.queue(area)] == [("ERROR", "station unknown")]
    server.check()


def test_an_upload_goes_on_where_the_server_has_it(server: StandIn, connect: Connect, file: Path) -> None:
    work_item = connect.announce(str(server.area.uuid), "PATROL_XML", "KNR_1.zip", len(CONTENT))
    server.faults.add(Fault(kind=FaultKind.CUT_REQUEST, share=0.5, hard=True), method="PUT")
    with pytest.raises(AnswerLostError):
        connect.put(work_item, file, start=0, size=len(CONTENT), tell=ignored)

    has = settled(connect, work_item)
    connect.put(work_item, file, start=has, size=len(CONTENT), tell=ignored)

    assert 0 < has < len(CONTENT)
    assert [item.content() for item in server.queue.arrived()] == [CONTENT]
    server.check()


def settled(connect: Connect, work_item: str) -> int:
    before, has = -1, connect.upload_state(work_item).has
    while before != has:
        threading.Event().wait(0.1)
        before, has = has, connect.upload_state(work_item).has
    return has


def test_the_host_of_location_is_not_believed(server: StandIn, connect: Connect, file: Path) -> None:
    server.faults.add(Fault(kind=FaultKind.WRONG_LOCATION), method="POST")
    work_item = connect.announce(str(server.area.uuid), "PATROL_XML", "KNR_1.zip", len(CONTENT))

    connect.put(work_item, file, start=0, size=len(CONTENT), tell=ignored)

    assert [item.content() for item in server.queue.arrived()] == [CONTENT]
    server.check()


def test_a_person_can_stop_between_two_pieces(server: StandIn, connect: Connect, file: Path) -> None:
    class StoppedError(Exception):
        """The person pressed the button."""

    def stop(sent: int) -> None:
        if sent > len(CONTENT) // 2:
            raise StoppedError

    work_item = connect.announce(str(server.area.uuid), "PATROL_XML", "KNR_1.zip", len(CONTENT))
    with pytest.raises(StoppedError):
        connect.put(work_item, file, start=0, size=len(CONTENT), tell=stop)

    has = settled(connect, work_item)
    connect.put(work_item, file, start=has, size=len(CONTENT), tell=ignored)
    assert [item.content() for item in server.queue.arrived()] == [CONTENT]
    server.check()


def test_what_the_server_refuses_is_told_in_its_words(server: StandIn, connect: Connect) -> None:
    with pytest.raises(RefusedThereError) as refused:
        connect.announce(str(server.area.uuid), "PIGEON", "KNR_1.zip", 7)

    assert refused.value.facts["status"] == 400
    assert "PIGEON" in str(refused.value.facts["words"])


def test_json_goes_out_in_ascii_and_its_warnings_come_back(server: StandIn, connect: Connect) -> None:
    feature = {
        "type": "Feature", "geometry": {"type": "Point", "coordinates": [74.5, 41.2]},
        "properties": {
            "dateTime": "2026-03-04T09:15:42", "smartDataType": "incident", "smartFeatureType": "waypoint/new",
            "smartAttributes": {
                "incidentUuid": str(uuid4()), "incidentType": "incident", "comment": "Ир-бис",
                "observationGroups": [{"observations": [{"category": "unheard.of.", "attributes": {}}]}],
            },
        },
    }  # fmt: skip

    warnings = connect.post_data(str(server.area.uuid), feature)

    assert "unheard.of." in warnings[0]
    assert server.ledger.of("POST", "/api/data")[0].body.isascii()


# What goes wrong


@pytest.mark.parametrize(
    ("fault", "error", "is_passing"),
    [
        (Fault(kind=FaultKind.HTML, status=200), NotSmartError, True),
        (Fault(kind=FaultKind.HTML, status=502), ServerFailedError, True),
        (Fault(kind=FaultKind.ERROR, status=500), ServerFailedError, True),
        (Fault(kind=FaultKind.ERROR, status=503), ServerFailedError, True),
        (Fault(kind=FaultKind.ERROR, status=429), ServerFailedError, True),
        (Fault(kind=FaultKind.HTML, status=404), MissingThereError, False),
        (Fault(kind=FaultKind.ERROR, status=404), MissingThereError, False),
        (Fault(kind=FaultKind.HTML, status=401), NotAllowedError, False),
        (Fault(kind=FaultKind.ERROR, status=401), NotAllowedError, False),
        (Fault(kind=FaultKind.ERROR, status=403), RefusedThereError, False),
        (Fault(kind=FaultKind.HTML, status=302), RedirectedError, False),
        (LOST_ANSWER, AnswerLostError, True),
        (Fault(kind=FaultKind.CUT_REQUEST, at=10, hard=True), AnswerLostError, True),
        (Fault(kind=FaultKind.LATE, late_s=5), AnswerLostError, True),
    ],
    ids=lambda told: getattr(told, "kind", None) or getattr(told, "__name__", str(told)),
)
def test_each_kind_of_trouble_has_its_name(
    server: StandIn, connect: Connect, fault: Fault, error: type[ConnectError], is_passing: bool
) -> None:
    server.faults.add(fault, path="/api/info")

    with pytest.raises(error) as raised:
        connect.info()

    assert raised.value.is_passing is is_passing
    assert raised.value.facts["host"] == "127.0.0.1"
    assert connect.info()["build-version"] == "8.1.3"


def test_an_answer_that_is_cut_anywhere_is_a_lost_one(server: StandIn, connect: Connect) -> None:
    area = str(server.area.uuid)
    calls: tuple[tuple[str, Callable[[], object]], ...] = (
        ("/api/info", connect.info), ("/api/conservationarea", connect.areas),
        ("/api/metadata/datamodel", lambda: connect.data_model(area)),
    )  # fmt: skip
    for path, ask in calls:
        for at in (*range(0, 300, 7), 1500):
            server.faults.add(Fault(kind=FaultKind.CUT_ANSWER, at=at), path=path)
            with pytest.raises((AnswerLostError, NotSmartError)):
                ask()
            server.faults.clear()


@contextmanager
def answering(*answers: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A listener that answers each connection with these very bytes; what it heard is written down."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)

        def serve() -> None:
            for answer in answers:
                connection, _ = listener.accept()
                with connection:
                    connection.settimeout(5)
                    request = b""
                    while b"\r\n\r\n" not in request:
                        request += connection.recv(65536)
                    heard.append(request)
                    connection.sendall(answer)
                    connection.shutdown(socket.SHUT_WR)
                    while connection.recv(65536):
                        continue  # a body, until the client hangs up: else it would meet a reset

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", heard
        thread.join()


def ok(body: bytes, kind: str = "application/json") -> bytes:
    return (
        f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
        + body
    )


@pytest.mark.parametrize(
    "body",
    [b"[]", b"7", b"\xff\xfe", b"{", b"[" * 100_000, b"9" * 5000, b"null"],
    ids=["list", "number", "no text", "cut", "deep", "endless number", "null"],
)
def test_an_answer_that_nobody_expects_is_not_smart(body: bytes) -> None:
    with answering(ok(body)) as (base, _), Connect(base, "a", "b") as connect, pytest.raises(NotSmartError):
        connect.info()


@pytest.mark.parametrize(
    "state", [{}, {"status": "UPLOADING", "current_size": "x", "expected_size": 1},
              {"status": "UPLOADING", "current_size": float("inf"), "expected_size": 1}],
)  # fmt: skip
def test_a_state_without_numbers_is_not_smart(state: dict[str, object]) -> None:
    answer = ok(json.dumps(state).encode())
    with answering(answer) as (base, _), Connect(base, "a", "b") as connect, pytest.raises(NotSmartError):
        connect.upload_state(str(uuid4()))


def test_a_page_is_no_data_model() -> None:
    answer = ok(b"<html></html>", "text/html")
    with answering(answer) as (base, _), Connect(base, "a", "b") as connect, pytest.raises(NotSmartError):
        connect.data_model(str(uuid4()))


@pytest.mark.parametrize("words", [b"{}", b"[]", b"<html>", b'{"error": {"a": 1}}', b"[" * 100_000])
def test_a_refusal_without_words_is_one_all_the_same(words: bytes) -> None:
    answer = ok(words).replace(b"200 OK", b"400 Bad")
    with answering(answer) as (base, _), Connect(base, "a", "b") as connect, pytest.raises(RefusedThereError):
        connect.info()


def test_a_redirect_is_told_and_not_followed() -> None:
    with StandIn() as elsewhere:
        moved = f"HTTP/1.1 302 Found\r\nLocation: {elsewhere.address}/api/info\r\nContent-Length: 0\r\n\r\n".encode()
        with answering(moved) as (base, heard), Connect(base, "a", "b") as connect:
            with pytest.raises(RedirectedError) as raised:
                connect.info()

            assert raised.value.facts["to"] == f"127.0.0.1:{elsewhere.port}"
            assert len(heard) == 1
        assert elsewhere.ledger.requests == []


def test_an_announcement_without_a_place_is_not_smart() -> None:
    for location in (b"", b"Location: https://x/server/api/uploader/1234\r\n"):
        answer = b"HTTP/1.1 200 OK\r\n" + location + b"Content-Length: 0\r\nConnection: close\r\n\r\n"
        with answering(answer) as (base, _), Connect(base, "a", "b") as connect, pytest.raises(NotSmartError):
            connect.announce(str(uuid4()), "PATROL_XML", "a.zip", 7)


def test_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with Connect(f"http://127.0.0.1:{port}/server", "a", "b") as connect, pytest.raises(UnreachableError):
        connect.info()

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with Connect("https://nowhere.invalid/server", "a", "b") as connect, pytest.raises(UnreachableError):
        connect.info()


# Who signs in


def test_a_wrong_password_and_a_missing_permission_are_the_same_refusal(server: StandIn) -> None:
    stranger = User(name=RANGER.name, password="wrong")
    with client(server, stranger) as connect, pytest.raises(NotAllowedError) as raised:
        connect.areas()
    assert raised.value.facts["words"] == ""
    with client(server, NOBODY) as connect, pytest.raises(NotAllowedError) as raised:
        connect.areas()
    assert "viewca" in str(raised.value.facts["words"])
    assert len(server.ledger.requests) == 2


def test_the_password_goes_as_utf_8_and_nothing_goes_in_plain_http_beyond_this_computer(server: StandIn) -> None:
    with client(server) as connect:
        connect.info()

    assert server.ledger.requests[0].user == RANGER.name
    with pytest.raises(PlainHttpError):
        Connect("http://connect.example.org/server", "a", "b")


def test_an_answer_that_trickles_for_ever_is_given_up() -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def trickle() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            with contextlib.suppress(OSError):
                connection.sendall(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
                )
                while True:
                    connection.sendall(b" ")
                    time.sleep(0.05)

    teller = threading.Thread(target=trickle)
    teller.start()
    base = f"http://127.0.0.1:{listener.getsockname()[1]}/server"
    with Connect(base, "ranger", "made up", patience_s=5, longest_s=0.5) as connect, pytest.raises(AnswerLostError):
        connect.info()
    teller.join(5)
    assert not teller.is_alive()
    listener.close()

"""The stand-in for SMART Connect goes wrong as it is told: cut connections, late answers, restarts, certificates."""

from __future__ import annotations

import hashlib
import random
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.smart_connect import (
    EVERY_DAY,
    LOST_ANSWER,
    RANGER,
    Authority,
    Certificate,
    Fault,
    FaultKind,
    Schedule,
    StandIn,
    User,
    accepts_all,
    self_signed,
)
from tests.smart_connect.caller import CUT, Caller, answers, signed_in, until

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


def test_a_broken_upload_keeps_its_bytes_and_goes_on_where_it_stopped(server: StandIn, caller: Caller) -> None:
    path = caller.announce("a.xml", len(PATROL))
    server.faults.add(Fault(kind=FaultKind.CUT_REQUEST, share=0.7), method="PUT")

    with pytest.raises(CUT):
        caller.put(path, PATROL)
    state = caller.ask("GET", path).told
    reply = caller.put(path, PATROL[state["current_size"] :])

    assert state["status"] == "UPLOADING"
    assert 0 < state["current_size"] < state["expected_size"] == len(PATROL)
    assert reply.status == 202
    assert server.queue.arrived()[0].content() == PATROL
    assert sum(server.queue.arrived()[0].pieces) == len(PATROL)
    server.check()


@pytest.mark.parametrize("at", [0, 3, 100, 500, 501, 5000, 10**9])
@pytest.mark.parametrize("hard", [False, True])
def test_a_request_is_cut_at_any_byte(server: StandIn, caller: Caller, at: int, hard: bool) -> None:
    content = random.Random(at).randbytes(200_000)
    path = caller.announce("a.zip", len(content))
    server.faults.add(Fault(kind=FaultKind.CUT_REQUEST, at=at, hard=hard), method="PUT")

    with pytest.raises(CUT):
        caller.put(path, content)
    arrived = caller.ask("GET", path).told["current_size"]

    assert server.queue.items[0].content() == content[:arrived]
    assert (arrived == 0) is (at < 300)
    assert (arrived == len(content)) is (at == 10**9)
    server.check()


@pytest.mark.parametrize("hard", [False, True])
def test_an_answer_is_cut_at_any_byte_and_the_work_is_done(server: StandIn, caller: Caller, hard: bool) -> None:
    whole = len(caller.ask("GET", "/api/conservationarea").body)
    for share in (0.0, 0.01, 0.3, 0.6, 0.99):
        server.faults.add(Fault(kind=FaultKind.CUT_ANSWER, share=share, hard=hard), path="/api/conservationarea")
        with pytest.raises(CUT):
            caller.ask("GET", "/api/conservationarea")
    assert len(caller.ask("GET", "/api/conservationarea").body) == whole

    server.faults.add(LOST_ANSWER, method="POST")
    with pytest.raises(CUT):
        caller.announce("a.xml", 10)

    assert [item.name for item in server.queue.unfinished()] == ["a.xml"]
    server.check()


def test_who_resumes_without_asking_is_written_down(server: StandIn, caller: Caller) -> None:
    path = caller.announce("a.xml", 10)
    server.faults.add(Fault(kind=FaultKind.CUT_REQUEST, at=0), method="PUT")
    with pytest.raises(CUT):
        caller.put(path, b"0123456789")

    caller.put(path, b"0123456789")

    assert rules(server) == {"resumed-without-asking"}


def test_a_wrong_location_leads_to_a_decoy(server: StandIn, caller: Caller) -> None:
    server.faults.add(Fault(kind=FaultKind.WRONG_LOCATION), method="POST")

    path = caller.announce("a.xml", 10)
    assert caller.put(path, b"0123456789").status == 202
    server.check()
    host, _, port = server.decoy_address.split("/")[2].partition(":")
    socket.create_connection((host, int(port))).close()
    until(lambda: bool(server.ledger.breaches))

    assert rules(server) == {"followed-location"}


def test_a_request_that_the_network_delivers_twice_makes_two_items_and_breaks_no_rule(
    server: StandIn, caller: Caller
) -> None:
    server.faults.add(Fault(kind=FaultKind.DUPLICATE), method="POST")
    server.faults.add(Fault(kind=FaultKind.DUPLICATE), method="PUT")

    path = caller.announce("a.xml", 10)
    reply = caller.put(path, b"0123456789")

    assert reply.status == 400
    assert caller.ask("GET", path).told["status"] == "COMPLETE"
    assert [item.name for item in server.queue.items] == ["a.xml", "a.xml"]
    assert server.queue.items[1].echo_of == server.queue.items[0].uuid
    assert [item.content() for item in server.queue.arrived()] == [b"0123456789"]
    assert server.queue.unfinished() == []
    server.check()


@pytest.mark.parametrize("after_work", [False, True])
def test_a_page_comes_instead_of_an_answer(server: StandIn, caller: Caller, after_work: bool) -> None:
    server.faults.add(Fault(kind=FaultKind.HTML, status=200, after_work=after_work), method="POST")

    said = {"conservationArea": str(server.area.uuid), "type": "PATROL_XML", "name": "a.xml"}
    reply = caller.ask("POST", "/api/dataqueue/items/", said, headers={"X-Upload-Content-Length": "10"})

    assert (reply.status, reply.headers["content-type"]) == (200, "text/html;charset=utf-8")
    assert "location" not in reply.headers
    assert len(server.queue.items) == int(after_work)
    server.check()


def test_a_slow_line_brings_so_many_bytes_a_second(server: StandIn, caller: Caller) -> None:
    path = caller.announce("a.zip", 300_000)
    server.pace_bytes_s = 1_000_000.0

    begun = time.monotonic()
    caller.put(path, bytes(300_000))

    assert 0.3 <= time.monotonic() - begun < 5


def test_an_answer_comes_late_and_the_work_is_done(server: StandIn) -> None:
    server.faults.add(Fault(kind=FaultKind.LATE, late_s=30.0), method="PUT")
    path = Caller(server).announce("a.xml", 10)

    with pytest.raises(TimeoutError):
        Caller(server, timeout_s=0.2).put(path, b"0123456789")

    assert Caller(server).ask("GET", path).told["status"] == "COMPLETE"


def test_a_restart_keeps_what_arrived_and_forgets_who_signed_in(server: StandIn, caller: Caller) -> None:
    session = signed_in(caller)
    caller.send("a.xml", PATROL)
    assert Caller(server, None).ask("GET", "/api/info", headers=session).status == 200

    server.restart()

    assert Caller(server, None).ask("GET", "/api/info", headers=session).status == 401
    assert caller.ask("GET", "/api/dataqueue/detailedItems").told[0]["name"] == "a.xml"
    server.faults.add(Fault(kind=FaultKind.RESTART, down_s=0.05))
    with pytest.raises(CUT):
        caller.ask("GET", "/api/info")
    until(lambda: answers(caller))
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        caller.ask("GET", "/api/info")
    server.start()
    assert caller.ask("GET", "/api/info").status == 200
    server.check()


def test_an_account_is_locked_while_somebody_works(server: StandIn, caller: Caller) -> None:
    server.faults.add(Fault(kind=FaultKind.LOCK_ACCOUNT), method="POST")

    with pytest.raises(AssertionError, match="status=401"):
        caller.announce("a.xml", 10)

    assert server.office.accounts.is_locked(RANGER.name)
    assert server.queue.items == []


def test_the_same_seed_brings_the_same_faults() -> None:
    fates = [[Schedule(seed, chance=0.5).fate(number) for number in range(300)] for seed in (7, 7, 8)]

    assert fates[0] == fates[1] != fates[2]
    kinds = {fault.kind for fault in fates[0] if fault is not None}
    assert kinds >= {FaultKind.CUT_REQUEST, FaultKind.CUT_ANSWER, FaultKind.HTML, FaultKind.DUPLICATE}
    assert 100 < sum(fault is None for fault in fates[0]) < 200
    assert Schedule(7, chance=1.0, last=3).fate(4) is None


def test_a_careful_client_brings_everything_through_every_fault_and_breaks_no_rule() -> None:
    draws = random.Random(41)
    files = {f"KNR_{number:06d}.zip": draws.randbytes(draws.randrange(1, 60_000)) for number in range(40)}
    with StandIn(
        schedule=Schedule(11, chance=0.4, kinds={**EVERY_DAY, FaultKind.RESTART: 1.0}, late_s=0.05), person=accepts_all
    ) as server:
        caller = Caller(server)
        for name, content in files.items():
            _bring(caller, name, content)
        server.check()

    arrived: dict[str, list[bytes]] = {}
    assert server.queue.unfinished() == []
    for item in server.queue.arrived():
        arrived.setdefault(item.name, []).append(bytes.fromhex(item.sha256))
    assert arrived == {name: [hashlib.sha256(content).digest()] for name, content in files.items()}
    assert {seen.fault.kind for seen in server.ledger.requests if seen.fault} >= {
        FaultKind.CUT_REQUEST,
        FaultKind.RESTART,
    }


def _bring(caller: Caller, name: str, content: bytes) -> None:
    """What a careful client does: look for the name before announcing, ask for the size before each piece."""
    path = ""
    while True:
        try:
            if not path:
                found = [one for one in caller.ask("GET", "/api/dataqueue/detailedItems").told if one["name"] == name]
                if found:
                    path = (
                        "/api/uploader/"
                        + caller.ask("GET", f"/api/dataqueue/items/{found[0]['uuid']}").told["workItem"]
                    )
                else:
                    path = caller.announce(name, len(content))
            state = caller.ask("GET", path).told
            if state["status"] in ("PROCESSING", "COMPLETE"):
                return
            caller.put(path, content[state["current_size"] :])
        except (*CUT, AssertionError, KeyError, TypeError, ValueError):
            continue


def _good(folder: Path) -> tuple[Certificate, Path]:
    authority = Authority(folder)
    return authority.issue(), authority.root


def _expired(folder: Path) -> tuple[Certificate, Path]:
    authority = Authority(folder)
    return authority.issue(is_expired=True), authority.root


def _of_another_host(folder: Path) -> tuple[Certificate, Path]:
    authority = Authority(folder)
    return authority.issue(hosts=["connect.example.org", "192.0.2.1"]), authority.root


def _of_nobody(folder: Path) -> tuple[Certificate, Path]:
    return self_signed(folder), Authority(folder).root


@pytest.mark.parametrize(
    ("made", "why"),
    [(_expired, "expired"), (_of_another_host, "IP address mismatch"), (_of_nobody, "self-signed certificate")],
)
def test_a_bad_certificate_ends_the_handshake_and_no_request_arrives(
    tmp_path: Path, made: Callable[[Path], tuple[Certificate, Path]], why: str
) -> None:
    certificate, root = made(tmp_path)
    with StandIn(certificate=certificate) as server:
        caller = Caller(server, trust=ssl.create_default_context(cafile=str(root)))

        with pytest.raises(ssl.SSLCertVerificationError, match=why.replace("-", ".")):
            caller.ask("GET", "/api/info")
        until(lambda: server.ledger.handshakes_failed == 1)

    assert server.ledger.requests == []
    assert server.ledger.crashes == []


def test_a_good_certificate_is_trusted_until_it_changes(tmp_path: Path) -> None:
    certificate, root = _good(tmp_path)
    with StandIn(certificate=certificate) as server:
        caller = Caller(server, trust=ssl.create_default_context(cafile=str(root)))
        path = caller.announce("a.xml", len(PATROL))
        server.faults.add(Fault(kind=FaultKind.CUT_REQUEST, share=0.8, hard=True), method="PUT")
        with pytest.raises(CUT):
            caller.put(path, PATROL)
        caller.put(path, PATROL[caller.ask("GET", path).told["current_size"] :])
        assert server.queue.arrived()[0].content() == PATROL
        server.check()

        server.change_certificate(self_signed(tmp_path))

        with pytest.raises(ssl.SSLCertVerificationError):
            caller.ask("GET", "/api/info")
        shown = ssl.get_server_certificate((server.host, server.port))
        assert hashlib.sha256(ssl.PEM_cert_to_DER_cert(shown)).hexdigest() != certificate.sha256

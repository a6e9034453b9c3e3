"""Whom the client of SMART Connect trusts, and that nobody else learns anything."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests

from ranger_app.sync.connect_errors import (
    CertificateChangedError,
    CertificateError,
    CertificateExpiredError,
    CertificateOtherHostError,
    CertificateSelfSignedError,
    CertificateUnknownIssuerError,
    ConnectError,
    NotSecureError,
)
from ranger_app.sync.smart_connect import Connect
from tests.connect_client import client, everything_in
from tests.smart_connect import (
    LOST_ANSWER,
    RANGER,
    Authority,
    Certificate,
    Fault,
    FaultKind,
    StandIn,
    self_signed,
)


@pytest.fixture
def server() -> Iterator[StandIn]:
    with StandIn() as server:
        yield server
        assert server.ledger.crashes == []


# Certificates


@contextmanager
def secured(certificate: Certificate) -> Iterator[StandIn]:
    with StandIn(certificate=certificate) as server:
        yield server
        assert server.ledger.crashes == []


def refused(server: StandIn, error: type[CertificateError], *, pin: str = "") -> CertificateError:
    """The client finds something wrong, and no byte of a request has left."""
    with client(server, pin=pin) as connect, pytest.raises(error) as raised:
        connect.info()
    assert type(raised.value) is error
    assert server.ledger.requests == []
    assert not raised.value.is_passing
    return raised.value


def test_a_certificate_that_cannot_be_trusted_stops_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority(tmp_path)
    usual = authority.root
    cases = [
        (authority.issue("expired", is_expired=True), CertificateExpiredError),
        (authority.issue("other", hosts=["connect.example.org"]), CertificateOtherHostError),
        (authority.issue("number", hosts=["127.0.0.2"]), CertificateOtherHostError),
        (self_signed(tmp_path), CertificateSelfSignedError),
    ]
    trust(monkeypatch, usual)
    for certificate, error in cases:
        with secured(certificate) as server:
            raised = refused(server, error)
        assert raised.facts["fingerprint"] == certificate.sha256
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    with secured(Authority(stranger, "Somebody else").issue()) as server:
        refused(server, CertificateUnknownIssuerError)
    with secured(authority.issue()) as server, client(server) as connect:
        assert connect.info()["build-version"] == "8.1.3"


def trust(patch: pytest.MonkeyPatch, authorities: Path) -> None:
    """Let this file stand for the authorities that this computer trusts."""
    patch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(authorities))


def test_a_pinned_certificate_is_the_only_one_that_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority(tmp_path)
    trust(monkeypatch, authority.root)
    ours, theirs = self_signed(tmp_path, "ours"), self_signed(tmp_path, "theirs")
    with secured(ours) as server:
        with client(server, pin=ours.sha256) as connect:
            assert connect.info()["build-version"] == "8.1.3"
            assert server.ledger.requests[0].user == RANGER.name
        server.ledger.requests.clear()
        server.change_certificate(theirs)
        assert refused(server, CertificateChangedError, pin=ours.sha256).facts["fingerprint"] == theirs.sha256
        server.change_certificate(authority.issue())
        refused(server, CertificateChangedError, pin=ours.sha256)


def test_a_port_without_tls_gets_no_password(server: StandIn) -> None:
    base = server.address.replace("http:", "https:")

    with Connect(base, RANGER.name, RANGER.password) as connect, pytest.raises(NotSecureError):
        connect.info()

    assert server.ledger.requests == []


def test_the_surroundings_have_no_say(server: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "no-such-file"))
    monkeypatch.setenv("CURL_CA_BUNDLE", str(tmp_path / "no-such-file"))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    with client(server) as connect:
        connect.info()

    assert server.ledger.requests[0].user == RANGER.name


def test_a_pinned_connection_goes_through_a_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = self_signed(tmp_path, "ours"), self_signed(tmp_path, "theirs")
    with secured(ours) as server, tunnel(server.port, 2) as proxy:
        monkeypatch.setenv("https_proxy", proxy)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        base = "https://connect.invalid/server"
        with Connect(base, RANGER.name, RANGER.password, pin=ours.sha256) as connect:
            assert connect.info()["build-version"] == "8.1.3"
        server.ledger.requests.clear()
        connect = Connect(base, RANGER.name, RANGER.password, pin=theirs.sha256)
        with connect, pytest.raises(CertificateChangedError):
            connect.info()
        assert server.ledger.requests == []


@contextmanager
def tunnel(port: int, count: int) -> Iterator[str]:
    """A proxy that leads wherever one wants to go to this port of this computer."""

    def pump(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):  # one side has hung up, or nobody says anything any more
            while piece := source.recv(65536):
                sink.sendall(piece)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def serve() -> None:
        for _ in range(count):
            near, _ = listener.accept()
            near.settimeout(1)  # an error that is kept keeps its half-open connection
            assert near.recv(65536).startswith(b"CONNECT connect.invalid:443")
            with near, socket.create_connection(("127.0.0.1", port)) as far:
                near.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=pump, args=(far, near))
                back.start()
                pump(near, far)
                back.join()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


# Secrets


def test_the_password_is_in_no_error_no_log_and_no_name(
    server: StandIn, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    header = requests.auth._basic_auth_str(RANGER.name.encode(), RANGER.password.encode())
    secrets = (RANGER.password, header.removeprefix("Basic "))
    faults = [
        LOST_ANSWER, Fault(kind=FaultKind.HTML, status=401), Fault(kind=FaultKind.HTML, status=302),
        Fault(kind=FaultKind.CUT_REQUEST, at=10, hard=True), Fault(kind=FaultKind.ERROR, status=500),
        Fault(kind=FaultKind.CUT_ANSWER, share=0.9), Fault(kind=FaultKind.HTML, status=200),
    ]  # fmt: skip
    said: list[str] = []
    with client(server) as connect:
        said.append(repr(connect) + repr(vars(connect)))
        for fault in faults:
            server.faults.add(fault)
            with pytest.raises(ConnectError) as raised:
                connect.info()
            said += everything_in(raised.value)
    with secured(self_signed(tmp_path)) as other, client(other) as connect:
        with pytest.raises(CertificateError) as broken:
            connect.info()
        said += everything_in(broken.value)

    told = "\n".join([*said, caplog.text])
    assert "info" in told
    assert [secret for secret in secrets if secret in told] == []

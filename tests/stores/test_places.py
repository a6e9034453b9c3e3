"""Places by the command line: told, listed, forgotten; who signs in, and to whom."""

from __future__ import annotations

import io
import json
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest

from tests.command_line import CommandLine
from tests.key_store import MemoryKeyStore
from tests.smart_connect import (
    RANGER,
    Authority,
    Fault,
    FaultKind,
    StandIn,
    sample_area,
    self_signed,
)
from tests.stores.placing import NONE, STRANGER, VIEWER, added, changes, read


@pytest.fixture(autouse=True)
def key_store() -> Iterator[MemoryKeyStore]:
    before, store = keyring.get_keyring(), MemoryKeyStore()
    keyring.set_keyring(store)
    yield store
    keyring.set_keyring(before)


@pytest.fixture
def ranger(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    line = CommandLine(tmp_path, capsys, monkeypatch)
    monkeypatch.setenv("RANGER_PLACE_PASSWORD", RANGER.password)
    line.create()
    return line


@pytest.fixture
def server() -> Iterator[StandIn]:
    with StandIn(users=[RANGER, VIEWER, STRANGER]) as server:
        yield server
        server.check()


# Telling


def test_a_place_is_told_listed_changed_and_forgotten(ranger: CommandLine, key_store: MemoryKeyStore) -> None:
    before = changes(ranger)
    ran = added(ranger, "connect.example.org:8443/server/connect/home", "--smart-version", "7", "--direct")

    assert (ran.code, ran.answer["password_in"]) == (0, "keyring")
    expected: dict[str, Any] = {
        "name": "Naryn", "kind": "smart", "url": "https://connect.example.org:8443/server", "version": "7",
        "told_version": None, "user": RANGER.name, "area": None, "pin": None, "how": "direct", "areas": [],
    }  # fmt: skip
    assert ranger.answer("place", "list") == {"places": [expected], "problems": []}
    area, pin = str(sample_area().uuid), "ab" * 32
    ranger.answer("place", "add", "Naryn", expected["url"], "--kind", "smart", "--area", area, "--pin", pin, "--queue")
    told = ranger.answer("place", "list")["places"]
    assert told == [{**expected, "area": area, "pin": pin, "how": "queue"}]
    assert RANGER.password not in ranger("place", "list").out
    assert ranger.answer("place", "remove", "Naryn") == {"name": "Naryn"}
    assert ranger.answer("place", "list")["places"] == []
    assert key_store.kept == {}
    assert changes(ranger) == before


def test_what_belongs_to_another_server_is_not_taken_over(
    ranger: CommandLine, key_store: MemoryKeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(ranger, "https://a.example.org/server", "--area", str(sample_area().uuid), "--pin", "ab" * 32)
    monkeypatch.delenv("RANGER_PLACE_PASSWORD")

    ran = added(ranger, "https://b.example.org/server")

    assert ran.code == 1
    assert "[place-no-password]" in ran.err
    assert key_store.kept == {}
    place = ran.answer["places"][0]
    assert (place["user"], place["area"], place["pin"]) == (RANGER.name, None, None)


def test_the_password_is_asked_for_on_a_terminal_and_an_empty_one_keeps_what_is_known(
    ranger: CommandLine, key_store: MemoryKeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RANGER_PLACE_PASSWORD")
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    typed = [RANGER.password, ""]
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _prompt: typed.pop(0))

    first = added(ranger, "https://connect.example.org/server")
    second = added(ranger, "https://connect.example.org/server")

    assert (first.code, first.answer["password_in"]) == (0, "keyring")
    assert (second.code, second.answer["password_in"]) == (0, None)
    assert list(key_store.kept.values()) == [RANGER.password]


def test_without_a_key_store_the_place_says_where_the_password_is(ranger: CommandLine) -> None:
    keyring.set_keyring(NONE())

    ran = added(ranger, "https://connect.example.org/server")

    assert (ran.code, ran.answer["password_in"]) == (0, "file")
    assert "[place-password-in-file]" in ran.err


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("Naryn", "http://connect.example.org"), 3, "[place-plain-http]"),
        (("Naryn", "https://a:secret@connect.example.org"), 3, "[place-wrong]"),
        (("Naryn", "ftp://connect.example.org"), 3, "[place-wrong]"),
        ((" ", "connect.example.org"), 3, "[place-wrong]"),
        (("Naryn", "connect.example.org", "--area", "x"), 3, "[place-wrong]"),
        (("Naryn", "connect.example.org", "--pin", "abc"), 3, "[place-wrong]"),
        (("Naryn", "connect.example.org", "--smart-version", "5"), 2, "[wrong-usage]"),
        (("Naryn",), 2, "[wrong-usage]"),
    ],
)
def test_what_is_no_place_is_refused_in_a_line(
    ranger: CommandLine, arguments: tuple[str, ...], code: int, told: str
) -> None:
    ran = ranger("place", "add", *arguments, "--kind", "smart", "--json")

    assert (ran.code, ran.out) == (code, "")
    assert told in ran.err
    assert "secret" not in ran.err
    assert ranger.answer("place", "list")["places"] == []


@pytest.mark.parametrize("kind", ["folder", "webdav", "s3", "sftp"])
def test_kinds_of_a_later_version_are_refused_in_words(ranger: CommandLine, kind: str) -> None:
    ran = ranger("place", "add", "Stick", "/media/stick", "--kind", kind)

    assert ran.code == 3
    assert "[place-kind-later]" in ran.err
    assert "later version" in ran.err


def test_nobody_has_to_know_a_place_that_is_not_there(ranger: CommandLine) -> None:
    for act in ("read", "remove"):
        ran = ranger("place", act, "Osh", "--json")
        assert (ran.code, ran.out) == (3, "")
        assert "[place-missing] There is no place Osh." in ran.err


def test_a_damaged_place_is_named_and_left_alone(ranger: CommandLine) -> None:
    added(ranger, "https://connect.example.org/server")
    (file,) = (ranger.home / "places").iterdir()
    entries = json.loads(file.read_text())
    damaged = {"name": "Osh", "kind": "smart", "url": "http://connect.example.org"}
    file.write_text(json.dumps([damaged, 7, *entries]))

    ran = ranger("place", "list", "--json")

    assert ran.code == 1
    assert [one["name"] for one in ran.answer["places"]] == ["Naryn"]
    assert [one["code"] for one in ran.answer["problems"]] == ["place-damaged"] * 2
    added(ranger, "https://connect.example.org/other")
    assert json.loads(file.read_text())[:2] == [damaged, 7]
    assert ranger("place", "read", "Osh").code == 3
    assert ranger("place", "remove", "Osh").code == 0
    assert 7 in json.loads(file.read_text())


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b"[" * 100_000])
def test_a_file_of_places_that_cannot_be_read_is_not_written_over(ranger: CommandLine, content: bytes) -> None:
    added(ranger, "https://connect.example.org/server")
    (file,) = (ranger.home / "places").iterdir()
    file.write_bytes(content)

    ran = added(ranger, "https://connect.example.org/server")

    assert ran.code == 3
    assert "[places-unreadable]" in ran.err
    assert file.read_bytes() == content


# Who signs in, and to whom


def test_a_wrong_password_says_both_reasons_and_is_asked_once(ranger: CommandLine, server: StandIn) -> None:
    added(ranger, server.address, user="stranger")

    ran = read(ranger, code=3)

    assert ran.out == ""
    assert "[connect-not-allowed]" in ran.err
    assert "password is wrong, or this account may not" in ran.err
    assert len(server.ledger.requests) == 1


def test_a_place_whose_password_nobody_knows_is_not_asked(
    ranger: CommandLine, server: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RANGER_PLACE_PASSWORD")
    assert added(ranger, server.address).code == 1

    ran = read(ranger, code=3)

    assert "[place-no-password]" in ran.err
    assert server.ledger.requests == []


def test_nobody_there_is_refused_with_nothing_changed(ranger: CommandLine) -> None:
    with StandIn() as server:
        added(ranger, server.address)
    before = changes(ranger)

    ran = read(ranger, code=3)

    assert ran.out == ""
    assert "[connect-unreachable]" in ran.err
    assert changes(ranger) == before


def test_a_certificate_that_proves_nothing_gets_no_password_and_a_pinned_one_does(
    ranger: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(authority.root))
    ours, theirs = self_signed(tmp_path, "ours"), self_signed(tmp_path, "theirs")
    cases = {
        "connect-certificate-expired": authority.issue("expired", is_expired=True),
        "connect-certificate-other-host": authority.issue("other", hosts=["connect.example.org"]),
        "connect-certificate-self-signed": ours,
    }
    with StandIn(certificate=ours) as server:
        added(ranger, server.address)
        for code, certificate in cases.items():
            server.change_certificate(certificate)
            ran = read(ranger, code=3)
            assert f"[{code}]" in ran.err
            assert certificate.sha256 in ran.err
        assert "--pin" in ran.err
        assert server.ledger.requests == []
        added(ranger, server.address, "--pin", ":".join(ours.sha256[at : at + 2] for at in range(0, 64, 2)))
        assert read(ranger).answer["places"][0]["pin"] == ours.sha256
        asked = len(server.ledger.requests)
        server.change_certificate(theirs)
        ran = read(ranger, code=3)
        assert "[connect-certificate-changed]" in ran.err
        assert theirs.sha256 in ran.err
        assert len(server.ledger.requests) == asked
        server.check()


def test_the_password_is_in_no_file_no_line_and_no_log(
    ranger: CommandLine, server: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said = [added(ranger, server.address), read(ranger), ranger("place", "list"), ranger("place", "list", "--json")]
    keyring.set_keyring(NONE())
    said.append(added(ranger, server.address))
    server.faults.add(Fault(kind=FaultKind.HTML, status=401), path="/api/info")
    said.append(ranger("place", "read", "Naryn"))

    told = "".join(ran.out + ran.err for ran in said) + caplog.text
    secrets = [RANGER.password, json.dumps(RANGER.password)[1:-1]]
    assert [secret for secret in secrets if secret in told] == []
    for folder in (ranger.home, ranger.station):
        for root, _, names in os.walk(folder):
            for name in names:
                content = (Path(root) / name).read_bytes()
                assert [one for one in secrets if one.encode() in content] == [], name

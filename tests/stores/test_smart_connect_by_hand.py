"""An office tries the program against the stand-in: one command begins it, a few words are what people at SMART do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.smart_connect import StandIn
from tests.smart_connect.caller import Caller
from tests.smart_connect.console import talk


def test_an_office_can_try_it_by_hand(tmp_path: Path) -> None:
    said = "list\naccept nothing\nhelp\nrequests\nbreaches\nrestart\nunlock ranger\nquit\n"
    begin = [
        sys.executable,
        "-m",
        "tests.smart_connect",
        "--tls",
        "issued",
        "--version",
        "7.5.9",
        "--keep",
        str(tmp_path),
    ]

    done = subprocess.run(begin, input=said, capture_output=True, text=True, cwd=Path(__file__).parents[2], timeout=60)

    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.partition(" ")[0] for line in lines[:2]] == ["trust", "https://127.0.0.1:" + lines[1].split(":")[2]]
    assert "SMART Connect 7.5.9" in done.stdout
    assert (tmp_path / "authority.pem").is_file()
    assert "no: 'nothing'" in lines
    assert lines[-1] == "restarted"


def test_what_people_do_by_hand_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with StandIn() as server:
        for name in ("a.xml", "b.xml", "c.xml"):
            Caller(server).send(name, b"0123456789")

        talk(server, ["accept a.xml", "refuse b.xml no such station", "warn c.xml", "list", "requests", "quit", "list"])

    told = capsys.readouterr().out.splitlines()
    assert told[4:7] == [
        "a.xml PATROL_XML COMPLETE 10/10", "b.xml PATROL_XML ERROR 10/10 no such station",
        "c.xml PATROL_XML COMPLETE_WARN 10/10",
    ]  # fmt: skip
    assert told[7].startswith("1 POST /api/dataqueue/items/ 200 ")
    assert len(told) == 7 + len(server.ledger.requests)

"""Room ahead in the journal's log: saves do not make the file grow, and nobody who reads it notices."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from db.audit import audit
from db.connection import connect
from db.log_room import LEAST_FREE_BYTES, ROOM_BYTES, make_room
from db.transaction import new_id
from ranger_app.jobs import JobContext
from tests.service_desk import Desk, new_desk

SAVES = 400
"""More than SQLite takes before it begins its log anew."""


def log_of(desk: Desk) -> Path:
    return desk.folder / "journal.db-wal"


def make_all(desk: Desk) -> int:
    steps = 1
    while desk.store.make_room():
        steps += 1
    return steps


def save(desk: Desk) -> str:
    record = new_id()
    with desk.store.act(officer=desk.officer) as change:
        change.create("incident", {"summary": "Snares on a trail. " * 9}, record=record)
    return record


def test_the_log_does_not_grow_with_saves(desk: Desk) -> None:
    steps = make_all(desk)
    made = log_of(desk).stat().st_size

    records = [save(desk) for _ in range(SAVES)]

    assert steps > 2
    assert made == log_of(desk).stat().st_size == ROOM_BYTES
    assert all(desk.store.reader.entry(record, "incident") for record in records)
    assert not desk.store.make_room()


def test_room_can_be_made_between_any_two_saves(desk: Desk) -> None:
    records = []
    for _ in range(12):
        records.append(save(desk))
        desk.store.make_room()
    desk.reopen()

    assert all(desk.store.reader.entry(record, "incident") for record in records)
    assert audit(desk.store, JobContext()).bad == ()


def test_nothing_is_left_of_it_when_the_station_is_closed(tmp_path: Path) -> None:
    desk = new_desk(tmp_path)
    make_all(desk)

    desk.store.close()

    assert not log_of(desk).exists()


@pytest.mark.parametrize("saves", [0, 1, 30])
def test_who_reads_beside_it_and_after_a_crash_sees_every_save(tmp_path: Path, saves: int) -> None:
    path = tmp_path / "journal.db"
    script = (
        "import os, sys; from pathlib import Path\n"
        "from db.connection import connect; from db.log_room import make_room\n"
        "path = Path(sys.argv[1]); db = connect(path, key=bytes(range(32)))\n"
        "db.execute('CREATE TABLE kept (no INTEGER PRIMARY KEY, text)') if sys.argv[2] != '0' else None\n"
        "while make_room(path): pass\n"
        "for no in range(int(sys.argv[2])): db.execute('INSERT INTO kept (text) VALUES (?)', (str(no) * 900,))\n"
        "beside = connect(path, key=bytes(range(32)), read_only=True)\n"
        "print(*beside.execute('SELECT count(*) FROM sqlite_schema').fetchone()); sys.stdout.flush(); os._exit(9)\n"
    )
    died = subprocess.run(
        [sys.executable, "-c", script, str(path), str(saves)], capture_output=True, text=True, cwd=Path.cwd()
    )

    assert (died.returncode, died.stdout.strip()) == (9, "1" if saves else "0"), died.stderr
    assert (tmp_path / "journal.db-wal").stat().st_size == ROOM_BYTES
    db = connect(path, key=bytes(range(32)))
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    if saves:
        assert db.execute("SELECT count(*) FROM kept").fetchone() == (saves,)
    db.close()


def test_where_the_log_cannot_be_written_nothing_happens(tmp_path: Path) -> None:
    assert not make_room(tmp_path / "none.db")
    (tmp_path / "journal.db-wal").mkdir()
    assert not make_room(tmp_path / "journal.db")


def test_a_disk_that_is_nearly_full_keeps_its_last_bytes_for_records(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(desk)
    before = log_of(desk).stat().st_size
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=LEAST_FREE_BYTES - 1))

    assert not desk.store.make_room()
    assert log_of(desk).stat().st_size == before

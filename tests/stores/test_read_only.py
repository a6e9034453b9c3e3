"""A station on a medium that takes no writing: everything can be read, nothing is changed."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

from db import read_only
from db.lock import StationLock, is_held
from tests.command_line import CONFLICT, DEMO, WALK, CommandLine

READING = (
    ("station", "info"), ("station", "check"), ("officer", "list"), ("patrol", "list"), ("incident", "list"),
    ("incident", "show", "{incident}"), ("history", "conflict", "{incident}"), ("export", "gpx", "{out}/all.gpx"),
    ("verify", "{station}"),
)  # fmt: skip


@pytest.fixture
def ranger(ranger: CommandLine) -> CommandLine:
    ranger.answer("import", "gpx", WALK)
    return ranger


def write_protect(folder: Path, patch: pytest.MonkeyPatch, *, number: int = errno.EROFS) -> None:
    """Let the system refuse to open files of *folder* for writing, as a card with its little lever pushed does."""
    really = Path.open

    def refusing(self: Path, mode: str = "r", *arguments: Any, **more: Any) -> Any:
        if set(mode) & set("wax+") and folder in self.parents:
            raise OSError(number, os.strerror(number), str(self))
        return really(self, mode, *arguments, **more)

    patch.setattr(Path, "open", refusing)


def content(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_everything_that_only_reads_works(ranger: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    incident = ranger.answer("incident", "add", "--kind", "conflict", "--from-json", CONFLICT)["incident_id"]
    facts = ranger.answer("station", "info")
    before = content(ranger.station)
    write_protect(ranger.station, monkeypatch)

    for command in READING:
        words = [one.format(incident=incident, out=ranger.folder, station=ranger.station) for one in command]
        ran = ranger(*words, "--json")
        assert ran.code == 0, (command, ran.err)
        assert not ran.err.startswith("["), command

    assert {**ranger.answer("station", "info"), "bytes": facts["bytes"]} == facts
    assert content(ranger.station) == before


def test_what_a_crash_left_beside_the_files_is_read_too(ranger: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    from db.connection import connect

    held = connect(ranger.station / "journal.db", read_only=True)
    ranger.answer("officer", "add", "New, One", "--role", "ranger")
    assert (ranger.station / "journal.db-wal").stat().st_size
    (ranger.station / "derived.db").unlink()
    write_protect(ranger.station, monkeypatch)

    names = [one["name"] for one in ranger.answer("officer", "list")["officers"]]

    held.close()
    assert names == ["Asanov, Bek", "New, One"]
    assert not (ranger.station / "derived.db").exists()


@pytest.mark.parametrize(
    "command",
    [
        ("officer", "add", "New, One", "--role", "ranger"), ("import", "gpx", WALK), ("station", "rebuild"),
        ("import", "photos", DEMO / "made_up_snare.jpg"), ("undo",),
        ("incident", "add", "--kind", "conflict", "--from-json", CONFLICT),
    ],
    ids=lambda command: " ".join(map(str, command[:2])),
)  # fmt: skip
def test_what_would_write_is_refused(
    ranger: CommandLine, command: tuple[str | Path, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(ranger.station)
    write_protect(ranger.station, monkeypatch)

    ran = ranger(*command, "--json")

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("[station-read-only] ")
    assert content(ranger.station) == before


def test_a_station_on_a_full_disk_is_read_and_refuses_what_would_write(
    ranger: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(ranger.station)
    write_protect(ranger.station, monkeypatch, number=errno.ENOSPC)

    assert len(ranger.answer("patrol", "list")["patrols"]) == 1
    ran = ranger("officer", "add", "New, One", "--role", "ranger")

    assert (ran.code, ran.err.split()[0]) == (3, "[station-full]")
    assert content(ranger.station) == before


def test_where_every_disk_is_full_the_copy_lies_in_memory(
    ranger: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full, memory = tmp_path / "full", tmp_path / "memory"
    full.mkdir()
    memory.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(full))
    monkeypatch.setattr(read_only, "IN_MEMORY", memory)
    really = shutil.copyfile

    def copy(source: Path, target: Path) -> object:
        if full in target.parents:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))
        return really(source, target)

    monkeypatch.setattr(shutil, "copyfile", copy)
    write_protect(ranger.station, monkeypatch, number=errno.ENOSPC)

    assert len(ranger.answer("patrol", "list")["patrols"]) == 1
    assert list(full.iterdir()) == list(memory.iterdir()) == []


def test_a_lock_that_a_full_disk_does_not_take_is_let_go_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_number: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", refused)

    with pytest.raises(OSError, match="No space") as caught:
        StationLock(tmp_path)

    assert not is_held(tmp_path), caught.value


def test_a_station_that_somebody_works_on_is_not_copied_under_their_hands(
    ranger: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from db.store import Store

    with Store(ranger.station, home=ranger.home):
        write_protect(ranger.station, monkeypatch)
        ran = ranger("patrol", "list")

    assert ran.err.startswith("[station-locked] ")

"""What a station lives of: nothing that leaves takes its place, and one that is damaged is told as damaged."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.dossier_samples import PillowPainter
from tests.service_desk import MORNING, walk, write_gpx

NEEDED = ("journal.db", "derived.db", "keys.json", "lock", "journal.db-wal", "JOURNAL.DB")


@pytest.fixture
def walked(ranger: CommandLine) -> CommandLine:
    """A station with a patrol."""
    ranger("import", "gpx", write_gpx(ranger.folder / "walk.gpx", walk(MORNING)))
    return ranger


def held(station: Path) -> dict[str, str]:
    return {
        str(path.relative_to(station)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(station.rglob("*"))
        if path.is_file() and not path.name.startswith("derived.db") and path.name != "lock"
    }


def refused(ranger: CommandLine, *command: str | Path) -> None:
    before = held(ranger.station)

    ran = ranger(*command, painter=PillowPainter)

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("[file-of-a-station] ")
    assert held(ranger.station) == before
    assert ranger("station", "check").code == 0


@pytest.mark.parametrize("name", NEEDED)
def test_no_export_takes_the_place_of_what_a_station_lives_of(walked: CommandLine, name: str) -> None:
    refused(walked, "export", "gpx", walked.station / name)


@pytest.mark.parametrize("what", ["gpx", "geojson", "effort", "model"])
def test_every_export_keeps_off_the_photos(walked: CommandLine, what: str) -> None:
    refused(walked, "export", what, walked.station / "blobs" / "ab" / "walk.xml")


def test_a_dossier_and_its_draft_keep_off_the_journal(walked: CommandLine) -> None:
    told = walked.write("incident.json", {"occurred_at": "2026-03-04T09:15:42+06:00", "summary": "Snares"})
    incident = walked.answer("incident", "add", "--kind", "other", "--from-json", told)["incident_id"]
    case = walked.answer("case", "create", "--title", "Snares", "--incident", incident)["case_id"]
    for more in ((), ("--draft",)):
        refused(walked, "dossier", case, walked.station / "journal.db", *more)


def test_a_link_to_the_folder_and_another_station_are_known_too(walked: CommandLine) -> None:
    (walked.folder / "short").symlink_to(walked.station)

    refused(walked, "export", "gpx", walked.folder / "short" / "journal.db")
    other = walked.folder / "other"
    other.mkdir()
    (other / "keys.json").write_text("{}")
    ran = walked("export", "gpx", other / "journal.db")
    assert (ran.code, ran.err[:19]) == (3, "[file-of-a-station]")


@pytest.mark.parametrize("name", ["journal.db", "lock", "blobs/walk.gpx"])
def test_elsewhere_those_names_are_as_good_as_others(walked: CommandLine, name: str) -> None:
    out = walked.folder / "out" / name

    walked.answer("export", "gpx", out)

    assert out.stat().st_size > 100


def test_whatever_stands_in_the_lock_locks_nobody_out(walked: CommandLine) -> None:
    (walked.station / "lock").write_bytes(bytes(range(128, 256)))

    assert len(walked.answer("patrol", "list")["patrols"]) == 1


def without_keys(station: Path) -> None:
    (station / "keys.json").unlink()


def without_journal(station: Path) -> None:
    (station / "journal.db").unlink()


def without_a_log(station: Path) -> None:
    with sqlite3.connect(station / "journal.db") as database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{trigger}"')
        database.execute("DELETE FROM log WHERE no = (SELECT max(log) FROM change)")
    database.close()


@pytest.mark.parametrize("damage", [without_keys, without_journal, without_a_log])
def test_a_station_of_which_something_has_gone_is_damaged_and_not_missing(
    walked: CommandLine, damage: Callable[[Path], None]
) -> None:
    damage(walked.station)

    checked, verified = walked("station", "check"), walked("verify", walked.station)

    assert (checked.code, verified.code) == (4, 4), checked.err + verified.err
    assert "internal-error" not in checked.err + verified.err
    refused_ = walked("patrol", "list")
    assert (refused_.code, refused_.err.split()[0]) == (3, "[station-unreadable]")

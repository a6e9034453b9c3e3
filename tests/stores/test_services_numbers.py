"""Numbers of records: unique across laptops, copies and what people type."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from db.incidents import incident, incident_ids
from db.patrol_pages import patrol_ids
from db.patrols import patrol
from ranger_app.jobs import JobContext
from ranger_app.services.edit_patrol import EditPatrol
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.numbers import Numbers
from ranger_app.services.open_case import OpenCase
from ranger_app.services.record_incident import RecordIncident
from ranger_app.services.stations import open_station, station_of
from ranger_app.services.take_back import TakeBack
from tests.service_desk import CONFLICT, MORNING, POACHING, Desk, walk, write_gpx


def imported(desk: Desk, path: Path) -> str:
    return ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context).patrols[0]


def test_numbers_count_up_whatever_they_are_given_to_and_carry_the_code_of_the_log(desk: Desk) -> None:
    code = station_of(desk.store).short_code
    first = imported(desk, write_gpx(desk.out / "1.gpx", walk(MORNING)))
    second = imported(desk, write_gpx(desk.out / "2.gpx", walk(MORNING, 7)))
    poaching = RecordIncident(desk.store)("poaching", POACHING, officer=desk.officer).incident_id
    conflict = RecordIncident(desk.store)("conflict", CONFLICT, officer=desk.officer).incident_id

    reader = desk.store.reader
    assert patrol(reader, first).number == f"KG-NAR_{code}_000001"
    assert patrol(reader, second).number == f"KG-NAR_{code}_000002"
    assert incident(reader, poaching).number == f"KG-NAR_{code}_000003"
    assert incident(reader, conflict).number == f"KG-NAR_{code}_000004"


def test_a_number_is_not_given_again_after_its_record_was_taken_back(desk: Desk) -> None:
    first = RecordIncident(desk.store)("poaching", POACHING, officer=desk.officer).incident_id
    TakeBack(desk.store)("incident", first, "twice", officer=desk.officer)

    second = RecordIncident(desk.store)("poaching", POACHING, officer=desk.officer).incident_id

    assert incident(desk.store.reader, second).number.endswith("_000002")


@pytest.mark.parametrize("tail", ["000001-bis", "²", "", "zzz", "9" * 40, "-5"])
def test_what_people_type_as_a_number_does_not_reset_the_counter(desk: Desk, tail: str) -> None:
    prefix = f"KG-NAR_{station_of(desk.store).short_code}_"
    first = imported(desk, write_gpx(desk.out / "1.gpx", walk(MORNING)))
    imported(desk, write_gpx(desk.out / "2.gpx", walk(MORNING, 7)))
    EditPatrol(desk.store)(first, {"number": prefix + tail}, officer=desk.officer)

    assert Numbers(desk.store, desk.officer).next() == prefix + "000003"


def test_a_copied_station_gives_no_number_twice(desk: Desk, tmp_path: Path) -> None:
    imported(desk, write_gpx(desk.out / "1.gpx", walk(MORNING)))
    desk.store.close()
    shutil.copytree(desk.folder, tmp_path / "copy")
    with open_station(tmp_path / "copy", home=desk.home) as copy:
        other = Desk(copy, tmp_path / "copy", desk.home, desk.officer, desk.out)
        desk.store = open_station(desk.folder, home=desk.home)
        for one in (desk, other):
            imported(one, write_gpx(desk.out / "2.gpx", walk(MORNING, 7)))
            RecordIncident(one.store)("poaching", POACHING, officer=desk.officer)
            OpenCase(one.store)("Snares", incident_ids(one.store.reader), officer=desk.officer)
        theirs, ours = list(copy.journal.changes()), list(desk.store.journal.changes())

        desk.store.merge(theirs, JobContext())
        copy.merge(ours, JobContext())

        numbers = [patrol(desk.store.reader, one).number for one in patrol_ids(desk.store.reader)]
        assert len(numbers) == len(set(numbers)) == 3
        numbers = [incident(desk.store.reader, one).number for one in incident_ids(desk.store.reader)]
        assert len(numbers) == len(set(numbers)) == 2
        assert desk.content() == other.content()
        assert desk.store.reader.alarms() == ()

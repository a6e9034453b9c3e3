"""What comes from a SMART office: once, whole, with what it names of its office; undone as one; never half stored."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from db.audit import audit
from db.incidents import incident, incident_page
from db.office import known_choices
from db.patrol_pages import patrol_ids, patrol_page
from db.patrols import patrol
from exporters.smart_schema import schema_errors
from ranger_app.domain.records import Patrol
from ranger_app.errors import RangerAppError
from ranger_app.jobs import Cancelled, JobContext
from ranger_app.services.edit_patrol import EditPatrol
from ranger_app.services.export_smart import ExportSmart
from ranger_app.services.export_tracks import ExportGeojson, ExportGpx
from ranger_app.services.import_smart import ImportSmart, SmartImported
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.office import office_of
from ranger_app.services.record_incident import RecordIncident
from ranger_app.services.stations import open_station
from ranger_app.services.take_back import TakeBack
from ranger_app.services.undo_acts import UndoActs
from tests.service_desk import MORNING, Desk, new_desk, photo_bytes, walk, write_gpx
from tests.smart_round import told_by

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "tests" / "data" / "smart" / "samples"
REAL = SAMPLES / "SMART_000006_001.xml"
PATROL = SAMPLES / "patrol_1.4.xml"
INCIDENT = SAMPLES / "incident_2.3.xml"


def taken_in(desk: Desk, *paths: Path, update: bool = False) -> SmartImported:
    return ImportSmart(desk.store)(paths, officer=desk.officer, update=update, context=desk.context)


def codes(done: SmartImported) -> list[str]:
    return [problem.code for problem in done.problems]


def changed(tmp_path: Path, name: str, source: Path, *pairs: tuple[str, str]) -> Path:
    text = source.read_text("utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def the_patrol(desk: Desk) -> Patrol:
    (record,) = patrol_ids(desk.store.reader)
    return patrol(desk.store.reader, record, blobs=desk.store.blobs)


# What it becomes


def test_a_patrol_stands_in_the_lists_with_its_days_and_its_people(desk: Desk) -> None:
    taken_in(desk, REAL)

    (row,) = patrol_page(desk.store.reader)
    found = the_patrol(desk)
    assert (row.number, row.start, row.end, row.points) == ("SMART_000006-001", "2025-12-17", "2026-01-31", 7)
    assert (found.team, found.station, found.objective) == ("communityteam1", "", "Test project")
    (leg,) = found.legs
    assert [member.given_name for member in leg.members] == ["John", "Tony", "Tim", "David", "Lilian"]
    assert next(one for one in leg.members if one.id == leg.leader).given_name == "Tony"
    (day,) = leg.days
    assert (day.date, day.start, day.end, day.rest_minutes) == (
        dt.date(2025, 12, 17), dt.time(20, 48, 25), dt.time(20, 51, 55), 2,
    )  # fmt: skip
    assert day.told_km == 0.009733034297823906
    assert [(one.number, one.smart_id, len(one.observations)) for one in found.waypoints] == [
        (2, "2", 8),
        (10, "10", 3),
    ]
    assert str(found.waypoints[0].at) == "2025-12-17 20:50:41+06:00"


def test_a_patrol_leaves_as_gpx_and_geojson(desk: Desk) -> None:
    taken_in(desk, REAL)

    for job, name in ((ExportGpx, "out.gpx"), (ExportGeojson, "out.geojson")):
        (file,) = job(desk.store)(desk.out / name, context=desk.context)
        assert "SMART_000006-001" in file.read_text("utf-8")


def test_an_incident_stands_in_the_list_and_is_shown(desk: Desk) -> None:
    done = taken_in(desk, INCIDENT)

    (row,) = incident_page(desk.store.reader)
    found = incident(desk.store.reader, done.incidents[0])
    assert (row.number, row.summary) == ("INC-2026-0031", "two sheep killed")
    assert found.occurred_at == dt.datetime(2026, 3, 4, 9, 15, 42, tzinfo=dt.timezone(dt.timedelta(hours=6)))
    assert found.observations[0].observer is not None
    assert found.observations[0].observer.employee_id == "R-0012"


def test_the_original_is_kept_byte_for_byte(desk: Desk) -> None:
    taken_in(desk, REAL)

    (entry,) = desk.store.reader.entries("file")
    assert entry.values["format"] == "smart"
    assert desk.store.blobs.get(entry.values["sha256"]) == REAL.read_bytes()


def test_what_a_file_names_of_its_office_becomes_known(desk: Desk, tmp_path: Path) -> None:
    path = changed(tmp_path, "in.xml", PATROL, ("Mobile Team 1", "Отряд «Барс»"), ("Anti-poaching", "Рейд"))

    taken_in(desk, path)

    assert {one.choice.labels["en"] for one in known_choices(desk.store.reader)} == {
        "Отряд «Барс»",
        "Рейд",
        "Main Station",
    }
    assert {one.source for one in known_choices(desk.store.reader)} == {"seen"}
    assert the_patrol(desk).team in office_of(desk.store.reader, desk.store.station_id).teams


def test_an_element_that_nobody_knows_is_named_and_the_rest_is_read(desk: Desk, tmp_path: Path) -> None:
    strange = '<ns2:extraData type="x"/><ns2:extraData type="y"/></ns2:patrol>'
    path = changed(tmp_path, "in.xml", REAL, ("</ns2:patrol>", strange), ("<ns2:track ", '<ns2:track colour="red" '))

    done = taken_in(desk, path)

    told = {(problem.code, problem.facts["name"], problem.count) for problem in done.problems}
    assert told == {("smart-part-unknown", "extraData", 2), ("smart-part-unknown", "@colour", 1)}
    assert the_patrol(desk).points == 7


def test_attachments_become_blobs_and_pictures_say_where_they_were_taken(desk: Desk, tmp_path: Path) -> None:
    photo = photo_bytes(position=(41.2, 74.5), taken="2026:03:04 09:15:00")
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as package:
        package.writestr("incident.xml", INCIDENT.read_bytes())
        package.writestr("attachments/IMG_0009.jpg", photo)

    done = taken_in(desk, tmp_path / "in.zip")

    (attachment,) = incident(desk.store.reader, done.incidents[0]).attachments
    assert (attachment.name, attachment.mime, done.problems) == ("IMG_0009.jpg", "image/jpeg", [])
    assert desk.store.blobs.get(attachment.sha256) == photo
    assert attachment.position is not None
    assert attachment.derivative_sha256


def test_a_newer_file_without_its_photos_drops_none_that_are_here(desk: Desk, tmp_path: Path) -> None:
    photo = photo_bytes(position=(41.2, 74.5), taken="2026:03:04 09:15:00")
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as package:
        package.writestr("incident.xml", INCIDENT.read_bytes())
        package.writestr("attachments/IMG_0009.jpg", photo)
    (record,) = taken_in(desk, tmp_path / "in.zip").incidents
    newer = changed(tmp_path, "newer.xml", INCIDENT, ("two sheep killed", "three sheep killed"))

    done = taken_in(desk, newer, update=True)

    found = incident(desk.store.reader, record)
    assert (done.incidents, done.problems) == ([record], [])
    assert found.summary == "three sheep killed"
    assert [(one.name, desk.store.blobs.get(one.sha256)) for one in found.attachments] == [("IMG_0009.jpg", photo)]


def test_times_that_the_stations_clocks_skipped_come_back_all_the_same(tmp_path: Path) -> None:
    path = changed(
        tmp_path, "in.xml", PATROL,
        ("2026-03-04", "2026-03-29"), ("2026-03-05", "2026-03-30"), ('time="09:15:42"', 'time="02:30:00"'),
    )  # fmt: skip
    berlin = new_desk(tmp_path / "berlin", timezone="Europe/Berlin")
    try:
        taken_in(berlin, path)
        out = ExportSmart(berlin.store)(
            berlin.out / "out", force=True, officer=berlin.officer, context=berlin.context
        ).files[0]
        assert the_patrol(berlin).timezone == "Etc/GMT-1"
        assert 'time="02:30:00"' in out.read_text("utf-8")
    finally:
        berlin.store.close()


# Once and once only


def test_the_same_file_twice_is_one_patrol(desk: Desk, tmp_path: Path) -> None:
    first = taken_in(desk, REAL)
    before = desk.changes()

    again = taken_in(
        desk, REAL, changed(tmp_path, "pretty.xml", REAL, ("64.0", "64"), ("ns2:", "smart:"), ("ns2=", "smart="))
    )

    assert again.patrols == first.patrols
    assert len(again.duplicates) == 2
    assert (again.problems, desk.changes()) == ([], before)


def test_another_version_of_the_format_is_no_other_patrol(desk: Desk) -> None:
    done = taken_in(desk, *(SAMPLES / f"patrol_1.{version}.xml" for version in (2, 3, 4)))

    assert (len(done.patrols), len(done.duplicates)) == (1, 2)


def test_the_same_number_that_says_something_else_is_offered_as_an_update(desk: Desk, tmp_path: Path) -> None:
    first = taken_in(desk, REAL)
    later = changed(tmp_path, "later.xml", REAL, ("Test project", "Other project"))

    refused = taken_in(desk, later)

    assert codes(refused) == ["smart-patrol-known"]
    assert refused.patrols == first.patrols
    assert the_patrol(desk).objective == "Test project"


def test_an_update_changes_the_patrol_and_doubles_nothing(desk: Desk, tmp_path: Path) -> None:
    first = taken_in(desk, REAL)
    later = changed(
        tmp_path, "later.xml", REAL, ("Test project", "Other project"), ("<ns2:dValue>64.0", "<ns2:dValue>65.0")
    )

    updated = taken_in(desk, later, update=True)
    out = ExportSmart(desk.store)(desk.out / "out", version="7", force=True, officer=desk.officer, context=desk.context)

    assert (updated.patrols, updated.problems) == (first.patrols, [])
    found = the_patrol(desk)
    assert (found.objective, len(found.legs), found.points, len(found.waypoints)) == ("Other project", 1, 7, 2)
    assert told_by(out.files[0]) == told_by(later)
    assert taken_in(desk, later).duplicates == [str(later)]


def test_an_update_of_an_incident_changes_it(desk: Desk, tmp_path: Path) -> None:
    first = taken_in(desk, INCIDENT)
    later = changed(tmp_path, "later.xml", INCIDENT, ("two sheep", "three sheep"), ("2.0<", "3.0<"))

    assert codes(taken_in(desk, later)) == ["smart-incident-known"]
    updated = taken_in(desk, later, update=True)

    found = incident(desk.store.reader, first.incidents[0])
    assert updated.incidents == first.incidents
    assert (found.summary, len(found.observations)) == ("three sheep killed", 1)


def test_two_files_of_one_number_in_one_import_are_not_written_over_each_other(desk: Desk, tmp_path: Path) -> None:
    other = changed(tmp_path, "other.xml", REAL, ("Test project", "Other project"))

    done = taken_in(desk, REAL, other, update=True)

    assert codes(done) == ["smart-patrol-known"]
    assert the_patrol(desk).objective == "Test project"


def test_what_was_taken_back_comes_in_again(desk: Desk) -> None:
    first = taken_in(desk, REAL)
    TakeBack(desk.store)("patrol", first.patrols[0], "test", officer=desk.officer)

    again = taken_in(desk, REAL)

    assert again.duplicates == []
    assert list(patrol_ids(desk.store.reader)) == again.patrols != first.patrols


# Afterwards


def test_an_edited_patrol_goes_out_edited_and_keeps_what_nobody_touched(desk: Desk) -> None:
    record = taken_in(desk, REAL).patrols[0]
    EditPatrol(desk.store)(record, {"objective": "Corrected"}, officer=desk.officer)

    out = ExportSmart(desk.store)(desk.out / "out", version="7", force=True, officer=desk.officer, context=desk.context)

    text = out.files[0].read_text("utf-8")
    assert "Corrected" in text
    assert 'distance="0.009733034297823906"' in text
    assert schema_errors(out.files[0].read_bytes()) == ()


@pytest.mark.parametrize("is_update", [False, True])
def test_undo_takes_an_import_back_as_a_whole(desk: Desk, tmp_path: Path, is_update: bool) -> None:
    if is_update:
        taken_in(desk, REAL)
    before = [(row.number, row.objective, row.points) for row in patrol_page(desk.store.reader)]
    taken_in(desk, changed(tmp_path, "in.xml", REAL, ("Test project", "Other"), ("John", "Jo")), INCIDENT, update=True)

    UndoActs(desk.store)(officer=desk.officer)

    assert [(row.number, row.objective, row.points) for row in patrol_page(desk.store.reader)] == before
    assert incident_page(desk.store.reader) == ()
    if is_update:
        assert the_patrol(desk).legs[0].members[0].given_name == "John"
        assert len(the_patrol(desk).waypoints) == 2
        assert the_patrol(desk).points == 7


def test_a_cancelled_import_stores_nothing(desk: Desk) -> None:
    before = desk.changes()
    context = JobContext()
    context.cancel()

    with pytest.raises(Cancelled):
        ImportSmart(desk.store)([REAL], officer=desk.officer, context=context)

    assert desk.changes() == before


def test_all_files_refused_is_an_error_and_one_of_several_a_problem(desk: Desk) -> None:
    malformed = SAMPLES / "smart_patrol_sample.malformed.xml"

    with pytest.raises(RangerAppError) as refused:
        taken_in(desk, malformed)
    done = taken_in(desk, malformed, REAL)

    assert refused.value.code == "smart-not-smart"
    assert (codes(done), len(done.patrols)) == (["smart-not-smart"], 1)


IMPORT_FOR_EVER = """
import sys
from pathlib import Path
from ranger_app.jobs import JobContext
from ranger_app.services.import_smart import ImportSmart
from ranger_app.services.stations import open_station
folder, home, officer, files = map(Path, sys.argv[1:])
with open_station(folder, home=home) as store:
    for place, path in enumerate(sorted(files.iterdir())):
        ImportSmart(store)([path], officer=str(officer), context=JobContext())
        print(path.name, flush=True)
"""


def test_a_process_killed_amid_imports_loses_no_patrol_it_said_was_stored(desk: Desk, tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    for number in range(200):
        changed(files, f"{number:03}.xml", REAL, ("SMART_000006-001", f"P-{number:03}"))
    desk.store.close()
    command = [sys.executable, "-c", IMPORT_FOR_EVER, str(desk.folder), str(desk.home), desk.officer, str(files)]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    said = [child.stdout.readline() for _ in range(5)]
    time.sleep(0.05)
    child.kill()
    with child.stdout as stream:
        said += stream.readlines()
    child.wait()

    desk.store = open_station(desk.folder, home=desk.home)

    numbers = {row.number for row in patrol_page(desk.store.reader, limit=500)}
    assert {f"P-{line[:3]}" for line in said if line.endswith("\n")} <= numbers
    assert all(patrol(desk.store.reader, one).points == 7 for one in patrol_ids(desk.store.reader))
    assert audit(desk.store, desk.context).bad == ()


# What went out from here


def test_what_went_out_from_here_is_known_when_it_comes_back(desk: Desk) -> None:
    walked = import_walk(desk)
    seen = record_incident(desk)
    sent = ExportSmart(desk.store)(
        desk.out / "out", patrols=[walked], incidents=[seen], force=True, officer=desk.officer, context=desk.context
    ).files
    before = desk.changes()

    done = taken_in(desk, *sent)

    assert (done.patrols, done.incidents, codes(done)) == ([walked], [seen], [])
    assert (len(done.duplicates), desk.changes()) == (2, before)


def test_it_comes_in_whole_at_another_station(desk: Desk, tmp_path: Path) -> None:
    walked, seen = import_walk(desk), record_incident(desk)
    other = new_desk(tmp_path / "other", area_id="KG-OSH")
    try:
        first = sent_by(desk, "out")
        done = taken_in(other, *first)
        again = sent_by(other, "out")

        assert done.problems == []
        assert [told_by(path) for path in again] == [told_by(path) for path in first]
        assert walked not in done.patrols
        assert seen not in done.incidents
    finally:
        other.store.close()


def sent_by(desk: Desk, name: str) -> tuple[Path, ...]:
    return ExportSmart(desk.store)(desk.out / name, force=True, officer=desk.officer, context=desk.context).files


def import_walk(desk: Desk) -> str:
    path = write_gpx(desk.out / "walk.gpx", walk(MORNING, 20), waypoints=[(41.2, 74.5, MORNING, "snares")])
    return ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context).patrols[0]


def record_incident(desk: Desk) -> str:
    document = {
        "occurred_at": "2026-03-04T09:15:42+06:00", "summary": "snares", "fields": {},
        "position": {"latitude_deg": 41.2, "longitude_deg": 74.5},
        "observations": [{"category": "animals.sign.", "attributes": {"ageofsign": "recent"}}],
    }  # fmt: skip
    return RecordIncident(desk.store)("other", document, officer=desk.officer).incident_id


def test_who_stands_in_for_members_that_a_file_does_not_name_is_told_at_export(desk: Desk, tmp_path: Path) -> None:
    text = PATROL.read_text("utf-8")
    start, end = text.index("<ns2:members"), text.index("<ns2:days")
    (tmp_path / "in.xml").write_text(text[:start] + text[end:], encoding="utf-8")
    taken_in(desk, tmp_path / "in.xml")

    sent = ExportSmart(desk.store)(desk.out / "out", force=True, officer=desk.officer, context=desk.context)

    (note,) = [one for one in sent.findings.notes if one.code == "smart-assumed"]
    assert note.facts["fields"] == "leader, members"


def test_a_file_with_too_long_a_text_stops_itself_alone(desk: Desk, tmp_path: Path) -> None:
    long = changed(tmp_path, "long.xml", INCIDENT, ("two sheep killed", "x" * 5_000_000))

    done = taken_in(desk, long, PATROL)

    assert (done.refused, len(done.patrols)) == ([str(long)], 1)
    assert "smart-too-large" in codes(done)


def test_a_value_that_stands_twice_or_under_no_key_is_named(desk: Desk, tmp_path: Path) -> None:
    twice = '<ns2:attributes key="weather" stringValue="sun"/><ns2:attributes key="weather" stringValue="rain"/>'
    spaced = '<ns2:attributes key="the weather" stringValue="snow"/>'
    path = changed(tmp_path, "in.xml", PATROL, ("</ns2:patrol>", twice + spaced + "</ns2:patrol>"))

    done = taken_in(desk, path)

    assert the_patrol(desk).custom == {"weather": "sun"}
    assert codes(done)[:2] == ["smart-value-twice", "smart-key-unusable"]


def test_an_older_file_is_not_called_known_when_a_later_one_says_something_else(desk: Desk, tmp_path: Path) -> None:
    newer = changed(tmp_path, "newer.xml", INCIDENT, ("two sheep killed", "three sheep killed"))
    (record,) = taken_in(desk, INCIDENT).incidents
    taken_in(desk, newer, update=True)

    again = taken_in(desk, INCIDENT)
    assert (codes(again), again.duplicates) == (["smart-incident-known"], [])
    assert incident(desk.store.reader, record).summary == "three sheep killed"

    taken_in(desk, INCIDENT, update=True)
    assert incident(desk.store.reader, record).summary == "two sheep killed"

"""Cases, the office's data model, and what leaves: SMART files, GPX, GeoJSON. No observation is lost on the way."""

from __future__ import annotations

import copy
import datetime as dt
import json
import zipfile
from pathlib import Path
from typing import Any

import lxml.etree
import pytest

from db.cases import case, case_ids, case_page
from db.incidents import incident
from db.patrols import patrol
from db.reader import RecordMissingError
from exporters.safe_write import FileNotWrittenError
from exporters.smart_schema import schema_errors
from ranger_app.errors import RangerAppError
from ranger_app.importers.gpx import read_gpx
from ranger_app.jobs import Cancelled
from ranger_app.services.edit_patrol import EditPatrol
from ranger_app.services.export_smart import (
    ExportSmart,
    NothingToExportError,
    OneFileOneRecordError,
    OutIsAFileError,
    SmartExported,
    SmartVersionUnknownError,
)
from ranger_app.services.export_tracks import ExportGeojson, ExportGpx
from ranger_app.services.histories import history
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.loading import loaded_incident, office_observations
from ranger_app.services.models import ImportModel, office_model, picking_model
from ranger_app.services.open_case import EditCase, OpenCase
from ranger_app.services.record_incident import RecordIncident
from ranger_app.services.stations import WrongValueError
from ranger_app.services.take_back import RecordTakenBackError, TakeBack
from tests.service_desk import CONFLICT, MORNING, OTHER, POACHING, CancelAt, Desk, walk, write_gpx, write_photo

MODELS = Path(__file__).parent.parent / "data" / "smart" / "models"
NAMIBIA = MODELS / "site_namibia_waterberg_1.1.xml"
OFFICIAL = MODELS / "default_datamodel_8.1.3.xml"
SNARES = {"category": "humanactivity.weaponsequipment.trap.", "attributes": {"typeoftrap": "wiresnare"}}


def recorded(desk: Desk, kind: str, document: dict[str, Any], **more: Any) -> str:
    return RecordIncident(desk.store)(kind, {**copy.deepcopy(document), **more}, officer=desk.officer,
                                      photo_folder=desk.out).incident_id  # fmt: skip


@pytest.fixture
def walked(desk: Desk) -> str:
    """A patrol with a waypoint on which two things were observed."""
    path = write_gpx(desk.out / "walk.gpx", walk(MORNING), waypoints=[(41.2, 74.5, MORNING, "snares")])
    record = ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context).patrols[0]
    waypoint = patrol(desk.store.reader, record).waypoints[0].id
    seen = [SNARES, {"category": "animals.sign.", "attributes": {}}]
    EditPatrol(desk.store)(record, {"waypoints": [{"id": waypoint, "observations": seen}]}, officer=desk.officer)
    return record


def exported(desk: Desk, out: Path, **more: Any) -> SmartExported:
    return ExportSmart(desk.store)(out, officer=desk.officer, **{"context": desk.context, **more})


def xml_of(path: Path) -> lxml.etree._Element:
    """The valid document of a SMART file."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as package:
            content = package.read(next(name for name in package.namelist() if name.endswith(".xml")))
    else:
        content = path.read_bytes()
    assert schema_errors(content) == ()
    return lxml.etree.fromstring(content)


def observed(path: Path) -> int:
    return len(xml_of(path).findall(".//{*}observations"))


# Cases


def test_a_case_names_its_incidents_and_stays_with_inspectors(desk: Desk) -> None:
    first, second = recorded(desk, "poaching", POACHING), recorded(desk, "conflict", CONFLICT)

    record = OpenCase(desk.store)(" Снежный барс ", [first, first], officer=desk.officer)
    EditCase(desk.store)(record, title="Wire snares", incidents=[second], officer=desk.officer)

    found = case(desk.store.reader, record)
    assert (found.title, found.incidents) == ("Wire snares", (second,))
    assert found.number.endswith("_000003")
    assert desk.store.reader.entry(record).audience == "case"
    assert record not in str(desk.store.reader.entry(first))
    assert not EditCase(desk.store)(record, title="Wire snares", incidents=[second], officer=desk.officer)
    assert [one["fields"] for one in history(desk.store.reader, "case", record)] == [
        {"number": found.number, "title": "Снежный барс", f"incidents/{first}": True},
        {"title": "Wire snares", f"incidents/{second}": True, f"incidents/{first}": None},
    ]  # fmt: skip


def test_a_case_that_cannot_be_opened_or_changed_stores_nothing(desk: Desk) -> None:
    first, gone = recorded(desk, "poaching", POACHING), recorded(desk, "poaching", POACHING)
    record = OpenCase(desk.store)("Snares", [first], officer=desk.officer)
    TakeBack(desk.store)("incident", gone, "twice", officer=desk.officer)
    before = desk.changes()

    wrong: list[tuple[str, list[str], type[RangerAppError]]] = [
        ("  ", [first], WrongValueError), ("half \udcff", [first], WrongValueError),
        ("x", [gone], RecordTakenBackError),
        ("x", ["0" * 32], RecordMissingError), ("x", [desk.officer], RecordMissingError),
    ]  # fmt: skip
    for title, incidents, error in wrong:
        with pytest.raises(error):
            OpenCase(desk.store)(title, incidents, officer=desk.officer)
        with pytest.raises(error):
            EditCase(desk.store)(record, title=title, incidents=incidents, officer=desk.officer)
    with pytest.raises(RecordMissingError):
        EditCase(desk.store)(first, title="x", officer=desk.officer)

    assert desk.changes() == before


def test_what_nobody_could_untick_stays_in_the_case(desk: Desk) -> None:
    first, second, third = (recorded(desk, "poaching", POACHING) for _ in range(3))
    record = OpenCase(desk.store)("Snares", [first, second], officer=desk.officer)

    EditCase(desk.store)(record, incidents=[third], offered=[second, third], officer=desk.officer)

    assert set(case(desk.store.reader, record).incidents) == {first, third}


def test_a_case_may_keep_an_incident_that_was_withdrawn(desk: Desk) -> None:
    first, second = recorded(desk, "poaching", POACHING), recorded(desk, "poaching", POACHING)
    record = OpenCase(desk.store)("Snares", [first], officer=desk.officer)
    TakeBack(desk.store)("incident", first, "twice", officer=desk.officer)

    EditCase(desk.store)(record, incidents=[first, second], officer=desk.officer)

    assert set(case(desk.store.reader, record).incidents) == {first, second}
    TakeBack(desk.store)("case", record, "test", officer=desk.officer)
    with pytest.raises(RecordTakenBackError):
        EditCase(desk.store)(record, title="x", officer=desk.officer)


def test_pages_of_cases_hold_each_once(desk: Desk) -> None:
    records = [OpenCase(desk.store)(f"Case {number}", [], officer=desk.officer) for number in range(5)]

    first = case_page(desk.store.reader, limit=3)
    rest = case_page(desk.store.reader, before=first[-1].place_key, limit=3)

    assert [row.id for row in (*first, *rest)] == records[::-1] == list(case_ids(desk.store.reader))
    assert (first[0].title, first[0].incidents, first[0].dossiers) == ("Case 4", 0, 0)


# The office's data model


def test_the_offices_model_is_used_from_then_on(desk: Desk) -> None:
    default = office_model(desk.store.reader, desk.store.blobs, desk.store.station_id)

    done = ImportModel(desk.store)(NAMIBIA, officer=desk.officer)
    again = ImportModel(desk.store)(NAMIBIA, officer=desk.officer)

    model = office_model(desk.store.reader, desk.store.blobs, desk.store.station_id)
    assert (done.is_new, again.is_new, again.id) == (True, False, done.id)
    assert (done.categories, set(done.languages)) == (len(model.hkeys()), {"es_MX", "en"})
    assert model != default
    ImportModel(desk.store)(OFFICIAL, officer=desk.officer)
    model = office_model(desk.store.reader, desk.store.blobs, desk.store.station_id)
    assert model.category("humanwildlifeconflict.livestockloss.") is None
    picking = picking_model(desk.store.reader, desk.store.blobs, desk.store.station_id)
    assert picking.category("humanwildlifeconflict.livestockloss.") is not None
    assert desk.store.reader.count("model") == 2


def test_what_is_no_model_is_not_kept(desk: Desk) -> None:
    before = desk.changes()

    for path in (write_gpx(desk.out / "walk.gpx", walk(MORNING)), desk.out / "missing.xml", desk.out):
        with pytest.raises(RangerAppError):
            ImportModel(desk.store)(path, officer=desk.officer)

    assert desk.changes() == before


def test_an_office_without_our_conflict_category_gets_its_own(desk: Desk) -> None:
    record = recorded(desk, "conflict", CONFLICT)
    ours = office_observations(*_found(desk, record))
    ImportModel(desk.store)(OFFICIAL, officer=desk.officer)

    theirs = office_observations(*_found(desk, record))

    assert {one.category for one in ours} == {"humanwildlifeconflict.livestockloss."}
    assert {one.category for one in theirs} == {"humanactivity.domesticanimals."}
    assert len(ours) == len(theirs) == 2


def _found(desk: Desk, record: str) -> Any:
    model = office_model(desk.store.reader, desk.store.blobs, desk.store.station_id)
    return loaded_incident(desk.store.reader, record, model), model


def test_what_the_office_does_not_know_is_named_before_it_is_written(desk: Desk) -> None:
    strange = {"category": "unheard.of.", "attributes": {"n": 1}}
    record = recorded(desk, "other", OTHER, observations=[strange])

    refused = exported(desk, desk.out / "smart", incidents=[record])
    forced = exported(desk, desk.out / "smart", incidents=[record], force=True)

    assert (refused.files, refused.is_written) == ((), False)
    assert "smart-category-unknown" in {finding.code for finding in refused.findings.lossy}
    assert forced.findings == refused.findings
    assert observed(forced.files[0]) == 2  # the strange one, and what the form says


# SMART


def test_everything_becomes_valid_files_and_no_observation_is_lost(desk: Desk, walked: str) -> None:
    write_photo(desk.out / "snare.jpg")
    poaching = recorded(desk, "poaching", POACHING, photos=["snare.jpg"], patrol_id=walked)
    conflict = recorded(desk, "conflict", CONFLICT, photos=["snare.jpg"])
    other = recorded(desk, "other", OTHER)
    said = {one: len(office_observations(*_found(desk, one))) for one in (poaching, conflict, other)}

    done = exported(desk, desk.out / "smart")

    assert done.is_written
    assert (done.findings.fatal, done.findings.lossy, done.findings.clean) == ((), (), 3)
    assert [path.parent for path in done.files] == [desk.out / "smart"] * 3
    assert [path.suffix for path in done.files] == [".zip", ".xml", ".zip"]
    assert [observed(path) for path in done.files] == [2 + said[poaching], said[other], said[conflict]]
    waypoints = xml_of(done.files[0]).findall(".//{*}waypoints")
    assert len(waypoints) == 2
    assert "Three wire snares" in lxml.etree.tostring(waypoints[1], encoding="unicode")
    with zipfile.ZipFile(done.files[0]) as package:
        assert any(package.read(name) == (desk.out / "snare.jpg").read_bytes() for name in package.namelist())
    assert [path.name for path in desk.out.iterdir() if path.name.startswith(".")] == []


def test_a_snare_found_on_a_patrol_travels_with_it_although_it_was_set_before(desk: Desk, walked: str) -> None:
    recorded(desk, "poaching", POACHING, patrol_id=walked, occurred_at="2026-02-01T00:00:00+06:00")

    done = exported(desk, desk.out / "smart")

    (file,) = done.files
    assert "09:15:42" in lxml.etree.tostring(xml_of(file).findall(".//{*}waypoints")[1], encoding="unicode")


def test_an_incident_of_another_day_or_of_no_place_is_a_file_of_its_own(desk: Desk, walked: str) -> None:
    far = recorded(desk, "other", OTHER, patrol_id=walked, occurred_at="2026-06-04T10:00:00+06:00")

    assert len(exported(desk, desk.out / "smart").files) == 2
    named = exported(desk, desk.out / "named", patrols=[walked, walked])
    assert len(named.files) == 1
    nowhere = recorded(desk, "other", OTHER, patrol_id=walked, position=None, no_position_reason="fog")
    refused = exported(desk, desk.out / "refused", force=True)
    assert [finding.record_id for finding in refused.findings.fatal] == [nowhere]
    assert not (desk.out / "refused").exists()
    assert len(exported(desk, desk.out / "two", incidents=[far], patrols=[walked]).files) == 2


def test_the_end_of_an_incident_is_not_written_as_its_time(desk: Desk, walked: str) -> None:
    ended = recorded(desk, "other", OTHER, patrol_id=walked, occurred_at=None, occurred_until=OTHER["occurred_at"])

    refused = exported(desk, desk.out / "smart")

    assert [(one.code, one.record_id) for one in refused.findings.fatal] == [("smart-incident-without-moment", ended)]


def test_an_incident_asked_for_by_name_stays_independent(desk: Desk, walked: str) -> None:
    record = recorded(desk, "poaching", POACHING, patrol_id=walked)
    number = patrol(desk.store.reader, walked).number

    alone = exported(desk, desk.out / "one.zip", incidents=[record])
    both = exported(desk, desk.out / "both", incidents=[record, record], patrols=[number, walked])
    along = exported(desk, desk.out / "along", patrols=[number])

    assert alone.files == (desk.out / "one.zip",)
    assert [path.name.split("_")[0] for path in both.files] == ["patrol", "incident"]
    assert [observed(path) for path in both.files] == [2, observed(alone.files[0])]
    assert observed(along.files[0]) == 2 + observed(alone.files[0])


def test_a_patrol_without_mandate_and_members_takes_the_stations_and_the_officer(desk: Desk, walked: str) -> None:
    leg = patrol(desk.store.reader, walked).legs[0]
    with desk.store.act(officer=desk.officer) as change:
        change.set("leg", leg.id, {"mandate": None, "leader": None, f"members/{desk.officer}": None})

    (file,) = exported(desk, desk.out / "smart").files

    text = lxml.etree.tostring(xml_of(file), encoding="unicode")
    assert "Anti-poaching" in text
    assert "Toktogulov" in text


def test_the_rules_of_one_file_and_one_folder(desk: Desk, walked: str) -> None:
    (desk.out / "file").write_text("keep me")
    record = recorded(desk, "other", OTHER)

    with pytest.raises(OneFileOneRecordError):
        exported(desk, desk.out / "all.zip")
    with pytest.raises(OutIsAFileError):
        exported(desk, desk.out / "file")
    for out in (desk.out / "file" / "below", desk.out / "file" / "below" / "one.zip"):
        with pytest.raises(FileNotWrittenError):
            exported(desk, out, patrols=[walked])
    with pytest.raises(SmartVersionUnknownError):
        exported(desk, desk.out / "smart", version="5")
    for more in ({"patrols": ["0" * 32]}, {"incidents": ["0" * 32]}, {"incidents": [walked]}, {"patrols": ["none"]}):
        with pytest.raises(RecordMissingError):
            exported(desk, desk.out / "smart", **more)
    TakeBack(desk.store)("incident", record, "test", officer=desk.officer)
    with pytest.raises(RecordTakenBackError):
        exported(desk, desk.out / "smart", incidents=[record])
    assert (desk.out / "file").read_text() == "keep me"
    assert not (desk.out / "smart").exists()
    assert exported(desk, desk.out / "deep" / "one.xml", patrols=[walked]).files == (desk.out / "deep" / "one.xml",)


def test_an_empty_station_has_nothing_to_export(desk: Desk) -> None:
    for act in (
        lambda: exported(desk, desk.out / "smart"),
        lambda: ExportGpx(desk.store)(desk.out / "a.gpx", context=desk.context),
        lambda: ExportGeojson(desk.store)(desk.out / "a.geojson", context=desk.context),
    ):
        with pytest.raises(NothingToExportError):
            act()
    assert list(desk.out.iterdir()) == []


def test_untimed_tracks_are_not_sent(desk: Desk) -> None:
    path = write_gpx(desk.out / "old.gpx", walk(None))
    ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context)

    refused = exported(desk, desk.out / "smart", force=True)
    ImportTracks(desk.store)([path], officer=desk.officer, date=dt.date(2026, 3, 1), context=desk.context)

    assert not refused.is_written
    assert refused.findings.fatal
    assert exported(desk, desk.out / "smart", force=True).is_written


def test_stopping_or_a_lost_photo_leaves_the_old_files_as_they_were(desk: Desk, walked: str) -> None:
    write_photo(desk.out / "large.jpg", size=(900, 900), kind="PNG")
    (desk.out / "noise.jpg").write_bytes((desk.out / "large.jpg").read_bytes() + bytes(300_000))
    recorded(desk, "poaching", POACHING, photos=["noise.jpg"])
    before = {path: path.read_bytes() for path in exported(desk, desk.out / "smart").files}
    EditPatrol(desk.store)(walked, {"comment": "changed"}, officer=desk.officer)

    with pytest.raises(Cancelled):
        exported(desk, desk.out / "smart", context=CancelAt(2))
    digest = desk.store.reader.entries("attachment")[0].values["sha256"]
    desk.store.blobs.path(digest).unlink()
    refused = exported(desk, desk.out / "smart", force=True)

    assert "smart-attachment-missing" in {finding.code for finding in refused.findings.fatal}
    assert {path: path.read_bytes() for path in (desk.out / "smart").iterdir()} == before


# GPX and GeoJSON


def test_gpx_reads_back_as_it_was_recorded(desk: Desk, walked: str) -> None:
    recorded(desk, "poaching", POACHING)

    (path,) = ExportGpx(desk.store)(desk.out / "deep" / "all.gpx", context=desk.context)

    file = read_gpx(path, name="all.gpx")
    original = read_gpx(desk.out / "walk.gpx", name="walk.gpx")
    assert file.problems == ()
    assert file.point_count == original.point_count
    assert file.tracks[0].track.latitude_deg.tolist() == original.tracks[0].track.latitude_deg.tolist()
    assert file.tracks[0].track.time_us.tolist() == original.tracks[0].track.time_us.tolist()
    assert [(one.latitude_deg, one.longitude_deg) for one in file.waypoints] == [(41.2, 74.5), (41.201111, 74.501234)]


def test_geojson_holds_the_records_asked_for(desk: Desk, walked: str) -> None:
    record = recorded(desk, "poaching", POACHING)

    (path,) = ExportGeojson(desk.store)(desk.out / "a.geojson", incidents=[record], context=desk.context)
    (both,) = ExportGeojson(desk.store)(desk.out / "b.geojson", context=desk.context)

    (feature,) = json.loads(path.read_text(encoding="utf-8"))["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [74.501234, 41.201111]}
    kinds = [one["geometry"]["type"] for one in json.loads(both.read_text(encoding="utf-8"))["features"]]
    assert sorted(kinds) in (["LineString", "Point", "Point"], ["MultiLineString", "Point", "Point"])


@pytest.mark.parametrize("export", [ExportGpx, ExportGeojson])
def test_only_the_days_asked_for_leave(desk: Desk, walked: str, export: type[ExportGpx] | type[ExportGeojson]) -> None:
    recorded(desk, "other", OTHER, occurred_at="2026-03-09T00:30:00+06:00")
    recorded(desk, "other", {"kind": "other"})
    out = desk.out / "some"
    ninth = dt.date(2026, 3, 9)
    for first, last in ((None, None), (dt.date(2026, 3, 4), None), (ninth, ninth), (None, dt.date(2026, 3, 8))):
        export(desk.store)(out, date_from=first, date_to=last, context=desk.context)
        text = out.read_text(encoding="utf-8")
        assert ("Seven ibex" in text) is (last != dt.date(2026, 3, 8)), (first, last)
        assert ("74.5" in text and "snares" in text) is (first != ninth), (first, last)
    before = out.read_bytes()

    with pytest.raises(NothingToExportError):
        export(desk.store)(out, date_from=dt.date(2027, 1, 1), context=desk.context)

    assert out.read_bytes() == before
    with pytest.raises(FileNotWrittenError):
        export(desk.store)(out / "below" / "x", context=desk.context)
    with pytest.raises(RecordMissingError):
        export(desk.store)(out, patrols=["0" * 32], context=desk.context)
    assert incident(desk.store.reader, desk.store.reader.entries("incident")[0].id).kind == "other"

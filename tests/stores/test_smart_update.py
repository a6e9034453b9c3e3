"""A later SMART file and the corrections made at this station: told before, taken or kept, never lost."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from db.incidents import incident
from db.patrol_pages import patrol_ids
from db.patrols import patrol
from ranger_app.domain.records import Patrol
from ranger_app.i18n import Words
from ranger_app.messages import say_problem
from ranger_app.services.documents import patrol_document
from ranger_app.services.edit_patrol import EditPatrol
from ranger_app.services.edit_track import EditTrack, Hide
from ranger_app.services.export_smart import ExportSmart
from ranger_app.services.import_smart import ImportSmart, SmartImported
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.models import picking_model
from ranger_app.services.office import office_of
from ranger_app.services.record_incident import EditIncident
from ranger_app.services.smart_differences import in_words
from ranger_app.services.take_back import TakeBack
from ranger_app.services.undo_acts import UndoActs
from tests.command_line import CommandLine
from tests.service_desk import MORNING, Desk, walk, write_gpx
from tests.smart_round import told_by

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "smart" / "samples"
REAL = SAMPLES / "SMART_000006_001.xml"
INCIDENT = SAMPLES / "incident_2.3.xml"

FIRST_WAYPOINT = '<ns2:waypoints id="2"'


@pytest.fixture
def ranger(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    return CommandLine(tmp_path, capsys, monkeypatch)


def taken_in(desk: Desk, *paths: Path, update: bool = False, takes_all: bool = False) -> SmartImported:
    return ImportSmart(desk.store)(
        paths, officer=desk.officer, update=update, takes_all=takes_all, context=desk.context
    )


def changed(tmp_path: Path, *pairs: tuple[str, str], source: Path = REAL, name: str = "later.xml") -> Path:
    text = source.read_text("utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def the_patrol(desk: Desk) -> Patrol:
    (record,) = patrol_ids(desk.store.reader)
    return patrol(desk.store.reader, record)


def edit(desk: Desk, **document: Any) -> None:
    EditPatrol(desk.store)(the_patrol(desk).id, document, officer=desk.officer)


def told(done: SmartImported) -> list[tuple[str, str, object, object, object]]:
    return [
        (one.code, one.where, one.facts["field"], one.facts["here"], one.facts["there"]) for one in done.differences
    ]


def edit_observation(desk: Desk, waypoint: int, place: int, **attributes: Any) -> None:
    document = patrol_document(the_patrol(desk))
    found = next(one for one in document["waypoints"] if one["id"] == the_patrol(desk).waypoints[waypoint].id)
    found["observations"][place]["attributes"] |= attributes
    edit(desk, waypoints=[{"id": found["id"], "observations": found["observations"]}])


def test_what_differs_is_told_field_by_field_before_anything_is_changed(desk: Desk, tmp_path: Path) -> None:
    taken_in(desk, REAL)
    edit(desk, objective="MY OWN WORDS")
    before = desk.changes()
    later = changed(tmp_path, ("Test project", "Other project"), ("<ns2:dValue>64.0", "<ns2:dValue>65.0"))

    refused = taken_in(desk, later)

    assert told(refused)[0] == ("smart-field-kept", "", "objective", "MY OWN WORDS", "Other project")
    assert [one[:2] for one in told(refused)[1:]] == [("smart-field-changed", "waypoint 2, observation 1")]
    assert told(refused)[1][3:] == ("64.0", "65.0")
    assert (refused.new, refused.updated, desk.changes()) == ([], [], before)


def test_a_correction_made_here_stays_where_the_file_did_not_touch_it(desk: Desk, tmp_path: Path) -> None:
    taken_in(desk, REAL)
    edit(desk, comment="MY OWN NOTE")
    later = changed(tmp_path, ("Test project", "Other project"))

    done = taken_in(desk, later, update=True)

    assert (the_patrol(desk).comment, the_patrol(desk).objective) == ("MY OWN NOTE", "Other project")
    assert (done.problems, len(done.updated)) == ([], 1)
    assert told(done) == [("smart-field-changed", "", "objective", "Test project", "Other project")]


def test_a_field_changed_on_both_sides_stays_and_is_named(desk: Desk, tmp_path: Path) -> None:
    taken_in(desk, REAL)
    edit(desk, objective="MY OWN WORDS")
    later = changed(tmp_path, ("Test project", "Other project"), ("<ns2:dValue>64.0", "<ns2:dValue>65.0"))

    done = taken_in(desk, later, update=True)

    assert the_patrol(desk).objective == "MY OWN WORDS"
    assert [one.code for one in done.problems] == ["smart-field-kept"]
    assert done.problems[0].facts["here"] == "MY OWN WORDS"
    values = [value for one in the_patrol(desk).waypoints[0].observations for value in one.attributes.values()]
    assert "65.0" in map(str, values)


def test_the_files_word_is_taken_everywhere_when_a_person_says_so(desk: Desk, tmp_path: Path) -> None:
    taken_in(desk, REAL)
    edit(desk, objective="MY OWN WORDS", comment="MY OWN NOTE")
    later = changed(tmp_path, ("Test project", "Other project"))

    done = taken_in(desk, later, update=True, takes_all=True)

    assert (the_patrol(desk).objective, the_patrol(desk).comment) == ("Other project", "MY OWN NOTE")
    assert done.problems == []


def test_one_undo_takes_an_update_back(desk: Desk, tmp_path: Path) -> None:
    taken_in(desk, REAL)
    edit(desk, comment="MY OWN NOTE")
    before = patrol_document(the_patrol(desk))
    later = changed(
        tmp_path, ("Test project", "Other project"), ("<ns2:dValue>64.0", "<ns2:dValue>65.0"), ('y="38.7', 'y="38.6')
    )
    taken_in(desk, later, update=True)
    assert patrol_document(the_patrol(desk)) != before

    UndoActs(desk.store)(officer=desk.officer)

    assert patrol_document(the_patrol(desk)) == before


def test_of_an_observation_only_what_the_file_changed_is_taken(desk: Desk, tmp_path: Path) -> None:
    taken_in(desk, REAL)
    two = the_patrol(desk).waypoints[0].observations[0]
    (number,) = [key for key, value in two.attributes.items() if str(value) == "64.0"]
    other = "ageofsign"
    edit_observation(desk, 0, 0, **{other: "recent"})

    taken_in(desk, changed(tmp_path, ("<ns2:dValue>64.0", "<ns2:dValue>65.0")), update=True)

    found = the_patrol(desk).waypoints[0].observations[0]
    assert (str(found.attributes[number]), found.attributes[other], found.id) == ("65.0", "recent", two.id)


def test_what_was_added_here_stays_and_what_the_file_added_comes(desk: Desk, tmp_path: Path) -> None:
    taken_in(desk, REAL)
    leg = the_patrol(desk).legs[0].id
    mine = {"at": "2025-12-17T20:51:00+06:00", "leg": leg, "comment": "MINE",
            "position": {"latitude_deg": 1.0, "longitude_deg": 36.0}}  # fmt: skip
    edit(desk, waypoints=[mine])
    text = REAL.read_text("utf-8")
    at = text.index(FIRST_WAYPOINT)
    more = '<ns2:waypoints id="11" x="36.5" y="1.5" time="20:50:00"><ns2:comment>THEIRS</ns2:comment></ns2:waypoints>'
    (tmp_path / "later.xml").write_text(text[:at] + more + text[at:], "utf-8")

    done = taken_in(desk, tmp_path / "later.xml", update=True)

    found = {one.comment: one.number for one in the_patrol(desk).waypoints}
    assert {"MINE", "THEIRS"} <= found.keys()
    assert len(set(found.values())) == len(found), "no number stands twice"
    assert ("smart-part-new", "waypoint 11") in [(one.code, one.where) for one in done.differences]
    assert done.problems == []


@pytest.mark.parametrize("is_edited", [False, True])
def test_what_the_file_has_no_more_goes_unless_it_was_changed_here(desk: Desk, tmp_path: Path, is_edited: bool) -> None:
    taken_in(desk, REAL)
    first = the_patrol(desk).waypoints[0]
    if is_edited:
        edit(desk, waypoints=[{"id": first.id, "comment": "MY OWN NOTE"}])
    text = REAL.read_text("utf-8")
    start = text.index(FIRST_WAYPOINT)
    end = text.index("</ns2:waypoints>", start) + len("</ns2:waypoints>")
    (tmp_path / "later.xml").write_text(text[:start] + text[end:], "utf-8")

    done = taken_in(desk, tmp_path / "later.xml", update=True)

    assert (first.id in [one.id for one in the_patrol(desk).waypoints]) == is_edited
    assert [one.code for one in done.problems] == (["smart-part-kept"] if is_edited else [])


def test_what_was_withdrawn_here_does_not_come_back(desk: Desk, tmp_path: Path) -> None:
    taken_in(desk, REAL)
    TakeBack(desk.store)("waypoint", the_patrol(desk).waypoints[0].id, "nobody was there", officer=desk.officer)

    done = taken_in(desk, changed(tmp_path, ("<ns2:dValue>64.0", "<ns2:dValue>65.0")), update=True)

    assert [one.smart_id for one in the_patrol(desk).waypoints] == ["10"]
    assert [(one.code, one.where) for one in done.problems] == [("smart-part-away", "waypoint 2")]


def test_a_patrol_that_was_made_here_keeps_all_that_was_said_here(desk: Desk, tmp_path: Path) -> None:
    path = write_gpx(desk.out / "walk.gpx", walk(MORNING, 20), waypoints=[(41.2, 74.5, MORNING, "snares")])
    ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context)
    edit(desk, objective="MY OWN WORDS")
    (sent,) = ExportSmart(desk.store)(desk.out / "sent", force=True, officer=desk.officer, context=desk.context).files
    later = changed(tmp_path, ("MY OWN WORDS", "THEIRS"), ("snares", "wire"), source=sent)

    done = taken_in(desk, later, update=True)

    found = the_patrol(desk)
    assert (found.objective, [one.comment for one in found.waypoints]) == ("MY OWN WORDS", ["snares"])
    assert [(one.where, one.facts["there"]) for one in done.problems] == [("", "THEIRS"), ("waypoint 1", "wire")]


def test_an_incidents_own_words_stay(desk: Desk, tmp_path: Path) -> None:
    (record,) = taken_in(desk, INCIDENT).incidents
    EditIncident(desk.store)(record, {"summary": "MY OWN NOTE", "place": "by the bridge"}, officer=desk.officer)
    later = changed(tmp_path, ("two sheep", "three sheep"), ("2.0<", "3.0<"), source=INCIDENT)

    done = taken_in(desk, later, update=True)

    found = incident(desk.store.reader, record)
    assert (found.summary, found.place) == ("MY OWN NOTE", "by the bridge")
    assert "3.0" in [str(value) for value in found.observations[0].attributes.values()]
    assert ("smart-field-kept", "three sheep killed") in [(one.code, one.facts.get("there")) for one in done.problems]


def test_an_update_of_an_untouched_patrol_leaves_as_the_file_says(desk: Desk, tmp_path: Path) -> None:
    taken_in(desk, REAL)
    later = changed(tmp_path, ("Test project", "Other"), ("<ns2:dValue>64.0", "<ns2:dValue>65.0"), ("John", "Jo"))

    taken_in(desk, later, update=True)

    sent = ExportSmart(desk.store)(
        desk.out / "out", version="7", force=True, officer=desk.officer, context=desk.context
    )
    assert told_by(sent.files[0]) == told_by(later)


def test_a_difference_is_said_in_the_readers_words(desk: Desk, tmp_path: Path) -> None:
    taken_in(desk, REAL)
    edit(desk, comment="MY OWN NOTE")
    reader, station = desk.store.reader, desk.store.station_id
    model, office = picking_model(reader, desk.store.blobs, station), office_of(reader, station)

    done = taken_in(desk, changed(tmp_path, ("Test project", "Other project"), ("John", "Jo")))

    words = Words("en")
    said = [say_problem(words, in_words(one, words, model, office)) for one in done.differences]
    assert said[0] == ("later.xml: SMART_000006-001: Objective: here “Test project”, in the file “Other project”.")
    assert any("leg 1" in one and "Members: here “–”, in the file “" in one and "Jo”" in one for one in said)
    assert not any("  " in one or "None" in one for one in said)
    assert json.dumps([one.facts for one in done.differences])


def test_the_command_line_tells_what_differs_and_what_stays(ranger: CommandLine) -> None:
    ranger.create()
    patrol_id = ranger.answer("import", "smart", str(REAL))["patrols"][0]
    (ranger.folder / "mine.json").write_text('{"objective": "MY OWN WORDS"}', "utf-8")
    ranger("patrol", "edit", patrol_id, "--from-json", str(ranger.folder / "mine.json"))
    later = changed(ranger.folder, ("Test project", "Other project"), ("<ns2:dValue>64.0", "<ns2:dValue>65.0"))

    looked = ranger("import", "smart", str(later), "--json")
    updated = ranger("import", "smart", str(later), "--update", "--json")
    alone = ranger("import", "smart", str(later), "--take-all")

    keys = ("code", "field", "here", "there", "stays")
    told = [tuple(one[key] for key in keys) for one in looked.answer["differences"]]
    assert told[0] == ("smart-field-kept", "objective", "MY OWN WORDS", "Other project", True)
    assert (told[1][0], told[1][2:]) == ("smart-field-changed", ("64.0", "65.0", False))
    assert [one["code"] for one in looked.answer["problems"]] == ["smart-patrol-known"]
    assert (looked.code, looked.answer["updated"]) == (1, [])
    assert [one["code"] for one in updated.answer["problems"]] == ["smart-field-kept"]
    assert (updated.code, updated.answer["updated"]) == (1, [patrol_id])
    assert "Objective was changed here too: “MY OWN WORDS” stays, the file says “Other project”." in updated.err
    assert ranger.answer("patrol", "show", patrol_id)["objective"] == "MY OWN WORDS"
    assert (alone.code, alone.out) == (2, "")


@pytest.mark.parametrize(
    ("categories", "kind"),
    [
        (("humanwildlifeconflict.livestockloss.",), "conflict"),
        (("humanwildlifeconflict.cropdamage.", "animals.liveanimals."), "conflict"),
        (("humanwildlifeconflict.livestockloss.", "humanactivity.domesticanimals."), "conflict"),
        (("humanwildlifeconflict.livestockloss.", "humanactivity.weaponsequipment.trap."), "other"),
        (("animals.carcass.",), "other"),
        ((), "other"),
    ],
)
def test_an_incident_becomes_a_conflict_where_its_observations_tell_of_one(
    desk: Desk, tmp_path: Path, categories: tuple[str, ...], kind: str
) -> None:
    text = INCIDENT.read_text("utf-8")
    start, end = text.index("<groups>"), text.index("</groups>") + len("</groups>")
    told = "".join(f'<observations categoryKey="{one}"/>' for one in categories)
    groups = f"<groups>{told}</groups>" if told else ""
    no_photo = "\n".join(line for line in text[:start].splitlines() if "<attachments" not in line)
    (tmp_path / "in.xml").write_text(no_photo + groups + text[end:], "utf-8")

    (record,) = taken_in(desk, tmp_path / "in.xml").incidents
    out = ExportSmart(desk.store)(desk.out / "out", force=True, officer=desk.officer, context=desk.context)

    found = incident(desk.store.reader, record)
    assert (found.kind, [one.category for one in found.observations]) == (kind, list(categories))
    assert told_by(out.files[0]) == told_by(tmp_path / "in.xml")


def test_a_later_file_changes_no_incidents_kind(desk: Desk, tmp_path: Path) -> None:
    crime = ("humanwildlifeconflict.livestockloss.", "animals.carcass.")
    (record,) = taken_in(desk, changed(tmp_path, crime, source=INCIDENT, name="first.xml")).incidents

    done = taken_in(desk, INCIDENT, update=True)

    found = incident(desk.store.reader, record)
    assert (done.updated, found.kind) == ([record], "other")
    assert [one.category for one in found.observations] == ["humanwildlifeconflict.livestockloss."]


@pytest.mark.parametrize("takes_all", [False, True])
def test_a_track_that_was_edited_here_is_replaced_only_when_a_person_says_so(
    desk: Desk, tmp_path: Path, takes_all: bool
) -> None:
    taken_in(desk, REAL)
    track = desk.store.reader.entries("track")[0].id
    EditTrack(desk.store)(track, [Hide(0, 0)], officer=desk.officer)
    points = the_patrol(desk).points
    distance = re.findall(r'distance="([0-9.]+)"', REAL.read_text("utf-8"))[0]
    later = changed(tmp_path, (f'distance="{distance}"', 'distance="1.25"'))

    done = taken_in(desk, later, update=True, takes_all=takes_all)

    code = "smart-part-changed" if takes_all else "smart-part-kept"
    assert [one[0] for one in told(done)] == [code]
    assert the_patrol(desk).points == points + takes_all
    assert (track in [one.id for one in desk.store.reader.entries("track")]) is not takes_all

"""The SMART office in the window: its files come in, its lists are seen and changed, and findings are mended."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from db.incidents import incident_ids
from db.office import known_choices, known_mappings, roster
from db.patrol_pages import patrol_ids
from db.patrols import patrol
from db.store import Store
from ranger_app.domain.forms import Field, FieldType
from ranger_app.i18n import Words
from ranger_app.jobs import JobContext
from ranger_app.paths import resource
from ranger_app.problem import Problem
from tests.ui.window_room import SNARES, Room, choose_first, fill
from ui import acts, office_acts
from ui.dropped import MODEL, PHOTO, SMART, TRACKS, kind_of_file
from ui.forms.choices import FindBox
from ui.forms.people import PeopleEditor
from ui.forms.position import PositionEditor
from ui.forms.waypoints import WaypointsEditor
from ui.pages.findings import FindingsPage
from ui.pages.form_page import FormPage
from ui.pages.office import OfficePage
from ui.pages.problems import ProblemsPage

SAMPLES = Path(__file__).parents[1] / "data" / "smart" / "samples"
REAL = SAMPLES / "SMART_000006_001.xml"


def press(room: Room, text: str) -> None:
    next(one for one in room.window.banners.findChildren(QPushButton) if one.text() == text).click()


def told_lists(*, transports: dict[str, str], mandates: dict[str, str]) -> bytes:
    def options(told: dict[str, str]) -> list[dict[str, Any]]:
        return [{"id": key, "names": [{"name": name, "locale": "en"}]} for key, name in told.items()]

    leg = [
        {"id": "transportType", "listOptions": options(transports)},
        {"id": "mandate", "listOptions": options(mandates)},
    ]
    return json.dumps({"patrolMetadata": [], "patrolLegMetadata": leg}).encode()


def load_lists(room: Room, folder: Path, **told: dict[str, str]) -> None:
    (folder / "lists.json").write_bytes(told_lists(**told))
    room.desk.do(office_acts.load_metadata(folder / "lists.json", officer=room.desk.officer_id))
    room.settle()


# Files that come in


def test_dropped_smart_files_become_patrols_and_are_not_doubled(room: Room) -> None:
    room.window.take_files([REAL])
    room.until(lambda: "Read from SMART: patrols 1, incidents 0." in room.told())

    room.window.take_files([REAL])

    room.until(lambda: "1 file was here already." in room.told())
    assert len(patrol_ids(room.desk.reader)) == 1


def test_a_folder_of_smart_files_comes_in_at_once(room: Room, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("SMART_000006_001.xml", "incident_2.3.xml"):
        (tmp_path / "in" / name).write_bytes((SAMPLES / name).read_bytes())

    room.window.run("import_smart")
    fill(room, "SMART files, or a folder of them", str(tmp_path / "in"))

    room.until(lambda: "Read from SMART: patrols 1, incidents 1." in room.told())
    assert len(incident_ids(room.desk.reader)) == 1


def test_what_cannot_be_read_is_said_and_nothing_is_stored(room: Room) -> None:
    room.window.take_files([SAMPLES / "smart_patrol_sample.malformed.xml"])

    room.until(lambda: bool(room.told()))
    assert patrol_ids(room.desk.reader) == ()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("walk.gpx", b"<gpx/>", TRACKS),
        ("photo.JPG", b"", PHOTO),
        ("patrol.xml", b'<?xml version="1.0"?><ns2:patrol/>', SMART),
        ("model.xml", b'<?xml version="1.0"?><DataModel/>', MODEL),
        ("broken.zip", b"no zip", TRACKS),
        ("missing.xml", None, SMART),
    ],
)
def test_a_dropped_file_is_told_by_its_name_and_its_first_bytes(
    tmp_path: Path, name: str, content: bytes | None, kind: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)

    assert kind_of_file(tmp_path / name) == kind


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        ({"walk.gpx": b"<gpx/>", "about.xml": b""}, TRACKS),
        ({"patrol.xml": b"<patrol/>", "attachments/a.jpg": b""}, SMART),
        ({"datamodel.xml": b"<DataModel/>"}, MODEL),
        ({"readme.txt": b""}, TRACKS),
    ],
)
def test_a_dropped_zip_is_told_by_what_is_in_it(tmp_path: Path, names: dict[str, bytes], kind: str) -> None:
    with zipfile.ZipFile(tmp_path / "some.zip", "w") as package:
        for name, content in names.items():
            package.writestr(name, content)

    assert kind_of_file(tmp_path / "some.zip") == kind


def test_all_problems_of_an_import_can_be_seen(room: Room) -> None:
    problems = [Problem(code="fix-without-time", file="walk.gpx", where=f"point {n}", count=n) for n in range(1, 41)]
    room.window.say_problems("Imported.", problems)

    press(room, "Show all")

    page = room.window.page
    assert isinstance(page, ProblemsPage)
    assert page.table.texts.rowCount() == 40
    assert page.table.texts.row(39).texts[:3] == ("walk.gpx", "point 40", "40")
    room.window.go_back()
    assert room.window.page.name == "patrols"


# What is known of the office


def office_page(room: Room, section: str) -> OfficePage:
    if not isinstance(room.window.page, OfficePage):
        room.window.run("office")
    page = room.window.page
    assert isinstance(page, OfficePage)
    room.settle()
    names = [str(page.lists.item(row).data(Qt.ItemDataRole.UserRole)) for row in range(page.lists.count())]
    page.lists.setCurrentRow(names.index(section))
    return page


def rows(page: OfficePage) -> list[tuple[str, ...]]:
    return [page.table.texts.row(place).texts for place in range(page.table.texts.rowCount())]


def test_an_entry_is_added_and_renamed_and_its_source_is_told(room: Room) -> None:
    page = office_page(room, "transport")
    assert rows(page)[0] == ("Foot", "foot", "On the ground", "SMART's training area")

    room.window.run("new")
    fill(room, "Name in the office", "Horse")
    room.until(lambda: len(rows(page)) == 3)
    assert ("Horse", "horse", "On the ground", "added here") in rows(page)

    page.table.selectRow(rows(page).index(("Foot", "foot", "On the ground", "SMART's training area")))
    room.window.run("edit")
    fill(room, "Name in the office", "On foot")

    room.until(lambda: ("On foot", "foot", "On the ground", "added here") in rows(page))


def test_lists_that_the_office_told_are_exact_and_say_what_it_lacks(room: Room, tmp_path: Path) -> None:
    room.window.take_files([REAL])
    room.until(lambda: len(patrol_ids(room.desk.reader)) == 1)
    room.settle()
    page = office_page(room, "mandate")
    seen = [row for row in rows(page) if row[3] == "seen in a file"]

    load_lists(room, tmp_path, transports={"foot": "Foot"}, mandates={"watch": "Watch"})

    room.until(lambda: ("Watch", "watch", "", "told by the office") in rows(page))
    assert "what is not in it, SMART would drop or refuse" in page.note.text()
    assert [row[:2] for row in rows(page)] == [("Watch", "watch"), *(row[:2] for row in seen)]
    assert all("the office lacks it" in row[3] for row in rows(page)[1:])


def test_employees_are_loaded_and_one_more_is_added_by_hand(room: Room) -> None:
    page = office_page(room, "member")
    assert rows(page) == []

    room.window.run("import_employees")
    fill(room, "List of employees (CSV)", str(SAMPLES / "employees.csv"))
    room.until(lambda: "Employees: " in room.told())
    room.until(lambda: len(rows(page)) > 0)
    count = len(rows(page))
    assert ("Owens, Dana", "SMART1", "Warden", "National Park Department", "told by the office") in rows(page)

    room.window.run("new")
    fill(room, "Person", "Bekova, Nurgul")

    room.until(lambda: len(rows(page)) == count + 1)
    assert "Bekova, Nurgul" in {one.name for one in roster(room.desk.reader)}


def test_a_mapping_is_made_changed_and_cleared(room: Room) -> None:
    page = office_page(room, "mapping")

    def answer(label: str, text: str) -> None:
        sheet = room.window.sheet
        assert sheet is not None
        box = next(one for one in sheet.findChildren(FindBox) if one.accessibleName() == label)
        box.setEditText(text)

    room.window.run("new")
    room.until(lambda: room.window.sheet is not None)
    sheet = room.window.sheet
    assert sheet is not None
    answer("Ours", "Human Activity › Domestic Animals")
    answer("In the office", "Human Activity › People")
    sheet.act_button.click()
    room.until(lambda: len(rows(page)) == 1)
    assert rows(page) == [("Category", "Human Activity › Domestic Animals", "Human Activity › People")]

    QTest.keyClick(page.table, Qt.Key.Key_Return)
    room.until(lambda: room.window.sheet is not None)
    sheet = room.window.sheet
    assert sheet is not None
    answer("In the office", "Animals")
    sheet.act_button.click()
    room.until(lambda: [row[2] for row in rows(page)] == ["Animals"])

    page.clear_button.click()
    room.until(lambda: rows(page) == [])
    assert all(not one.theirs for one in known_mappings(room.desk.reader))


# Findings and their mends


def findings(room: Room, out: Path) -> FindingsPage:
    room.window.run("export_smart")
    fill(room, "File to write", str(out))
    room.until(lambda: isinstance(room.window.page, FindingsPage))
    page = room.window.page
    assert isinstance(page, FindingsPage)
    room.until(lambda: page.card.isEnabled())
    room.settle()
    return page


def select(page: FindingsPage, code: str) -> None:
    page.table.selectRow([one.code for one in page.findings].index(code))


def test_enter_on_a_finding_is_not_lost_while_the_model_is_read(full_room: Room, tmp_path: Path) -> None:
    load_lists(full_room, tmp_path, transports={"foot": "Foot"}, mandates={"watch": "Watch"})
    choose_first(full_room, "patrols")
    page = findings(full_room, tmp_path / "walk.zip")
    select(page, "smart-mandate-unknown")
    page.table.setFocus()

    page._show()  # the rows stand there at once, what the office has comes later
    assert page._model is None
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    full_room.settle()

    full_room.until(page.card.box.hasFocus)


def test_an_entry_that_the_office_has_after_all_is_added_at_one_press(full_room: Room, tmp_path: Path) -> None:
    load_lists(full_room, tmp_path, transports={"foot": "Foot"}, mandates={"watch": "Watch"})
    choose_first(full_room, "patrols")
    page = findings(full_room, tmp_path / "walk.zip")
    select(page, "smart-mandate-unknown")
    assert page.card.box.currentText() == "Watch"

    page.card.add_button.click()

    full_room.until(lambda: "smart-mandate-unknown" not in [one.code for one in page.findings])
    assert "typed" in {one.source for one in known_choices(full_room.desk.reader, "mandate")}


def load_people(room: Room, folder: Path, *names: str) -> None:
    head = "employee_id,given_name,family_name,birth_date,gender,start_date,end_date,agency,rank\n"
    rows = (f"R-{place},{name},1990-03-18,M,2015-04-25,,Parks,Guard\n" for place, name in enumerate(names))
    (folder / "people.csv").write_text(head + "".join(rows), "utf-8")
    room.desk.do(office_acts.load_employees(folder / "people.csv", officer=room.desk.officer_id))
    room.settle()


def test_a_member_is_added_to_the_offices_people_at_one_press(full_room: Room, tmp_path: Path) -> None:
    load_people(full_room, tmp_path, "Aidar,Toktogulov")
    choose_first(full_room, "patrols")
    page = findings(full_room, tmp_path / "walk.zip")
    select(page, "smart-member-unknown")
    assert (page.card.box.count() > 1, page.card.box.currentText()) == (True, ""), "a stranger is nobody of the list"
    QTest.keyClick(page.card.box, Qt.Key.Key_Return)
    assert known_mappings(full_room.desk.reader) == ()

    page.card.add_button.click()

    full_room.until(lambda: "smart-member-unknown" not in [one.code for one in page.findings])
    assert not (tmp_path / "walk.zip").exists()
    page.write_button.click()
    full_room.until(lambda: (tmp_path / "walk.zip").exists())


def test_a_member_whom_the_office_has_otherwise_is_proposed(full_room: Room, tmp_path: Path) -> None:
    load_people(full_room, tmp_path, "Dana,Owens", "Aibek,Toktosunov")
    choose_first(full_room, "patrols")
    page = findings(full_room, tmp_path / "walk.zip")

    select(page, "smart-member-differs")

    assert page.card.box.currentText().startswith("Toktosunov, Aibek")


def test_what_an_older_smart_cannot_say_goes_to_the_newest_at_one_press(full_room: Room, tmp_path: Path) -> None:
    choose_first(full_room, "incidents")
    full_room.window.run("export_smart")
    sheet = full_room.window.sheet
    assert sheet is not None
    full_room.settle()
    version = getattr(sheet, "version")  # noqa: B009 - the panel is one of exports
    version.setCurrentIndex(version.findData("6"))
    fill(full_room, "File to write", str(tmp_path / "snares.zip"))
    full_room.until(lambda: isinstance(full_room.window.page, FindingsPage))
    page = full_room.window.page
    assert isinstance(page, FindingsPage)
    full_room.until(lambda: page.card.isEnabled())
    full_room.settle()
    select(page, "smart-version-id")

    page.card.newer_button.click()

    full_room.until(lambda: page.findings == ())
    assert page.write_button.text() == "Write"


def test_an_incident_that_travels_with_its_patrol_is_opened_at_its_observation(full_room: Room, tmp_path: Path) -> None:
    walk = patrol_ids(full_room.desk.reader)[0]
    found = {
        **SNARES, "patrol_id": walk, "occurred_at": "2026-03-04T09:20:00+06:00",
        "observations": [{"category": "animals.unicorn.", "attributes": {}}],
    }  # fmt: skip
    officer = full_room.desk.officer_id
    full_room.desk.do(acts.record_incident("poaching", found, officer=officer, record="c" * 32))
    full_room.settle()
    choose_first(full_room, "patrols")
    page = findings(full_room, tmp_path / "walk.zip")
    select(page, "smart-category-unknown")

    page.card.open_button.click()

    form = full_room.window.page
    assert isinstance(form, FormPage)
    assert form.writes("c" * 32)
    full_room.window.go_back()
    assert full_room.window.page is page


def test_a_record_that_was_mended_in_its_form_is_looked_at_again(full_room: Room, tmp_path: Path) -> None:
    placeless = {"kind": "other", "occurred_at": "2026-03-05T09:00:00+06:00", "no_position_reason": "Told by phone."}
    officer = full_room.desk.officer_id
    full_room.desk.do(acts.record_incident("other", placeless, officer=officer, record="b" * 32))
    full_room.settle()
    full_room.window.open_record("incident", "b" * 32)
    page = findings(full_room, tmp_path / "told.zip")
    assert [one.code for one in page.findings] == ["smart-incident-without-position"]
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    form = full_room.window.page
    assert isinstance(form, FormPage)
    editor = form.form.view.editor("position")
    assert isinstance(editor, PositionEditor)

    editor.line.setFocus()
    QTest.keyClicks(editor.line, "41.2, 74.5")
    full_room.window.go_back()

    full_room.until(lambda: page.findings == ())
    assert full_room.window.page is page
    assert page.write_button.isEnabled()


# Pickers


def test_in_a_large_office_people_are_found_by_typing(full_room: Room) -> None:
    people = [f"Person, Number {place:03}" for place in range(300)]
    editor = PeopleEditor(Field(id="members", label="Members", type=FieldType.CHOICES), Words("en"), people, people[:2])
    full_room.qtbot.addWidget(editor)
    editor.set_value(["Person, Number 200"])
    assert len(editor.boxes) == 3

    line = editor.others.lineEdit()
    assert line is not None
    line.setText("number 100")
    line.editingFinished.emit()

    assert editor.value() == ["Person, Number 100", "Person, Number 200"]


def test_the_form_of_a_patrol_offers_what_the_office_has_and_keeps_what_it_lacks(
    full_room: Room, tmp_path: Path
) -> None:
    load_lists(full_room, tmp_path, transports={"foot": "Foot", "boat": "Boat"}, mandates={"watch": "Watch"})
    record = patrol_ids(full_room.desk.reader)[0]
    leg = patrol(full_room.desk.reader, record).legs[0]
    document = {"legs": [{"id": leg.id, "transport": "mule"}]}
    full_room.desk.do(acts.edit_patrol(record, document, officer=full_room.desk.officer_id, bases=None))
    full_room.settle()
    page = choose_first(full_room, "patrols")

    full_room.window.run("edit")

    assert page.form is not None
    editor = page.form.view.editor("legs/0/transport")
    assert editor is not None
    box = editor.findChild(FindBox)
    assert isinstance(box, FindBox)
    assert box.keys == ["", "boat", "foot", "mule"]
    assert box.currentText() == "mule (not in the office's list)"
    assert editor.problem() == ""


def test_a_data_model_can_be_dropped_onto_the_window(room: Room) -> None:
    room.window.take_files([resource("models", "default_datamodel_8.1.3.xml")])

    room.until(lambda: "Data model read" in room.told())


def test_what_was_seen_at_a_waypoint_is_opened_at_its_observation(full_room: Room, tmp_path: Path) -> None:
    record = patrol_ids(full_room.desk.reader)[0]
    waypoint = patrol(full_room.desk.reader, record).waypoints[0]
    seen = [{"category": "animals.", "attributes": {}}, {"category": "animals.unicorn.", "attributes": {"horns": "1"}}]
    document = {"waypoints": [{"id": waypoint.id, "observations": seen}]}
    full_room.desk.do(acts.edit_patrol(record, document, officer=full_room.desk.officer_id, bases=None))
    full_room.settle()
    choose_first(full_room, "patrols")
    page = findings(full_room, tmp_path / "walk.zip")
    select(page, "smart-category-unknown")

    page.card.open_button.click()

    form = full_room.window.page
    assert isinstance(form, FormPage)
    editor = form.form.view.editor("waypoints")
    assert isinstance(editor, WaypointsEditor)
    assert (editor.list.currentRow(), editor.observed.list.currentRow()) == (0, 1)


def test_a_leg_without_a_transport_gets_one_in_the_list_of_findings(full_room: Room, tmp_path: Path) -> None:
    record = patrol_ids(full_room.desk.reader)[0]
    leg = patrol(full_room.desk.reader, record).legs[0]

    def clear(store: Store, _context: JobContext) -> None:
        with store.act(officer=full_room.desk.officer_id) as change:
            change.set("leg", leg.id, {"transport": None})

    full_room.desk.do(clear)
    full_room.settle()
    choose_first(full_room, "patrols")
    page = findings(full_room, tmp_path / "walk.zip")
    select(page, "smart-transport-missing")
    assert page.card.choose_button.text() == "Set"
    place = page.card.box.findText("Vehicle")

    page.card.box.setCurrentIndex(place)
    page.card.choose_button.click()

    full_room.until(lambda: "smart-transport-missing" not in [one.code for one in page.findings])
    assert patrol(full_room.desk.reader, record).legs[0].transport == "vehicle"

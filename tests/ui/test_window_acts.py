"""Acts on records in the window: withdraw, bring back, cases, files that leave, checks."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QListWidget, QPushButton

from db.cases import case_ids
from db.incidents import incident_ids
from db.officers import officers
from db.patrol_pages import patrol_ids
from ranger_app.domain.forms import form_of_kind
from ranger_app.paths import resource
from tests.stores.test_read_only import write_protect
from tests.ui.window_room import SNARES, Room, choose_first, fill
from ui import acts
from ui.name_acts import officer_named, station_named
from ui.pages import cases
from ui.pages.findings import FindingsPage
from ui.pages.form_page import FormPage
from ui.pages.history import HistoryPage


def test_a_reason_is_needed_to_withdraw_and_undo_is_offered(full_room: Room) -> None:
    choose_first(full_room, "patrols")
    full_room.window.run("withdraw")
    sheet = full_room.window.sheet
    assert sheet is not None
    assert not sheet.act_button.isEnabled()

    fill(full_room, "Reason", "Walked for practice")
    full_room.until(lambda: patrol_ids(full_room.desk.reader) == ())
    full_room.until(lambda: "was withdrawn" in full_room.told())
    undo = next(b for b in full_room.window.banners.findChildren(QPushButton) if b.text() == "Undo")
    undo.click()

    full_room.until(lambda: len(patrol_ids(full_room.desk.reader)) == 1)


def test_an_offer_to_undo_goes_away_with_the_next_act(full_room: Room) -> None:
    choose_first(full_room, "patrols")
    full_room.window.run("withdraw")
    fill(full_room, "Reason", "Walked for practice")
    full_room.until(lambda: "was withdrawn" in full_room.told())

    full_room.window.run("undo")
    full_room.until(lambda: "Undone: Patrol " in full_room.told())

    assert "was withdrawn" not in full_room.told()
    assert len(patrol_ids(full_room.desk.reader)) == 1


def test_tab_walks_through_a_panel_to_its_buttons(full_room: Room) -> None:
    choose_first(full_room, "patrols")
    full_room.window.run("withdraw")
    sheet = full_room.window.sheet
    assert sheet is not None
    fill_in = sheet.focusWidget()
    assert fill_in is not None

    QTest.keyClicks(fill_in, "Walked for practice")
    QTest.keyClick(fill_in, Qt.Key.Key_Tab)

    assert sheet.focusWidget() is sheet.act_button


def test_what_was_withdrawn_is_brought_back_with_a_reason(full_room: Room) -> None:
    record = patrol_ids(full_room.desk.reader)[0]
    full_room.desk.do(acts.take_back("patrol", record, "practice", officer=full_room.desk.officer_id))
    full_room.until(lambda: patrol_ids(full_room.desk.reader) == ())
    full_room.window.go("patrols")

    full_room.window.run("bring_back")
    table = full_room.window.page.panes()[0]
    QTest.keyClick(table, Qt.Key.Key_Return)
    fill(full_room, "Reason", "It was no practice")

    full_room.until(lambda: len(patrol_ids(full_room.desk.reader)) == 1)


def test_the_history_tells_who_changed_what(full_room: Room) -> None:
    choose_first(full_room, "incidents")

    full_room.window.run("history")
    page = full_room.window.page
    assert isinstance(page, HistoryPage)
    full_room.until(lambda: page.table.texts.rowCount() == 1)

    when, who, act, what = page.table.texts.row(0).texts
    assert who == "Toktosunov, Aibek"
    assert act == "Recorded"
    assert "Species: Argali" in what
    assert "How the position is known: GPS" in what
    assert "Form: Poaching incident" in what
    assert "When it happened: 04 Mar 2026, 09:15:42" in what
    assert when


def test_the_history_of_a_case_calls_its_incidents_by_number(full_room: Room) -> None:
    record = incident_ids(full_room.desk.reader)[0]
    number = str(full_room.desk.reader.entry(record).values["number"])
    officer = full_room.desk.officer_id
    full_room.desk.do(acts.open_case("Snares", [record], officer=officer))
    full_room.until(lambda: len(case_ids(full_room.desk.reader)) == 1)
    full_room.desk.do(acts.edit_case(case_ids(full_room.desk.reader)[0], "Snares", [], officer=officer))
    full_room.settle()
    choose_first(full_room, "cases")

    full_room.window.run("history")
    page = full_room.window.page
    assert isinstance(page, HistoryPage)
    full_room.until(lambda: page.table.texts.rowCount() == 2)

    assert f"Incidents: {number}" in page.table.texts.row(0).texts[3]
    assert page.table.texts.row(1).texts[3] == f"Incidents: not {number} any more"


def test_a_case_is_opened_for_ticked_incidents_and_edited(full_room: Room) -> None:
    full_room.window.go("cases")
    full_room.window.run("new")
    sheet = full_room.window.sheet
    assert sheet is not None
    listed = sheet.findChild(QListWidget)
    assert isinstance(listed, QListWidget)
    listed.item(0).setCheckState(Qt.CheckState.Checked)
    fill(full_room, "Title", "Snares")
    full_room.until(lambda: len(case_ids(full_room.desk.reader)) == 1)
    full_room.until(lambda: full_room.window.can("edit"))
    full_room.window.run("edit")
    fill(full_room, "Title", "Snares at Kichi-Naryn")

    case = case_ids(full_room.desk.reader)[0]
    full_room.until(lambda: full_room.desk.reader.entry(case, "case").values.get("title") == "Snares at Kichi-Naryn")
    assert (
        full_room.desk.reader.entry(case, "case").values[f"incidents/{incident_ids(full_room.desk.reader)[0]}"] is True
    )


def test_another_title_takes_no_incident_out_of_a_case(full_room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room, officer = full_room, full_room.desk.officer_id
    for record in ("ab" * 16, "cd" * 16):
        room.desk.do(acts.record_incident("poaching", {"place": "Kichi-Naryn"}, officer=officer, record=record))
    room.settle()
    named = incident_ids(room.desk.reader)
    room.desk.do(acts.open_case("Snares", named, officer=officer))
    room.desk.do(acts.take_back("incident", named[1], "twice", officer=officer))
    room.settle()
    monkeypatch.setattr(cases, "MOST_INCIDENTS", 1)
    choose_first(room, "cases")

    room.window.run("edit")
    assert room.window.sheet is not None
    listed = room.window.sheet.findChild(QListWidget)
    assert isinstance(listed, QListWidget)
    assert [listed.item(n).checkState() for n in range(listed.count())] == [Qt.CheckState.Checked] * 2
    fill(room, "Title", "Snares at Kichi-Naryn")
    room.settle()

    values = room.desk.reader.entry(case_ids(room.desk.reader)[0], "case").values
    assert values["title"] == "Snares at Kichi-Naryn"
    assert {name for name, value in values.items() if name.startswith("incidents/") and value} == {
        f"incidents/{one}" for one in named
    }


def test_sealing_wants_the_case_number_typed(full_room: Room, tmp_path: Path) -> None:
    record = incident_ids(full_room.desk.reader)[0]
    full_room.desk.do(acts.open_case("Snares", [record], officer=full_room.desk.officer_id))
    full_room.until(lambda: len(case_ids(full_room.desk.reader)) == 1)
    full_room.settle()
    choose_first(full_room, "cases")
    full_room.window.run("dossier")
    sheet = full_room.window.sheet
    assert sheet is not None
    seal = sheet.findChild(QCheckBox)
    assert isinstance(seal, QCheckBox)
    assert sheet.act_button.isEnabled()
    assert "cannot be sealed yet, it lacks: " in " ".join(label.text() for label in sheet.findChildren(QLabel))
    assert not seal.isEnabled()

    seal.setEnabled(True)  # as for a case whose incidents are complete
    seal.click()
    assert not sheet.act_button.isEnabled()
    number = str(full_room.desk.reader.entry(case_ids(full_room.desk.reader)[0], "case").values["number"])
    typed = next(line for line in sheet.findChildren(QLineEdit) if line.placeholderText() == number)
    typed.setText(number)

    assert sheet.act_button.isEnabled()


@pytest.mark.parametrize(("command", "ending"), [("export_gpx", "gpx"), ("export_geojson", "geojson")])
def test_the_chosen_patrol_leaves_as_a_file(full_room: Room, tmp_path: Path, command: str, ending: str) -> None:
    choose_first(full_room, "patrols")
    out = tmp_path / f"walk_out.{ending}"

    full_room.window.run(command)
    fill(full_room, "File to write", str(out))

    full_room.until(lambda: "Written" in full_room.told())
    assert out.stat().st_size > 100


def test_what_smart_would_drop_is_named_and_nothing_is_written(full_room: Room, tmp_path: Path) -> None:
    document = {**SNARES, "observations": [{"category": "animals.unicorn.", "attributes": {}}]}
    officer = full_room.desk.officer_id
    full_room.desk.do(acts.record_incident("poaching", document, officer=officer, record="a" * 32))
    full_room.until(lambda: len(incident_ids(full_room.desk.reader)) == 2)
    full_room.settle()
    full_room.window.open_record("incident", "a" * 32)
    out = tmp_path / "snares.zip"

    full_room.window.run("export_smart")
    fill(full_room, "File to write", str(out))

    full_room.until(lambda: isinstance(full_room.window.page, FindingsPage))
    page = full_room.window.page
    assert isinstance(page, FindingsPage)
    number, verdict, _, what, _ = page.table.texts.row(0).texts
    assert (number[:6], verdict) == ("KG-NAR", "drop it")
    assert "animals.unicorn" in what
    assert not out.exists()

    page.write_button.click()

    full_room.until(lambda: "Written for SMART" in full_room.told())
    assert out.exists()
    assert full_room.window.page.name == "incidents"


def test_what_would_stop_smart_is_never_written_and_its_record_is_one_key_away(full_room: Room, tmp_path: Path) -> None:
    officer = full_room.desk.officer_id
    placeless = {"kind": "other", "occurred_at": "2026-03-05T09:00:00+06:00", "no_position_reason": "Told by phone."}
    full_room.desk.do(acts.record_incident("other", placeless, officer=officer, record="b" * 32))
    full_room.until(lambda: len(incident_ids(full_room.desk.reader)) == 2)
    full_room.settle()
    full_room.window.go("reports")

    full_room.window.run("export_smart")
    fill(full_room, "File to write", str(tmp_path / "all"))
    full_room.until(lambda: isinstance(full_room.window.page, FindingsPage))
    page = full_room.window.page
    assert isinstance(page, FindingsPage)
    assert not page.write_button.isVisible()
    full_room.settle()
    QTest.keyClick(page.table, Qt.Key.Key_Return)

    shown = full_room.window.page
    assert isinstance(shown, FormPage)
    assert shown.writes("b" * 32)
    assert shown.form.view.focused_key() == "position"
    assert not (tmp_path / "all").exists()


def test_records_are_checked_and_the_strip_tells_it(full_room: Room) -> None:
    assert "not checked" in full_room.window.strip.intact.text()

    full_room.window.run("check")

    full_room.until(lambda: "Records intact" in full_room.window.strip.intact.text())


def test_tables_are_made_anew_and_the_lists_read_again(full_room: Room) -> None:
    page = choose_first(full_room, "patrols")

    full_room.window.run("rebuild")

    full_room.until(lambda: "they are the same" in full_room.told())
    assert full_room.desk.is_readable
    assert page.list.records.rowCount() == 1


def test_one_more_officer_can_be_chosen(room: Room) -> None:
    room.window.run("add_officer")
    fill(room, "Name", "Asanov, Daniyar")

    room.until(lambda: room.window.strip.officer.count() == 3)


def test_the_station_gets_another_name(room: Room) -> None:
    room.window.run("edit_station")
    fill(room, "Station", "At-Bashy")

    room.until(lambda: room.desk.station.name == "At-Bashy")
    assert room.window.windowTitle().startswith("At-Bashy")


def test_who_works_gets_another_name(room: Room) -> None:
    room.window.run("edit_officer")
    fill(room, "Name", "Asanova, Daniya")

    room.until(lambda: room.window.strip.officer.currentText() == "Asanova, Daniya")
    assert room.desk.officer is not None
    assert room.desk.officer.name == "Asanova, Daniya"


def test_an_export_over_the_journal_is_refused_in_words(full_room: Room) -> None:
    journal = full_room.folder / "journal.db"
    full_room.window.go("reports")

    full_room.window.run("export_gpx")
    fill(full_room, "File to write", str(journal))

    full_room.until(lambda: "belongs to a station" in full_room.told())
    assert journal.read_bytes().startswith(b"SQLite format 3")


def test_a_correction_of_a_name_leaves_what_was_changed_meanwhile(room: Room) -> None:
    desk = room.desk
    room.window.run("edit_officer")
    desk.do(officer_named(desk.officer_id, None, "inspector", "R-7", officer=desk.officer_id))
    room.settle()
    fill(room, "Name", "Asanova, Daniya")
    room.until(lambda: room.window.strip.officer.currentText() == "Asanova, Daniya")

    room.window.run("edit_station")
    desk.do(station_named(None, "Naryn Reserve", "Asia/Almaty", officer=desk.officer_id))
    room.settle()
    fill(room, "Station", "At-Bashy")
    room.until(lambda: desk.station.name == "At-Bashy")

    [mine] = [one for one in officers(desk.reader) if one.id == desk.officer_id]
    assert (mine.name, mine.role, mine.employee_id) == ("Asanova, Daniya", "inspector", "R-7")
    assert (desk.station.area_name, desk.station.timezone) == ("Naryn Reserve", "Asia/Almaty")


def test_a_form_is_saved_as_json_schema(room: Room, tmp_path: Path) -> None:
    out = tmp_path / "poaching.json"

    room.window.run("export_schema")
    fill(room, "File to write", str(out))

    room.until(lambda: "Written" in room.told())
    assert form_of_kind("poaching").fields[0].id in out.read_text("utf-8")


def test_enter_after_a_whole_path_does_the_act_of_the_panel(room: Room, tmp_path: Path) -> None:
    (tmp_path / "model.xml").write_bytes(resource("models", "default_datamodel_8.1.3.xml").read_bytes())
    room.window.run("import_model")
    sheet = room.window.sheet
    assert sheet is not None
    line = sheet.findChild(QLineEdit)
    assert isinstance(line, QLineEdit)

    QTest.keyClicks(line, str(tmp_path / "model.xml"))
    completer = line.completer()
    assert completer is not None
    popup = completer.popup()
    assert popup is not None
    popup.show()  # as it stands there when the names on the disk have been read
    QTest.keyClick(popup, Qt.Key.Key_Return)

    room.until(lambda: "Data model read" in room.told())


@pytest.mark.parametrize(("command", "name"), [("export_smart", "out"), ("export_gpx", "walk.gpx")])
def test_an_export_to_a_full_disk_names_the_place_that_was_chosen_and_keeps_it(
    full_room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, name: str
) -> None:
    out = tmp_path / "stick" / name
    out.parent.mkdir()
    full_room.window.go("reports")
    write_protect(out.parent, monkeypatch, number=errno.ENOSPC)

    full_room.window.run(command)
    fill(full_room, "File to write", str(out))
    full_room.until(lambda: "could not be written: No space left" in full_room.told())

    assert str(out) in full_room.told()
    assert ".ranger-" not in full_room.told()
    assert full_room.window.sheet is not None
    line = next(
        one for one in full_room.window.sheet.findChildren(QLineEdit) if one.accessibleName() == "File to write"
    )
    assert line.text() == str(out)
    monkeypatch.undo()
    full_room.window.sheet.press()
    full_room.until(lambda: "Written" in full_room.told())
    assert out.exists()

"""The whole main job in the window by keyboard: GPX in, patrol reviewed, incident written, SMART, dossier, verify."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from db.cases import case_ids, dossiers
from db.incidents import incident, incident_ids
from db.patrol_pages import patrol_ids
from db.patrols import patrol
from exporters.smart_schema import schema_errors
from tests.flows.hands import CTRL, SHIFT, Hands, open_window


def open_case(hands: Hands, title: str) -> str:
    hands.press(Qt.Key.Key_4, CTRL)
    hands.press(Qt.Key.Key_N, CTRL)
    hands.go_to("Title")
    hands.write(title)
    hands.go_to("Incidents")
    hands.press(Qt.Key.Key_Home)
    hands.press(Qt.Key.Key_Space)
    hands.go_to("Title")
    hands.press(Qt.Key.Key_Return)
    reader = hands.window.desk.reader
    hands.until(lambda: len(case_ids(reader)) == 1)
    return case_ids(reader)[0]


def test_the_whole_main_job_is_done_by_keyboard(hands: Hands, tmp_path: Path) -> None:
    reader = hands.window.desk.reader
    walk = hands.import_walk()

    hands.until(lambda: hands.window.page.can("edit"))
    hands.press(Qt.Key.Key_F2)
    hands.until(lambda: hands.field_name == "Take all of it")
    hands.press(Qt.Key.Key_Return)
    hands.until(lambda: hands.field_name == "Objective")
    hands.until(lambda: patrol(reader, walk).legs[0].assumed == ())
    hands.fill({"Objective": "Snares on the left bank"})
    hands.press(Qt.Key.Key_S, CTRL)
    hands.until(lambda: patrol(reader, walk).objective == "Snares on the left bank")
    hands.press(Qt.Key.Key_Escape)

    found = incident(reader, hands.write_incident())
    assert found.missing == ()
    assert found.position is not None
    assert (found.position.latitude_deg, found.position.longitude_deg) == (41.201111, 74.501234)
    assert found.fields["species"] == "argali"

    smart = tmp_path / "snares.zip"
    hands.until(lambda: hands.window.can("export_smart"))
    hands.press(Qt.Key.Key_E, CTRL)
    hands.write(str(smart))
    hands.press(Qt.Key.Key_Return)
    hands.until(smart.exists)
    assert_valid(smart)

    case = open_case(hands, "Snares at Kichi-Naryn")
    dossier = tmp_path / "dossier.pdf"
    hands.until(lambda: hands.window.page.can("dossier"))
    hands.press(Qt.Key.Key_P, CTRL)
    hands.write(str(dossier))
    hands.go_to("Seal and sign it: this revision can never be changed again")
    hands.press(Qt.Key.Key_Space)
    number = hands.window.words.say("To seal, type the case number {number}", number=case_number(hands, case))
    hands.go_to(number)
    hands.write(case_number(hands, case))
    hands.press(Qt.Key.Key_Return)
    hands.until(lambda: dossier.exists() and len(dossiers(reader, case)) == 1)

    hands.press(Qt.Key.Key_V, CTRL | SHIFT)
    hands.write(str(dossier))
    hands.press(Qt.Key.Key_Return)
    hands.until_told("Verified")


def case_number(hands: Hands, case: str) -> str:
    return str(hands.window.desk.reader.entry(case, "case").values["number"])


def assert_valid(package: Path) -> None:
    import zipfile

    with zipfile.ZipFile(package) as opened:
        names = [name for name in opened.namelist() if "/" not in name]
        assert len(names) == 1
        assert schema_errors(opened.read(names[0])) == ()


def test_undo_works_by_keyboard_after_a_restart_and_redo_brings_the_record_back(
    hands: Hands, qtbot: QtBot, tmp_path: Path
) -> None:
    hands.write_incident()
    hands.window.close()
    hands.window.desk.close()

    whole, again = open_window(qtbot, tmp_path / "home", tmp_path / "station")
    reader = again.window.desk.reader
    again.press(Qt.Key.Key_Z, CTRL)
    again.until(lambda: incident_ids(reader) == ())
    again.press(Qt.Key.Key_Z, CTRL | SHIFT)
    again.until(lambda: len(incident_ids(reader)) == 1)
    whole.close()


def test_a_form_that_nobody_wrote_into_leaves_no_record(hands: Hands, qtbot: QtBot) -> None:
    hands.press(Qt.Key.Key_2, CTRL)
    hands.press(Qt.Key.Key_N, CTRL)
    hands.until(lambda: hands.field_name == "When it happened")

    hands.press(Qt.Key.Key_Escape)
    qtbot.wait(300)

    assert incident_ids(hands.window.desk.reader) == ()


def test_a_record_is_withdrawn_with_a_reason_and_its_history_tells_it(hands: Hands) -> None:
    walk = hands.import_walk()

    hands.until(lambda: hands.window.page.can("withdraw"))
    hands.press(Qt.Key.Key_Delete, CTRL)
    hands.write("Walked for practice")
    hands.press(Qt.Key.Key_Return)

    reader = hands.window.desk.reader
    hands.until(lambda: patrol_ids(reader) == ())
    assert [line.ops[0]["act"] for line in reader.history(walk)] == ["create", "retract"]

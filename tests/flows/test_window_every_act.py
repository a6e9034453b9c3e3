"""Each command of the command line has its act in the window, and each act is done by keyboard."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from db.cases import case, case_ids
from db.incidents import incident, incident_ids
from db.officers import officers
from db.patrol_pages import patrol_ids
from db.patrols import patrol
from exporters.smart_schema import schema_errors
from ranger_app.paths import resource
from tests.flows.hands import CTRL, SHIFT, WAIT_MS, Hands
from tests.service_desk import MORNING, walk, write_gpx, write_photo
from ui.main_window import MainWindow
from ui.pages.findings import FindingsPage
from ui.pages.history import HistoryPage
from ui.record_table import ShortTable
from ui.welcome import WelcomeWindow

STATION = Qt.Key.Key_7


def focused(kind: type[QWidget]) -> bool:
    return isinstance(QApplication.focusWidget(), kind)


def export(hands: Hands, key: Qt.Key, out: Path, **answers: str) -> None:
    """Open the panel of exports by its key, answer it, write."""
    hands.press(key, CTRL)
    hands.write(str(out))
    for name, answer in answers.items():
        hands.go_to(name.replace("_", " "))
        QTest.keyClicks(hands.field, answer)
    hands.go_to("File to write")
    hands.press(Qt.Key.Key_Return)


# Station


def test_a_station_is_made_and_another_opened(hands: Hands, tmp_path: Path) -> None:
    first = hands.window.desk.folder
    hands.press_button(STATION, "Another station")
    hands.until(lambda: isinstance(hands.whole.window, WelcomeWindow) and hands.whole.window.isActiveWindow())
    for name, text in (
        ("Name of the station", "Osh"), ("Short id of the area", "KG-OSH"), ("Your name", "Bekova, Nurgul"),
        ("New folder for the station", str(tmp_path / "osh")),
    ):  # fmt: skip
        hands.go_to(name)
        hands.write(text)
    hands.go_to("I know that this version keeps the station unencrypted")
    hands.press(Qt.Key.Key_Space)
    hands.go_to("Make the station")
    hands.press(Qt.Key.Key_Return)
    hands.until(lambda: isinstance(hands.whole.window, MainWindow) and hands.whole.window.isActiveWindow())

    assert hands.window.desk.station.name == "Osh"
    assert (tmp_path / "osh" / "journal.db").exists()
    assert first.exists()


def test_the_station_tells_itself_and_is_checked_and_made_anew(hands: Hands) -> None:
    hands.import_walk()

    hands.press_button(STATION, "Check records")
    hands.until_told("Records intact")
    hands.press_button(STATION, "Rebuild tables")
    hands.until_told("and they are the same")

    hands.until(lambda: hands.window.desk.is_readable)
    assert len(patrol_ids(hands.reader)) == 1


def test_an_officer_is_added_and_works_from_now_on(hands: Hands) -> None:
    hands.press_button(STATION, "Add officer")
    hands.write("Bekova, Nurgul")
    hands.press(Qt.Key.Key_Return)
    hands.until(lambda: len(officers(hands.reader)) == 2)
    hands.until(lambda: hands.window.strip.officer.count() == 2)

    hands.press(Qt.Key.Key_O, CTRL)
    popup = hands.window.strip.officer.view()
    hands.until(popup.isVisible)
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Up)
    while popup.currentIndex().data() != "Bekova, Nurgul":
        QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)

    hands.until(lambda: hands.window.desk.officer is not None and hands.window.desk.officer.name == "Bekova, Nurgul")


def test_the_data_model_of_the_office_is_read(hands: Hands) -> None:
    model = resource("models", "default_datamodel_8.1.3.xml")

    hands.press_button(STATION, "Import data model")
    hands.write(str(model))
    hands.press(Qt.Key.Key_Return)

    hands.until_told("Data model read")


def test_the_program_proves_itself(hands: Hands) -> None:
    hands.press_button(STATION, "Self-test")

    hands.qtbot.waitUntil(lambda: "The program proved itself." in hands.told(), timeout=3 * WAIT_MS)


def test_a_demo_station_is_made_and_verified(hands: Hands, tmp_path: Path) -> None:
    hands.press_button(STATION, "Make a demo station")
    hands.write(str(tmp_path / "demo"))
    hands.press(Qt.Key.Key_Return)
    hands.qtbot.waitUntil(lambda: "The demo station is in" in hands.told(), timeout=3 * WAIT_MS)

    hands.press(Qt.Key.Key_V, CTRL | SHIFT)
    hands.write(str(tmp_path / "demo" / "station"))
    hands.press(Qt.Key.Key_Return)

    hands.until_told("Verified: the journal and the files of this station")


# Records


def test_tracks_are_added_to_a_patrol_under_the_name_of_their_leader(hands: Hands, tmp_path: Path) -> None:
    record = hands.import_walk()
    later = write_gpx(tmp_path / "later.gpx", walk(MORNING))

    hands.press(Qt.Key.Key_I, CTRL)
    hands.write(str(later))
    hands.go_to("Leader")
    hands.write("Asanov, Daniyar")
    hands.go_to("They become")
    hands.press(Qt.Key.Key_Down)
    hands.go_to("Import")
    hands.press(Qt.Key.Key_Return)

    hands.until(lambda: len(patrol(hands.reader, record).legs) == 2)
    assert patrol_ids(hands.reader) == (record,)
    people = {one.name for leg in patrol(hands.reader, record).legs for one in leg.members}
    assert "Asanov, Daniyar" in people


def test_an_incident_is_corrected_gets_a_photo_and_tells_its_history(hands: Hands, tmp_path: Path) -> None:
    record = hands.write_incident()
    hands.until(lambda: hands.window.can("edit"))
    hands.press(Qt.Key.Key_F2)
    hands.until(lambda: hands.window.page.places == ("form",))
    hands.fill({"Number of snares or traps": "4"})
    hands.press(Qt.Key.Key_S, CTRL)
    hands.until(lambda: incident(hands.reader, record).fields["trap_count"] == 4)
    hands.press(Qt.Key.Key_Escape)

    hands.press(Qt.Key.Key_I, CTRL | SHIFT)
    hands.write(str(write_photo(tmp_path / "snare.jpg")))
    hands.press(Qt.Key.Key_Return)
    hands.until(lambda: len(incident(hands.reader, record).attachments) == 1)

    hands.until(lambda: hands.window.can("history"))
    hands.press(Qt.Key.Key_H, CTRL)
    page = hands.window.page
    assert isinstance(page, HistoryPage)
    hands.until(lambda: page.table.texts.rowCount() == 3)
    assert page.table.texts.row(1).texts[3] == "Number of snares or traps: 4"
    assert "snare.jpg" in page.table.texts.row(2).texts[3]


def test_a_conflict_and_another_incident_are_begun(hands: Hands) -> None:
    hands.press(Qt.Key.Key_3, CTRL)
    hands.press(Qt.Key.Key_N, CTRL)
    hands.until(lambda: hands.field_name == "When it happened")
    hands.fill({"Summary": "Two ewes at the upper pen."})
    hands.press(Qt.Key.Key_S, CTRL)
    hands.until(lambda: len(incident_ids(hands.reader, kinds=("conflict",))) == 1)
    hands.press(Qt.Key.Key_Escape)
    hands.press(Qt.Key.Key_2, CTRL)
    hands.press(Qt.Key.Key_N, CTRL | SHIFT)
    hands.until(lambda: hands.field_name == "When it happened")
    hands.fill({"Summary": "A car without plates."})
    hands.press(Qt.Key.Key_S, CTRL)

    hands.until(lambda: len(incident_ids(hands.reader)) == 2)


def test_a_record_is_withdrawn_and_brought_back(hands: Hands) -> None:
    record = hands.import_walk()
    hands.press(Qt.Key.Key_Delete, CTRL)
    hands.write("Walked for practice")
    hands.press(Qt.Key.Key_Return)
    hands.until(lambda: patrol_ids(hands.reader) == ())

    hands.press(Qt.Key.Key_B, CTRL | SHIFT)
    hands.until(lambda: focused(ShortTable))
    hands.press(Qt.Key.Key_Return)
    hands.write("It was no practice")
    hands.press(Qt.Key.Key_Return)

    hands.until(lambda: patrol_ids(hands.reader) == (record,))


def test_a_clock_is_corrected_listed_and_counts_again_as_it_was(hands: Hands) -> None:
    record = hands.import_walk()
    start = patrol(hands.reader, record).legs[0].days[0].start
    assert start is not None
    hands.press(Qt.Key.Key_U, CTRL)
    hands.go_to("Shift")
    hands.write("-5 min")
    hands.until(lambda: bool(hands.window.sheet and hands.window.sheet.act_button.isEnabled()))
    hands.press(Qt.Key.Key_Return)
    hands.until_told("is corrected by \u22125 min")
    assert patrol(hands.reader, record).legs[0].days[0].start != start

    hands.press(Qt.Key.Key_U, CTRL)
    hands.go_to("What was corrected")
    hands.press(Qt.Key.Key_Space)
    hands.until(lambda: focused(ShortTable))
    hands.until(lambda: hands.window.page.findChildren(ShortTable)[0].texts.rowCount() == 1)
    hands.press(Qt.Key.Key_Return)
    hands.press(Qt.Key.Key_Return)

    hands.until_told("counts again as it was")
    assert patrol(hands.reader, record).legs[0].days[0].start == start


def test_a_case_is_opened_and_given_another_title(hands: Hands) -> None:
    record = hands.write_incident()
    hands.press(Qt.Key.Key_4, CTRL)
    hands.press(Qt.Key.Key_N, CTRL)
    hands.write("Snares")
    hands.go_to("Incidents")
    hands.press(Qt.Key.Key_Space)
    hands.go_to("Open the case")
    hands.press(Qt.Key.Key_Return)
    hands.until(lambda: len(case_ids(hands.reader)) == 1)
    hands.until(lambda: hands.window.can("edit"))

    hands.press(Qt.Key.Key_F2)
    hands.write("Snares at Kichi-Naryn")
    hands.press(Qt.Key.Key_Return)

    found = case_ids(hands.reader)[0]
    hands.until(lambda: case(hands.reader, found).title == "Snares at Kichi-Naryn")
    assert case(hands.reader, found).incidents == (record,)


def test_a_form_leaves_as_json_schema(hands: Hands, tmp_path: Path) -> None:
    out = tmp_path / "form.json"

    hands.press_button(STATION, "Save a form as JSON Schema")
    hands.go_to("File to write")
    hands.write(str(out))
    hands.press(Qt.Key.Key_Return)

    hands.until(out.exists)
    hands.until_told("Written")
    assert "fields" in json.loads(out.read_text("utf-8"))["properties"]


# Files that leave


def test_everything_leaves_for_smart_with_nothing_chosen(hands: Hands, tmp_path: Path) -> None:
    hands.import_walk()
    hands.write_incident()
    out = tmp_path / "out"
    hands.press(Qt.Key.Key_6, CTRL)

    export(hands, Qt.Key.Key_E, out)
    hands.until(lambda: isinstance(hands.window.page, FindingsPage) or "Written for SMART" in hands.told())
    if isinstance(hands.window.page, FindingsPage):
        hands.go_to("Write all the same")
        hands.press(Qt.Key.Key_Space)

    hands.until_told("Written for SMART: 2 files")
    for path in out.glob("*.xml"):
        assert schema_errors(path.read_bytes()) == ()
    assert len(list(out.iterdir())) == 2


@pytest.mark.parametrize(("key", "ending"), [(Qt.Key.Key_G, "gpx"), (Qt.Key.Key_J, "geojson")])
def test_marked_patrols_leave_in_one_file(hands: Hands, tmp_path: Path, key: Qt.Key, ending: str) -> None:
    hands.import_walk()
    hands.import_walk(write_gpx(tmp_path / "short.gpx", walk(MORNING, 7)))
    out = tmp_path / f"marked.{ending}"
    hands.until(lambda: hands.window.page.marked().rows != ())
    hands.press(Qt.Key.Key_Home)
    hands.press(Qt.Key.Key_Down, SHIFT)
    hands.until(lambda: len(hands.window.page.marked().rows) == 2)

    export(hands, key, out)

    hands.until_told("Written")
    text = out.read_text("utf-8")
    assert text.count("<trk>") == 2 if ending == "gpx" else '"FeatureCollection"' in text


def test_all_of_a_list_leave_within_the_days_given(hands: Hands, tmp_path: Path) -> None:
    hands.import_walk(write_gpx(tmp_path / "march.gpx", walk(MORNING, 7)))
    hands.import_walk(write_gpx(tmp_path / "june.gpx", walk(MORNING.replace(month=6), 7)))
    out = tmp_path / "march_out.gpx"
    hands.press(Qt.Key.Key_A, CTRL)
    hands.until(lambda: hands.window.page.marked().is_all)

    export(hands, Qt.Key.Key_G, out, First_day="01.03.2026", Last_day="31.03.2026")

    hands.until_told("Written")
    assert out.read_text("utf-8").count("<trk>") == 1

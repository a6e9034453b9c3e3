"""A SMART office that speaks Spanish and English: its model and lists come in, records leave for it, and come back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.incidents import incident, incident_ids
from db.office import known_mappings, roster
from db.patrol_pages import patrol_ids
from db.patrols import patrol
from db.reader import Reader
from exporters.data_model import data_model_xml
from exporters.smart_schema import schema_errors
from ranger_app.domain.data_model import Attribute, Category
from ranger_app.importers.data_model import data_model_from_bytes
from ranger_app.jobs import JobContext
from ranger_app.paths import resource
from ranger_app.services.documents import patrol_document
from ranger_app.services.export_smart import ExportSmart
from ranger_app.services.stations import create_station, open_station
from tests.flows.hands import CTRL, SHIFT, SNARES, Hands, open_window
from tests.smart_round import told_by
from ui.forms.observations import ObservationsEditor
from ui.pages.findings import FindingsPage
from ui.pages.list_page import ListPage
from ui.pages.office import OfficePage
from ui.record_table import ShortTable

STATION = Qt.Key.Key_7

IN_SPANISH = {
    "humanactivity": "Actividad humana",
    "shelterorcamp": "Refugio o campamento",
    "sheltertype": "Tipo de refugio",
    "camp": "Campamento",
}
"""Keys of the default model to what this office calls them."""

LISTS = {
    "patrolMetadata": [],
    "patrolLegMetadata": [
        {"id": "transportType", "listOptions": [{"id": "foot", "names": [{"name": "A pie", "locale": "es"}]}]},
        {
            "id": "mandate",
            "listOptions": [
                {"id": "investigacion", "names": [{"name": "Investigación", "locale": "es"}]},
                {"id": "vigilancia", "names": [{"name": "Vigilancia", "locale": "es"}]},
            ],
        },
    ],
}


EMPLOYEES = """\
employee_id,given_name,family_name,birth_date,gender,start_date,end_date,agency,rank
R-7,Aibek,Toktosunov,1990-03-18,M,2015-04-25,,Guardaparques,Guarda
"""


def spanish_model() -> bytes:
    """SMART's default with Spanish before English."""
    told = data_model_from_bytes(resource("models", "default_datamodel_8.1.3.xml").read_bytes()).model
    return data_model_xml(
        replace(
            told,
            languages=("es", "en"),
            attributes=tuple(map(_attribute, told.attributes)),
            categories=tuple(map(_category, told.categories)),
        )
    )


def _names(key: str, names: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return (("es", IN_SPANISH[key]), *names) if key in IN_SPANISH else names


def _category(told: Category) -> Category:
    return replace(told, names=_names(told.key, told.names), children=tuple(map(_category, told.children)))


def _attribute(told: Attribute) -> Attribute:
    items = tuple(replace(one, names=_names(one.key, one.names)) for one in told.items)
    return replace(told, names=_names(told.key, told.names), items=items)


def load_office(hands: Hands, folder: Path) -> None:
    """Read the office's model and its lists."""
    (folder / "modelo.xml").write_bytes(spanish_model())
    (folder / "listas.json").write_text(json.dumps(LISTS), "utf-8")
    (folder / "empleados.csv").write_text(EMPLOYEES, "utf-8")
    hands.press_button(STATION, "Import data model")
    hands.write(str(folder / "modelo.xml"))
    hands.press(Qt.Key.Key_Return)
    hands.until_told("Data model read")
    hands.press(Qt.Key.Key_O, CTRL | SHIFT)
    hands.until(lambda: isinstance(hands.window.page, OfficePage))
    for button, file, told in (
        ("Load the office's lists", "listas.json", "The office's lists are loaded"),
        ("Load employees", "empleados.csv", "Employees: 1, new: 1, left: 0."),
    ):
        hands.go_to(button)
        hands.press(Qt.Key.Key_Space)
        hands.write(str(folder / file))
        hands.press(Qt.Key.Key_Return)
        hands.until_told(told)
    hands.press(Qt.Key.Key_Escape)


def write_snares(hands: Hands) -> str:
    """Write the snares down, with the camp beside them, found by its Spanish names."""
    hands.press(Qt.Key.Key_2, CTRL)
    hands.press(Qt.Key.Key_N, CTRL)
    hands.until(lambda: hands.field_name == "When it happened")
    hands.fill(SNARES)
    hands.go_to("Add an observation: type a part of its name")
    hands.write("refugio o")
    hands.press(Qt.Key.Key_Return)
    hands.until(lambda: "sheltertype" in _asked(hands))
    hands.go_to("Shelter Type")
    hands.write("campamento")
    hands.press(Qt.Key.Key_Return)
    hands.press(Qt.Key.Key_S, CTRL)
    hands.until(lambda: len(incident_ids(hands.reader)) == 1)
    hands.press(Qt.Key.Key_Escape)
    return incident_ids(hands.reader)[0]


def _asked(hands: Hands) -> tuple[str, ...]:
    page = hands.window.page
    assert isinstance(page, ListPage)
    assert page.form is not None
    editor = page.form.view.editor("observations")
    assert isinstance(editor, ObservationsEditor)
    return tuple(editor._rows)


def findings(hands: Hands) -> FindingsPage:
    page = hands.window.page
    assert isinstance(page, FindingsPage)
    return page


def codes(hands: Hands) -> list[str]:
    return [one.code for one in findings(hands).findings if not one.code.startswith("smart-assumed")]


def mend(hands: Hands, code: str, answer: str = "") -> None:
    """Walk to the finding and take what is offered, or what is typed."""
    hands.until(lambda: code in codes(hands) and findings(hands).card.isEnabled())
    hands.until(lambda: isinstance(QApplication.focusWidget(), ShortTable))
    hands.press(Qt.Key.Key_Home, CTRL)
    page = findings(hands)
    while page.findings[int(page.table.current_id())].code != code:
        hands.press(Qt.Key.Key_Down)
    count = len(page.findings)
    hands.press(Qt.Key.Key_Return)
    hands.until(lambda: "office has instead" in hands.field_name)
    if answer:
        hands.write(answer)
    hands.press(Qt.Key.Key_Return)
    hands.until(lambda: len(page.findings) < count)


def test_records_go_to_a_spanish_office_and_come_back_the_same(hands: Hands, qtbot: QtBot, tmp_path: Path) -> None:
    load_office(hands, tmp_path)
    hands.press(Qt.Key.Key_1, CTRL)
    walk = hands.import_walk()
    snares = write_snares(hands)
    out = tmp_path / "out"

    hands.press(Qt.Key.Key_6, CTRL)
    hands.press(Qt.Key.Key_E, CTRL)
    hands.write(str(out))
    hands.press(Qt.Key.Key_Return)
    hands.until(lambda: isinstance(hands.window.page, FindingsPage))
    assert codes(hands)[0] == "smart-mandate-unknown"
    assert "smart-member-differs" in codes(hands)
    assert not findings(hands).write_button.isVisible()
    mend(hands, "smart-mandate-unknown", "Vigilancia")
    mend(hands, "smart-member-differs")
    hands.until(lambda: codes(hands) == [])
    hands.go_to("Write")
    hands.press(Qt.Key.Key_Space)
    hands.until_told("Written for SMART: 2 files")

    files = sorted(out.iterdir())
    assert [schema_errors(path.read_bytes()) for path in files] == [(), ()]
    mapped = {(one.what, one.theirs) for one in known_mappings(hands.reader)}
    assert mapped == {("mandate", "vigilancia"), ("member", roster(hands.reader)[0].id)}
    here = facts(hands.reader, walk, snares)
    hands.window.close()
    hands.window.desk.close()

    second = tmp_path / "second"
    create_station(
        second, name="Osh", area_id="KG-NAR", officer_name="Bekova, Nurgul", role="ranger", timezone="Asia/Bishkek",
        is_encrypted=False, home=tmp_path / "home",
    )  # fmt: skip
    whole, there = open_window(qtbot, tmp_path / "home", second)
    load_office(there, tmp_path)
    there.press(Qt.Key.Key_M, CTRL)
    there.write(str(out))
    there.press(Qt.Key.Key_Return)
    there.until_told("Read from SMART: patrols 1, incidents 1.")
    assert facts(there.reader, patrol_ids(there.reader)[0], incident_ids(there.reader)[0]) == here
    whole.close()

    assert [told_by(path) for path in again(second, tmp_path)] == [told_by(path) for path in files]


def facts(reader: Reader, walk: str, snares: str) -> dict[str, Any]:
    """What both stations have to say the same of a patrol and an incident."""
    told = patrol_document(patrol(reader, walk))
    found = incident(reader, snares)
    # A fix between two silences is a line of two points in SMART's format, so points are not counted.
    of_day = ("date", "start", "end", "rest_minutes", "distance_m")
    legs = [
        {
            **{name: leg[name] for name in ("members", "leader", "transport")},
            "days": [[day[name] for name in of_day] for day in leg["days"]],
        }
        for leg in told["legs"]
    ]
    assert found.position is not None
    return {
        "patrol": {name: told[name] for name in ("number", "start", "end", "timezone", "objective")},
        "legs": legs,
        "waypoints": [(one["at"], one["position"]["latitude_deg"], one["comment"]) for one in told["waypoints"]],
        "incident": (
            found.number, found.occurred_at, found.position.latitude_deg, found.position.longitude_deg, found.summary,
        ),
    }  # fmt: skip


def again(station: Path, folder: Path) -> list[Path]:
    """The files that the second station writes of what it read."""
    with open_station(station, home=folder / "home") as store:
        officer = next(one.id for one in store.reader.entries("officer"))
        done = ExportSmart(store)(folder / "again", officer=officer, context=JobContext())
    assert done.is_written, done.findings
    return sorted(done.files)

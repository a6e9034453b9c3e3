"""The map of a case: its incidents, the marks of the scene, exhibits, and who walked there."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from db.incidents import incident_ids
from db.patrol_pages import patrol_ids
from db.store import Store
from ranger_app.domain.records import CustodyEntry, Exhibit
from ranger_app.jobs import JobContext
from ranger_app.services.exhibit_places import place_of_exhibit
from ranger_app.services.open_case import OpenCase
from ranger_app.services.record_incident import EditIncident
from tests.service_desk import MORNING
from tests.stores.test_print_map_lost import lose
from tests.ui.window_room import Room, choose_first
from ui.map import MapView
from ui.pages.case_details import CaseDetails
from ui.pages.incident_details import IncidentDetails
from ui.print_map_sheet import PrintMapSheet
from ui.record_table import ShortTable

FOUND_AT = "41.205000, 74.505000"


def make_case(room: Room) -> None:
    """A case of the one incident, which names the one patrol, with an exhibit."""
    done: list[object] = []

    def work(store: object, _context: JobContext) -> None:
        from db.store import Store

        assert isinstance(store, Store)
        officer = room.desk.officer_id
        record = incident_ids(store.reader)[0]
        EditIncident(store)(record, {"patrol_id": patrol_ids(store.reader)[0]}, officer=officer)
        case = OpenCase(store)("Snares on the left bank", [record], officer=officer)
        told = {"number": "X-1", "description": "Three wire snares", "seal": "A 17", "found_at": FOUND_AT}
        with store.act(officer=officer, audience="case") as change:
            change.create("exhibit", told, parent=("case", case))

    room.desk.do(work, on_done=done.append)
    room.until(lambda: bool(done))
    room.settle()


def details_of(room: Room) -> CaseDetails:
    """What is shown of the first case, its plan read."""
    page = choose_first(room, "cases")
    shown = page.details.currentWidget()
    assert isinstance(shown, CaseDetails)
    room.until(lambda: shown.map.view is not None and any(one.id == "places" for one in shown.map.view.layers))
    return shown


def view_of(shown: CaseDetails | IncidentDetails) -> MapView:
    assert shown.map.view is not None
    return shown.map.view


def table_of(shown: CaseDetails, name: str) -> ShortTable:
    return next(one for one in shown.findChildren(ShortTable) if one.accessibleName() == name)


def test_the_plan_shows_incident_waypoints_exhibit_and_track(full_room: Room) -> None:
    make_case(full_room)

    shown = details_of(full_room)

    layers = {layer.id: layer for layer in view_of(shown).layers}
    assert layers["tracks"].bounds() is not None
    assert len(layers["places"].within((74.0, 41.0, 75.0, 42.0))) == 3
    assert {entry.kind for entry in layers["places"].legend()} == {"waypoint", "incident", "exhibit"}


def press(view: MapView, longitude: float, latitude: float) -> None:
    """Press at a place of the map, looked at from near."""
    view.set_view(longitude, latitude, 17.0)
    at = QPointF(*view.viewport.project(longitude, latitude)).toPoint()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)


def test_a_sign_opens_its_record(full_room: Room) -> None:
    make_case(full_room)
    shown = details_of(full_room)

    press(view_of(shown), 74.501234, 41.201111)

    assert full_room.window.page.name == "incidents"


def test_a_key_in_the_middle_of_the_map_opens_the_patrol_of_a_waypoint(full_room: Room) -> None:
    make_case(full_room)
    view = view_of(details_of(full_room))

    view.set_view(74.5, 41.2, 17.0)
    QTest.keyClick(view, Qt.Key.Key_Return)

    assert full_room.window.page.name == "patrols"


def test_an_exhibit_is_told_because_it_has_no_page(full_room: Room) -> None:
    make_case(full_room)

    press(view_of(details_of(full_room)), 74.505, 41.205)

    assert full_room.told() == f"X-1 · Three wire snares · {FOUND_AT} · A 17"


@pytest.mark.parametrize("name", ["Incidents of the case", "Exhibits of the case"])
def test_a_row_chosen_by_key_is_chosen_on_the_map(full_room: Room, name: str) -> None:
    make_case(full_room)
    shown = details_of(full_room)
    table = table_of(shown, name)
    table.setFocus()
    table.setCurrentIndex(table.model().index(0, 0))

    assert view_of(shown).selected == {("places", table.current_id())}


def test_a_case_without_places_shows_the_base_map(room: Room) -> None:
    done: list[str] = []
    officer = room.desk.officer_id
    room.desk.do(lambda store, _context: OpenCase(store)("Empty", [], officer=officer), on_done=done.append)
    room.until(lambda: bool(done))

    shown = details_of(room)

    assert view_of(shown).viewport.zoom < 6


def test_an_incident_is_shown_with_the_tracks_of_its_patrol(full_room: Room) -> None:
    make_case(full_room)
    page = choose_first(full_room, "incidents")
    shown = page.details.currentWidget()
    assert isinstance(shown, IncidentDetails)
    full_room.settle()

    layers = {layer.id: layer for layer in view_of(shown).layers}
    assert layers["tracks"].bounds() is not None
    assert (view_of(shown).viewport.center_lat, view_of(shown).viewport.center_lon) == pytest.approx(
        (41.201111, 74.501234)
    )


def test_the_plan_is_printed(full_room: Room, tmp_path: Path) -> None:
    make_case(full_room)
    details_of(full_room)

    full_room.window.run("print_map")
    sheet = full_room.window.sheet
    assert isinstance(sheet, PrintMapSheet)
    assert sheet.which.itemText(0) == "The plan of the case"
    out = tmp_path / "plan.pdf"
    sheet.where.set_paths([out])
    sheet.press()
    full_room.settle()

    with pypdfium2.PdfDocument(out) as pdf:
        text = pdf[0].get_textpage().get_text_range()
    number = str(full_room.desk.reader.entry(incident_ids(full_room.desk.reader)[0]).values["number"])
    assert number in text
    assert "Plan of case" in text
    assert "X-1" in text
    assert "Incident" in text


def test_a_lost_track_stops_neither_the_plan_nor_its_print_and_both_say_so(full_room: Room, tmp_path: Path) -> None:
    make_case(full_room)
    done: list[object] = []

    def harm(store: object, _context: JobContext) -> None:
        assert isinstance(store, Store)
        lose(store.blobs, store.reader.entries("track")[0].values["chunks"][0])

    full_room.desk.do(harm, on_done=done.append)
    full_room.until(lambda: bool(done))
    full_room.settle()

    shown = details_of(full_room)
    full_room.settle()
    assert {layer.id for layer in view_of(shown).layers} >= {"places"}
    assert "missing or damaged in this station" in full_room.told()
    full_room.window.banners.clear()
    full_room.window.run("print_map")
    sheet = full_room.window.sheet
    assert isinstance(sheet, PrintMapSheet)
    sheet.where.set_paths([tmp_path / "plan.pdf"])
    sheet.press()
    full_room.settle()

    assert "Written: " in full_room.told()
    (banner,) = full_room.window.banners.banners
    assert any("missing or damaged in this station" in label.text() for label in banner.findChildren(QLabel))
    with pypdfium2.PdfDocument(tmp_path / "plan.pdf") as pdf:
        assert "missing or damaged in the station" in " ".join(pdf[0].get_textpage().get_text_range().split())


def exhibit(found_at: str, *places: str) -> Exhibit:
    custody = tuple(
        CustodyEntry(id=f"{n}", at=MORNING, action="seized", to="", place=place) for n, place in enumerate(places)
    )
    return Exhibit(id="1", number="X-1", description="", found_at=found_at, custody=custody)


@pytest.mark.parametrize(
    ("told", "place"),
    [
        (exhibit(FOUND_AT), (41.205, 74.505)),
        (exhibit("trail above the bridge"), None),
        (exhibit("trail", "41.3, 74.6", "41.4, 74.7"), (41.3, 74.6)),
        (exhibit("5963078 13458235"), None),
        (exhibit(""), None),
    ],
)
def test_an_exhibit_lies_where_it_was_found_or_seized(told: Exhibit, place: tuple[float, float] | None) -> None:
    assert place_of_exhibit(told) == place

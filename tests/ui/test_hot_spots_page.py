"""Reports show where livestock conflicts gather, and count them by place, season, animal and predator."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path

import pypdfium2
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from db.incidents import incident_ids, incident_page
from ranger_app.jobs import JobContext
from ranger_app.services.record_incident import RecordIncident
from tests.service_desk import CONFLICT
from tests.ui.window_room import Room
from ui.map import MapView
from ui.pages.hot_spots import HotSpots
from ui.pages.reports import ReportsPage
from ui.print_map_sheet import PrintMapSheet

TOLD = (
    ("2026-01-10T06:00:00+06:00", (41.18, 74.49), "Winter camp", "wolf", "sheep", 3),
    ("2026-01-20T06:00:00+06:00", (41.19, 74.49), "Winter camp", "snow_leopard", "goat", 2),
    ("2026-02-02T06:00:00+06:00", (41.185, 74.495), "", "wolf", "sheep", 1),
    ("2026-07-02T06:00:00+06:00", (41.60, 75.20), "Summer pasture", "wolf", "horse", 1),
    ("2026-07-03T06:00:00+06:00", (41.601, 75.20), "Summer pasture", "", "horse", 1),
    ("2026-10-03T06:00:00+06:00", (41.90, 74.00), "Alone", "wolf", "yak", 1),
    ("2026-10-04T06:00:00+06:00", None, "Nobody knows", "wolf", "yak", 1),
)


def write_conflicts(room: Room, times: int = 1) -> None:
    """Three at a winter camp, two on a pasture, one alone, one nobody knows where; all of it so many times."""
    officer = room.desk.officer_id
    done: list[bool] = []

    def work(store: object, _context: JobContext) -> None:
        from db.store import Store

        assert isinstance(store, Store)
        for at, where, place, predator, species, count in TOLD * times:
            document = copy.deepcopy(CONFLICT) | {"occurred_at": at, "place": place}
            document.pop("occurred_until")
            document.pop("position")
            if where is not None:
                document["position"] = {"latitude_deg": where[0], "longitude_deg": where[1], "source": "stated"}
            document["fields"] = {"predator": predator} if predator else {}
            document["animals"] = [{"species": species, "count_dead": count}]
            RecordIncident(store)("conflict", document, officer=officer)

    room.desk.do(work, on_done=lambda _: done.append(True))
    room.until(lambda: bool(done))


def spots_of(room: Room) -> HotSpots:
    """The hot spots of the page of reports, counted."""
    room.window.go("reports")
    page = room.window.page
    assert isinstance(page, ReportsPage)
    room.settle()
    return page.spots


def rows_of(spots: HotSpots) -> list[tuple[str, ...]]:
    return [spots.table.texts.row(place).texts for place in range(spots.table.texts.rowCount())]


def view_of(spots: HotSpots) -> MapView:
    assert spots.map.view is not None
    return spots.map.view


def count_by(spots: HotSpots, key: str) -> Sequence[tuple[str, ...]]:
    spots.way.setCurrentIndex(spots.way.findData(key))
    return rows_of(spots)


def test_a_station_without_conflicts_says_so(room: Room) -> None:
    spots = spots_of(room)

    assert spots.currentIndex() == 0
    assert spots.map.view is None


def test_conflicts_are_counted_by_place_season_animal_and_predator(room: Room) -> None:
    write_conflicts(room)

    spots = spots_of(room)

    assert rows_of(spots) == [
        ("Winter camp\nWinter 3 · Sheep 4 · Wolf 2", "3", "6"),
        ("Summer pasture\nSummer 2 · Horse 2 · Wolf 1", "2", "2"),
        ("Elsewhere, alone", "1", ""),
    ]
    assert [(row[0].partition("\n")[0], *row[1:]) for row in count_by(spots, "season")] == [
        ("Summer", "2", "2"), ("Autumn", "2", "2"), ("Winter", "3", "6"),
    ]  # fmt: skip
    assert [(row[0].partition("\n")[0], *row[1:]) for row in count_by(spots, "animal")] == [
        ("Sheep", "2", "4"), ("Horse", "2", "2"), ("Yak", "2", "2"), ("Goat", "1", "2"),
    ]  # fmt: skip
    assert [(row[0].partition("\n")[0], *row[1:]) for row in count_by(spots, "predator")] == [
        ("Wolf", "5", "7"), ("Snow leopard", "1", "2"), ("not said", "1", "1"),
    ]  # fmt: skip
    assert "1 conflict has no position" in spots.told.text()


def test_a_row_chosen_with_the_keys_shows_its_conflicts_on_the_map(room: Room) -> None:
    write_conflicts(room)
    spots = spots_of(room)
    numbers = {row.place: row.id for row in incident_page(room.desk.reader)}
    spots.table.setFocus()

    spots.table.setCurrentIndex(spots.table.texts.index(0, 0))
    QTest.keyClick(spots.table, Qt.Key.Key_Down)

    chosen = view_of(spots).selected
    assert len(chosen) == 2
    assert ("places", numbers["Summer pasture"]) in chosen
    QTest.keyClick(spots.table, Qt.Key.Key_Return)
    seen = view_of(spots).viewport
    assert (round(seen.center_lat, 2), round(seen.center_lon, 2)) == (41.6, 75.2)
    west, south, east, north = seen.bounds
    assert (west < 75.09, east > 75.31, south < 41.52, north > 41.68) == (True,) * 4
    QTest.keyClick(spots.table, Qt.Key.Key_Down)
    assert view_of(spots).selected == frozenset()


def test_a_sign_of_the_map_opens_its_conflict(room: Room) -> None:
    write_conflicts(room)
    view = view_of(spots_of(room))
    view.set_view(74.0, 41.9, 15.0)

    at = QPointF(*view.viewport.project(74.0, 41.9)).toPoint()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)

    assert room.window.page.name == "conflict"


def test_a_press_on_signs_drawn_as_one_brings_them_nearer(room: Room) -> None:
    write_conflicts(room, 6)
    view = view_of(spots_of(room))
    view.set_view(74.49, 41.18, 9.0)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPointF(*view.viewport.project(74.49, 41.18)).toPoint())

    assert room.window.page.name == "reports"
    assert view.viewport.zoom > 10


def test_heat_lies_under_the_signs(room: Room) -> None:
    write_conflicts(room)

    layers = [layer.id for layer in view_of(spots_of(room)).layers]

    assert layers.index("heat") < layers.index("places")


def test_a_conflict_written_later_is_counted(room: Room) -> None:
    spots = spots_of(room)
    write_conflicts(room)
    room.settle()

    assert len(incident_ids(room.desk.reader)) == len(TOLD)
    assert spots.currentIndex() == 1


def test_the_keys_walk_through_counts_table_and_map(room: Room) -> None:
    write_conflicts(room)
    spots = spots_of(room)
    page = room.window.page
    assert isinstance(page, ReportsPage)

    room.window.resize(1366, 768)
    room.until(lambda: page.pair.is_roomy)
    assert page.panes() == (page.text, spots.way, spots.table, spots.map)
    room.window.resize(800, 600)
    room.until(lambda: not page.pair.is_roomy)
    assert page.panes() == (page.text,)
    page.text.setFocus()
    QTest.keyClick(page.text, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)

    assert page.panes() == (spots.way, spots.table, spots.map)


def printed(room: Room, out: Path) -> str:
    """Have the open panel write its map as a page; its words."""
    sheet = room.window.sheet
    assert isinstance(sheet, PrintMapSheet)
    sheet.where.set_paths([out])
    sheet.press()
    room.settle()
    with pypdfium2.PdfDocument(out) as pdf:
        return " ".join(pdf[0].get_textpage().get_text_range().split())


def test_hot_spots_are_printed_with_the_key_of_maps(room: Room, tmp_path: Path) -> None:
    write_conflicts(room)
    spots = spots_of(room)
    spots.table.setFocus()

    QTest.keyClick(spots.table, Qt.Key.Key_P, Qt.KeyboardModifier.AltModifier)
    text = printed(room, tmp_path / "hot.pdf")

    assert "Livestock conflict" in text
    assert "not authoritative" in text


def test_the_button_prints_what_is_seen_too(room: Room) -> None:
    write_conflicts(room)
    spots = spots_of(room)
    spots.print_button.click()

    sheet = room.window.sheet
    assert isinstance(sheet, PrintMapSheet)
    assert [sheet.which.itemText(place) for place in range(sheet.which.count())] == [
        "Hot spots of livestock conflicts, all of them", "Hot spots of livestock conflicts, on this map",
    ]  # fmt: skip


def test_without_conflicts_there_is_nothing_to_print(room: Room) -> None:
    spots_of(room)

    assert not room.window.can("print_map")

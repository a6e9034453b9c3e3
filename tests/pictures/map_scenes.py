"""The map: plain, with what was drawn and chosen, with maps of one's own, with effort and time, and a list from it."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from db.patrol_pages import patrol_ids
from ranger_app.domain.layer_order import own_id
from tests.pictures.waiting import wait
from ui.main_window import MainWindow
from ui.pages.map_page import MapPage

SIDE = 1201
DISTRICTS = {"Ak-Talaa": (74.35, 41.05, 74.52, 41.32), "Naryn": (74.52, 41.05, 74.75, 41.32)}


def _page(window: MainWindow) -> MapPage:
    """The page of the map as it is when nothing was chosen on it."""
    window.go("map")
    page = window.page
    assert isinstance(page, MapPage)
    QTest.qWait(400)
    for name in [entry.name for entry in window.desk.maps.maps.entries]:
        window.desk.maps.remove(name)
    if page.time is not None:
        page.time.effort.measure.setCurrentIndex(0)
    if page.shown.has_time:
        window.run("map_time")
    if page.area.is_roomy and not page.shown.has_panel:
        window.run("map_layers")
    page.panel.grid_chosen.emit("degrees")
    window.run("map_pan")
    while page.go_back():
        pass
    window.run("show_all")
    QTest.qWait(400)
    return page


def plain(window: MainWindow) -> None:
    """All that is recorded."""
    _page(window)


def drawn(window: MainWindow) -> None:
    """Everything in a box was chosen, then an area was drawn."""
    page = _page(window)
    window.run("map_box")
    west, south, east, north = page.view.viewport.bounds
    for lon, lat in ((west, south), (east, north)):
        page.view.set_view(lon, lat, page.view.viewport.zoom)
        QTest.keyClick(page.view, Qt.Key.Key_Return)
    window.run("show_all")
    window.run("map_area")
    width, height = page.view.width(), page.view.height()
    corners = [
        QPoint(2 * width // 3, height // 4),
        QPoint(9 * width // 10, height // 5),
        QPoint(4 * width // 5, height // 2),
    ]
    for corner in corners:
        QTest.mouseClick(page.view, Qt.MouseButton.LeftButton, pos=corner)
    QTest.mouseDClick(page.view, Qt.MouseButton.LeftButton, pos=corners[-1])


def own(window: MainWindow) -> None:
    """Boundaries and heights of one's own under a grid of Pulkovo 1942, the boundaries coloured by a field."""
    page = _page(window)
    with tempfile.TemporaryDirectory(prefix="ranger-maps-") as folder:
        page.own.add([_districts(Path(folder)), _heights(Path(folder))])
        wait(lambda: page.stack.has(own_id("districts")) and page.stack.has(own_id("N41E074")))
    page.panel.grid_chosen.emit("sk42")
    page.panel.choose(own_id("districts"))
    box = page.panel.style_box
    box.by.setCurrentIndex(box.by.findData("district"))
    box.label.setCurrentIndex(box.label.findData("district"))
    box.label.activated.emit(box.label.currentIndex())
    window.banners.begin_act()
    page.view.set_view(74.5, 41.19, 10.0)
    QTest.qWait(600)
    page.view.hovered.emit(74.501234, 41.201111)
    QTest.qWait(400)


def _districts(folder: Path) -> Path:
    features = [
        {
            "type": "Feature", "properties": {"district": name},
            "geometry": {"type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]]},
        }
        for name, (w, s, e, n) in DISTRICTS.items()
    ]  # fmt: skip
    path = folder / "districts.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


def _heights(folder: Path) -> Path:
    """Ridges and valleys that nobody ever walked in."""
    down, across = np.mgrid[0:SIDE, 0:SIDE] / 40.0
    heights = 2400 + 500 * np.sin(across + 0.7 * np.sin(down)) + 350 * np.cos(1.7 * down + 0.4 * across)
    path = folder / "N41E074.hgt"
    heights.astype(">i2").tofile(path)
    return path


def effort(window: MainWindow) -> None:
    """The bar of time, and the kilometres walked in cells; or that a low window has no room for them."""
    page = _page(window)
    window.run("map_time")
    QTest.qWait(300)
    if page.time is None:
        return
    page.time.effort.measure.setCurrentIndex(1)
    QTest.qWait(1000)


def layers(window: MainWindow) -> None:
    """The panel of layers, in the place of the map where the window is narrow."""
    page = _page(window)
    if not page.panel.isVisible():
        window.run("map_layers")
    page.panel.choose("base")


def add(window: MainWindow) -> None:
    """A file is asked for."""
    _page(window)
    window.run("add_map_file")


def listed(window: MainWindow) -> None:
    """The list with what was chosen on the map."""
    _page(window)
    window.desk.chosen.listed = {"patrol": patrol_ids(window.desk.reader)[:1]}
    window.run("go_patrols")
    QTest.qWait(300)


def printing(window: MainWindow) -> None:
    """A sheet of what the map shows is asked for."""
    _page(window)
    window.run("print_map")

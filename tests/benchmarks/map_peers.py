"""A map of QtLocation, and lines of pyqtgraph, each measured by itself in the environment of the peers.

Nothing of ours is imported here but how memory is asked for.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from string import Template
from typing import Any

from tests.benchmarks.light import held_mb, median
from tests.benchmarks.map_scene import (
    BACKGROUND,
    FRAMES,
    HEIGHT_PX,
    LINE,
    MARKERS,
    MIDDLE,
    OPEN,
    STEP_DEG,
    TILES,
    WIDTH_PX,
    ZOOM,
)  # fmt: skip

LONGEST_FRAME_S = 60.0
REST_S = 0.6
SEVERAL_S = 8.0
"""After so long enough frames were seen."""

_application: list[Any] = []
"""Qt's application of this process; it lasts as long."""

MAP = Template("""
import QtQuick
import QtLocation
import QtPositioning
Item {
    Map {
        id: map
        anchors.fill: parent
        plugin: Plugin { $plugin }
        center: QtPositioning.coordinate($latitude, $longitude)
        zoomLevel: $zoom
        color: "$background"
        copyrightsVisible: false
    }
    Component {
        id: marker
        MapQuickItem {
            anchorPoint.x: 6; anchorPoint.y: 6
            sourceItem: Image { source: "$marker" }
        }
    }
    Component {
        id: line
        MapPolyline { line.width: 2.4; line.color: "$line" }
    }
    function addLine(path) { var item = line.createObject(map); item.setPath(path); map.addMapItem(item) }
    function addMarker(latitude, longitude) {
        map.addMapItem(marker.createObject(map, {coordinate: QtPositioning.coordinate(latitude, longitude)}))
    }
    function move(latitude, longitude) { map.center = QtPositioning.coordinate(latitude, longitude) }
    function zoomTo(zoom) { map.zoomLevel = zoom }
}
""")


def qtlocation(what: str, folder: Path, started: float) -> dict[str, Any]:
    """A map in software mode: what a machine without a GPU has."""
    view = _quick_view()
    seen = _Seen(view)
    root = _show_map(view, _scene(what, folder), what, folder)
    first = seen.first(what) - started
    told = {"first_ms": first * 1000, "first_mb": held_mb()}
    latitude, longitude = MIDDLE[1], MIDDLE[0]
    pans = _several(lambda n: seen.frame(lambda: root.move(latitude, longitude + STEP_DEG * (n + 1))))
    zooms = _several(lambda n: seen.frame(lambda: root.zoomTo(ZOOM + (0.5, 1.0)[n % 2])))
    return {**told, "pan_ms": pans, "zoom_ms": zooms, "mb": held_mb()}


def in_open_program(what: str, folder: Path) -> dict[str, Any]:
    """From the wish for a map until it is seen, in a window that stands open and whose engine runs."""
    from PySide6.QtCore import QUrl

    map_scene = _scene(what, folder)  # the engine reads a folder once
    empty_scene = folder / f"empty-{os.getpid()}.qml"
    empty_scene.write_text("import QtQuick\nText { text: 'Patrols' }\n", encoding="utf-8")
    view = _quick_view()
    view.setSource(QUrl.fromLocalFile(str(empty_scene)))
    seen = _Seen(view)
    view.show()
    seen.frame(view.update)
    for needed in ("numpy", "PySide6.QtPositioning"):
        import_module(needed)
    until = time.monotonic() + REST_S
    while time.monotonic() < until:
        seen.application.processEvents()
    began = time.monotonic()
    _show_map(view, map_scene, what, folder)
    return {"open_ms": (seen.first(what) - began) * 1000}


class _Seen:
    """When a view has painted, and what.

    Attributes:
        application: Whose events are looked after meanwhile.
    """

    def __init__(self, view: Any) -> None:
        from PySide6.QtCore import QCoreApplication, Qt

        application = QCoreApplication.instance()
        assert application is not None
        self.application = application
        self._view = view
        self._swapped = 0.0
        view.frameSwapped.connect(self._note, Qt.ConnectionType.DirectConnection)

    def _note(self) -> None:
        self._swapped = time.monotonic()

    def frame(self, act: Callable[[], None]) -> float:
        """Seconds from an act until its frame is seen."""
        begun = time.monotonic()
        act()
        while self._swapped < begun and time.monotonic() < begun + LONGEST_FRAME_S:
            self.application.processEvents()
        return self._swapped - begun

    def first(self, what: str) -> float:
        """The moment at which the whole map was seen."""
        self.frame(lambda: None)
        while what == TILES and _is_bare(self._view.grabWindow()):
            self.frame(self._view.update)
        return self._swapped


def _quick_view() -> Any:
    os.environ["QT_QUICK_BACKEND"] = "software"
    from PySide6.QtGui import QGuiApplication
    from PySide6.QtQuick import QQuickView

    _application.append(QGuiApplication([]))
    view = QQuickView()
    view.setResizeMode(QQuickView.ResizeMode.SizeRootObjectToView)
    view.resize(WIDTH_PX, HEIGHT_PX)
    return view


def _scene(what: str, folder: Path) -> Path:
    scene = folder / f"map-{os.getpid()}.qml"
    scene.write_text(_filled(what, folder), encoding="utf-8")
    return scene


def _show_map(view: Any, scene: Path, what: str, folder: Path) -> Any:
    from PySide6.QtCore import QUrl

    view.setSource(QUrl.fromLocalFile(str(scene)))
    root: Any = view.rootObject()
    assert root is not None, [error.toString() for error in view.errors()]
    _fill(what, folder, root)
    view.show()
    return root


def _filled(what: str, folder: Path) -> str:
    from PySide6.QtCore import QUrl

    plugin = 'name: "itemsoverlay"'
    if what == TILES:
        values = {
            "osm.mapping.offline.directory": folder / "tiles",
            "osm.mapping.cache.directory": folder / "cache",
            "osm.mapping.providersrepository.disabled": "true",
        }
        plugin = 'name: "osm"\n' + "\n".join(
            f'PluginParameter {{ name: "{name}"; value: "{value}" }}' for name, value in values.items()
        )
    return MAP.substitute(
        plugin=plugin,
        latitude=MIDDLE[1],
        longitude=MIDDLE[0],
        background=BACKGROUND,
        line=LINE,
        zoom=ZOOM,
        marker=QUrl.fromLocalFile(str(folder / "marker.png")).toString(),
    )


def _fill(what: str, folder: Path, root: Any) -> None:
    import numpy as np

    positioning = import_module("PySide6.QtPositioning")
    if what == MARKERS:
        for longitude, latitude in np.load(folder / "markers.npy").tolist():
            root.addMarker(latitude, longitude)
    elif what != TILES:
        for longitudes, latitudes in np.load(folder / what / "walks.npy", mmap_mode="r"):
            places = zip(latitudes.tolist(), longitudes.tolist(), strict=True)
            root.addLine(positioning.QGeoPath([positioning.QGeoCoordinate(*place) for place in places]))


def _is_bare(image: Any) -> bool:
    """Whether something of the ground is still seen."""
    spots = [(x, y) for x in (20, image.width() // 2, image.width() - 20) for y in (20, image.height() - 20)]
    return any(image.pixelColor(*spot).name().upper() == BACKGROUND for spot in spots)


def pyqtgraph(what: str, folder: Path, started: float) -> dict[str, Any]:
    """A plot that can be moved, of the same lines in Mercator's units; it knows no tiles."""
    import numpy as np
    from PySide6.QtWidgets import QApplication

    application = QApplication([])
    graph = import_module("pyqtgraph")
    graph.setConfigOption("background", BACKGROUND)
    plot = graph.PlotWidget()
    plot.resize(WIDTH_PX, HEIGHT_PX)
    plot.setAspectLocked(True)
    across = WIDTH_PX / (256 * 2.0**ZOOM)

    def world(longitude: Any, latitude: Any) -> tuple[Any, Any]:
        return longitude / 360 + 0.5, np.arcsinh(np.tan(np.radians(latitude))) / (2 * np.pi)

    if what == MARKERS:
        x, y = world(*np.load(folder / "markers.npy").T)
        plot.addItem(graph.ScatterPlotItem(x=x, y=y, size=12, brush=LINE, pen="w"))
    else:
        walks = np.load(folder / what / "walks.npy")
        x, y = world(walks[:, 0], walks[:, 1])
        connect = np.ones(x.shape, np.ubyte)
        connect[:, -1] = 0
        plot.addItem(graph.PlotCurveItem(x=x.ravel(), y=y.ravel(), connect=connect.ravel(), pen=LINE))
    middle = world(*np.array(MIDDLE))

    def look(moved: float, zoom: float) -> None:
        half_x, half_y = across / 2 / 2**zoom, across / 2 / 2**zoom * HEIGHT_PX / WIDTH_PX
        box = plot.getPlotItem().getViewBox()
        x0 = middle[0] + moved / 360
        box.setRange(xRange=(x0 - half_x, x0 + half_x), yRange=(middle[1] - half_y, middle[1] + half_y), padding=0)

    def frame(moved: float, zoom: float) -> float:
        begun = time.monotonic()
        look(moved, zoom)
        plot.viewport().repaint()
        return time.monotonic() - begun

    look(0.0, 0.0)
    plot.show()
    while not plot.windowHandle() or not plot.windowHandle().isExposed():
        application.processEvents()
    plot.viewport().repaint()
    told = {"first_ms": (time.monotonic() - started) * 1000, "first_mb": held_mb()}
    pans = _several(lambda n: frame(STEP_DEG * (n + 1), 0.0))
    zooms = _several(lambda n: frame(0.0, (0.5, 1.0)[n % 2]))
    return {**told, "pan_ms": pans, "zoom_ms": zooms, "mb": held_mb()}


def _several(act: Callable[[int], float]) -> float:
    """The median of frames, in milliseconds."""
    taken: list[float] = []
    until = time.monotonic() + SEVERAL_S
    while len(taken) < FRAMES and (time.monotonic() < until or not taken):
        taken.append(act(len(taken)))
    return median(taken) * 1000


if __name__ == "__main__":
    who, what, folder, started = sys.argv[1:]
    if who == OPEN:
        answer = in_open_program(what, Path(folder))
    elif who == "qtlocation":
        answer = qtlocation(what, Path(folder), float(started))
    else:
        answer = pyqtgraph(what, Path(folder), float(started))
    print(json.dumps(answer))

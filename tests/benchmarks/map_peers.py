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
    STEP_DEG,
    TILES,
    WIDTH_PX,
    ZOOM,
)  # fmt: skip

LONGEST_FRAME_S = 60.0
SEVERAL_S = 8.0
"""After so long enough frames were seen."""

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
    os.environ["QT_QUICK_BACKEND"] = "software"
    from PySide6.QtCore import Qt, QUrl
    from PySide6.QtGui import QGuiApplication
    from PySide6.QtQuick import QQuickView

    application = QGuiApplication([])
    scene = folder / f"map-{os.getpid()}.qml"
    scene.write_text(_filled(what, folder), encoding="utf-8")
    view = QQuickView()
    view.setResizeMode(QQuickView.ResizeMode.SizeRootObjectToView)
    view.resize(WIDTH_PX, HEIGHT_PX)
    view.setSource(QUrl.fromLocalFile(str(scene)))
    root: Any = view.rootObject()
    assert root is not None, [error.toString() for error in view.errors()]
    swapped = [0.0]
    view.frameSwapped.connect(lambda: swapped.__setitem__(0, time.monotonic()), Qt.ConnectionType.DirectConnection)
    _fill(what, folder, root)
    view.show()

    def frame(act: Callable[[], None]) -> float:
        begun = time.monotonic()
        act()
        while swapped[0] < begun and time.monotonic() < begun + LONGEST_FRAME_S:
            application.processEvents()
        return swapped[0] - begun

    frame(lambda: None)
    while what == TILES and _is_bare(view.grabWindow()):
        frame(view.update)
    first = swapped[0] - started
    told = {"first_ms": first * 1000, "first_mb": held_mb()}
    latitude, longitude = MIDDLE[1], MIDDLE[0]
    pans = _several(lambda n: frame(lambda: root.move(latitude, longitude + STEP_DEG * (n + 1))))
    zooms = _several(lambda n: frame(lambda: root.zoomTo(ZOOM + (0.5, 1.0)[n % 2])))
    return {**told, "pan_ms": pans, "zoom_ms": zooms, "mb": held_mb()}


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
    measured = qtlocation if who == "qtlocation" else pyqtgraph
    print(json.dumps(measured(what, Path(folder), float(started))))

"""Own map files on the map page: adding, removing, how they are shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from ranger_app.domain.layer_order import own_id, own_name
from ranger_app.errors import RangerAppError
from ranger_app.messages import say_error
from ranger_app.services.shown_layers import ShownLayers
from ui.choice_box import ChoiceBox
from ui.desk import Desk, is_stop
from ui.messages import is_low
from ui.pages.map_added import AddedMaps
from ui.pages.map_layers import LayerPanel
from ui.path_line import PathLine
from ui.sheet import Sheet
from ui.shell import Shell

if TYPE_CHECKING:
    from ranger_app.services.maps import MapEntry
    from ui.map import Bounds, VectorStyle

MAP_ENDINGS = (
    "mbtiles", "sqlitedb", "geojson", "json", "shp", "gpkg", "kml", "kmz", "gpx", "tif", "tiff", "map", "rmf",
    "jp2", "hgt", "gz", "zip",
)  # fmt: skip
"""Endings that Browse offers first; what a file is, its content says."""

ENDINGS_OF: dict[str, tuple[str, ...]] = {"file": MAP_ENDINGS, "folder": ()}

DATUM_UNKNOWN = "map-datum-unknown"

DROPPED_ENDINGS = (
    ".mbtiles", ".sqlitedb", ".geojson", ".shp", ".gpkg", ".tif", ".tiff", ".map", ".rmf", ".jp2", ".hgt", ".hgt.gz",
    ".hgt.zip", ".vectors.npz",
)  # fmt: skip
"""What is dropped on the map and ends so is a map; tracks and SMART files are imported there as anywhere else."""


def is_map_file(path: Path) -> bool:
    """Whether a file that was dropped is to be a layer: by its name, and a folder by the tiles in it."""
    if path.is_dir():
        return any(one.is_dir() and one.name.isdigit() for one in path.iterdir())
    return path.name.lower().endswith(DROPPED_ENDINGS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody typed into the panel.

    Attributes:
        what: ``file`` or ``folder``.
    """

    path: Path
    what: str = "file"
    name: str = ""
    is_kept: bool = True


class OwnMapActs:
    """What can be done with map files.

    Args:
        shown: What was chosen for each layer.
        current: Name of the map that is meant now; empty for none.
        look_at: Shows a place on the map.
        owner: Lives as long as somebody hears what became of a file.
    """

    def __init__(
        self, desk: Desk, shell: Shell, shown: ShownLayers, current: Callable[[], str],
        look_at: Callable[[Bounds], None], owner: QWidget,
    ) -> None:  # fmt: skip
        self._shown = shown
        self._desk, self._shell, self._current, self._look_at = desk, shell, current, look_at
        self._owner = owner
        self.words = desk.words

    def ask(self, before: Asked | None = None, problem: str = "") -> None:
        """Ask which file or folder.

        Args:
            before: What was typed, and refused.
            problem: Why.
        """
        words = self.words
        line = PathLine(words, "file", name=words.say("File or folder"), filters=MAP_ENDINGS)
        what = ChoiceBox()
        what.addItem(words.say("A file"), "file")
        what.addItem(words.say("A folder of tiles"), "folder")
        what.currentIndexChanged.connect(
            lambda _place: line.ask_for(str(what.currentData()), ENDINGS_OF[str(what.currentData())])
        )
        name = QLineEdit()
        name.setPlaceholderText(words.say("as the map calls itself"))
        keep = QCheckBox(words.say("Keep a copy in the station"))
        keep.setChecked(True)
        keep.setToolTip(words.say("Without a copy the file is read where it lies, and is missing without its stick."))

        def add() -> bool | None:
            path = line.path()
            if path is None:
                return False
            self._add(
                Asked(
                    path=path, what=str(what.currentData()), name=name.text().strip(), is_kept=keep.isChecked()
                ),
                is_typed=True,
            )  # fmt: skip
            return None

        sheet = Sheet(
            words, words.say("Add a map file"), act=words.say("Add the map"), on_act=add,
            note=words.say(
                "MBTiles, RMaps (.sqlitedb) or a folder of tiles; boundaries as GeoJSON, GPX, SHP, GPKG or KML; scanned"
                " sheets as GeoTIFF, OziExplorer, RMF or JP2; heights as HGT. Maps are never sent or backed up."
            ),
        )  # fmt: skip
        sheet.is_large = True  # beside the map a small window has room for one of its fields
        sheet.add(words.say("File or folder"), line)
        sheet.add(words.say("What it is"), what)
        sheet.add(words.say("Name"), name)
        sheet.add_whole(keep)
        sheet.ready_when(lambda: line.path() is not None)
        if before is not None:
            what.setCurrentIndex(what.findData(before.what))
            line.set_paths([before.path])
            name.setText(before.name)
            keep.setChecked(before.is_kept)
            sheet.complain(problem)
        self._shell.ask(sheet)

    def together(self, count: int) -> AddedMaps:
        """Tells in one message what became of so many files."""
        return AddedMaps(
            self.words, self._shell, count, look_at=self._look_at, tell=self._desk.tell,
            is_low=is_low(self._owner.window()),
        )  # fmt: skip

    def add(self, paths: Sequence[Path], *, is_kept: bool = True, together: AddedMaps | None = None) -> None:
        """Put map files on the shelf, one after the other, beside the window.

        Args:
            together: Tells what became of them, and of others; left out, they are told by themselves.
        """
        together = together or self.together(len(paths))
        for path in paths:
            self._add(Asked(path=path, is_kept=is_kept), together=together)

    def _add(self, asked: Asked, *, datum: str = "", is_typed: bool = False, together: AddedMaps | None = None) -> None:
        together = together or self.together(1)
        self._desk.maps.add(
            asked.path, title=self.words.say("Adding the map {name}", name=asked.path.name), name=asked.name,
            is_kept=asked.is_kept, datum=datum, owner=self._owner, on_done=partial(self._take_added, together),
            on_error=partial(self._refused, asked, is_typed, together),
        )  # fmt: skip

    def _take_added(self, together: AddedMaps, entry: MapEntry) -> None:
        self._shown.forget(own_id(entry.name))
        together.add(entry)

    def _refused(self, asked: Asked, is_typed: bool, together: AddedMaps, error: RangerAppError) -> None:
        """Say why, in the panel where it was typed; where only the datum is not known, ask for it."""
        path, again = asked.path, partial(self._add, asked)
        if error.facts.get("file") == path.name:
            error.facts["file"] = str(path)
        choices = error.facts.get("choices")
        if error.code != DATUM_UNKNOWN or not choices:
            if is_typed and self._owner.isVisible() and not is_stop(error):
                self.ask(asked, say_error(self.words, error))
            else:
                together.refuse(path, error)
            return
        together.leave_out()
        acts = [(datum.strip(), partial(again, datum=datum.strip())) for datum in str(choices).split(",")]
        self._shell.say(
            "warning",
            self.words.say(
                "{name} does not say on which datum it was drawn. Choose what its sheet says.", name=path.name
            ),
            code=error.code, acts=acts, is_question=True,
        )  # fmt: skip

    def remove(self) -> None:
        """Take the map under the cursor off the shelf; asked for once more where the only copy may be lost."""
        name = self._current()
        entry = next((one for one in self._desk.maps.maps.entries if one.name == name), None)
        if entry is None:
            return
        if not entry.is_kept:
            self._desk.maps.remove(name)
            return
        self._shell.say(
            "warning",
            self.words.say("The map {name} goes with its copy in the station, and cannot be brought back.", name=name),
            acts=[(self.words.say("Remove"), partial(self._desk.maps.remove, name))], is_question=True,
        )  # fmt: skip

    def keep_shown(self, layer: str) -> None:
        """Write down with the file how it is shown, for paper and the command line."""
        if name := own_name(layer):
            self._desk.maps.change(name, visible=self._shown.is_visible(layer), opacity=self._shown.opacity(layer))

    def keep_order(self, names: Sequence[str]) -> None:
        """Write down the order of the maps, the lowest first, where it is another one."""
        if list(names) != [entry.name for entry in self._desk.maps.maps.entries]:
            for place, name in enumerate(names):
                self._desk.maps.change(name, order=place)

    def show_style(self, panel: LayerPanel) -> None:
        """Show the style of the layer under the cursor, where it has one."""
        from ui.map import VectorLayer

        layer = self._desk.maps.maps.layers.get(own_id(self._current())) if self._current() else None
        if isinstance(layer, VectorLayer):
            panel.style_box.show_style(layer.style, layer.attributes, has_others=layer.has_others)
        else:
            panel.style_box.hide()

    def attribute(self, layer: str, words: str) -> None:
        """Say whose map it is."""
        if name := own_name(layer):
            self._desk.maps.change(name, attribution=words)
            self._desk.maps.look()

    def restyle(self, layer: str, style: VectorStyle) -> None:
        """Draw a layer otherwise from now on."""
        if name := own_name(layer):
            self._desk.maps.restyle(name, style)

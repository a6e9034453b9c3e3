"""The map of everything: layers, tools, and what is chosen on it, the same as in the lists."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ranger_app.services.shown_layers import ShownLayers
from ui import theme
from ui.desk import Desk
from ui.effort_table_sheet import ask_table
from ui.go_to_sheet import GoToSheet
from ui.map import Drawing, Tool
from ui.map_pane import MapPane, mark_layer
from ui.pages.map_area import MapArea
from ui.pages.map_choice import LIST_COMMANDS, MapChoice
from ui.pages.map_data import Seen, everything, made_ready, whereabouts
from ui.pages.map_drops import MapDrops
from ui.pages.map_feet import MapFeet
from ui.pages.map_fit import FitAll
from ui.pages.map_layer_acts import LayerActs
from ui.pages.map_layers import LayerPanel
from ui.pages.map_own import OwnMapActs
from ui.pages.map_records import RecordsInTime
from ui.pages.map_stack import LayerStack
from ui.pages.map_tools import LOW_PX as TOOLS_LOW_PX
from ui.pages.map_tools import TOOLS, KeptDrawing, ToolBar, corners_told, drawing_told
from ui.pages.page import Page
from ui.shell import Shell
from ui.tracks_in_view import Span, TracksInView

if TYPE_CHECKING:
    from ui.map import Bounds, Layer, PointsLayer, TracksLayer
    from ui.pages.map_replay import MapTime

NEAR_ZOOM = 12.0
"""A place that was asked for is looked at from here or nearer."""

LEAST_PX = (320, 80)
"""The page can be made that small: what has no room then gives way to the map."""

LOW_PX = 170
"""Height of the page, in ordinary type, below which the map alone is shown: a panel above it needs the room."""

TIMELESS_PX = 250
"""Height of the page, in ordinary type, below which there is no room for time and effort."""

ACTS = ("go_to_place", "show_all", "map_layers", "map_time", "print_map")
TOGGLES = ("map_layers", "map_time")


class MapPage(Page):
    """The map with its tools above, its layers beside, and a line below that says where the pointer is."""

    name = "map"
    kinds = frozenset({"patrol", "track", "waypoint", "incident", "conflict"})

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell)
        words = self.words
        self.setAcceptDrops(True)
        self.shown = ShownLayers(desk.settings, desk.station_id)
        self.map = MapPane(words)
        self.map.show_base()
        assert self.map.view is not None
        self.view = self.map.view
        self.stack = LayerStack(self.view, self.shown, desk.maps)
        self.own = OwnMapActs(desk, shell, self.shown, lambda: self.layers.current_own, self.view.fit_bounds, self)
        self.drops = MapDrops(desk, shell, self.own, self)
        self._tracks = TracksInView(desk, self.view, self._wants_tracks, self, self._put_tracks)
        self.choice = MapChoice(self.view, desk.chosen, lambda: self._tracks.ids, self._tell_choice)
        self.drawing = KeptDrawing()
        self._is_first = True
        self._has_goal = False
        self._seen: Seen | None = None
        self._records = RecordsInTime(desk, self._show_places, self)
        self.time: MapTime | None = None
        self._make_acts()
        self.tools = ToolBar(words, shell.run, acts=ACTS, toggles=TOGGLES)
        self.panel = LayerPanel(words, shell.run)
        self.layers = LayerActs(desk, shell, self.panel, self.stack, self.own)
        self.layers.changed.connect(self._hear_layers)
        self.feet = MapFeet(desk, shell.run)
        self._fit_all = FitAll(desk, self.view, self.feet.say)
        self._lay()
        self._listen()
        self.take_tool(Tool.PAN)
        self.stack.put(*(layer for layer in self.view.layers if layer.is_base))
        self.layers.show_grid()
        self._place_time()

    def _make_acts(self) -> None:
        self.acts |= {name: lambda tool=tool: self.take_tool(tool) for name, tool in TOOLS.items()}  # type: ignore[misc]
        self.acts |= {
            "go_to_place": self._ask_place,
            "show_all": self._fit,
            "map_layers": self._toggle_panel,
            "map_time": self._toggle_time,
            "copy_drawn": self._copy_drawn,
            "list_chosen": self._list_chosen,
            "add_map_file": lambda: self.own.ask(),
            "remove_map_file": self.own.remove,
            "print_map": self._print,
        }

    def _lay(self) -> None:
        self.area = MapArea(self.map, self.panel, self.shown)
        self.area.arranged.connect(self._show_panel)
        self._show_panel(self.area.is_open)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tools)
        column.addWidget(self.area, 1)
        self._time_area = QWidget()
        self._time_place = QVBoxLayout(self._time_area)
        self._time_place.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._time_area)
        column.addWidget(self.feet)
        self.setMinimumSize(*LEAST_PX)

    def _listen(self) -> None:
        view = self.view
        view.featuresPicked.connect(self._pick)
        view.hovered.connect(self.feet.point_at)
        view.viewChanged.connect(lambda _: self.feet.point_at(*view.aimed))
        view.drawn.connect(self._take_drawing)
        view.sourceError.connect(self.layers.tell_source)
        view.tilesMissing.connect(self.feet.tell_missing)
        view.renderStarted.connect(self.feet.begin_picture)
        view.renderFinished.connect(self.feet.end_picture)
        view.set_overlay(self.drawing)
        self.feet.cleared.connect(self.go_back)
        self.feet.listed.connect(self._list)

    @property
    def title(self) -> str:
        return self.words.say("Map")

    def panes(self) -> Sequence[QWidget]:
        first = self.area.panel if self.area.is_over else self.map
        rest = (self.tools, *((self.area.panel,) if self.area.is_open else ()))
        time = () if self.time is None or not self.shown.has_time else (self.time,)
        return tuple(dict.fromkeys((first, *rest, *time, self.feet)))

    # Records

    def appear(self) -> None:
        is_first = self._is_first
        super().appear()
        self.desk.maps.look()
        if is_first:
            notation = self.desk.notation
            self.desk.ask(lambda _sight, _context: made_ready(notation), self.feet.take_notation, owner=self)
        wanted = self.desk.chosen.take_wanted()
        if wanted:
            self._look_at_records(wanted)
        self.choice.show()

    def refresh(self) -> None:
        view, window = None if self._is_first else self.view.viewport, self._records.window
        self.desk.ask(
            lambda sight, context: everything(sight, context, view, window), lambda seen: self._show(seen, window)
        )

    def _show(self, seen: Seen, window: Span | None) -> None:
        self._seen = seen
        self.choice.know(seen.patrol_of)
        self._tracks.show(seen.tracks)
        self._records.know(seen.places, seen.layers, window)
        if self.time is not None:
            self.time.know(seen.places, seen.span)
        if self._is_first and not self._has_goal:
            self.map.look_at_all(
                [*seen.tracks.bounds, *(box for one in seen.layers if (box := one.bounds()) is not None)], []
            )
        self._is_first = False
        if not seen.places and not seen.tracks.bounds:
            self.feet.say(
                self.words.say("Nothing has a place yet: import tracks, or write an incident with its place.")
            )
        self.choice.show()
        self.layers.show_rows()

    def _put_tracks(self, layer: TracksLayer) -> None:
        self.stack.put(layer)
        self.choice.show_lines()

    def _wants_tracks(self) -> bool:
        return self.isVisible() and self.shown.is_visible("tracks")

    # Choosing

    def _pick(self, picked: list[tuple[str, str]]) -> None:
        """A press with the hand opens what lies under it; of own boundaries it tells what their file says."""
        record = next((found for one in picked if (found := self.choice.record_of(one)) is not None), None)
        if record is None:
            self.feet.say_facts(self.stack.facts(picked))
        elif self.view.tool is Tool.PAN:
            self.shell.open_record(*record)

    def _tell_choice(self) -> None:
        self.feet.tell_choice(self.choice.records)
        self.changed.emit()

    def _list_chosen(self) -> None:
        """Open the one record that is chosen, or the list with those that are, of the kind of which most are."""
        records = self.choice.records
        if records:
            self._list(max(records, key=lambda one: len(records[one])))

    def _list(self, kind: str) -> None:
        """Open the chosen record of a kind, or its list with those that are chosen."""
        records = self.choice.records.get(kind, ())
        if len(records) == 1:
            self.shell.open_record(kind, records[0])
        elif records:
            self.desk.chosen.listed = {kind: records}
            self.shell.run(LIST_COMMANDS[kind])

    def _look_at_records(self, records: dict[str, tuple[str, ...]]) -> None:
        """Choose records that somebody asked for, and look at them."""
        self._has_goal = True
        self.desk.chosen.choose_all(records)
        for kind in records:
            layer = "tracks" if kind == "patrol" else kind
            self.layers.show(layer)
        self.desk.ask(lambda sight, context: whereabouts(sight, context, records), self._go_to_records)

    def _go_to_records(self, box: Bounds | None) -> None:
        if box is None:
            self.shell.say("warning", self.words.say("What is chosen has no place yet."))
            return
        self.view.fit_bounds(box)
        self.choice.show()
        self.view.flash(sorted(self.view.selected))

    # Places

    def _fit(self) -> None:
        self._fit_all.fit(self._seen, self._records.window)

    def _ask_place(self) -> None:
        self.shell.ask(GoToSheet(self.words, self.desk.notation, on_place=self.look_at))

    def look_at(self, latitude: float, longitude: float) -> None:
        """Show a place with a mark on it, as near as the map was or nearer."""
        self.stack.put(mark_layer(latitude, longitude))
        self.view.set_view(longitude, latitude, max(self.view.viewport.zoom, NEAR_ZOOM))
        self.feet.point_at(longitude, latitude)
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    # Tools

    def take_tool(self, tool: Tool) -> None:
        """Take a tool in hand; what was drawn stays until the next drawing."""
        self.view.set_tool(tool)
        self.tools.show_tool(tool)
        self.feet.tell_tool(tool)
        if self.isVisible():
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_drawing(self, drawing: Drawing) -> None:
        if drawing.tool is Tool.BOX:
            return
        self.drawing.keep(drawing)
        self.feet.tell_drawing(drawing_told(self.words, drawing, self.desk.notation))
        self.changed.emit()

    def _copy_drawn(self) -> None:
        drawing = self.drawing.drawing
        if drawing is None:
            return
        QGuiApplication.clipboard().setText(corners_told(drawing, self.desk.notation))
        count = len(drawing.places)
        self.feet.say(self.words.say_count("{count} corner is copied.", "{count} corners are copied.", count))

    def can(self, command: str) -> bool:
        match command:
            case "copy_drawn":
                return self.drawing.drawing is not None
            case "list_chosen":
                return bool(self.choice.records)
            case "remove_map_file":
                return bool(self.layers.current_own)
        return command in self.acts

    def go_back(self) -> bool:
        """End what was begun last: a drawing, what was drawn, the choice, the mark, the panel over the map."""
        if self.area.is_over:
            self._toggle_panel()
            return True
        if self.view.give_up():
            self._tell_choice()
            return True
        if self.drawing.drawing is not None:
            self.drawing.keep(None)
            self.view.update()
            self.feet.tell_drawing("")
            self.changed.emit()
            return True
        return self.stack.take("mark")

    # The panel and the time bar

    def _hear_layers(self, layer: str) -> None:
        """A layer is shown otherwise now, or the cursor stands on another one."""
        if layer == "tracks":
            self._tracks.catch_up()
        self.changed.emit()

    def _toggle_panel(self) -> None:
        self.area.toggle()
        (self.panel.list if self.area.is_open else self.view).setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_panel(self, is_open: bool) -> None:
        self.tools.show_open("map_layers", is_open=is_open)

    def _toggle_time(self) -> None:
        if self._time_area.isHidden():
            # words below the map would be cut where type is large
            self.shell.say("warning", self.words.say("The window is too low for the bar of time: make it higher."))
            self._show_time()
            return
        self.shown.has_time = not self.shown.has_time
        self.shown.remember()
        self._place_time()
        (self.time.bar.scale if self.time is not None and self.time.isVisible() else self.view).setFocus()

    def _show_time(self) -> None:
        self.tools.show_open("map_time", is_open=self.shown.has_time and not self._time_area.isHidden())

    def _place_time(self) -> None:
        """Show the time bar where it is wanted; made when it first is."""
        if self.time is None and self.shown.has_time:
            from ui.pages.map_replay import MapTime

            self.time = MapTime(self.desk, self.view, self._put_extra, self._take_extra, self._tracks)
            self.time.windowChanged.connect(self._take_window)
            self.time.momentChanged.connect(self._records.set_moment)
            self.time.effort.tableWanted.connect(lambda wanted: ask_table(self.desk, self.shell, wanted))
            self._time_place.addWidget(self.time)
            if self._seen is not None:
                self.time.know(self._seen.places, self._seen.span)
        if self.time is not None:
            self.time.setVisible(self.shown.has_time)
        self._show_time()

    def _put_extra(self, layer: Layer) -> None:
        is_new = not self.stack.has(layer.id)
        self.stack.put(layer)
        if is_new:
            self.layers.show_rows()

    def _take_extra(self, layer: str) -> None:
        if self.stack.take(layer):
            self.layers.show_rows()

    def _take_window(self, first_us: int | None, last_us: int | None) -> None:
        """Show only the records of some days."""
        self._records.set_window(None if first_us is None or last_us is None else (first_us, last_us))

    def _show_places(self, layers: Sequence[PointsLayer]) -> None:
        self.stack.put(*layers)

    def _print(self) -> None:
        from ui.pages.map_print import ask_map_print

        bounds, has_drawing = self.view.viewport.bounds, self.drawing.drawing is not None
        ask_map_print(self.desk, self.shell, bounds, self.stack, self.time, has_drawing=has_drawing)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        height = event.size().height()
        for part in (self.tools, self.feet):
            part.setVisible(height >= theme.beside_type(LOW_PX))
        self._time_area.setVisible(height >= theme.beside_type(TIMELESS_PX))
        self._show_time()
        self.tools.set_low(height < theme.beside_type(TOOLS_LOW_PX))

    # Files

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Maps that are dropped become layers; what is none is imported, as anywhere in the window."""
        event.acceptProposedAction()
        self.drops.take([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

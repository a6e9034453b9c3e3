"""Where livestock conflicts gather: heat and signs on a map, and a table by place, season, animal or predator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from ranger_app.domain.hot_spots import (
    HEAT_M,
    RADIUS_M,
    ConflictPlace,
    Group,
    by_animal,
    by_predator,
    by_season,
    hot_spots,
    with_heat,
)
from ranger_app.domain.lists import option_list
from ranger_app.i18n import Words, marked
from ranger_app.jobs import JobContext
from ui import telling, theme
from ui.button import Button
from ui.choice_box import ChoiceBox
from ui.desk import Desk
from ui.empty_place import EmptyPlace
from ui.icons import icon
from ui.map_pane import MapPane, Spot, spots_layer
from ui.record_table import ShortTable, TableRow
from ui.shell import Shell

if TYPE_CHECKING:
    from ui.map import Bounds, HeatLayer, PointsLayer
    from ui.store_thread import Sight

SEASON_WORDS = {
    "spring": marked("Spring"),
    "summer": marked("Summer"),
    "autumn": marked("Autumn"),
    "winter": marked("Winter"),
}
WAYS = (
    ("place", marked("By place")),
    ("season", marked("By season")),
    ("animal", marked("By animal lost")),
    ("predator", marked("By predator")),
)
"""How conflicts are counted together, and what that is called."""

HIGH_PX = 340
"""Least height, in ordinary type, at which table and map have room for words around them."""

SHARES = (560, 440)
"""Map and table share the height like this."""

LIST_OF = {"animal": "livestock", "predator": "predators"}


@dataclass(frozen=True, slots=True)
class Figures:
    """Conflicts counted in every way.

    Attributes:
        groups: By the way of counting.
        spots: The conflicts that have a position.
        layer: What the map draws of them.
        heat: What the map draws where they gather; ``None`` when none has a position.
    """

    places: tuple[ConflictPlace, ...]
    groups: dict[str, tuple[Group, ...]]
    spots: tuple[Spot, ...]
    layer: PointsLayer
    heat: HeatLayer | None


def figures(sight: Sight, context: JobContext, word: str) -> Figures:
    """Count all conflicts, beside the window; *word* stands for the heat in the legend."""
    import numpy as np

    from db.conflict_places import conflict_places
    from ui.map import HeatLayer

    places = conflict_places(sight.reader)
    context.step(1, 2, "counting")
    groups = {
        "place": hot_spots(places),
        "season": by_season(places),
        "animal": by_animal(places),
        "predator": by_predator(places),
    }
    spots = tuple(
        Spot(id=one.id, kind="conflict", latitude_deg=one.latitude_deg, longitude_deg=one.longitude_deg)
        for one in places
        if one.latitude_deg is not None and one.longitude_deg is not None
    )
    columns = np.array([(one.longitude_deg, one.latitude_deg) for one in spots], dtype=np.float64).reshape(-1, 2)
    heat = HeatLayer("heat", columns[:, 0], columns[:, 1], radius_m=HEAT_M, word=word) if spots else None
    return Figures(places, groups, spots, spots_layer(spots), heat)


class HotSpots(QStackedWidget):
    """Map and table; a row shows its conflicts on the map, a sign of the map opens its conflict.

    Signals: ``counted`` when what is shown was read.
    """

    counted = Signal()

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__()
        self.desk = desk
        self.shell = shell
        self.words = desk.words
        self._figures: Figures | None = None
        self._is_first = True
        words = self.words
        self.addWidget(EmptyPlace(words.say("No livestock conflict was written yet: there is nothing to count.")))
        self.map = MapPane(words, desk)
        self.map.picked.connect(shell.open_record)
        self.way = ChoiceBox()
        self.way.setAccessibleName(words.say("Count by"))
        for key, label in WAYS:
            self.way.addItem(words.say(label), key)
        self.way.currentIndexChanged.connect(self._count)
        self.table = ShortTable(
            [words.say("Counted together"), words.say("Conflicts"), words.say("Animals lost")],
            words.say("Livestock conflicts, counted"), stretch=0, is_short=False,
        )  # fmt: skip
        self.table.opened.connect(self._look_at)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._choose())
        self.print_button = Button(words.say("Print"))
        self.print_button.setIcon(icon("print"))
        self.print_button.clicked.connect(lambda: shell.run("print_map"))
        self.heading = QLabel(words.say("Where conflicts gather"))
        self.heading.setWordWrap(True)
        theme.set_kind(self.heading, "heading")
        self.told = QLabel()
        self.told.setWordWrap(True)
        theme.set_kind(self.told, "caption")
        self.addWidget(self._drawn())

    def _drawn(self) -> QWidget:
        gap = theme.SPACES_PX[1]
        row = QHBoxLayout()
        row.setContentsMargins(gap, gap, gap, 0)
        row.setSpacing(gap)
        row.addWidget(self.heading, 1)
        row.addStretch(0)
        row.addWidget(self.way)
        row.addWidget(self.print_button)
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(gap, 0, gap, gap)
        column.setSpacing(theme.SPACES_PX[0])
        column.addWidget(self.table, 1)
        column.addWidget(self.told)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.map)
        parts.addWidget(below)
        parts.setSizes(list(SHARES))
        whole = QWidget()
        all_ = QVBoxLayout(whole)
        all_.setContentsMargins(0, 0, 0, 0)
        all_.addLayout(row)
        all_.addWidget(parts, 1)
        return whole

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the table needs the room of the words around it, which its tip says."""
        super().resizeEvent(event)
        is_high = event.size().height() >= theme.beside_type(HIGH_PX)
        self.heading.setVisible(is_high)
        self.told.setVisible(is_high)

    @property
    def panes(self) -> tuple[QWidget, ...]:
        """What F6 walks through."""
        return (self.way, self.table, self.map) if self.has_figures else (self,)

    @property
    def has_figures(self) -> bool:
        """Whether there is anything to be shown and printed."""
        return self.currentIndex() == 1

    # Reading

    def refresh(self) -> None:
        """Count again."""
        word = self.words.say("Conflicts within {count} km", count=telling.number(self.words, HEAT_M / 1000))
        self.desk.ask(lambda sight, context: figures(sight, context, word), self._show, owner=self)

    def _show(self, found: Figures) -> None:
        self._figures = found
        self.setCurrentIndex(1 if found.places else 0)
        self.counted.emit()
        if not found.places:
            return
        if found.heat is not None:
            self.map.show_base()
            self.map.add_layer(found.heat)
        self.map.show_spots(found.spots, found.layer)
        if self._is_first:
            self._look_around(found.spots)
        self._is_first = False
        self._count()

    def _count(self) -> None:
        if self._figures is None:
            return
        way = str(self.way.currentData())
        groups = self._figures.groups[way]
        rows = [self._row(way, one) for one in groups]
        if way == "place" and (alone := self._alone(groups)):
            rows.append(TableRow("~alone", (self.words.say("Elsewhere, alone"), self._number(alone), "")))
        self.table.set_rows(rows)
        self.told.setText(self._note(way))
        self.table.setToolTip(self.told.text())
        if self.map.view is not None:
            self.map.view.select(())

    def _alone(self, groups: Sequence[Group]) -> int:
        assert self._figures is not None
        return len(self._figures.spots) - sum(len(one.members) for one in groups)

    def print_map(self) -> None:
        """Ask how to print the hot spots: those that are seen, or all of them."""
        view = self.map.view
        if not self.has_figures or view is None:
            return
        from ranger_app.services.print_map import WantedMap
        from ui.print_map_sheet import Choice, ask_print, on_earth

        words, seen = self.words, on_earth(view.viewport.bounds)
        told: tuple[tuple[str, Bounds | None], ...] = (
            (words.say("Hot spots of livestock conflicts, all of them"), None),
            (words.say("Hot spots of livestock conflicts, on this map"), seen),
        )
        choices = [
            Choice(label=label, wanted=WantedMap(bounds=bounds, hot_spots=True), stem="hot_spots")
            for label, bounds in told
        ]
        ask_print(self.desk, self.shell, seen, choices=choices)

    # Words

    def _row(self, way: str, group: Group) -> TableRow:
        name = "\n".join(part for part in (self._name(way, group), " · ".join(self._mostly(way, group))) if part)
        return TableRow(group.key, (name, self._number(len(group.members)), self._number(group.animals)))

    def _number(self, value: int) -> str:
        return telling.number(self.words, value)

    def _name(self, way: str, group: Group) -> str:
        if way == "place":
            return group.name or telling.place(self.desk.notation, *group.middle)
        return key_words(self.words, way, group.key)

    def _mostly(self, way: str, group: Group) -> list[str]:
        """What stands out in a group besides what it was made by."""
        told = []
        for what in ("season", "animal", "predator"):
            key, count = group.mostly(what) if what != way else ("", 0)
            if key:
                told.append(f"{key_words(self.words, what, key)} {self._number(count)}")
        return told

    def _note(self, way: str) -> str:
        words = self.words
        assert self._figures is not None
        told = {
            "place": words.say(
                "A hot spot is two conflicts or more within {count} km of the one in the middle.",
                count=telling.number(words, RADIUS_M / 1000),
            ),
            "season": words.say("Spring begins in March, summer in June, autumn in September, winter in December."),
            "animal": words.say("A conflict counts for each kind of animal that died."),
            "predator": words.say("As the record says, whether or not a finding was made."),
        }[way]
        placeless = len(self._figures.places) - len(self._figures.spots)
        if not placeless:
            return told
        lacking = words.say_count(
            "{count} conflict has no position and is not on the map.",
            "{count} conflicts have no position and are not on the map.",
            placeless,
        )
        return f"{told} {lacking}"

    # Table and map follow each other

    def _group(self) -> Group | None:
        row = self.table.currentIndex().row()
        groups = self._figures.groups[str(self.way.currentData())] if self._figures is not None else ()
        return groups[row] if 0 <= row < len(groups) else None

    def _choose(self) -> None:
        """Choose on the map what the row of the table counts."""
        group, view = self._group(), self.map.view
        if view is not None:
            view.select([("places", record) for record in group.ids] if group is not None else ())

    def _look_at(self, _key: str) -> None:
        group = self._group()
        spots = () if group is None or self._figures is None else self._figures.spots
        ids = set(group.ids) if group is not None else set()
        mine = [spot for spot in spots if spot.id in ids]
        if mine:
            self._look_around(mine)

    def _look_around(self, spots: Sequence[Spot]) -> None:
        places = [(spot.longitude_deg, spot.latitude_deg) for spot in spots]
        self.map.look_at_all([with_heat((*place, *place)) for place in places], spots)


def key_words(words: Words, way: str, key: str) -> str:
    """What a season, an animal or a predator is called; *not said* where nobody said it."""
    if not key:
        return words.say("not said")
    if way == "season":
        return words.say(SEASON_WORDS[key])
    option = next((one for one in option_list(LIST_OF[way]).options if one.key == key), None)
    return words.say(option.label) if option is not None else key

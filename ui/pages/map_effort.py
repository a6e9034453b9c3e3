"""What a map shows of effort and of where things gather: chosen in a row of controls, counted beside the window."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ranger_app.domain.effort_words import CELLS_KM, RADII_KM, EffortWords
from ranger_app.errors import RangerAppError
from ranger_app.i18n import Words
from ranger_app.jobs import JobContext, Progress
from ranger_app.messages import say_code
from ui import theme
from ui.button import Button
from ui.choice_box import ChoiceBox
from ui.desk import Desk, is_stop
from ui.elided_label import ElidedLabel
from ui.flow_row import FlowRow

if TYPE_CHECKING:
    from ranger_app.domain.effort import EffortGrid
    from ui.job_runner import Job
    from ui.map import Layer, LegendEntry
    from ui.pages.map_data import Place
    from ui.store_thread import Sight

EFFORT, HEAT = "effort", "heat"
"""Ids of the two layers."""

NONE = ""
KEPT = 6
"""Grids that are remembered while nothing changes."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is chosen.

    Attributes:
        measure: ``km``, ``visits`` or ``hours``; empty for no effort.
        heat: Kind of the places whose heat is shown; empty for none.
        period: First and last moment, microseconds since 1970 UTC; ``None`` for all times.
    """

    measure: str = NONE
    cell_m: float = 5_000.0
    shows_empty: bool = False
    heat: str = NONE
    radius_m: float = 5_000.0
    period: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """What came of it; a layer is ``None`` where none was wanted."""

    wanted: Wanted
    effort: Layer | None
    heat: Layer | None
    told: str


Grids = dict[tuple[float, tuple[int, int] | None], "tuple[EffortGrid, int]"]


class EffortPanel(QWidget):
    """Controls for the two layers, and what their colours mean.

    Args:
        put: Shows a layer in the place of the one with the same id.
        take: Shows a layer no more.

    Signals:
        tableWanted: Somebody wants the cells as a table: what is chosen, as :class:`Wanted`.
        chosen: Other controls are shown now.
    """

    tableWanted = Signal(object)
    chosen = Signal()

    def __init__(self, desk: Desk, put: Callable[[Layer], object], take: Callable[[str], object]) -> None:
        super().__init__()
        self._desk, self._put, self._take = desk, put, take
        self._words = EffortWords(desk.words)
        self._places: tuple[Place, ...] = ()
        self._grids: Grids = {}
        self._job: Job[Counted] | None = None
        self._is_due = False
        self.wanted = Wanted()
        self._make(desk.words)

    def _make(self, words: Words) -> None:
        told = self._words
        self.measure = _choice(words.say("Patrol effort"), told.measures())
        self.cell = _choice(words.say("Size of the cells"), told.cells())
        self.cell.setCurrentIndex(CELLS_KM.index(5))
        self.empty = QCheckBox(words.say("Empty cells"))
        self.heat = _choice(words.say("Heat map"), told.heats())
        self.radius = _choice(words.say("Radius of the heat"), told.radii())
        self.radius.setCurrentIndex(RADII_KM.index(5))
        self.samples = Samples()
        self.told = ElidedLabel("")
        theme.set_kind(self.told, "quiet")
        self.told.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.table = Button(words.say("Table…"))
        self.table.setToolTip(words.say("Write the cells as a table for a spreadsheet"))
        self.table.clicked.connect(lambda: self.tableWanted.emit(self.wanted))
        for choice in (self.measure, self.cell, self.heat, self.radius):
            choice.currentIndexChanged.connect(self._choose)
        self.empty.toggled.connect(self._choose)
        self._row = FlowRow(self.measure, self.cell, self.empty, self.heat, self.radius)
        gap = theme.SPACES_PX[1]
        legend = QHBoxLayout()
        legend.setSpacing(gap)
        legend.addWidget(self.samples, 1)
        legend.addWidget(self.told)
        legend.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(gap, theme.SPACES_PX[0], gap, 0)
        column.addLayout(self._row)
        column.addLayout(legend)
        self._enable()

    def _enable(self) -> None:
        self.cell.setVisible(bool(self.wanted.measure))
        self.empty.setVisible(bool(self.wanted.measure))
        self.table.setVisible(bool(self.wanted.measure))
        self.radius.setVisible(bool(self.wanted.heat))
        self.samples.setVisible(bool(self.samples.entries))
        self.told.setVisible(bool(self.told.text()))
        self.chosen.emit()

    @property
    def is_bare(self) -> bool:
        """Whether neither of the two layers is wanted."""
        return not (self.wanted.measure or self.wanted.heat or self.told.text())

    @property
    def row_px(self) -> int:
        """The width that its controls need for one line."""
        return self._row.sizeHint().width() + 2 * theme.SPACES_PX[1]

    def know(self, places: Sequence[Place]) -> None:
        """The records changed: what is shown is counted again."""
        self._places = tuple(places)
        self._grids = {}
        self._count()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody waits for it: let others read, and count when the page is seen again."""
        super().hideEvent(event)
        if self._job is not None:
            self._job.cancel()
            self._job, self._is_due = None, True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_due:
            self._count()

    def set_period(self, from_us: int | None, to_us: int | None) -> None:
        """Count only this time."""
        period = None if from_us is None or to_us is None else (from_us, to_us)
        if period != self.wanted.period:
            self.wanted = replace(self.wanted, period=period)
            self._count()

    def _choose(self) -> None:
        self.wanted = replace(
            self.wanted,
            measure=self.measure.currentData(),
            cell_m=self.cell.currentData(),
            shows_empty=self.empty.isChecked(),
            heat=self.heat.currentData(),
            radius_m=self.radius.currentData(),
        )
        self._count()

    def _count(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._is_due = False
        wanted, places, grids, words = self.wanted, self._places, self._grids, self._words
        if not wanted.measure and not wanted.heat:
            self._show(Counted(wanted, None, None, ""))
            return
        self._job = self._desk.ask(
            lambda sight, context: counted(sight, context, wanted, places, grids, words), self._show, self._fail,
            owner=self,
        )  # fmt: skip
        self._job.on_progress = self._tell_progress
        self._enable()

    def _tell_progress(self, progress: Progress) -> None:
        if progress.total:
            share = round(100 * progress.done / progress.total)
            told = say_code(self._desk.words, progress.stage)
            self.told.set_text(self._desk.words.say("{what}: {share} %", what=told, share=share))
            self.told.show()

    def _show(self, found: Counted) -> None:
        if found.wanted != self.wanted or self._is_due:
            return
        self._job = None
        entries: list[LegendEntry] = []
        for name, layer in ((EFFORT, found.effort), (HEAT, found.heat)):
            if layer is None:
                self._take(name)
            else:
                self._put(layer)
                entries += layer.legend()
        self.samples.show_entries(entries)
        self.told.set_text(found.told)
        self._enable()

    def _fail(self, error: RangerAppError) -> None:
        if not is_stop(error):
            self._job = None
            self._desk.tell(error)


def counted(
    sight: Sight, context: JobContext, wanted: Wanted, places: Sequence[Place], grids: Grids, words: EffortWords
) -> Counted:
    """Count what is wanted and make the layers of it; in a reading thread.

    Args:
        grids: Remembers what was counted; only this thread touches it.
    """
    layer, told = _effort(sight, context, wanted, grids, words) if wanted.measure else (None, "")
    heat = _heat(wanted, places, words) if wanted.heat else None
    return Counted(wanted, layer, heat, told)


def _effort(sight: Sight, context: JobContext, wanted: Wanted, grids: Grids, words: EffortWords) -> tuple[Layer, str]:
    from db.track_effort import effort_found
    from ranger_app.domain.effort_classes import class_breaks
    from ui.map import CoverageLayer

    key = wanted.cell_m, wanted.period
    if key not in grids:
        from_us, to_us = wanted.period or (None, None)
        found = effort_found(sight.reader, sight.blobs, wanted.cell_m, from_us=from_us, to_us=to_us, context=context)
        while len(grids) >= KEPT:
            grids.pop(next(iter(grids)))
        grids[key] = found.grid, len(found.unread)
    grid, unread = grids[key]
    values = grid.column(wanted.measure)
    breaks = class_breaks(values, is_whole=wanted.measure == "visits")
    layer = CoverageLayer(
        EFFORT, grid, wanted.measure, breaks=breaks,
        words=words.classes(wanted.measure, breaks, float(values.max(initial=0.0))),
        empty_in=grid.bounds() if wanted.shows_empty else None, empty_word=words.not_visited,
    )  # fmt: skip
    total = float(values.sum()) if wanted.measure != "visits" else None
    return layer, words.told(wanted.measure, len(grid), total, grid.untimed, unread)


def _heat(wanted: Wanted, places: Sequence[Place], words: EffortWords) -> Layer:
    import numpy as np

    from ui.map import HeatLayer

    period = wanted.period
    chosen = [
        (one.longitude_deg, one.latitude_deg)
        for one in places
        if one.kind == wanted.heat
        and (period is None or (one.at_us is not None and period[0] <= one.at_us <= period[1]))
    ]
    columns = np.array(chosen, np.float64).reshape(-1, 2)
    word = words.heat(wanted.heat, wanted.radius_m / 1000)
    return HeatLayer(HEAT, columns[:, 0], columns[:, 1], radius_m=wanted.radius_m, word=word)


def _choice(name: str, offers: Sequence[tuple[object, str]]) -> QComboBox:
    box = ChoiceBox()
    box.setAccessibleName(name)
    box.setToolTip(name)
    for value, label in offers:
        box.addItem(label, value)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return box


class Samples(QWidget):
    """What colours of a map mean, side by side, and on another line where there is no room."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[LegendEntry] = []
        self._row = FlowRow()
        self._row.setSpacing(theme.SPACES_PX[2])
        self.setLayout(self._row)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_entries(self, entries: Sequence[LegendEntry]) -> None:
        """Show exactly these."""
        self.entries = list(entries)
        self.setAccessibleName(", ".join(entry.word for entry in entries))
        while (item := self._row.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for entry in entries:
            self._row.addWidget(_Sample(entry))
        self.updateGeometry()


class _Sample(QWidget):
    """One colour, and its word."""

    HEIGHT_PX = 18

    def __init__(self, entry: LegendEntry) -> None:
        super().__init__()
        self._entry = entry

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self.font())
        wide = self._entry.width_px + theme.SPACES_PX[0] + metrics.horizontalAdvance(self._entry.word) + 1
        return QSize(math.ceil(wide), math.ceil(max(metrics.height(), self.HEIGHT_PX)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            self._paint(painter)
        finally:
            painter.end()

    def _paint(self, painter: QPainter) -> None:
        entry, colours = self._entry, theme.current()
        is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = self.width() - entry.width_px if is_mirrored else 0.0
        box = QRectF(left, (self.height() - self.HEIGHT_PX) / 2, entry.width_px, self.HEIGHT_PX)
        entry.draw_in(painter, box, colours.map, right_to_left=is_mirrored)
        beside = entry.width_px + theme.SPACES_PX[0]
        rest = QRectF(0.0 if is_mirrored else beside, 0.0, self.width() - beside, self.height())
        side = Qt.AlignmentFlag.AlignRight if is_mirrored else Qt.AlignmentFlag.AlignLeft
        painter.setPen(colours.text)
        painter.drawText(rest, int(side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute), entry.word)

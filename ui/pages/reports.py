"""Reports: what this station has recorded, counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ranger_app.i18n import marked
from ranger_app.jobs import JobContext
from ui import telling
from ui.desk import Desk
from ui.facts_view import FactsView
from ui.pages.hot_spots import HotSpots
from ui.pages.page import Page
from ui.record_table import ShortTable, TableRow
from ui.responsive import SidePair
from ui.shell import Shell

if TYPE_CHECKING:
    from ui.store_thread import Sight

COUNT_WORDS = {
    "patrols": marked("Patrols"),
    "waypoints": marked("Waypoints"),
    "observations": marked("Observations"),
    "incidents": marked("Incidents"),
    "conflicts": marked("Livestock conflicts"),
    "cases": marked("Cases"),
    "exhibits": marked("Exhibits"),
    "attachments": marked("Photos and files"),
    "changes": marked("Changes in the journal"),
}
MOST_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class Month:
    """What happened in one month; *month* is ``2026-03``."""

    month: str
    patrols: int
    distance_m: float
    incidents: int
    conflicts: int


def count_all(sight: Sight, context: JobContext) -> tuple[dict[str, int], tuple[Month, ...]]:
    """Counts of records, and of each month, the newest first."""
    from db.incidents import incident_page
    from db.patrol_pages import patrol_page
    from db.stations import counts

    months: dict[str, list[float]] = {}
    for patrol in patrol_page(sight.reader, limit=MOST_ROWS):
        found = months.setdefault(patrol.start[:7], [0, 0.0, 0, 0])
        found[0] += 1
        found[1] += patrol.distance_m
    context.step(1, 2, "counting")
    for row in incident_page(sight.reader, limit=MOST_ROWS):
        months.setdefault(row.occurred_at[:7], [0, 0.0, 0, 0])[3 if row.kind == "conflict" else 2] += 1
    rows = tuple(
        Month(month, int(told[0]), told[1], int(told[2]), int(told[3]))
        for month, told in sorted(months.items(), reverse=True)
    )
    return counts(sight.reader), rows


class Halves(SidePair):
    """Counts and map, as wide as each other."""

    SHARES = (500, 500)


class ReportsPage(Page):
    """Counts, and where livestock conflicts gather."""

    name = "reports"
    kinds = frozenset(
        {"patrol", "track", "incident", "conflict", "animal", "case", "observation", "waypoint", "attachment"}
    )

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell)
        self.text = FactsView(self.words.say("Counts"))
        self.spots = HotSpots(desk, shell)
        self.acts = {"print_map": self.spots.print_map}
        self.spots.counted.connect(self.changed)
        self.pair = Halves(self.text, self.spots, (self.words.say("Counts"), self.words.say("Conflict hot spots")))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pair)

    @property
    def title(self) -> str:
        return self.words.say("Reports")

    def can(self, command: str) -> bool:
        return super().can(command) and (command != "print_map" or self.spots.has_figures)

    def panes(self) -> Sequence[QWidget]:
        return tuple(one for one in (self.text, *self.spots.panes) if one.isVisibleTo(self)) or (self.text,)

    def refresh(self) -> None:
        self.desk.ask(count_all, self._show)
        self.spots.refresh()

    def _show(self, told: tuple[dict[str, int], tuple[Month, ...]]) -> None:
        counts, months = told
        words, text = self.words, self.text
        text.clear()
        text.heading(words.say("Records of this station"))
        text.facts([
            (words.say(COUNT_WORDS[name]), telling.number(words, count))
            for name, count in counts.items()
            if name in COUNT_WORDS
        ])  # fmt: skip
        text.note(words.say("Withdrawn records are not counted."), "caption")
        text.heading(words.say("By month"))
        headings = [
            words.say("Month"),
            words.say("Patrols"),
            words.say("Distance"),
            words.say("Incidents"),
            words.say("Livestock conflicts"),
        ]
        table = ShortTable(headings, words.say("Counts by month"))
        table.set_rows([self._row(month) for month in months])
        text.widget_below(table)
        text.note(
            words.say(
                "A patrol counts in the month of its first day, an incident in the month in which it happened."
                " Distances are lengths on the WGS 84 ellipsoid; gaps in a track are not counted."
            ),
            "caption",
        )

    def _row(self, month: Month) -> TableRow:
        words = self.words
        day = telling.date_from_iso(f"{month.month}-01")
        name = telling.month(words, day) if day is not None else words.say("Without a day")
        return TableRow(month.month, (
            name, telling.number(words, month.patrols), telling.length(words, month.distance_m),
            telling.number(words, month.incidents), telling.number(words, month.conflicts),
        ))  # fmt: skip

"""Patrols: where we walked, and what was seen on the way."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from ui import telling
from ui.desk import Desk
from ui.empty_place import EmptyPlace
from ui.pages.list_page import ListPage
from ui.pages.texts import list_label
from ui.record_list import ListRow
from ui.shell import Shell

if TYPE_CHECKING:
    from db.drafts import Draft
    from ranger_app.jobs import JobContext
    from ui.forms.writing import Writing
    from ui.pages.patrol_details import PatrolDetails
    from ui.pages.plans import PlansPage
    from ui.store_thread import Sight

REVIEW_AFTER_MS = 1_500
"""What a review needs is loaded when a patrol has been looked at for so long."""


def _load_review(_sight: Sight, _context: JobContext) -> None:
    import_module("ui.pages.track_review")


class PatrolsPage(ListPage):
    """The list of patrols with the chosen one beside it."""

    name = "patrols"
    record_kind = "patrol"
    kinds = frozenset({"patrol", "leg", "track", "waypoint", "observation", "attachment"})
    bar = ("import_tracks", "review_track", "edit", "plans", "export_smart")

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell)
        self.acts = {
            "new": lambda: shell.run("import_tracks"),
            "edit": self.run_edit,
            "review_track": self.review_track,
            "booklet": self.open_booklet,
            "plans": self._go_to_plans,
            **self.record_acts("patrol"),
        }
        self._shown: PatrolDetails | None = None

    @property
    def title(self) -> str:
        return self.words.say("Patrols")

    @property
    def list_name(self) -> str:
        return self.words.say("Patrols")

    @property
    def hint(self) -> str:
        return self.words.say("Choose a patrol in the list to see its track, its legs and what was seen.")

    def make_empty(self) -> QWidget:
        told = self.words.say("Patrols come from the tracks of receivers and phones. Drop files or folders here.")
        return EmptyPlace(told, self.words.say("Import tracks"), lambda: self.shell.run("import_tracks"))

    def fetch(self, before: Any, limit: int) -> Sequence[ListRow]:
        from db.patrol_pages import patrol_page

        return [self._row(row) for row in patrol_page(self.desk.reader, before=before, limit=limit)]

    def row_of(self, record: str) -> ListRow | None:
        from db.patrol_pages import patrol_row

        row = patrol_row(self.desk.reader, record)
        return None if row is None else self._row(row)

    def _row(self, row: Any) -> ListRow:
        words = self.words
        start = telling.date_from_iso(row.start)
        legs = words.say_count("{count} leg", "{count} legs", row.legs)
        transports = ", ".join(
            list_label(words, self.desk.office, "transport", key) for key in row.transport.split(", ")
        )
        return ListRow(
            id=row.id,
            kind="patrol",
            when=telling.day_of_month(words, start) if start is not None else "",
            title=row.objective or row.number,
            second=" · ".join(part for part in (telling.length(words, row.distance_m), legs, transports) if part),
            mark="" if start is not None else words.say("no day"),
            group=telling.month(words, start) if start is not None else words.say("Without a day"),
            place=row.place,
        )

    def show_details(self, row: ListRow) -> None:
        if self._shown is None:
            from ui.pages.patrol_details import PatrolDetails

            self._shown = PatrolDetails(self.desk, self.shell)
            self.details.addWidget(self._shown)
            QTimer.singleShot(REVIEW_AFTER_MS, self, self._make_ready)
        self._shown.show_patrol(row.id)
        self.details.setCurrentWidget(self._shown)

    def _make_ready(self) -> None:
        """Load what a review needs beside the window, before somebody wants one."""
        if not self.desk.is_closed and self.desk.is_readable:
            self.desk.ask(_load_review, lambda _: None, owner=self)

    def review_track(self) -> None:
        """Show the track of the chosen patrol with its speeds, heights and flags."""
        from ui.pages.track_review import TrackReviewPage

        row = self.chosen
        if row is not None:
            self.shell.show_view(TrackReviewPage(self.desk, self.shell, [row.id]))

    def _go_to_plans(self) -> None:
        self.show_plans()

    def show_plans(self) -> PlansPage:
        """Show what was planned, and what became of it."""
        from ui.pages.plans import PlansPage

        page = PlansPage(self.desk, self.shell)
        self.shell.show_view(page)
        return page

    def writing_of(self, row: ListRow) -> Writing | None:
        from ui.forms.patrol_writing import PatrolWriting

        return PatrolWriting(self.desk, row.id, self.shell)

    def open_booklet(self) -> None:
        """Type what a paper booklet says of the chosen patrol."""
        from ui.pages.booklet import BookletPage

        row = self.chosen
        if row is not None:
            self.shell.show_view(BookletPage(self.desk, self.shell, row.id))

    def resume(self, draft: Draft) -> None:
        """Open the form of a patrol as it was left."""
        from ui.forms.patrol_writing import PatrolWriting

        self.open_form(PatrolWriting(self.desk, draft.record, self.shell), draft)

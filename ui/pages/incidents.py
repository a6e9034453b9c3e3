"""Incidents and livestock conflict: the list, what is known of the chosen one, and its form."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtWidgets import QWidget

from ranger_app.domain.forms import form_of_kind
from ui import acts, telling
from ui.desk import Desk
from ui.empty_place import EmptyPlace
from ui.forms.writing import IncidentWriting, Writing
from ui.pages.incident_details import IncidentDetails
from ui.pages.list_page import ListPage
from ui.record_list import ListRow
from ui.shell import Shell

if TYPE_CHECKING:
    from db.drafts import Draft
    from ranger_app.problem import Problem


class IncidentsPage(ListPage):
    """Poaching and other incidents."""

    name = "incidents"
    kinds = frozenset({"incident", "observation", "attachment", "case"})
    bar = ("new", "edit", "show_on_map", "export_smart")
    record_kind: ClassVar[str] = "incident"
    form_kind: ClassVar[str] = "poaching"

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell)
        self.acts: dict[str, Callable[[], None]] = {
            "new": lambda: self.begin(self.form_kind),
            "edit": self.run_edit,
            **self.record_acts(self.record_kind),
        }
        if self.record_kind == "incident":
            self.acts["new_other"] = lambda: self.begin("other")
        self._shown: IncidentDetails | None = None

    @property
    def title(self) -> str:
        return self.words.say("Incidents")

    @property
    def list_name(self) -> str:
        return self.title

    @property
    def hint(self) -> str:
        return self.words.say("Choose an incident in the list, or write a new one with Ctrl+N.")

    def make_empty(self) -> QWidget:
        told = self.words.say("Poaching and other incidents stand here, each with its place, photos and observations.")
        return EmptyPlace(told, self.words.say("Write an incident"), lambda: self.shell.run("new"))

    def fetch(self, before: Any, limit: int) -> Sequence[ListRow]:
        from db.incidents import incident_page

        rows = incident_page(self.desk.reader, kinds=(self.record_kind,), before=before, limit=limit)
        return [self._row(row) for row in rows]

    def row_of(self, record: str) -> ListRow | None:
        from db.incidents import incident_row

        row = incident_row(self.desk.reader, self.record_kind, record)
        return None if row is None else self._row(row)

    def _row(self, row: Any) -> ListRow:
        words = self.words
        moment = telling.moment_from_iso(row.occurred_at)
        kind = words.say(form_of_kind(row.kind).label)
        return ListRow(
            id=row.id,
            kind=self.record_kind,
            when=telling.day_of_month(words, moment.date()) if moment is not None else "",
            title=row.place or kind,
            second=" · ".join(part for part in (kind if row.place else "", row.number, row.summary) if part),
            mark="" if moment is not None else words.say("no time"),
            group=telling.month(words, moment.date()) if moment is not None else words.say("Without a time"),
            place=row.place_key,
        )

    def show_details(self, row: ListRow) -> None:
        if self._shown is None:
            self._shown = IncidentDetails(self.desk)
            self.details.addWidget(self._shown)
        self._shown.show_incident(row.id)
        self.details.setCurrentWidget(self._shown)

    # Writing

    def writing_of(self, row: ListRow) -> Writing | None:
        from db.incidents import incident

        return IncidentWriting(self.desk, incident(self.desk.reader, row.id).kind, row.id)

    def begin(self, kind: str) -> None:
        """Open the form of a new record."""
        self.open_form(IncidentWriting(self.desk, kind, secrets.token_hex(16), is_new=True))

    def resume(self, draft: Draft, *, is_new: bool) -> None:
        """Open the form of an unfinished record."""
        self.open_form(IncidentWriting(self.desk, draft.form, draft.record, is_new=is_new), draft)

    def take_photos(self, paths: Sequence[Path]) -> bool:
        """Keep photos with the open or chosen record; whether there was one."""
        if self.form is not None:
            self.form.add_photos(paths)
            return True
        row = self.chosen
        if row is None:
            return False
        self.desk.do(
            acts.attach_photos(paths, officer=self.desk.officer_id, parent=(row.kind, row.id)),
            title=self.words.say("Keeping photos"),
            on_done=lambda done: self._tell_flaws(done[1]),
        )
        return True

    def _tell_flaws(self, problems: Sequence[Problem]) -> None:
        if problems:
            self.shell.say_problems(self.words.say("Some photos are damaged."), problems)


class ConflictPage(IncidentsPage):
    """Livestock lost to wild animals."""

    name = "conflict"
    kinds = frozenset({"conflict", "animal", "observation", "attachment"})
    record_kind = "conflict"
    form_kind = "conflict"

    @property
    def title(self) -> str:
        return self.words.say("Livestock conflict")

    @property
    def hint(self) -> str:
        return self.words.say("Choose a conflict in the list, or write a new one with Ctrl+N.")

    def make_empty(self) -> QWidget:
        told = self.words.say("Livestock lost to wild animals stands here, as the herder told it and as it was found.")
        return EmptyPlace(told, self.words.say("Write a livestock conflict"), lambda: self.shell.run("new"))

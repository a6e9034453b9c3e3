"""A page with a list at the leading side and the chosen record beside it; a form takes the whole page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from ui.desk import Desk
from ui.empty_place import EmptyPlace
from ui.pages.narrowed import Narrowed
from ui.pages.page import Marked, Page
from ui.record_list import KeysetModel, ListRow, RecordList
from ui.shell import Shell

if TYPE_CHECKING:
    from db.drafts import Draft
    from ui.forms.record_form import RecordForm
    from ui.forms.writing import Writing

NEEDS_CHOICE = frozenset({"booklet", "edit", "withdraw", "history", "dossier", "print_map", "review_track"})
"""Commands that act on the chosen record, and on no more than one."""

ON_MAP = frozenset({"patrol", "incident", "conflict", "case"})
"""Kinds of records that can be looked at on the map."""


class ListPage(Page):
    """The list, the details, the form.

    Attributes:
        record_kind: Kind of the records in the list.
        takes_many: Whether several can be marked at once.
    """

    record_kind: ClassVar[str]
    takes_many: ClassVar[bool] = True

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell)
        headings = [self.words.say("Day"), self.words.say("Record"), self.words.say("Details"), self.words.say("Note")]
        self.narrowed = Narrowed(self.words, self.show_all)
        self.list = RecordList(KeysetModel(self._fetch, headings), self.list_name, takes_many=self.takes_many)
        self.list.chosen.connect(self._choose)
        self.list.marked.connect(self._mark)
        self.list.opened.connect(lambda row: self.run_edit(row))
        self.details = QStackedWidget()
        self._nothing = EmptyPlace(self.hint)
        self.details.addWidget(self._nothing)
        self._many = EmptyPlace("")
        self.details.addWidget(self._many)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self.list)
        self._splitter.addWidget(self.details)
        self._splitter.setStretchFactor(0, 2)
        self._splitter.setStretchFactor(1, 3)
        self._splitter.setSizes([430, 800])
        self._whole = QStackedWidget()
        self._whole.addWidget(self._splitter)
        self.form: RecordForm | None = None
        self._wanted = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.narrowed)
        column.addWidget(self._whole)

    @cached_property
    def _empty(self) -> QWidget:
        empty = self.make_empty()
        self._whole.addWidget(empty)
        return empty

    def _show_list(self) -> None:
        has_rows = self.list.records.rowCount() > 0 or bool(self.narrowed.records)
        self._whole.setCurrentWidget(self._splitter if has_rows else self._empty)

    # What each page says

    @property
    def list_name(self) -> str:
        """What a screen reader calls the list."""
        raise NotImplementedError

    @property
    def hint(self) -> str:
        """What stands beside the list while nothing is chosen."""
        raise NotImplementedError

    def make_empty(self) -> QWidget:
        """What stands in the place of an empty list."""
        raise NotImplementedError

    def fetch(self, before: Any, limit: int) -> Sequence[ListRow]:
        """Rows after a place, the newest first."""
        raise NotImplementedError

    def row_of(self, record: str) -> ListRow | None:
        """The row of one record; ``None`` where it is not shown."""
        return None

    def show_details(self, row: ListRow) -> None:
        """Show the chosen record beside the list."""
        raise NotImplementedError

    def records_on_map(self, record: str) -> dict[str, tuple[str, ...]]:
        """What the map shows of a record, by kind."""
        return {self.record_kind: (record,)}

    def writing_of(self, row: ListRow) -> Writing | None:
        """How a record is written; ``None`` where nobody writes here."""
        return None

    def record_acts(self, kind: str) -> dict[str, Callable[[], None]]:
        """What can be done with the chosen record, by command; loaded when the first of it is wanted."""
        acts = {name: partial(self._run_record_act, kind, name) for name in ("withdraw", "history", "bring_back")}
        return acts | ({"show_on_map": self._show_on_map} if kind in ON_MAP else {})

    def _run_record_act(self, kind: str, name: str) -> None:
        from ui.pages.record_acts import RecordActs

        RecordActs(self.desk, self.shell, lambda: self.chosen).run(kind, name)

    # Choosing

    @property
    def chosen(self) -> ListRow | None:
        """The chosen record."""
        return self.list.current()

    def can(self, command: str) -> bool:
        if self.form is not None:
            return command in self.form.acts
        if command == "show_on_map":
            return command in self.acts and self.chosen is not None
        return command in self.acts and (command not in NEEDS_CHOICE or self._is_one_chosen())

    def _is_one_chosen(self) -> bool:
        return self.chosen is not None and len(self.list.rows_marked()) <= 1

    def marked(self) -> Marked:
        return Marked(kind=self.record_kind, rows=self.list.rows_marked(), is_all=self.list.is_all_marked)

    def _choose(self, row: ListRow | None) -> None:
        if not self._tell_many():
            if row is None:
                self.details.setCurrentWidget(self._nothing)
            elif self.desk.is_readable:
                self.show_details(row)
        self._tell_chosen()
        self.changed.emit()

    def _mark(self) -> None:
        self._tell_chosen()
        was_many = self.details.currentWidget() is self._many
        if self._tell_many() or not was_many:
            self.changed.emit()
        else:
            self._choose(self.chosen)

    def _tell_many(self) -> bool:
        """Say how many are marked in the place of the one that was shown; whether they are several."""
        marked = self.marked()
        count = len(marked.rows)
        if marked.is_all and self.desk.is_readable:
            count = self.desk.reader.count(marked.kind)
        if count > 1:
            self._many.text.setText(self._many_words(count))
            self.details.setCurrentWidget(self._many)
        return count > 1

    def _many_words(self, count: int) -> str:
        return self.words.say_count(
            "{count} record is marked. Write it for SMART with Ctrl+E, as GPX with Ctrl+G, as GeoJSON with Ctrl+J.",
            "{count} records are marked. Write them for SMART with Ctrl+E, as GPX with Ctrl+G, as GeoJSON with Ctrl+J.",
            count,
        )

    def show_record(self, kind: str, record: str) -> None:
        self.close_form()
        self._wanted = ""
        if self.narrowed.records and record not in self.narrowed.records:
            self.show_all()
        if self.list.choose(record):
            self.list.setFocus()

    # The map

    def _tell_chosen(self) -> None:
        """The map shows what is chosen here."""
        if self.isVisible() and self.record_kind in ON_MAP:
            found: dict[str, tuple[str, ...]] = {}
            for row in self.list.rows_marked():
                for kind, records in self.records_on_map(row.id).items():
                    found[kind] = (*found.get(kind, ()), *records)
            self.desk.chosen.choose_all(found)

    def _show_on_map(self) -> None:
        self._tell_chosen()
        self.desk.chosen.wanted = {kind: ids for kind in ON_MAP if (ids := self.desk.chosen.of(kind))}
        self.shell.run("go_map")

    def appear(self) -> None:
        on_map = self.desk.chosen.of(self.record_kind)
        if listed := self.desk.chosen.take_listed(self.record_kind):
            self.narrow(listed)
        before = self.chosen
        super().appear()
        # what the list itself had told the map is no reason to leave the record that was just written
        if self.form is None and len(on_map) == 1 and (before is None or before.id != on_map[0]):
            self.list.choose(on_map[0])

    def narrow(self, records: Sequence[str]) -> None:
        """Show these records only."""
        self.close_form()
        self.narrowed.narrow(records)
        self.refresh()
        self.list.setFocus()

    def show_all(self) -> None:
        """Show all records again."""
        self.narrowed.narrow(())
        self.refresh()
        self.list.setFocus()

    def _fetch(self, before: Any, limit: int) -> Sequence[ListRow]:
        if self.narrowed.records:
            return self.narrowed.rows(before, limit, self.row_of)
        return self.fetch(before, limit)

    def refresh(self) -> None:
        self.list.reload()
        self._choose_wanted()
        if self.form is None:
            self._show_list()
        row = self.chosen
        if not self._tell_many() and row is not None:
            self.show_details(row)
        if self.form is not None:
            self.form.look_again()
        self.changed.emit()

    def _choose_wanted(self) -> None:
        """Choose the record whose form was closed, as soon as the list has it."""
        if self._wanted and self.list.choose(self._wanted):
            self._wanted = ""

    def panes(self) -> Sequence[QWidget]:
        if self.form is not None:
            return self.form.panes()
        if self._whole.currentWidget() is self._splitter:
            return (self.list, self.details)
        return (self._empty,)

    # Writing

    @property
    def places(self) -> tuple[str, ...]:
        return ("form",) if self.form is not None else (self.name,)

    @property
    def buttons(self) -> tuple[str, ...]:
        if self.form is not None:
            return ("save", "same_as_last")
        sending = self.desk.made_sending
        if sending is None or not sending.has_places:
            return self.bar
        return tuple("send_to_office" if name == "export_smart" else name for name in self.bar)

    def run_edit(self, row: ListRow | None = None) -> None:
        """Open the chosen record for writing."""
        if self.desk.refusal is not None:
            self.desk.tell(self.desk.refusal)
            return
        row = row or self.chosen
        if row is not None and self.form is None and (writing := self.writing_of(row)) is not None:
            self.open_form(writing)

    def open_form(self, writing: Writing, draft: Draft | None = None) -> None:
        """Show the form of a record in the place of the list, as a draft left it when there is one."""
        from ui.forms.record_form import RecordForm

        self._show_form(RecordForm(self.desk, self.shell, writing, draft=draft, parent=self._whole))

    def _show_form(self, form: RecordForm) -> None:
        self.close_form()
        self.form = form
        self.acts_before = self.acts
        self.acts = form.acts
        form.closed.connect(self.close_form)
        form.renamed.connect(self.changed)
        form.outgrown.connect(self._draw_form_again)
        self._whole.addWidget(form)
        self._whole.setCurrentWidget(form)
        self.changed.emit()
        form.focus_first()

    def _draw_form_again(self) -> None:
        """Take the form of the same record as it is now, with the cursor where it was, or at what is new."""
        old = self.form
        if old is None:
            return
        before, key = set(old.view.keys), old.view.focused_key()
        form = old.again()
        self._show_form(form)
        new = next((one for one in form.view.keys if one not in before), "")
        if new or key in form.view.keys:
            form.view.focus_key(new or key)

    def close_form(self) -> None:
        """Put the form away; what was typed becomes a change."""
        form, self.form = self.form, None
        if form is None:
            return
        form.put_away()
        self.acts = self.acts_before
        self._whole.removeWidget(form)
        form.deleteLater()
        self._show_list()
        self._wanted = form.writing.record
        self._choose_wanted()
        self.changed.emit()
        self.list.setFocus()

    def go_back(self) -> bool:
        if self.form is not None:
            self.close_form()
        elif self.narrowed.records:
            self.show_all()
        else:
            return False
        return True

    def put_away(self) -> None:
        form, self.form = self.form, None
        if form is not None:
            form.put_away()

    def leave(self) -> None:
        if self.form is not None:
            self.form.leave()

    @property
    def has_form(self) -> bool:
        return self.form is not None

    def writes(self, record: str) -> bool:
        return self.form is not None and self.form.writing.record == record

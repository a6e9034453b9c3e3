"""A form above another page: the record is mended, and one goes back to where one came from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.desk import Desk
from ui.forms.observations import ObservationsEditor
from ui.forms.record_form import RecordForm
from ui.forms.waypoints import WaypointsEditor
from ui.forms.writing import IncidentWriting, Writing
from ui.pages.page import Page
from ui.shell import Shell


class FormPage(Page):
    """One record in its form; what was typed becomes a change when one goes back.

    Args:
        field, inside: Where the cursor is put; the first field when the form has no such place.
    """

    name = "form"

    def __init__(self, desk: Desk, shell: Shell, kind: str, record: str, *, field: str = "", inside: str = "") -> None:
        super().__init__(desk, shell)
        self._field, self._inside = field, inside
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._hold(RecordForm(desk, shell, _writing(desk, shell, kind, record), parent=self))

    def _hold(self, form: RecordForm) -> None:
        self.form = form
        self.acts = form.acts
        form.closed.connect(lambda: self.shell.run("back"))
        form.renamed.connect(self.changed)
        form.outgrown.connect(self._draw_again)
        self._column.addWidget(form)

    def _draw_again(self) -> None:
        """Take the form of the same record as it is now."""
        old = self.form
        new = old.again()
        old.put_away()
        self._column.removeWidget(old)
        old.deleteLater()
        self._hold(new)
        self.changed.emit()
        new.focus_first()

    @property
    def title(self) -> str:
        return self.form.writing.title()

    @property
    def buttons(self) -> tuple[str, ...]:
        return ("save", "same_as_last")

    def panes(self) -> Sequence[QWidget]:
        return self.form.panes()

    def begin(self) -> None:
        """Put the cursor where it is wanted."""
        editor = self.form.view.editor(self._field)
        if editor is None:
            self.form.focus_first()
            return
        self.form.view.focus_key(self._field)
        if isinstance(editor, ObservationsEditor | WaypointsEditor) and self._inside:
            editor.go_to(self._inside)

    def hear(self, touched: frozenset[tuple[str, str]]) -> None:
        if any(record == self.form.writing.record for _, record in touched):
            self.form.look_again()

    def leave(self) -> None:
        self.form.leave()

    def put_away(self) -> None:
        self.form.put_away()

    @property
    def has_form(self) -> bool:
        return True

    def writes(self, record: str) -> bool:
        return self.form.writing.record == record


def _writing(desk: Desk, shell: Shell, kind: str, record: str) -> Writing:
    if kind == "patrol":
        from ui.forms.patrol_writing import PatrolWriting

        return PatrolWriting(desk, record, shell)
    from db.incidents import incident

    return IncidentWriting(desk, incident(desk.reader, record).kind, record)

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
        self.form = RecordForm(desk, shell, _writing(desk, kind, record))
        self.acts = self.form.acts
        self._field, self._inside = field, inside
        self.form.closed.connect(lambda: shell.run("back"))
        self.form.renamed.connect(self.changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.form)

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

    def writes(self, record: str) -> bool:
        return self.form.writing.record == record


def _writing(desk: Desk, kind: str, record: str) -> Writing:
    if kind == "patrol":
        from ui.forms.patrol_writing import PatrolWriting

        return PatrolWriting(desk, record)
    from db.incidents import incident

    return IncidentWriting(desk, incident(desk.reader, record).kind, record)

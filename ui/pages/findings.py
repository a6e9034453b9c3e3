"""What SMART would do with records that were to leave, before anything is written; each finding with its mend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ranger_app.domain.preflight_findings import Finding, Remedy
from ranger_app.errors import RangerAppError
from ranger_app.messages import say_code
from ranger_app.messages.places import say_place
from ui import office_acts, theme
from ui.button import Button
from ui.desk import Desk
from ui.pages.form_page import FormPage
from ui.pages.mend_card import MendCard
from ui.pages.mending import Mending
from ui.pages.page import Page
from ui.record_table import ShortTable, TableRow
from ui.shell import Shell

if TYPE_CHECKING:
    from ranger_app.domain.data_model import DataModel
    from ranger_app.services.export_smart import SmartExported

MOST_ROWS = 500
"""Findings that are told one by one, the fatal ones first."""


class FindingsPage(Page):
    """A table of findings and what mends the chosen one; after each mend the records are looked at again.

    Args:
        check: Looks at the records again and hands the answer to its argument; another SMART version may be told.
        write: Writes all the same; offered when nothing is fatal.
        is_sent: What is written goes into the outbox, for the SMART version of its place.
    """

    name = "findings"
    kinds = frozenset({
        "patrol", "leg", "track", "waypoint", "observation", "attachment", "incident", "conflict", "animal",
        "choice", "mapping", "member", "officer", "setting", "model",
    })  # fmt: skip

    def __init__(
        self,
        desk: Desk,
        shell: Shell,
        done: SmartExported,
        *,
        check: Callable[[Callable[[SmartExported], None], bool], None],
        write: Callable[[bool], None],
        is_sent: bool = False,
    ) -> None:
        super().__init__(desk, shell)
        self._is_sent = is_sent
        self._done = done
        self._check, self._write = check, write
        self._model: DataModel | None = None
        self._mending: Mending | None = None
        self._is_told = False
        self._is_newest = False
        self._mended_soon: str | None = None
        self._waiting = 0
        self._records: dict[str, tuple[str, str]] = {}
        self._build()

    def _build(self) -> None:
        words = self.words
        self.table = ShortTable(
            [words.say("Record"), words.say("SMART would"), words.say("Place"), words.say("What"), words.say("Mend")],
            words.say("Findings; Enter mends the chosen one"),
            stretch=3,
            is_short=False,
        )
        self.table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.opened.connect(self._mend)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_mend())
        self.told = QLabel()
        self.told.setWordWrap(True)
        self.card = MendCard(words)
        self.card.chosen.connect(self._choose)
        self.card.added.connect(self._add)
        self.card.opened.connect(self._open)
        self.card.newer.connect(self._take_newest)
        self.write_button = Button(self._act_words(is_lossy=True))
        theme.set_kind(self.write_button, "primary")
        self.write_button.clicked.connect(self._write_all)
        back = Button(words.say("Send nothing") if self._is_sent else words.say("Write nothing"))
        back.clicked.connect(lambda: self.shell.run("back"))
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACES_PX[1])
        buttons.addWidget(self.write_button)
        buttons.addWidget(back)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.SPACES_PX[2],) * 4)
        column.setSpacing(theme.SPACES_PX[1])
        column.addWidget(self.told)
        column.addWidget(self.table, 1)
        column.addWidget(self.card)
        column.addLayout(buttons)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found, in the order of the table."""
        found = self._done.findings
        return (*found.fatal, *found.lossy, *found.notes)

    @property
    def title(self) -> str:
        return self.words.say("Before it goes to SMART")

    def panes(self) -> Sequence[QWidget]:
        return [one for one in (self.table, self.card, self.write_button) if one.isVisibleTo(self)]

    # Looking

    def refresh(self) -> None:
        """Show what was found; after a change of what it is about, look again first."""
        if not self._is_told:
            self._is_told = True
            self._show()
            return
        self._waiting += 1
        self.card.wait()
        self.write_button.setEnabled(False)
        number = self._waiting
        self._check(lambda done: self._checked(number, done), self._is_newest)

    def _checked(self, number: int, done: SmartExported) -> None:
        if number == self._waiting:
            self._done = done
            self._show()

    def _show(self) -> None:
        self._records.clear()
        self._model = None
        self._show_rows()
        self.desk.with_model(self._ask_model)

    def _ask_model(self, _picking: DataModel) -> None:
        """What the office itself has; our own words for what it lacks are known by then."""
        self.desk.ask(office_acts.office_model(self.desk.station_id), self._show_with)

    def _show_with(self, model: DataModel) -> None:
        self._model = model
        self._mending = Mending(self.desk, self._done, model)
        self._show_rows()
        self.card.go_on()
        if not self.findings and self.isVisible():
            self.write_button.setFocus()
        place, self._mended_soon = self._mended_soon, None
        if place is not None and place == self.table.current_id():
            self._mend(place)

    def _show_rows(self) -> None:
        found, words = self._done.findings, self.words
        told = [(one, words.say("fail")) for one in found.fatal]
        told += [(one, words.say("drop it")) for one in found.lossy]
        told += [(one, words.say("take it")) for one in found.notes]
        rows = [self._row(place, one, verdict) for place, (one, verdict) in enumerate(told[:MOST_ROWS])]
        if len(told) > MOST_ROWS:
            more = len(told) - MOST_ROWS
            rest = words.say_count("{count} more finding", "{count} more findings", more)
            rows.append(TableRow("", ("", "", "", rest, "")))
        chosen = max(self.table.currentIndex().row(), 0)
        self.table.set_rows(rows)
        self.table.resizeRowsToContents()
        self.table.selectRow(min(chosen, len(rows) - 1))
        self.table.setVisible(bool(rows))
        self.told.setText(self._summary())
        theme.set_kind(self.told, "danger" if found.fatal else "warning" if found.lossy else "quiet")
        self.write_button.setVisible(not found.fatal)
        self.write_button.setEnabled(True)
        self.write_button.setText(self._act_words(is_lossy=bool(found.lossy)))
        self._show_mend()

    def _act_words(self, *, is_lossy: bool) -> str:
        words = self.words
        if self._is_sent:
            return words.say("Send all the same") if is_lossy else words.say("Put into the outbox")
        return words.say("Write all the same") if is_lossy else words.say("Write")

    def _summary(self) -> str:
        words, found = self.words, self._done.findings
        if self._is_sent:
            told = self._summary_of_sent()
        elif found.fatal:
            told = words.say_count(
                "Nothing was written: SMART's import would fail on {count} thing. It has to be mended first.",
                "Nothing was written: SMART's import would fail on {count} things. They have to be mended first.",
                len(found.fatal),
            )
        elif found.lossy:
            told = words.say_count(
                "Nothing was written yet: SMART would drop {count} thing.",
                "Nothing was written yet: SMART would drop {count} things.",
                len(found.lossy),
            )
        else:
            return words.say("Nothing was written yet, and nothing is left to mend: SMART takes everything.")
        clean = words.say_count(
            "{count} record is as SMART wants it.", "{count} records are as SMART wants them.", found.clean
        )
        return f"{told} {clean}" if found.clean else told

    def _summary_of_sent(self) -> str:
        words, found = self.words, self._done.findings
        if found.fatal:
            return words.say_count(
                "Not in the outbox: SMART's import would fail on {count} thing. It has to be mended first.",
                "Not in the outbox: SMART's import would fail on {count} things. They have to be mended first.",
                len(found.fatal),
            )
        if found.lossy:
            return words.say_count(
                "Not in the outbox yet: SMART would drop {count} thing.",
                "Not in the outbox yet: SMART would drop {count} things.",
                len(found.lossy),
            )
        return words.say("Not in the outbox yet, and nothing is left to mend: SMART takes everything.")

    def _row(self, place: int, finding: Finding, verdict: str) -> TableRow:
        if finding.record_id not in self._records:
            entry = self.desk.reader.entry(finding.record_id)
            self._records[finding.record_id] = (entry.kind, str(entry.values.get("number", "")))
        number = self._records[finding.record_id][1]
        facts = self._mending.facts(finding) if self._mending is not None else finding.facts
        said = say_code(self.words, finding.code, {"where": finding.where, **facts})
        where = say_place(self.words, finding.where)
        return TableRow(str(place), (number, verdict, where, said, self._mend_words(finding)))

    def _mend_words(self, finding: Finding) -> str:
        if finding.mend.remedy is Remedy.MAP:
            return self.words.say("Match")
        if self._mending is not None and self._mending.is_set(finding):
            return self.words.say("Set")
        if finding.mend.remedy is Remedy.CHOOSE_VERSION:
            return self.words.say("Newer SMART")
        return self.words.say("Open")

    # Mending

    def _chosen(self) -> Finding | None:
        place = self.table.current_id()
        return self.findings[int(place)] if place else None

    def _show_mend(self) -> None:
        self.card.show_finding(self._chosen(), self._mending if self._model is not None else None)

    def _mend(self, place: str) -> None:
        """Enter on a finding: the picker where something can be chosen, else the record; once the model is read."""
        if self._model is None:
            self._mended_soon = place
            return
        finding = self._chosen()
        if self.card.has_choice:
            self.card.focus_choice()
        elif finding is not None and finding.mend.remedy is not Remedy.CHOOSE_VERSION:
            self._open(finding)

    def _choose(self, finding: Finding, key: str) -> None:
        if self._mending is not None:
            self.table.setFocus()
            self.card.wait()
            self.desk.do(self._mending.choose(finding, key), title=self.words.say("Mending"), on_error=self._failed)

    def _add(self, finding: Finding) -> None:
        if self._mending is not None:
            self.table.setFocus()
            self.card.wait()
            self.desk.do(self._mending.add(finding), title=self.words.say("Mending"), on_error=self._failed)

    def _failed(self, error: RangerAppError) -> None:
        self.card.go_on()
        self.desk.tell(error)

    def _take_newest(self) -> None:
        if self._is_sent:
            told = self.words.say("The office's version of SMART stands with its place: change it there.")
            self.shell.say("information", told, acts=[(self.words.say("Places"), lambda: self.shell.run("places"))])
            return
        self._is_newest = True
        self.refresh()

    def _open(self, finding: Finding) -> None:
        """Open the record at the field; going back looks again at what SMART would do."""
        if self._mending is None:
            return
        if self.desk.refusal is not None:
            self.desk.tell(self.desk.refusal)
            return
        target = self._mending.target(finding)
        page = FormPage(self.desk, self.shell, target.kind, target.record, field=target.field, inside=target.inside)
        self.shell.show_view(page)
        page.begin()

    def _write_all(self) -> None:
        self.shell.run("back")
        self._write(self._is_newest)

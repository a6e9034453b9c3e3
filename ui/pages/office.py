"""The SMART office that receives our files: what is known of its lists and people, and what ours is called there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from ranger_app.domain.smart_office import LISTS, Choice
from ranger_app.i18n import marked
from ui import office_acts, telling, theme
from ui.button import Button
from ui.commands import command
from ui.desk import Desk
from ui.flow_row import FlowRow
from ui.office_words import thing_label
from ui.pages.office_sheets import TYPE_WORDS, OfficeSheets
from ui.pages.page import Page
from ui.pages.texts import list_label
from ui.record_table import ShortTable, TableRow
from ui.shell import Shell

if TYPE_CHECKING:
    from db.reader import Entry
    from ranger_app.domain.data_model import DataModel

MEMBERS, MAPPINGS = "member", "mapping"

SECTION_WORDS = {
    "transport": marked("Transports"),
    "mandate": marked("Mandates"),
    "team": marked("Teams"),
    "station": marked("Stations of patrols"),
    "patrol_attribute": marked("Patrol attributes"),
    "rank": marked("Ranks"),
    "agency": marked("Agencies"),
    MEMBERS: marked("Employees"),
    MAPPINGS: marked("What ours is called there"),
}
"""What the page lists."""

SOURCE_WORDS = {
    "office": marked("told by the office"),
    "typed": marked("added here"),
    "seen": marked("seen in a file"),
    "training": marked("SMART's training area"),
    "": marked("recorded here"),
}

MOST_ROWS = 2_000


class OfficePage(Page):
    """The lists at the leading side, the entries of the chosen one beside them."""

    name = "office"
    kinds = frozenset({"choice", "member", "officer", "mapping", "setting", "model"})
    bar = ("new",)

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell)
        self.acts = {"new": self.add, "edit": self.change}
        self._sheets = OfficeSheets(desk, shell)
        self._model: DataModel | None = None
        self._mapped: dict[str, tuple[str, str, str]] = {}
        self._tables: dict[str, ShortTable] = {}
        self.lists = QListWidget()
        self.lists.setAccessibleName(self.words.say("Lists of the office"))
        self.lists.setMinimumWidth(200)
        self.lists.setWordWrap(True)
        self.lists.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for name in SECTION_WORDS:
            item = QListWidgetItem()
            item.setData(Qt.ItemDataRole.UserRole, name)
            self.lists.addItem(item)
        self.lists.setCurrentRow(0)
        self.lists.currentRowChanged.connect(lambda _: self._show_section())
        self.lists.itemActivated.connect(lambda _: self._tables[self.section].setFocus())
        self.note = QLabel()
        self.note.setWordWrap(True)
        theme.set_kind(self.note, "quiet")
        self._build()

    def _build(self) -> None:
        words = self.words
        self.add_button, self.change_button = Button(words.say("Add")), Button(words.say("Change"))
        self.clear_button = Button(words.say("Clear"))
        self.add_button.clicked.connect(self.add)
        self.change_button.clicked.connect(self.change)
        self.clear_button.clicked.connect(self.clear)
        loads = [self._load_button(name) for name in ("import_metadata", "import_employees")]
        buttons = FlowRow(self.add_button, self.change_button, self.clear_button, *loads)
        side = QWidget()
        self._column = QVBoxLayout(side)
        self._column.setContentsMargins(theme.SPACES_PX[1], 0, 0, 0)
        self._column.setSpacing(theme.SPACES_PX[1])
        self._column.addWidget(self.note)
        of_lists = self._table([words.say("Name"), words.say("Key"), words.say("Kind"), words.say("Known from")], 0)
        of_people = self._table(
            [words.say("Name"), words.say("Number"), words.say("Rank"), words.say("Agency"), words.say("Known from")], 0
        )
        of_mappings = self._table([words.say("What"), words.say("Ours"), words.say("In the office")], 2)
        self._tables = {**dict.fromkeys(LISTS, of_lists), MEMBERS: of_people, MAPPINGS: of_mappings}
        self._column.addLayout(buttons)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.lists)
        splitter.addWidget(side)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([230, 700])
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.SPACES_PX[2],) * 4)
        column.addWidget(splitter)

    def _load_button(self, name: str) -> Button:
        button = Button(self.words.say(command(name).label))
        button.setToolTip(self.words.say(command(name).help))
        button.clicked.connect(lambda: self.shell.run(name))
        return button

    def _table(self, headings: Sequence[str], stretch: int) -> ShortTable:
        name = self.words.say("Entries; Enter changes the chosen one")
        table = ShortTable(headings, name, stretch=stretch, is_short=False)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.opened.connect(lambda _: self.change())
        self._column.addWidget(table, 1)
        return table

    @property
    def title(self) -> str:
        return self.words.say("SMART office")

    @property
    def section(self) -> str:
        """Name of the chosen list."""
        item = self.lists.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole)) if item is not None else "transport"

    @property
    def table(self) -> ShortTable:
        """The table in sight."""
        return self._tables[self.section]

    def panes(self) -> Sequence[QWidget]:
        return (self.lists, self.table)

    def can(self, name: str) -> bool:
        if name == "new":
            return self.section != MEMBERS or bool(self._sheets.addable_people())
        return name in self.acts and self.section != MEMBERS and bool(self.table.current_id())

    # Showing

    def refresh(self) -> None:
        self.desk.with_model(self._take_model)

    def _take_model(self, model: DataModel) -> None:
        self._model = model
        for place, name in enumerate(SECTION_WORDS):
            count = len(self._rows(name))
            label = self.words.say(SECTION_WORDS[name])
            self.lists.item(place).setText(
                self.words.say("{list}: {count}", list=label, count=telling.number(self.words, count))
            )
        self._show_section()

    def _show_section(self) -> None:
        section, table = self.section, self.table
        for one in set(self._tables.values()):
            one.setVisible(one is table)
        chosen = max(table.currentIndex().row(), 0)
        rows = self._rows(section)
        table.set_rows(rows[:MOST_ROWS])
        if rows:
            table.selectRow(min(chosen, len(rows) - 1))
        self.note.setText(self._note(section))
        self.add_button.setEnabled(self.can("new"))
        self.change_button.setVisible(section != MEMBERS)
        self.change_button.setEnabled(bool(rows))
        self.change_button.setText(self.words.say("Change") if section == MAPPINGS else self.words.say("Rename"))
        self.clear_button.setVisible(section == MAPPINGS)
        self.clear_button.setEnabled(bool(rows))
        self.changed.emit()

    def _note(self, section: str) -> str:
        words, told = self.words, self.desk.office.told
        if section == MAPPINGS:
            return words.say(
                "What is called otherwise in the office is written under the office's name, and stays here as it is."
            )
        if section == MEMBERS and "members" in told:
            return words.say("The office told its employees: who is not among them, SMART would drop.")
        if section == MEMBERS:
            return words.say("The office has not told its employees, so nobody is checked. Load its list (CSV).")
        if section in ("rank", "agency"):
            return words.say("For people to choose from; SMART does not check it.")
        if section in told:
            return words.say("The office told this list: what is not in it, SMART would drop or refuse.")
        if section == "patrol_attribute":
            return words.say("The office has not told its patrol attributes, so none is checked.")
        return words.say(
            "The office has not told this list: SMART's training area and what files named count as known."
        )

    def _rows(self, section: str) -> list[TableRow]:
        if section == MAPPINGS:
            return self._mapping_rows()
        return self._people_rows() if section == MEMBERS else self._list_rows(section)

    def _list_rows(self, section: str) -> list[TableRow]:
        from db.office import known_choices

        office = self.desk.office
        sources: dict[str, str] = {}
        for one in known_choices(self.desk.reader, section):
            sources.setdefault(one.choice.key, one.source)
        has, lacks = office.choices(section), office.others.get(section, {})
        rows = [self._list_row(section, one, sources.get(one.key, "training"), "") for one in has.values()]
        lacking = self.words.say("the office lacks it")
        return rows + [
            self._list_row(section, one, sources[one.key], lacking) for one in lacks.values() if one.key in sources
        ]

    def _list_row(self, section: str, one: Choice, source: str, lacking: str) -> TableRow:
        words = self.words
        labels = [list_label(words, self.desk.office, section, one.key)]
        labels += [f"{label} ({code})" for code, label in one.labels.items() if label not in labels]
        kind = TYPE_WORDS.get(one.patrol_type, one.patrol_type) or one.type
        told = ", ".join(part for part in (words.say(SOURCE_WORDS.get(source, source)), lacking) if part)
        return TableRow(one.key, (" · ".join(labels), one.key, words.say(kind) if kind else "", told))

    def _people_rows(self) -> list[TableRow]:
        reader = self.desk.reader
        in_office = None if self.desk.office.members is None else {one.id for one in self.desk.office.members}
        rows = [self._person_row(entry, in_office) for entry in reader.entries("member")]
        return sorted(rows, key=lambda row: row.texts[0].casefold())

    def _person_row(self, entry: Entry, in_office: set[str] | None) -> TableRow:
        words, values = self.words, entry.values
        names = (values.get("family_name"), values.get("given_name"))
        name = ", ".join(str(part) for part in names if part)
        told = [words.say(SOURCE_WORDS.get(str(values.get("source", "")), ""))]
        if in_office is not None and entry.id not in in_office:
            told.append(words.say("the office lacks it"))
        numbers = (str(values.get(field, "") or "") for field in ("employee_id", "rank", "agency"))
        return TableRow(entry.id, (name, *numbers, ", ".join(told)))

    def _mapping_rows(self) -> list[TableRow]:
        from db.office import known_mappings
        from db.officers import members
        from ui.office_words import WHAT_WORDS

        words, office, model = self.words, self.desk.office, self._model
        if model is None:
            return []
        people, rows = members(self.desk.reader), []
        self._mapped = {}
        for one in known_mappings(self.desk.reader):
            if not one.theirs:
                continue
            self._mapped[one.id] = (one.what, one.ours, one.theirs)
            told = [thing_label(words, office, model, people, one.what, key) for key in (one.ours, one.theirs)]
            rows.append(TableRow(one.id, (words.say(WHAT_WORDS.get(one.what, one.what)), *told)))
        return rows

    # Acts

    def add(self) -> None:
        """Add an entry to the chosen list."""
        if self.section == MAPPINGS:
            self._sheets.ask_mapping()
        elif self.section == MEMBERS:
            self._sheets.ask_person()
        else:
            self._sheets.ask_choice(self.section, self.words.say(SECTION_WORDS[self.section]))

    def change(self) -> None:
        """Rename the chosen entry, or map it otherwise."""
        chosen = self.table.current_id()
        if not chosen or self.section == MEMBERS:
            return
        if self.section == MAPPINGS:
            self._sheets.ask_mapping(*self._mapped[chosen])
        else:
            self._sheets.ask_name(self.section, chosen)

    def clear(self) -> None:
        """Take the chosen mapping away."""
        chosen = self._mapped.get(self.table.current_id()) if self.section == MAPPINGS else None
        if chosen is not None:
            self.desk.do(office_acts.clear_mapping(chosen[0], chosen[1], officer=self.desk.officer_id))

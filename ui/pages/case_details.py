"""One case to be read: its plan on the map, its incidents, its exhibits, and the dossiers that were sealed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ranger_app.messages import say_code
from ui import telling
from ui.desk import Desk
from ui.empty_place import EmptyPlace
from ui.facts_view import FactsView
from ui.map_pane import MapPane
from ui.pages.case_plan import CasePlan, plan_of
from ui.pages.texts import LANGUAGE_WORDS
from ui.record_table import ShortTable, TableRow
from ui.responsive import PanePair
from ui.shell import Shell

if TYPE_CHECKING:
    from ranger_app.domain.records import Case


class CaseDetails(PanePair):
    """Map and facts of the chosen case; a row of a table shows its place, a sign of the map opens its record."""

    def __init__(self, desk: Desk, shell: Shell) -> None:
        self.map = MapPane(desk.words, desk)
        self.facts = FactsView(desk.words.say("The case"))
        super().__init__(self.map, self.facts, (desk.words.say("Map"), desk.words.say("Details")))
        self.desk = desk
        self.shell = shell
        self.words = desk.words
        self._shown = ""
        self._plan: CasePlan | None = None
        self._exhibits: dict[str, str] = {}
        self.map.picked.connect(self._picked)

    def show_case(self, record: str) -> None:
        """Show a case; its plan comes a little later."""
        from db.cases import case

        found = case(self.desk.reader, record)
        is_another = found.id != self._shown
        self._shown = found.id
        self._tell(found)
        self.desk.ask(plan_of(found.id), lambda plan: self._show_plan(found.id, plan, fit=is_another))

    # The map

    def _show_plan(self, case: str, plan: CasePlan, *, fit: bool) -> None:
        if case != self._shown:
            return
        self._plan = plan
        self.map.add_layer(plan.layer)
        self.map.show_spots(plan.spots)
        if fit:
            self.map.look_at_all(plan.boxes, plan.spots)
            if plan.lost:
                told = {"records": ", ".join(plan.lost)}
                self.shell.say("warning", say_code(self.words, "map-tracks-unread", told))

    def _picked(self, kind: str, record: str) -> None:
        """Open the record of a sign or of a line; an exhibit has none, it is told."""
        if self._plan is None:
            return
        if kind == "exhibit":
            self.shell.say("information", self._exhibits.get(record, ""))
        else:
            self.shell.open_record(*self._plan.records.get(record, (kind, record)))

    def _point_at(self, table: ShortTable) -> None:
        """Choose on the map what is chosen in a table."""
        view, record = self.map.view, table.current_id()
        if view is not None and record:
            view.select([("places", record)])

    def _show_on_map(self, record: str) -> None:
        view = self.map.view
        if view is not None and self._plan is not None and record in self._plan.records:
            self.show_first()
            view.flash([("places", record)])

    def print_map(self) -> None:
        """Ask how to print the plan of the case: all of it, or what is seen."""
        view = self.map.view
        if view is None or self._plan is None:
            return
        from db.cases import case
        from ranger_app.services.print_map import WantedMap
        from ui.print_map_sheet import Choice, ask_print, on_earth

        words, seen = self.words, on_earth(view.viewport.bounds)
        found = case(self.desk.reader, self._shown)
        wanted = WantedMap(case=found.id)
        on_map = replace(wanted, bounds=seen)
        choices = [Choice(label=words.say("The plan of the case, on this map"), wanted=on_map, stem=found.number)]
        if self._plan.spots:
            choices.insert(0, Choice(label=words.say("The plan of the case"), wanted=wanted, stem=found.number))
        ask_print(self.desk, self.shell, seen, choices=choices)

    # Facts

    def _tell(self, found: Case) -> None:
        words, facts = self.words, self.facts
        facts.clear()
        facts.title(found.title)
        facts.fact(words.say("Number"), found.number)
        facts.heading(words.say("Incidents"))
        if found.incidents:
            facts.widget_below(self._incident_table(found))
        else:
            facts.note(words.say("None yet: press F2 and choose some."), "warning")
        if found.exhibits:
            facts.heading(words.say("Exhibits"))
            facts.widget_below(self._exhibit_table(found))
        facts.heading(words.say("Dossiers"))
        facts.widget_below(self._dossier_table(found))

    def _incident_table(self, found: Case) -> QWidget:
        from db.incidents import incident

        words = self.words
        table = ShortTable(
            [words.say("Number"), words.say("When"), words.say("Place"), words.say("Still missing")],
            words.say("Incidents of the case"),
            stretch=2,
        )
        rows, kinds = [], {}
        for record in found.incidents:
            one = incident(self.desk.reader, record)
            kinds[record] = "conflict" if one.kind == "conflict" else "incident"
            when = telling.moment(words, one.occurred_at) if one.occurred_at else ""
            lacking = telling.number(words, len(one.missing)) if one.missing else words.say("nothing")
            place = (
                one.place
                if one.position is not None
                else " · ".join(part for part in (one.place, words.say("not on the map")) if part)
            )
            rows.append(TableRow(record, (one.number, when, place, lacking)))
        table.set_rows(rows)
        table.opened.connect(lambda record: self.shell.open_record(kinds[record], record))
        self._follow(table)
        return table

    def _exhibit_table(self, found: Case) -> QWidget:
        words = self.words
        headings = [words.say("Number"), words.say("What it is"), words.say("Found at"), words.say("Seal")]
        table = ShortTable(headings, words.say("Exhibits of the case"), stretch=1)
        rows = [TableRow(one.id, (one.number, one.description, one.found_at, one.seal)) for one in found.exhibits]
        self._exhibits = {row.id: " · ".join(part for part in row.texts if part) for row in rows}
        table.set_rows(rows)
        table.opened.connect(self._show_on_map)
        self._follow(table)
        return table

    def _follow(self, table: ShortTable) -> None:
        """What is chosen in *table* is chosen on the map too."""
        table.selectionModel().currentRowChanged.connect(lambda *_: self._point_at(table))

    def _dossier_table(self, found: Case) -> QWidget:
        from db.cases import dossiers

        words = self.words
        sealed = dossiers(self.desk.reader, found.id)
        if not sealed:
            return EmptyPlace(words.say("No dossier was sealed yet."))
        table = ShortTable(
            [words.say("Revision"), words.say("Sealed"), words.say("Language"), words.say("SHA-256")],
            words.say("Sealed dossiers"),
        )
        rows = []
        for one in sealed:
            at = telling.moment_from_iso(one.sealed_at)
            when = telling.moment(words, at.astimezone(self.desk.zone).replace(microsecond=0)) if at else one.sealed_at
            language = words.say(LANGUAGE_WORDS.get(one.language, one.language))
            rows.append(TableRow(one.id, (str(one.revision), when, language, one.sha256)))
        table.set_rows(rows)
        return table

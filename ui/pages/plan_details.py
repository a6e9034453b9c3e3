"""One plan to be read: its way on the map, its people, and the patrols that were made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ranger_app.jobs import JobContext
from ui import telling
from ui.desk import Desk
from ui.facts_view import FactsView
from ui.map_pane import MapPane, Spot
from ui.pages.plan_words import STATE_WORDS, plan_days
from ui.pages.texts import list_label
from ui.record_table import ShortTable, TableRow
from ui.responsive import PanePair
from ui.shell import Shell

if TYPE_CHECKING:
    from db.plans import PlanOutcome
    from ranger_app.domain.plans import Plan
    from ranger_app.domain.track import Track
    from ui.store_thread import ReadJob, Sight


class PlanDetails(PanePair):
    """Map and facts of the chosen plan: the planned way dashed, what was walked as a track."""

    def __init__(self, desk: Desk, shell: Shell) -> None:
        self.map = MapPane(desk.words, desk)
        self.facts = FactsView(desk.words.say("The plan"))
        super().__init__(self.map, self.facts, (desk.words.say("Map"), desk.words.say("Details")))
        self.desk = desk
        self.shell = shell
        self.words = desk.words
        self._shown = ""

    def show_plan(self, record: str) -> None:
        """Show a plan; its map comes a little later."""
        from db.plans import outcome

        found = outcome(self.desk.reader, record)
        self._shown = record
        self._tell(found)
        self.desk.ask(_lines_of(found), lambda lines: self._show_map(record, found.plan, *lines), owner=self)

    def _show_map(self, record: str, plan: Plan, planned: Track | None, walked: list[tuple[str, Track]]) -> None:
        if record != self._shown:
            return
        spots = [
            Spot(id=f"{place}", kind="waypoint", latitude_deg=one.latitude_deg, longitude_deg=one.longitude_deg,
                 label=one.name)
            for place, one in enumerate(plan.route)
            if one.name or len(plan.route) == 1
        ]  # fmt: skip
        lines = [("plan", planned)] if planned is not None else []
        self.map.show_things([*walked, *lines], spots)
        self.map.show_things(walked, spots, fit=False)
        self.map.show_beside(lines)

    def _tell(self, found: PlanOutcome) -> None:
        words, facts, plan, office = self.words, self.facts, found.plan, self.desk.office
        facts.clear()
        facts.title(plan.name or plan.number)
        names = {one.id: one.name for one in plan.members}
        people = [words.say("{person} (leader)", person=name) if one == plan.leader else name
                  for one, name in names.items()]  # fmt: skip
        lists = [(name, list_label(words, office, name, getattr(plan, name)))
                 for name in ("transport", "mandate", "team", "station")]  # fmt: skip
        labels = {"transport": words.say("Transport"), "mandate": words.say("Mandate"), "team": words.say("Team"),
                  "station": words.say("Station")}  # fmt: skip
        facts.facts(
            [
                (words.say("Number"), plan.number),
                (words.say("What became of it"), words.say(STATE_WORDS[plan.state])),
                (words.say("Why"), plan.reason),
                (words.say("Days"), plan_days(words, plan)),
                (words.say("Planned way"), telling.length(words, found.planned_m) if found.planned_m else ""),
                (words.say("Objective"), plan.objective),
                (words.say("Members"), "; ".join(people)),
                *((labels[name], told) for name, told in lists),
                (words.say("Comment"), plan.comment),
            ]
        )
        self._tell_patrols(found)

    def _tell_patrols(self, found: PlanOutcome) -> None:
        words = self.words
        self.facts.heading(words.say("What was walked"))
        if not found.patrols:
            self.facts.note(words.say("No patrol was made of it yet."), "information")
            return
        headings = [words.say("Patrol"), words.say("From"), words.say("To"), words.say("Distance")]
        table = ShortTable(headings, words.say("What was walked"), stretch=0)
        table.set_rows([
            TableRow(row.id, (row.objective or row.number, self._day(row.start), self._day(row.end),
                              telling.length(words, row.distance_m)))
            for row in found.patrols
        ])  # fmt: skip
        table.opened.connect(lambda record: self.shell.open_record("patrol", record))
        self.facts.widget_below(table)

    def _day(self, iso: str) -> str:
        day = telling.date_from_iso(iso)
        return telling.day(self.words, day) if day is not None else ""


def _lines_of(found: PlanOutcome) -> ReadJob[tuple[Track | None, list[tuple[str, Track]]]]:
    """The planned way as a line, and the tracks of the patrols, made beside the window."""

    def work(sight: Sight, context: JobContext) -> tuple[Track | None, list[tuple[str, Track]]]:
        import numpy as np

        from db.patrols import tracks_of_leg
        from ranger_app.domain.track import NO_TIME, Track

        route = found.plan.route
        planned = None
        if len(route) > 1:
            planned = Track(
                time_us=np.full(len(route), NO_TIME, np.int64),
                longitude_deg=np.array([one.longitude_deg for one in route], np.float64),
                latitude_deg=np.array([one.latitude_deg for one in route], np.float64),
                elevation_m=np.full(len(route), np.nan),
                part_starts=np.zeros(1, np.int64),
            )
        walked: list[tuple[str, Track]] = []
        for number, row in enumerate(found.patrols):
            context.step(number, len(found.patrols), "reading-tracks")
            for leg in sight.reader.entries("leg", parent=row.id):
                walked += [(row.id, track) for track in tracks_of_leg(sight.reader, leg.id, sight.blobs)]
        return planned, walked

    return work

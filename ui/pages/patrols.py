"""Patrols: where we walked, and what was seen on the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from ranger_app.jobs import JobContext
from ui import telling
from ui.desk import Desk
from ui.empty_place import EmptyPlace
from ui.facts_view import FactsView
from ui.forms.record_form import RecordForm
from ui.map_pane import MapPane, Spot
from ui.pages.list_page import ListPage
from ui.pages.record_acts import RecordActs
from ui.pages.texts import list_label
from ui.record_list import ListRow
from ui.record_table import ShortTable, TableRow
from ui.responsive import PanePair
from ui.shell import Shell

if TYPE_CHECKING:
    from db.drafts import Draft
    from ranger_app.domain.records import Patrol, Waypoint
    from ranger_app.domain.track import Track
    from ui.store_thread import ReadJob, Sight


class PatrolsPage(ListPage):
    """The list of patrols with the chosen one beside it."""

    name = "patrols"
    kinds = frozenset({"patrol", "leg", "track", "waypoint", "observation", "attachment"})
    bar = ("import_tracks", "edit", "export_smart")

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell)
        acts = RecordActs(desk, shell, lambda: self.chosen)
        self.acts = {
            "new": lambda: shell.run("import_tracks"),
            "edit": self.run_edit,
            **acts.all_acts("patrol"),
        }
        self.map: MapPane | None = None
        self._shown = ""

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
        told = self.words.say("Patrols come from the GPX files of your receivers. Drop the files here.")
        return EmptyPlace(told, self.words.say("Import tracks"), lambda: self.shell.run("import_tracks"))

    def fetch(self, before: Any, limit: int) -> Sequence[ListRow]:
        from db.patrols import patrol_page

        return [self._row(row) for row in patrol_page(self.desk.reader, before=before, limit=limit)]

    def _row(self, row: Any) -> ListRow:
        words = self.words
        start = telling.date_from_iso(row.start)
        legs = words.say_count("{count} leg", "{count} legs", row.legs)
        transports = ", ".join(list_label(words, "transports", key) for key in row.transport.split(", "))
        return ListRow(
            id=row.id,
            kind="patrol",
            when=telling.day(words, start)[:6] if start is not None else "",
            title=row.objective or row.number,
            second=" · ".join(part for part in (telling.length(words, row.distance_m), legs, transports) if part),
            mark="" if start is not None else words.say("no day"),
            group=telling.month(words, start) if start is not None else words.say("Without a day"),
            place=row.place,
        )

    # The chosen one

    def _pair(self) -> PanePair:
        if self.map is None:
            self.map = MapPane(self.words)
            self.map.picked.connect(self._picked)
            self.facts = FactsView(self.words.say("The patrol"))
            self.pair = PanePair(self.map, self.facts, (self.words.say("Map"), self.words.say("Details")))
            self.details.addWidget(self.pair)
        return self.pair

    def show_details(self, row: ListRow) -> None:
        from db.patrols import patrol

        pair = self._pair()
        found = patrol(self.desk.reader, row.id)
        self._shown = found.id
        self._tell(found)
        self.details.setCurrentWidget(pair)
        spots = [_spot(waypoint) for waypoint in found.waypoints]
        self.desk.ask(_tracks_of(found.id), lambda tracks: self._show_map(found.id, tracks, spots))

    def _show_map(self, patrol: str, tracks: list[tuple[str, Track]], spots: list[Spot]) -> None:
        if patrol == self._shown and self.map is not None:
            self.map.show_things(tracks, spots)

    def _picked(self, kind: str, record: str) -> None:
        if kind == "waypoint":
            self.shell.say("information", self._waypoints.get(record, ""))

    def _tell(self, found: Patrol) -> None:
        words, facts = self.words, self.facts
        facts.clear()
        facts.title(found.number)
        start, end = found.start, found.end
        days = " – ".join(dict.fromkeys(telling.day(words, day) for day in (start, end) if day is not None))
        facts.facts(
            [
                (words.say("Days"), days),
                (words.say("Distance"), telling.length(words, found.distance_m)),
                (words.say("Fixes"), telling.number(words, found.points)),
                (words.say("Objective"), found.objective),
                (words.say("Team"), list_label(words, "teams", found.team)),
                (words.say("Station"), list_label(words, "stations", found.station)),
                (words.say("Armed"), words.say("Yes") if found.is_armed else words.say("No")),
                (words.say("Comment"), found.comment),
            ]
        )
        if found.has_untimed_tracks:
            facts.note(words.say("Some tracks have no times: give them a day before they go to SMART."), "warning")
        self._tell_legs(found)
        self._tell_waypoints(found)

    def _tell_legs(self, found: Patrol) -> None:
        words = self.words
        for leg in found.legs:
            people = [m.name + (f" ({words.say('leader')})" if m.id == leg.leader else "") for m in leg.members]
            self.facts.heading(
                words.say("Leg {number} · {transport}", number=leg.number,
                          transport=list_label(words, "transports", leg.transport) or words.say("no transport"))
            )  # fmt: skip
            self.facts.fact(words.say("Members"), "; ".join(people))
            self.facts.fact(words.say("Mandate"), list_label(words, "mandates", leg.mandate))
            table = ShortTable(
                [
                    words.say("Day"),
                    words.say("From"),
                    words.say("To"),
                    words.say("Distance"),
                    words.say("Rest"),
                    words.say("Fixes"),
                ],
                words.say("Days of leg {number}", number=leg.number),
            )
            table.set_rows([
                TableRow(day.date.isoformat(), (
                    telling.day(words, day.date), telling.clock(day.start), telling.clock(day.end),
                    telling.length(words, day.distance_m),
                    words.say("{count} min", count=telling.number(words, day.rest_minutes)),
                    telling.number(words, day.points),
                ))
                for day in leg.days
            ])  # fmt: skip
            self.facts.widget_below(table)

    def _tell_waypoints(self, found: Patrol) -> None:
        words = self.words
        self._waypoints: dict[str, str] = {}
        if not found.waypoints:
            return
        self.facts.heading(words.say("Waypoints"))
        headings = [words.say("Time"), words.say("Seen"), words.say("Position")]
        table = ShortTable(headings, words.say("Waypoints"), stretch=1)
        rows = []
        for waypoint in found.waypoints:
            told = _waypoint_words(waypoint)
            place = f"{waypoint.position.latitude_deg:.6f}, {waypoint.position.longitude_deg:.6f}"
            moment = telling.moment(words, waypoint.at.astimezone(self.desk.zone))
            rows.append(TableRow(waypoint.id, (moment, told, place)))
            self._waypoints[waypoint.id] = f"{moment} · {told} · {place}"
        table.set_rows(rows)
        table.opened.connect(self._show_waypoint)
        self.facts.widget_below(table)

    def _show_waypoint(self, waypoint: str) -> None:
        if self.map is not None and self.map.view is not None:
            self.pair.show_first()
            self.map.view.flash([("places", waypoint)])

    def make_form(self, row: ListRow) -> RecordForm | None:
        from ui.forms.patrol_writing import PatrolWriting

        return RecordForm(self.desk, self.shell, PatrolWriting(self.desk, row.id))

    def resume(self, draft: Draft) -> None:
        """Open the form of a patrol as it was left."""
        from ui.forms.patrol_writing import PatrolWriting

        self.open_form(RecordForm(self.desk, self.shell, PatrolWriting(self.desk, draft.record), draft=draft))


def _waypoint_words(waypoint: Waypoint) -> str:
    said = " ".join(line.strip() for line in waypoint.comment.splitlines())
    seen = ", ".join(one.category.rstrip(".").rpartition(".")[2] for one in waypoint.observations)
    return " · ".join(part for part in (said, seen) if part) or f"{waypoint.number}"


def _spot(waypoint: Waypoint) -> Spot:
    where = waypoint.position
    return Spot(
        id=waypoint.id, kind="waypoint", latitude_deg=where.latitude_deg, longitude_deg=where.longitude_deg,
        label=waypoint.comment.partition("\n")[0][:24],
    )  # fmt: skip


def _tracks_of(patrol: str) -> ReadJob[list[tuple[str, Track]]]:
    """The tracks of a patrol, read beside the window."""

    def work(sight: Sight, context: JobContext) -> list[tuple[str, Track]]:
        from db.patrols import tracks_of_leg

        found = []
        legs = sight.reader.entries("leg", parent=patrol)
        for number, leg in enumerate(legs):
            context.step(number, len(legs), "reading-tracks")
            found += [(patrol, track) for track in tracks_of_leg(sight.reader, leg.id, sight.blobs)]
        return found

    return work

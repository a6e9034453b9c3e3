"""One patrol to be read: its track on the map, its legs and days, and what was seen at its waypoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ranger_app.jobs import JobContext
from ui import telling
from ui.desk import Desk
from ui.facts_view import FactsView
from ui.map_pane import MapPane, Spot
from ui.pages.texts import list_label
from ui.record_table import ShortTable, TableRow
from ui.responsive import PanePair
from ui.shell import Shell

if TYPE_CHECKING:
    from ranger_app.domain.records import Leg, Patrol, Waypoint
    from ranger_app.domain.track import Track
    from ui.store_thread import ReadJob, Sight

LONGEST_LABEL = 32
"""Letters of a comment that the map shows."""


class PatrolDetails(PanePair):
    """Map and facts of the chosen patrol."""

    def __init__(self, desk: Desk, shell: Shell) -> None:
        self.map = MapPane(desk.words)
        self.facts = FactsView(desk.words.say("The patrol"))
        super().__init__(self.map, self.facts, (desk.words.say("Map"), desk.words.say("Details")))
        self.desk = desk
        self.shell = shell
        self.words = desk.words
        self._shown = ""
        self._waypoints: dict[str, str] = {}
        self.map.picked.connect(self._picked)

    def show_patrol(self, record: str) -> None:
        """Show a patrol; its track comes a little later."""
        from db.patrols import patrol

        found = patrol(self.desk.reader, record)
        self._shown = found.id
        self._tell(found)
        spots = [_spot(waypoint) for waypoint in found.waypoints]
        self.desk.ask(_tracks_of(found.id), lambda tracks: self._show_map(found.id, tracks, spots))

    def _show_map(self, patrol: str, tracks: list[tuple[str, Track]], spots: list[Spot]) -> None:
        if patrol == self._shown:
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
                (words.say("Team"), list_label(words, self.desk.office, "team", found.team)),
                (words.say("Station"), list_label(words, self.desk.office, "station", found.station)),
                (words.say("Armed"), self._armed(found)),
                (words.say("Comment"), found.comment),
            ]
        )
        if any(leg.assumed for leg in found.legs):
            told = words.say(
                "Nobody stated what is marked as assumed. Say it with F2 before it goes into a case or to SMART."
            )
            facts.note(told, "warning")
        if found.has_untimed_tracks:
            facts.note(words.say("Some tracks have no times: give them a day before they go to SMART."), "warning")
        self._tell_legs(found)
        self._tell_waypoints(found)

    def _armed(self, found: Patrol) -> str:
        if "armed" in found.assumed:
            return self.words.say("not said")
        return self.words.say("Yes") if found.is_armed else self.words.say("No")

    def _assumed(self, leg: Leg, name: str, told: str) -> str:
        return self.words.say("{value} (assumed)", value=told) if told and name in leg.assumed else told

    def _tell_legs(self, found: Patrol) -> None:
        words = self.words
        for leg in found.legs:
            transport = self._assumed(leg, "transport", list_label(words, self.desk.office, "transport", leg.transport))
            self.facts.heading(
                words.say("Leg {number} · {transport}", number=leg.number,
                          transport=transport or words.say("no transport"))
            )  # fmt: skip
            self.facts.fact(words.say("Members"), self._people(leg))
            mandate = list_label(words, self.desk.office, "mandate", leg.mandate)
            self.facts.fact(words.say("Mandate"), self._assumed(leg, "mandate", mandate))
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
                    telling.day(words, day.date),
                    telling.clock(day.start) if day.is_timed else "", telling.clock(day.end) if day.is_timed else "",
                    telling.length(words, day.distance_m),
                    words.say("{count} min", count=telling.number(words, day.rest_minutes)),
                    telling.number(words, day.points),
                ))
                for day in leg.days
            ] + self._undated(leg))  # fmt: skip
            self.facts.widget_below(table)

    def _undated(self, leg: Leg) -> list[TableRow]:
        """What of a leg no day is known for."""
        if not leg.undated_points:
            return []
        words = self.words
        length, fixes = telling.length(words, leg.undated_m), telling.number(words, leg.undated_points)
        return [TableRow("", (words.say("no day"), "", "", length, "", fixes))]

    def _people(self, leg: Leg) -> str:
        """The members of a leg, with what nobody stated marked."""
        words = self.words
        people = []
        for one in leg.members:
            told = one.name
            if one.id == leg.leader:
                is_assumed = "leader" in leg.assumed
                told += f" ({words.say('leader, assumed') if is_assumed else words.say('leader')})"
            elif "members" in leg.assumed:
                told = words.say("{value} (assumed)", value=told)
            people.append(told)
        return "; ".join(people)

    def _tell_waypoints(self, found: Patrol) -> None:
        words = self.words
        self._waypoints = {}
        if not found.waypoints:
            return
        self.facts.heading(words.say("Waypoints"))
        headings = [words.say("Time"), words.say("Seen"), words.say("Position")]
        table = ShortTable(headings, words.say("Waypoints"), stretch=1)
        rows, notation = [], self.desk.notation
        for waypoint in found.waypoints:
            told = _waypoint_words(waypoint)
            place = telling.place(notation, waypoint.position.latitude_deg, waypoint.position.longitude_deg)
            moment = self._moment(waypoint)
            rows.append(TableRow(waypoint.id, (moment, told, place)))
            self._waypoints[waypoint.id] = f"{moment} · {told} · {place}"
        table.set_rows(rows)
        table.opened.connect(self._show_waypoint)
        self.facts.widget_below(table)

    def _moment(self, waypoint: Waypoint) -> str:
        words = self.words
        if waypoint.at is not None:
            told = telling.moment(words, waypoint.at.astimezone(self.desk.zone))
            return words.say("{moment} (from the track)", moment=told) if waypoint.is_at_from_track else told
        if waypoint.is_date_given and waypoint.date is not None:
            return words.say("{day}, no time", day=telling.day(words, waypoint.date))
        return words.say("no time")

    def _show_waypoint(self, waypoint: str) -> None:
        if self.map.view is not None:
            self.show_first()
            self.map.view.flash([("places", waypoint)])


def _waypoint_words(waypoint: Waypoint) -> str:
    seen = ", ".join(one.category.rstrip(".").rpartition(".")[2] for one in waypoint.observations)
    return " · ".join(part for part in (_in_one_line(waypoint.comment), seen) if part) or f"{waypoint.number}"


def _in_one_line(comment: str) -> str:
    return " · ".join(line for line in map(str.strip, comment.splitlines()) if line)


def _spot(waypoint: Waypoint) -> Spot:
    where, label = waypoint.position, _in_one_line(waypoint.comment)
    return Spot(
        id=waypoint.id, kind="waypoint", latitude_deg=where.latitude_deg, longitude_deg=where.longitude_deg,
        label=label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1].rstrip()}…",
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
